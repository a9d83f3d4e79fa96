// A citizen's details on their way in and out: sealed before any log sees them, opened only for
// roles that work with that citizen.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "events/case_types.hpp"
#include "events/decode_error.hpp"
#include "events/json_value.hpp"

namespace huiyin::api {

// What a client sends as `petitioner`.
struct PetitionerDetails {
  bool anonymous = false;
  std::string person;  // the sender's own id of this person, so that all their cases share one key
  std::string name, phone, address, id_number, note;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    ar(optional("anonymous", anonymous), optional("person", person, events::id_text),
       optional("name", name, events::short_text), optional("phone", phone, events::short_text),
       optional("address", address, events::short_text),
       optional("id_number", id_number, events::short_text),
       optional("note", note, events::long_text));
  }
};

// The `petitioner` member of a collect body; nothing when there is none.
std::expected<std::optional<PetitionerDetails>, events::DecodeError> read_petitioner(
    events::json::Value body);

}  // namespace huiyin::api
