// From what the engine says to what HTTP says.
#pragma once

#include <string_view>

#include "engine/outcome.hpp"
#include "events/decode_error.hpp"
#include "events/event_log.hpp"
#include "http/message.hpp"
#include "projections/replay_error.hpp"
#include "projections/store_error.hpp"

namespace huiyin::api {

// 201 for a collected case, else 200; refusals and errors as problem details.
http::Response to_response(const engine::Answer& answer, bool collects);

// The same of a subject of the registry.
http::Response to_registry_response(const engine::Answer& answer, bool founds);

http::Response to_response(const events::DecodeError& error);  // 400, with `pointer`
http::Response to_response(const projections::StoreError& error);
http::Response to_response(const events::LogError& error);  // 503

// "7" in an ETag's quotes.
std::string etag(std::uint32_t version);

}  // namespace huiyin::api
