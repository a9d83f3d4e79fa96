#include "results.hpp"

#include "crypto/digest.hpp"

namespace huiyin::outlet {

std::expected<std::optional<TakeBack>, Reject> read_result(
    const Results& results, const engine::Zone& zone,
    const std::function<std::string(std::string_view)>& field) {
  TakeBack out;
  if (!results.case_id.empty()) out.case_id = field(results.case_id);
  if (!results.external_id.empty()) out.external_id = field(results.external_id);
  if (out.case_id.empty() && out.external_id.empty())
    return std::unexpected(Reject{"no-key", "it does not say whose result it is"});
  const std::string word = field(results.result);
  const auto meant = results.words.find(word);
  if (meant == results.words.end())
    return std::unexpected(Reject{"unknown-word", "results.words does not know \"" + word + "\""});
  if (!meant->second) return std::nullopt;
  out.result = *meant->second;
  out.text = field(results.text);
  if (out.text.empty()) out.text = word;
  if (results.time.empty()) return out;
  const std::string time = field(results.time);
  if (time.empty()) return out;
  const auto moment = import::read_date(results.dates, time, zone);
  if (!moment)
    return std::unexpected(Reject{"bad-date", "\"" + time + "\" is no time in a known form"});
  out.at = moment->at;
  return out;
}

std::string digest_of(events::OutletResult result, std::string_view text) {
  return crypto::sha256_hex(std::string(events::name_of(result)) + "\n" + std::string(text))
      .substr(0, 32);
}

std::optional<events::json::Value> at_path(events::json::Value value, std::string_view path) {
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const auto inner = value.find(path.substr(0, dot));
    if (!inner) return std::nullopt;
    value = *inner;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return value;
}

std::string text_at(events::json::Value value, std::string_view path) {
  const auto found = at_path(value, path);
  if (!found) return {};
  if (const auto text = found->as_string()) return std::string(*text);
  if (const auto number = found->as_integer()) return std::to_string(*number);
  if (const auto flag = found->as_bool()) return *flag ? "true" : "false";
  return {};
}

}  // namespace huiyin::outlet
