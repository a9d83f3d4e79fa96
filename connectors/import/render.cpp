#include "render.hpp"

#include <algorithm>
#include <charconv>

#include "events/case_codec.hpp"
#include "events/json_text.hpp"

namespace huiyin::import {
namespace {

using events::append_json_string;

std::unexpected<Reject> reject(std::string_view reason, std::string detail) {
  return std::unexpected(Reject{std::string(reason), std::move(detail)});
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

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

std::optional<bool> flag_of(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const std::string_view word : {"true", "yes", "y", "1", "是"})
    if (text == word) return true;
  for (const std::string_view word : {"false", "no", "n", "0", "否"})
    if (text == word) return false;
  return std::nullopt;
}

}  // namespace

Renderer::Renderer(const Mapping& mapping, std::vector<std::size_t> places)
    : mapping_(mapping), places_(std::move(places)), values_(places_.size()) {}

void Renderer::row(const std::vector<std::string_view>& fields) {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    values_[i] = trimmed(fields[places_[i]]);
    if (std::ranges::find(mapping_.empty, values_[i]) != mapping_.empty.end()) values_[i] = {};
  }
}

std::expected<std::string, Reject> Renderer::key() const {
  std::string key = mapping_.key_prefix;
  for (const ColumnIndex index : mapping_.key) {
    if (values_[index].empty())
      return reject("no-key", "column " + mapping_.columns[index] + " is empty");
    if (index != mapping_.key.front()) key.push_back('-');
    key += values_[index];
  }
  const bool controls =
      std::ranges::any_of(key, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (controls || events::count_characters(key) > 64)
    return reject("bad-key", "no identifier of at most 64 characters");
  return key;
}

const std::vector<DateFormat>& Renderer::formats(const std::vector<DateFormat>& own) const {
  return own.empty() ? mapping_.formats : own;
}

bool Renderer::wanted(const CommandMapping& command) const {
  if (!command.when) return true;
  const auto& words = command.when->words;
  const bool found = std::ranges::find(words, values_[command.when->column]) != words.end();
  return found != command.when->negated;
}

std::expected<void, Reject> Renderer::times(std::vector<std::int64_t>& out) const {
  out.clear();
  for (const CommandMapping& command : mapping_.commands) {
    const std::string_view text = values_[command.at];
    if (text.empty() || !wanted(command)) {
      if (out.empty())
        return reject("no-date", "column " + mapping_.columns[command.at] + " is empty");
      out.push_back(not_made);
      continue;
    }
    const auto moment = read_date(formats(command.formats), text, mapping_.zone);
    if (!moment) {
      return reject("bad-date", "column " + mapping_.columns[command.at] + ": \"" +
                                    std::string(text) + "\" is no date in a known form");
    }
    const std::int64_t at = moment->at.time_since_epoch().count();
    if (!out.empty() && at < out.front()) {
      return reject("bad-order", "column " + mapping_.columns[command.at] +
                                     " lies before the day on which it was collected");
    }
    out.push_back(at);
  }
  return {};
}

std::expected<engine::Command, Reject> Renderer::command(std::size_t index) {
  const CommandMapping& mapping = mapping_.commands[index];
  text_.clear();
  if (auto written = append_members(text_, mapping.body); !written)
    return std::unexpected(std::move(written.error()));
  const auto fail = [&](const events::DecodeError& error) {
    return reject("bad-value", std::string(events::name_of(mapping.type)) + " " + error.pointer +
                                   ": " + std::string(events::name_of(error.code)) +
                                   (error.detail.empty() ? "" : ", " + error.detail));
  };
  const auto json = events::parse_json(parser_, text_);
  if (!json) return fail(json.error());
  auto command = engine::decode_command(mapping.type, *json);
  if (!command) return fail(command.error());
  return *std::move(command);
}

std::expected<bool, Reject> Renderer::append_members(std::string& out,
                                                     const FieldValue& value) const {
  out.push_back('{');
  bool any = false;
  for (const auto& [name, field] : value.members) {
    const std::size_t before = out.size();
    if (any) out.push_back(',');
    append_json_string(out, name);
    out.push_back(':');
    auto written = append(out, field);
    if (!written) {
      written.error().detail = name + ": " + written.error().detail;
      return written;
    }
    if (*written) {
      any = true;
    } else {
      out.resize(before);
    }
  }
  out.push_back('}');
  return any;
}

std::expected<bool, Reject> Renderer::append(std::string& out, const FieldValue& value) const {
  switch (value.form) {
    case FieldValue::Form::constant:
      out += value.constant;
      return true;
    case FieldValue::Form::text:
      return append_text(out, value);
    case FieldValue::Form::object:
      return append_members(out, value);
    case FieldValue::Form::list:
      break;
  }
  out.push_back('[');
  bool any = false;
  for (const FieldValue& item : value.items) {
    const std::size_t before = out.size();
    if (any) out.push_back(',');
    auto written = append(out, item);
    if (!written) return written;
    if (*written) {
      any = true;
    } else {
      out.resize(before);
    }
  }
  out.push_back(']');
  return any;
}

std::string Renderer::filled(const std::vector<TemplatePart>& parts) const {
  std::string text;
  for (const TemplatePart& part : parts) {
    text += part.literal;
    if (part.column) text += values_[*part.column];
  }
  const std::string_view inner = trimmed(text);
  return inner.size() == text.size() ? text : std::string(inner);
}

std::string Renderer::otherwise(const FieldValue& value) const {
  for (const auto& parts : value.otherwise) {
    if (std::string text = filled(parts); !text.empty()) return text;
  }
  return {};
}

std::expected<bool, Reject> Renderer::append_text(std::string& out, const FieldValue& value) const {
  std::string text = filled(value.parts);
  if (value.lookup && !text.empty()) {
    const auto found = value.lookup->find(text);
    if (found != value.lookup->end()) {
      text = found->second;
    } else if (!value.otherwise.empty()) {
      text = otherwise(value);
    } else {
      return reject("unknown-word", "the map does not know \"" + text + "\"");
    }
  }
  if (text.empty()) text = otherwise(value);
  if (text.empty()) return false;
  if (value.cut != 0) cut_to(text, value.cut);
  switch (value.type) {
    case ValueType::text:
      append_json_string(out, text);
      return true;
    case ValueType::boolean: {
      const auto flag = flag_of(text);
      if (!flag) return reject("bad-value", "\"" + text + "\" is neither true nor false");
      out += *flag ? "true" : "false";
      return true;
    }
    case ValueType::integer: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc{} || end != text.data() + text.size())
        return reject("bad-value", "\"" + text + "\" is no whole number");
      events::append_json_number(out, number);
      return true;
    }
    case ValueType::date:
    case ValueType::time:
      break;
  }
  const auto moment = read_date(formats(value.formats), text, mapping_.zone);
  if (!moment) return reject("bad-date", "\"" + text + "\" is no date in a known form");
  append_json_string(out, value.type == ValueType::date ? events::format_date(moment->day)
                                                        : events::format_instant(moment->at));
  return true;
}

}  // namespace huiyin::import
