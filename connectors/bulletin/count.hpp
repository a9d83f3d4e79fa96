// Counting what figures ask for; see template.hpp.
#pragma once

#include <set>
#include <string>
#include <unordered_set>

#include "bulletin/draft.hpp"

namespace huiyin::bulletin {

// One figure on its way.
struct Tally {
  const Figure& figure;
  Period period;
  bool keep = false;  // what is behind it

  Tally(const Figure& asked, const Period& of, bool keeps = false)
      : figure(asked), period(of), keep(keeps) {}

  std::int64_t sum = 0;
  std::set<std::string, std::less<>> distinct;  // of counts of persons and organs
  events::Comparator comparator{};
  std::vector<std::string> behind;

  std::int64_t value() const {
    return distinct.empty() ? sum : static_cast<std::int64_t>(distinct.size());
  }
};

// Goes once over the cases, once over the activities, for all of them. An error is a sentence.
std::expected<void, std::string> count(std::vector<Tally>& tallies, const Sources& sources,
                                       Date as_of);

}  // namespace huiyin::bulletin
