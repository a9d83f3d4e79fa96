// The headers that every command may carry.
#pragma once

#include <cstdint>
#include <expected>
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

}  // namespace huiyin::api
