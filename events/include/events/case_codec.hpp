// Case events to JSON and back. The data of an event is one object: the common fields, then its
// own.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "events/case_event.hpp"
#include "events/decode_error.hpp"
#include "events/json_reader.hpp"

namespace huiyin::events {

void append_case_event(std::string& out, const CaseEvent& event);

// The index in CaseEventBody of "huiyin.case.replied.v1"; nothing for a type or version that this
// build does not know.
std::optional<std::size_t> case_event_index(std::string_view type);

// Reads event data as the log is read: unknown fields are ignored, limits are not looked at.
// `unknown_type` is an error of its own: a reader of the log stops there.
// The parser is only scratch space; the event owns all it holds. Not thread-safe per parser.
std::expected<CaseEvent, DecodeError> decode_case_event(json::Parser& parser, std::string_view type,
                                                        std::string_view data);

// Parses JSON text from outside, with the pointer of the first byte that is no UTF-8.
std::expected<json::Value, DecodeError> parse_json(json::Parser& parser, std::string_view text);

}  // namespace huiyin::events
