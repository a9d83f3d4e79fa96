#include "payload.hpp"

#include "events/json_text.hpp"

namespace huiyin::outlet {
namespace {

void cut_to(std::string& text, std::size_t characters) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins && count++ == characters) {
      text.resize(i);
      return;
    }
  }
}

}  // namespace

std::expected<std::vector<std::string>, std::string> fill(const Payload& payload,
                                                          const Words& words) {
  std::vector<std::string> out;
  for (const PayloadField& field : payload.fields) {
    std::string text;
    for (const TemplatePart& part : field.parts) {
      text += part.literal;
      if (const auto found = words.find(part.field); found != words.end()) text += found->second;
    }
    if (field.codes && !text.empty()) {
      const auto code = field.codes->find(text);
      if (code == field.codes->end() && !field.otherwise)
        return std::unexpected(field.name + ": the map does not know \"" + text + "\"");
      text = code == field.codes->end() ? *field.otherwise : code->second;
    }
    if (text.empty() && field.otherwise) text = *field.otherwise;
    if (field.cut != 0) cut_to(text, field.cut);
    out.push_back(std::move(text));
  }
  return out;
}

std::string to_json(const Payload& payload, const std::vector<std::string>& values) {
  std::string out = "{";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out.push_back(',');
    events::append_json_string(out, payload.fields[i].name);
    out.push_back(':');
    events::append_json_string(out, values[i]);
  }
  return out + "}";
}

std::string to_csv(const std::vector<std::string>& values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (values[i].find_first_of(",\"\r\n") == std::string::npos) {
      out += values[i];
      continue;
    }
    out.push_back('"');
    for (const char c : values[i]) {
      if (c == '"') out.push_back('"');
      out.push_back(c);
    }
    out.push_back('"');
  }
  return out + "\r\n";
}

}  // namespace huiyin::outlet
