#include "engine/outcome.hpp"
#include "events/json_text.hpp"

namespace huiyin::engine {

void append_json(std::string& out, const Outcome& outcome) {
  out += R"({"case":)";
  events::append_json_string(out, outcome.case_id);
  out += R"(,"version":)" + std::to_string(outcome.version) + R"(,"stage":)";
  events::append_json_string(out, outcome.stage);
  out += R"(,"position":")" + events::format_position(outcome.position) + R"(","events":[)";
  bool first = true;
  for (const auto& event : outcome.events) {
    if (!first) out.push_back(',');
    first = false;
    out += R"({"id":)";
    events::append_json_string(out, event.id);
    out += R"(,"type":)";
    events::append_json_string(out, event.type);
    out += R"(,"subjectversion":)" + std::to_string(event.subject_version) + "}";
  }
  out += "]}";
}

}  // namespace huiyin::engine
