// The pages that a citizen meets at /intake: plain HTML, no scripts, every text escaped.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace huiyin::api {

// Whom the form is addressed to: their name, and what else may be shown, as label and text.
struct IntakeAddressee {
  std::string kind;  // station or deputy
  std::string id;
  std::string name;
  std::vector<std::pair<std::string_view, std::string>> card;
};

// Most characters of each field of the form; the browser keeps to them, and the server checks.
inline constexpr std::size_t intake_title_characters = 200;
inline constexpr std::size_t intake_body_characters = 4'000;
inline constexpr std::size_t intake_short_characters = 100;

// `key` makes a form that is sent twice one matter.
http::Response intake_form(const IntakeAddressee& to, std::string_view via, std::string_view key);
http::Response intake_receipt(std::string_view receipt);
// `sentence` is shown as it is, escaped.
http::Response intake_problem(int status, std::string_view sentence);

}  // namespace huiyin::api
