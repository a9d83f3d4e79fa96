// Which lanes a lane command may mean.
#pragma once

#include <expected>
#include <vector>

#include "context.hpp"

namespace huiyin::engine {

// The lanes that this command could name now, given as `as`. Empty: the command is not open.
std::vector<const Lane*> lanes_for(CommandType command, const Definition& definition,
                                   const CaseState& state, const Actor& as, Instant at);

// The lane that the command names, or the only one it can mean.
std::expected<const Lane*, Refusal> resolve_lane(const Context& context, std::uint16_t named);

}  // namespace huiyin::engine
