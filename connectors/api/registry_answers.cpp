#include "answers.hpp"
#include "events/json_text.hpp"
#include "node/registry.hpp"

namespace huiyin::api {

http::Response to_registry_response(const engine::Answer& answer, bool founds) {
  const auto* outcome = std::get_if<engine::Outcome>(&answer);
  if (outcome == nullptr) return to_response(answer, founds);
  http::Response response;
  response.status = founds ? 201 : 200;
  std::string& out = response.body;
  out = R"({"subject":)";
  events::append_json_string(out, outcome->case_id);
  out += R"(,"version":)" + std::to_string(outcome->version) + R"(,"stage":)";
  events::append_json_string(out, outcome->stage);
  out += R"(,"position":)";
  events::append_json_string(out, node::format_registry_position(outcome->position.sequence));
  out += R"(,"events":[)";
  for (const auto& event : outcome->events) {
    if (out.back() != '[') out.push_back(',');
    out += R"({"id":)";
    events::append_json_string(out, event.id);
    out += R"(,"type":)";
    events::append_json_string(out, event.type);
    out += R"(,"subjectversion":)" + std::to_string(event.subject_version) + "}";
  }
  out += "]}";
  response.headers.push_back({"ETag", etag(outcome->version)});
  return response;
}

}  // namespace huiyin::api
