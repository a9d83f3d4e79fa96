// Commands and answers as JSON, for the way between nodes. Our own words on both sides: reading is
// lenient towards unknown fields, so that nodes can be upgraded one by one.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "engine/command.hpp"
#include "engine/outcome.hpp"
#include "events/json_value.hpp"

namespace huiyin::engine {

// All of it but what the engine looks up itself: the facts, and the event that a correction names.
void append_json(std::string& out, const Command& command);
// An error is a sentence: what cannot be read, and where.
std::expected<Command, std::string> read_command(events::json::Parser& parser,
                                                 std::string_view text);

void append_json(std::string& out, const Answer& answer);
std::expected<Answer, std::string> read_answer(events::json::Parser& parser, std::string_view text);

}  // namespace huiyin::engine
