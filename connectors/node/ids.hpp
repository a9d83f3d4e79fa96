// The real clock and real ids.
#pragma once

#include "crypto/uuid.hpp"
#include "engine/id_source.hpp"

namespace huiyin::node {

class SystemIds final : public engine::IdSource {
 public:
  // HUIYIN_TEST_CLOCK_OFFSET_S shifts the clock by so many seconds: fault tests run instances whose
  // clocks are wrong.
  SystemIds();

  events::Instant now() override;
  std::string fresh_id() override;
  std::string derived_id(std::string_view text) override;

 private:
  std::chrono::seconds offset_{0};
  crypto::UuidGenerator uuids_;
};

}  // namespace huiyin::node
