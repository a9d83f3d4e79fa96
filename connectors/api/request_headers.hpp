// What every command may carry, and the ids by which a repeat is known.
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <string>

#include "events/json_value.hpp"
#include "http/message.hpp"

namespace huiyin::api {

// The version in If-Match; nothing without one, or for "*".
std::expected<std::optional<std::uint32_t>, http::Response> if_match(const http::Request& request);

// Idempotency-Key, or empty.
std::expected<std::string, http::Response> idempotency_key(const http::Request& request);

// 415 for a body that says it is no JSON.
std::optional<http::Response> wrong_media_type(const http::Request& request);

// The id that the caller gives a new subject, in the body's member `name`; empty without one.
std::expected<std::string, http::Response> given_id(events::json::Value body,
                                                    std::string_view name);

// An id that the same parts make again.
std::string derived_id(std::initializer_list<std::string_view> parts);
// Of a command and its body: another body under the same key is refused.
std::string command_hash(std::string_view command, std::string_view body);

}  // namespace huiyin::api
