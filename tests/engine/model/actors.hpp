// Everybody who acts in the model: one principal per role, several deputies and organs.
#pragma once

#include <vector>

#include "engine/actor.hpp"

namespace huiyin::model {

inline const std::vector<engine::Actor>& actors() {
  using engine::Role;
  static const std::vector<engine::Actor> all{
      {"citizen-1", Role::citizen, "", "", "430000"},
      {"dep-1", Role::deputy, "", "", "430000"},
      {"dep-2", Role::deputy, "", "", "430000"},
      {"dep-3", Role::deputy, "", "", "430000"},
      {"off-1", Role::officer, "", "station-1", "430000"},
      {"rev-1", Role::reviewer, "", "", "430000"},
      {"coo-1", Role::coordinator, "", "", "430000"},
      {"dis-1", Role::dispatcher, "organ-office", "", "430000"},
      {"clerk-a", Role::organ, "organ-a", "", "430000"},
      {"clerk-b", Role::organ, "organ-b", "", "430000"},
      {"clerk-c", Role::organ, "organ-c", "", "430000"},
      {"clerk-d", Role::organ, "organ-d", "", "430000"},
      {"sup-1", Role::supervisor, "committee-1", "", "430000"},
      {"sup-2", Role::supervisor, "committee-2", "", "430000"},
      {"lea-1", Role::leader, "", "", "430000"},
      {"aud-1", Role::auditor, "", "", "430000"},
      {"int-1", Role::integrator, "", "", "430000"},
      {"imp-1", Role::importer, "", "", "430000"},
      {"adm-1", Role::admin, "", "", "430000"},
  };
  return all;
}

}  // namespace huiyin::model
