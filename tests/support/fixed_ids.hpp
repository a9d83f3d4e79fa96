// A clock that stands where a test puts it, and ids that count.
#pragma once

#include <atomic>
#include <span>
#include <string>

#include "crypto/uuid.hpp"
#include "engine/id_source.hpp"

namespace huiyin::test {

class FixedIds final : public engine::IdSource {
 public:
  explicit FixedIds(events::Instant now) : now_(now) {}

  events::Instant now() override { return now_; }
  std::string fresh_id() override { return uuids_.next(now_.time_since_epoch().count()); }
  std::string derived_id(std::string_view text) override {
    return crypto::uuid_v8(std::span(&text, 1));
  }

 private:
  events::Instant now_;
  crypto::UuidGenerator uuids_;
};

}  // namespace huiyin::test
