// The real clock and real ids.
#pragma once

#include "crypto/uuid.hpp"
#include "engine/id_source.hpp"

namespace huiyin::node {

class SystemIds final : public engine::IdSource {
 public:
  events::Instant now() override;
  std::string fresh_id() override;
  std::string derived_id(std::string_view text) override;

 private:
  crypto::UuidGenerator uuids_;
};

}  // namespace huiyin::node
