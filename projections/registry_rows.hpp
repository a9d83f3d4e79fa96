// The rows of the registry's store, in one RocksDB family. Texts and integers as in keys.hpp.
//
//   s subject                                        cereal SubjectState
//   h subject 00 version:u32                         sequence:u64
//   d part:u8 day:u32 subject 00 form 00 activity    solved:u32, kinds of outputs; once it was held
//   b subject 00 day:u32 activity                    parts:u8, a bit each; until it is cancelled
//   l case 00 activity                               empty
//   c command id                                     as in the store of cases
//   m                                                applied:u64, newest time:i64
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "projections/registry_store.hpp"

namespace huiyin::projections {

using RegistryRows = std::vector<std::pair<std::string, std::string>>;

// What follows from a state, beside the state itself: sorted by key.
RegistryRows registry_rows(const SubjectState& state);

std::string state_row(std::string_view subject);
std::string history_row(std::string_view subject, std::uint32_t version);
std::string command_row(std::string_view command);
std::string done_prefix(ActivityPart part, events::Date day);
std::string link_prefix(std::string_view subject, events::Date day);
std::string case_prefix(std::string_view case_id);

std::uint32_t day_number(events::Date day);
events::Date day_of(std::uint32_t number);

}  // namespace huiyin::projections
