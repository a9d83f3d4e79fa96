// The outlet's words as take-backs.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/json_value.hpp"
#include "outlet/outlet.hpp"

namespace huiyin::outlet {

struct TakeBack {
  std::string case_id, external_id;  // one of them at least
  events::OutletResult result{};
  std::string text;
  std::optional<events::Instant> at;
};

// Why a result is not taken: a code to count by, and a sentence.
struct Reject {
  std::string reason, detail;
};

// Nothing: the outlet is not done with it yet. `field` gives the value of one of the outlet's
// fields, empty where it has none.
std::expected<std::optional<TakeBack>, Reject> read_result(
    const Results& results, const engine::Zone& zone,
    const std::function<std::string(std::string_view)>& field);

// The same result always, another one never: what tells that it came before.
std::string digest_of(events::OutletResult result, std::string_view text);

// "a.b" is b within a; the whole value for "".
std::optional<events::json::Value> at_path(events::json::Value value, std::string_view path);
// Texts, whole numbers, true and false as text; all else is empty.
std::string text_at(events::json::Value value, std::string_view path);

}  // namespace huiyin::outlet
