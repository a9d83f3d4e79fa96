#include "answers.hpp"

#include "events/enum_names.hpp"
#include "events/json_text.hpp"
#include "http/problem.hpp"

namespace huiyin::api {
namespace {

using engine::RefusalCode;
using engine::RuntimeErrorCode;

int status_of(RefusalCode code) {
  switch (code) {
    case RefusalCode::no_such_case:
      return 404;
    case RefusalCode::not_permitted:
      return 403;
    case RefusalCode::stale_version:
      return 412;
    case RefusalCode::case_exists:
    case RefusalCode::unknown_process:
    case RefusalCode::wrong_stage:
    case RefusalCode::guard_failed:
    case RefusalCode::invalid:
      return 409;
  }
  return 409;
}

int status_of(RuntimeErrorCode code) {
  switch (code) {
    case RuntimeErrorCode::queue_full:
      return 429;
    case RuntimeErrorCode::conflict:
      return 422;
    case RuntimeErrorCode::timeout:
      return 504;
    case RuntimeErrorCode::stopping:
    case RuntimeErrorCode::unavailable:
    case RuntimeErrorCode::disk_full:
      return 503;
  }
  return 503;
}

http::Response refused(const engine::Refusal& refusal) {
  std::string members = R"("rule":)";
  events::append_json_string(members, refusal.rule);
  members += R"(,"allowed":[)";
  for (const engine::CommandType command : refusal.allowed) {
    if (members.back() != '[') members.push_back(',');
    events::append_json_string(members, events::name_of(command));
  }
  members.push_back(']');
  return http::problem(status_of(refusal.code), events::name_of(refusal.code), refusal.detail,
                       members);
}

http::Response failed(const engine::RuntimeError& error) {
  const int status = status_of(error.code);
  http::Response response = http::problem(status, events::name_of(error.code), error.detail);
  // A full queue drains within a second; a full disk or a stop takes longer.
  if (status == 429) response.headers.push_back({"Retry-After", "1"});
  if (status == 503) response.headers.push_back({"Retry-After", "5"});
  return response;
}

}  // namespace

std::string etag(std::uint32_t version) { return "\"" + std::to_string(version) + "\""; }

http::Response to_response(const engine::Answer& answer, bool collects) {
  if (const auto* refusal = std::get_if<engine::Refusal>(&answer)) return refused(*refusal);
  if (const auto* error = std::get_if<engine::RuntimeError>(&answer)) return failed(*error);
  const auto& outcome = std::get<engine::Outcome>(answer);
  http::Response response;
  response.status = collects ? 201 : 200;
  response.body.reserve(256);
  engine::append_json(response.body, outcome);
  response.headers.push_back({"ETag", etag(outcome.version)});
  if (collects) response.headers.push_back({"Location", "/v1/cases/" + outcome.case_id});
  return response;
}

http::Response to_response(const events::DecodeError& error) {
  std::string members = R"("pointer":)";
  events::append_json_string(members, error.pointer);
  return http::problem(400, events::name_of(error.code), error.detail, members);
}

http::Response to_response(const projections::StoreError& error) {
  using projections::StoreErrorCode;
  switch (error.code) {
    case StoreErrorCode::invalid:
      return http::problem(400, "invalid-query", error.detail);
    case StoreErrorCode::too_broad:
      return http::problem(400, "too-broad", error.detail);
    case StoreErrorCode::forbidden:
      return http::problem(403, "forbidden", error.detail);
    case StoreErrorCode::full:
    case StoreErrorCode::unavailable:
    case StoreErrorCode::corrupt:
    case StoreErrorCode::format:
    case StoreErrorCode::mismatch:
    case StoreErrorCode::busy:
      break;
  }
  return http::problem(503, "views-unavailable", error.detail);
}

http::Response to_response(const events::LogError& error) {
  return http::problem(503, "log-unavailable", error.detail);
}

}  // namespace huiyin::api
