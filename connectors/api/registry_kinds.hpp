// The registry's kinds of subject as HTTP names them: /v1/stations.
#pragma once

#include "events/registry_event.hpp"

namespace huiyin::api {

constexpr std::string_view plural_of(events::SubjectKind kind) {
  constexpr std::array<std::string_view, events::subject_kind_count> plurals{
      "regions",    "organs",    "congresses", "deputies",    "stations",    "groups",
      "activities", "campaigns", "projects",   "periodicals", "duty-periods"};
  return plurals[static_cast<std::size_t>(kind)];
}

}  // namespace huiyin::api
