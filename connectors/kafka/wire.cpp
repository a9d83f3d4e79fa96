#include "wire.hpp"

#include <charconv>

namespace huiyin::kafka {
namespace {

using events::Envelope;

constexpr std::string_view content_type_header = "content-type";
constexpr std::string_view attribute_prefix = "ce_";
constexpr std::size_t usual_headers = 18;

void add(rd_kafka_headers_t& headers, const std::string& name, std::string_view value) {
  // Fails only on headers that are read-only.
  const void* const bytes = value.data();
  rd_kafka_header_add(&headers, name.c_str(), static_cast<ssize_t>(name.size()), bytes,
                      static_cast<ssize_t>(value.size()));
}

template <class Integer>
bool read_number(std::string_view text, Integer& into) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto result = std::from_chars(begin, end, into);
  return result.ec == std::errc{} && result.ptr == end;
}

// False when the value cannot be read. Attributes that are not known are a later version's.
bool read_attribute(Envelope& e, std::string_view name, std::string_view value) {
  const auto text = [value](std::string& into) {
    into = value;
    return true;
  };
  if (name == "id") return text(e.id);
  if (name == "type") return text(e.type);
  if (name == "source") return text(e.source);
  if (name == "subject") return text(e.subject);
  if (name == "actor") return text(e.actor);
  if (name == "behalf") return text(e.behalf);
  if (name == "commandid") return text(e.command_id);
  if (name == "commandhash") return text(e.command_hash);
  if (name == "process") return text(e.process);
  if (name == "traceparent") return text(e.traceparent);
  if (name == "sequence") return read_number(value, e.sequence);
  if (name == "subjectversion") return read_number(value, e.subject_version);
  if (name == "specversion") return value == events::spec_version;
  if (name == "time") {
    const auto time = events::parse_instant(value);
    if (time) e.time = *time;
    return time.has_value();
  }
  if (name == "role") {
    const auto role = events::parse_enum<events::Role>(value);
    if (role) e.role = *role;
    return role.has_value();
  }
  return true;
}

std::string_view view_of(const void* data, std::size_t size) {
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

}  // namespace

Headers to_headers(const events::EnvelopeView& envelope,
                   std::optional<std::int64_t> command_offset) {
  Headers headers(rd_kafka_headers_new(usual_headers));
  add(*headers, std::string(content_type_header), events::content_type);
  events::each_attribute(envelope, headers.get(),
                         [](void* context, std::string_view name, std::string_view value) {
                           std::string full(attribute_prefix);
                           full += name;
                           add(*static_cast<rd_kafka_headers_t*>(context), full, value);
                         });
  if (command_offset) add(*headers, command_offset_header, std::to_string(*command_offset));
  return headers;
}

std::expected<WireEvent, std::string> to_event(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected("it has no headers");
  Envelope envelope;
  WireEvent event;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    std::string_view key(name);
    const std::string_view text = view_of(value, size);
    bool good = true;
    if (key.starts_with(attribute_prefix)) {
      good = read_attribute(envelope, key.substr(attribute_prefix.size()), text);
    } else if (key == content_type_header) {
      good = text == events::content_type;
    } else if (key == command_offset_header) {
      good = read_number(text, event.command_offset.emplace());
    }
    if (!good) return std::unexpected("its header " + std::string(key) + " cannot be read");
  }
  if (envelope.sequence == 0) return std::unexpected("it has no ce_sequence");
  if (envelope.id.empty() || envelope.type.empty() || envelope.source.empty())
    return std::unexpected("it lacks ce_id, ce_type or ce_source");
  if (view_of(message.key, message.key_len) != envelope.subject)
    return std::unexpected("its key is not its ce_subject");
  event.sequence = envelope.sequence;
  events::append_frame(event.frame, envelope, view_of(message.payload, message.len));
  return event;
}

bool survives_the_wire(std::string_view frame, const events::FrameView& view) {
  std::string again;
  again.reserve(frame.size());
  events::append_frame(again, events::to_owned(view.envelope), view.data);
  return again == frame;
}

}  // namespace huiyin::kafka
