#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <xxhash.h>

#include "events/envelope.hpp"

namespace huiyin::events {
namespace {

// Attribute names in the frame are one byte. Codes are for ever: append, never renumber.
enum class Code : std::uint8_t {
  id = 1,
  type,
  source,
  subject,
  time,
  sequence,
  subject_version,
  actor,
  role,
  behalf,
  command_id,
  command_hash,
  process,
  traceparent
};

constexpr std::uint8_t frame_version = 1;
constexpr std::size_t checksum_bytes = 8;

template <class Integer>
void put_integer(std::string& out, Integer value) {
  std::array<char, sizeof(Integer)> bytes;
  std::memcpy(bytes.data(), &value, sizeof(value));
  out.append(bytes.data(), bytes.size());
}

template <class Integer>
bool take_integer(std::string_view& from, Integer& value) {
  if (from.size() < sizeof(value)) return false;
  std::array<char, sizeof(Integer)> bytes;
  from.copy(bytes.data(), bytes.size());
  std::memcpy(&value, bytes.data(), bytes.size());
  from.remove_prefix(sizeof(value));
  return true;
}

bool take_bytes(std::string_view& from, std::size_t count, std::string_view& bytes) {
  if (from.size() < count) return false;
  bytes = from.substr(0, count);
  from.remove_prefix(count);
  return true;
}

template <class Integer>
bool read_number(std::string_view text, Integer& into) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto result = std::from_chars(begin, end, into);
  return result.ec == std::errc{} && result.ptr == end;
}

class Attributes {
 public:
  explicit Attributes(std::string& out) : out_(out), count_at_(out.size()) { out_.push_back(0); }

  void text(Code code, std::string_view value) {
    if (value.empty()) return;
    // The edges bound every attribute far below; a cut one would be a lie with a good checksum.
    if (value.size() > std::numeric_limits<std::uint16_t>::max()) std::abort();
    out_.push_back(static_cast<char>(code));
    put_integer(out_, static_cast<std::uint16_t>(value.size()));
    out_ += value;
    ++out_[count_at_];
  }
  void number(Code code, std::uint64_t value) {
    std::array<char, 20> digits;
    text(code, {digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr});
  }

 private:
  std::string& out_;
  std::size_t count_at_;
};

bool read_attribute(EnvelopeView& e, std::uint8_t code, std::string_view value) {
  switch (static_cast<Code>(code)) {
    case Code::id:
      e.id = value;
      return true;
    case Code::type:
      e.type = value;
      return true;
    case Code::source:
      e.source = value;
      return true;
    case Code::subject:
      e.subject = value;
      return true;
    case Code::time: {
      const auto time = parse_instant(value);
      if (time) e.time = *time;
      return time.has_value();
    }
    case Code::sequence:
      return read_number(value, e.sequence);
    case Code::subject_version:
      return read_number(value, e.subject_version);
    case Code::actor:
      e.actor = value;
      return true;
    case Code::role: {
      const auto role = parse_enum<Role>(value);
      if (role) e.role = *role;
      return role.has_value();
    }
    case Code::behalf:
      e.behalf = value;
      return true;
    case Code::command_id:
      e.command_id = value;
      return true;
    case Code::command_hash:
      e.command_hash = value;
      return true;
    case Code::process:
      e.process = value;
      return true;
    case Code::traceparent:
      e.traceparent = value;
      return true;
  }
  return true;  // a later attribute: readers ignore what they do not know
}

}  // namespace

void append_frame(std::string& out, const Envelope& e, std::string_view data) {
  const std::size_t start = out.size();
  out.append(checksum_bytes, '\0');
  out.push_back(static_cast<char>(frame_version));
  Attributes attributes(out);
  attributes.text(Code::id, e.id);
  attributes.text(Code::type, e.type);
  attributes.text(Code::source, e.source);
  attributes.text(Code::subject, e.subject);
  attributes.text(Code::time, format_instant(e.time));
  attributes.number(Code::sequence, e.sequence);
  attributes.number(Code::subject_version, e.subject_version);
  attributes.text(Code::actor, e.actor);
  attributes.text(Code::role, name_of(e.role));
  attributes.text(Code::behalf, e.behalf);
  attributes.text(Code::command_id, e.command_id);
  attributes.text(Code::command_hash, e.command_hash);
  attributes.text(Code::process, e.process);
  attributes.text(Code::traceparent, e.traceparent);
  put_integer(out, static_cast<std::uint32_t>(data.size()));
  out += data;
  const std::size_t body = start + checksum_bytes;
  const std::uint64_t checksum = XXH3_64bits(out.data() + body, out.size() - body);
  std::memcpy(out.data() + start, &checksum, sizeof(checksum));
}

std::expected<FrameView, std::string> decode_frame(std::string_view frame) {
  std::uint64_t checksum = 0;
  if (!take_integer(frame, checksum)) return std::unexpected("frame shorter than its checksum");
  if (XXH3_64bits(frame.data(), frame.size()) != checksum) {
    return std::unexpected("checksum mismatch: the bytes are not those that were written");
  }
  std::uint8_t version = 0;
  std::uint8_t count = 0;
  if (!take_integer(frame, version) || version != frame_version) {
    return std::unexpected("frame version " + std::to_string(version) + " is not known");
  }
  if (!take_integer(frame, count)) return std::unexpected("frame ends before its attributes");
  FrameView view;
  for (std::uint8_t i = 0; i < count; ++i) {
    std::uint8_t code = 0;
    std::uint16_t length = 0;
    std::string_view value;
    if (!take_integer(frame, code) || !take_integer(frame, length) ||
        !take_bytes(frame, length, value) || !read_attribute(view.envelope, code, value)) {
      return std::unexpected("attribute " + std::to_string(code) + " cannot be read");
    }
  }
  std::uint32_t length = 0;
  if (!take_integer(frame, length) || frame.size() != length) {
    return std::unexpected("data length does not fit the frame");
  }
  view.data = frame;
  return view;
}

}  // namespace huiyin::events
