#include "petitioners.hpp"

#include "events/json_reader.hpp"

namespace huiyin::api {

std::expected<std::optional<PetitionerDetails>, events::DecodeError> read_petitioner(
    events::json::Value body) {
  const auto member = body.find("petitioner");
  if (!member) return std::nullopt;
  events::JsonReader reader(*member, events::ReadMode::strict);
  PetitionerDetails details;
  reader.fields_of(details);
  reader.finish();
  if (reader.error()) {
    events::DecodeError error = *reader.error();
    error.pointer = "/petitioner" + error.pointer;
    return std::unexpected(error);
  }
  if (!details.anonymous && details.name.empty() && details.phone.empty() &&
      details.address.empty()) {
    return std::unexpected(
        events::DecodeError{events::DecodeErrorCode::missing_field, "/petitioner",
                            "give a name, phone or address, or anonymous = true"});
  }
  return details;
}

}  // namespace huiyin::api
