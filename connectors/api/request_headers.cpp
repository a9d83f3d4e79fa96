#include "request_headers.hpp"

#include <charconv>

#include "answers.hpp"
#include "crypto/digest.hpp"
#include "crypto/uuid.hpp"
#include "http/problem.hpp"

namespace huiyin::api {
namespace {

constexpr std::size_t max_key_characters = 200;  // Idempotency-Key: room for any client's scheme

}  // namespace

std::expected<std::optional<std::uint32_t>, http::Response> if_match(const http::Request& request) {
  const auto header = request.header("If-Match");
  if (!header || *header == "*") return std::nullopt;
  std::uint32_t version = 0;
  const bool quoted = header->size() > 2 && header->front() == '"' && header->back() == '"';
  if (quoted) {
    const char* const end = header->data() + header->size() - 1;
    const auto read = std::from_chars(header->data() + 1, end, version);
    if (read.ec == std::errc{} && read.ptr == end) return version;
  }
  return std::unexpected(
      http::problem(400, "invalid-header", "If-Match is a version in quotes, as ETag gave it"));
}

std::expected<std::string, http::Response> idempotency_key(const http::Request& request) {
  const auto key = request.header("Idempotency-Key");
  if (!key) return std::string();
  if (key->empty() || key->size() > max_key_characters) {
    return std::unexpected(
        http::problem(400, "invalid-header", "Idempotency-Key has 1 to 200 characters"));
  }
  return std::string(*key);
}

std::optional<http::Response> wrong_media_type(const http::Request& request) {
  const auto type = request.header("Content-Type");
  if (!type || type->starts_with("application/json")) return std::nullopt;
  return http::problem(415, "unsupported-media-type", "send application/json");
}

std::expected<std::string, http::Response> given_id(events::json::Value body,
                                                    std::string_view name) {
  const auto member = body.find(name);
  if (!member) return std::string();
  const auto id = member->as_string();
  const bool fit =
      id && !id->empty() && id->size() <= 64 &&
      id->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
          std::string_view::npos;
  if (fit) return std::string(*id);
  return std::unexpected(to_response(
      events::DecodeError{events::DecodeErrorCode::invalid_value, "/" + std::string(name),
                          "an id has 1 to 64 letters, digits, dots, dashes, underscores"}));
}

std::string derived_id(std::initializer_list<std::string_view> parts) {
  return crypto::uuid_v8(std::span(parts.begin(), parts.size()));
}

// Half of a SHA-256 tells two bodies apart as well as all of it.
std::string command_hash(std::string_view command, std::string_view body) {
  constexpr std::size_t characters = 32;
  return crypto::sha256_hex(std::string(command) + "\n" + std::string(body)).substr(0, characters);
}

}  // namespace huiyin::api
