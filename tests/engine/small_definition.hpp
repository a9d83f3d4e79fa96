// A small sound definition, and edits of it that break one thing each.
#pragma once

#include <string>
#include <string_view>

namespace huiyin::engine::testing {

inline constexpr std::string_view small_definition = R"(name = "small"
version = 1
valid_from = 2020-01-01
kinds = ["matter"]
ends = ["closed"]
scheme = "two"

[[class]]
code = "A"
meaning = "solved"

[behalf]
officer = ["deputy"]

[[transition]]
command = "collect"
to = "collected"
by = ["officer"]

[[transition]]
command = "hand-off"
from = ["collected"]
to = "handed-off"
by = ["coordinator"]
start = ["reply"]

[[transition]]
command = "reply"
from = ["handed-off"]
to = "replied"
once = "all-replied"
by = ["organ"]
stop = ["reply"]

[[transition]]
command = "close"
from = ["replied"]
to = "closed"
by = ["coordinator"]
require = ["feedback-given"]

[[transition]]
command = "annotate"
from = ["*"]
by = ["admin"]

[[transition]]
command = "urge"
from = ["*open"]
by = ["leader"]

[clock.reply]
holder = "lane"
after = { months = 3 }
)";

// `text` with its first `from` replaced; the tests' own slips show as an unchanged text.
inline std::string edited(std::string_view from, std::string_view to,
                          std::string_view text = small_definition) {
  std::string out(text);
  const auto at = out.find(from);
  if (at != std::string::npos) out.replace(at, from.size(), to);
  return out;
}

}  // namespace huiyin::engine::testing
