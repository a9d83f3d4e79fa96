#include "events/envelope.hpp"

#include "events/json_text.hpp"

namespace huiyin::events {

Envelope to_owned(const EnvelopeView& view) {
  const auto text = [](std::string_view v) { return std::string(v); };
  return {.id = text(view.id),
          .type = text(view.type),
          .source = text(view.source),
          .subject = text(view.subject),
          .time = view.time,
          .sequence = view.sequence,
          .subject_version = view.subject_version,
          .actor = text(view.actor),
          .role = view.role,
          .behalf = text(view.behalf),
          .command_id = text(view.command_id),
          .command_hash = text(view.command_hash),
          .process = text(view.process),
          .traceparent = text(view.traceparent)};
}

void each_attribute(const EnvelopeView& e, void* context, AttributeVisitor visit) {
  const auto put = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) visit(context, name, value);
  };
  put("specversion", spec_version);
  put("id", e.id);
  put("type", e.type);
  put("source", e.source);
  put("subject", e.subject);
  put("time", format_instant(e.time));
  put("sequence", std::to_string(e.sequence));
  put("subjectversion", std::to_string(e.subject_version));
  put("actor", e.actor);
  put("role", name_of(e.role));
  put("behalf", e.behalf);
  put("commandid", e.command_id);
  put("commandhash", e.command_hash);
  put("process", e.process);
  put("traceparent", e.traceparent);
}

void append_cloud_event(std::string& out, const EnvelopeView& envelope, std::string_view data) {
  out.push_back('{');
  each_attribute(envelope, &out, [](void* context, std::string_view name, std::string_view value) {
    auto& text = *static_cast<std::string*>(context);
    append_json_string(text, name);
    text.push_back(':');
    append_json_string(text, value);
    text.push_back(',');
  });
  out += R"("datacontenttype":"application/json","data":)";
  out += data;
  out.push_back('}');
}

}  // namespace huiyin::events
