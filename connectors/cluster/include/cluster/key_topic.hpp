// The petitioners' keys of all gateways, in PREFIX.keys (compacted):
//
//   key    the key's id
//   value  {"person":…,"wrapped":base64} or {"forgotten":true}, which stays: a gateway that was
//          away for long learns of it, too
//
//   key    "master-key", which is no key's id
//   value  {"check":base64}: what only the cluster's master key unwraps. The first gateway puts it
//          there; who cannot unwrap it has another master key, and does not start.
//
// Wrapped keys are of no use without the master key, which is not here.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "kafka/settings.hpp"
#include "keys/key_share.hpp"
#include "keys/vault.hpp"

namespace huiyin::cluster {

class KeyTopic final : public keys::KeyShare {
 public:
  // Reads all that is there into the vault, publishes what only the vault has, and follows from
  // then on. The vault outlives it; nobody uses the vault meanwhile. An error is a sentence: also
  // when the vault's master key is not that of the cluster.
  static std::expected<std::unique_ptr<KeyTopic>, std::string> start(
      const kafka::KafkaSettings& settings, keys::Vault& vault,
      std::function<void(const std::string&)> on_problem);
  ~KeyTopic() override;

  std::expected<void, keys::VaultError> publish(std::span<const keys::KeyRow> rows) override;
  std::expected<void, keys::VaultError> publish_forgotten(
      std::span<const std::string> ids) override;
  std::expected<void, keys::VaultError> catch_up() override;

 private:
  class Parts;
  explicit KeyTopic(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace huiyin::cluster
