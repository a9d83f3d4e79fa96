// The machine's clock and real ids, for programs that run as long as a server would.
#pragma once

#include <span>
#include <string>

#include "crypto/uuid.hpp"
#include "engine/id_source.hpp"

namespace huiyin::test {

class SystemIds final : public engine::IdSource {
 public:
  events::Instant now() override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  std::string fresh_id() override { return uuids_.next(now().time_since_epoch().count()); }
  std::string derived_id(std::string_view text) override {
    return crypto::uuid_v8(std::span(&text, 1));
  }

 private:
  crypto::UuidGenerator uuids_;
};

}  // namespace huiyin::test
