// A bulletin drafted from what the log says: every figure counted now, none typed in (S2-7).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "bulletin/template.hpp"
#include "engine/duty_board.hpp"
#include "engine/registry_rules.hpp"
#include "projections/registry_store.hpp"
#include "projections/view_store.hpp"

namespace huiyin::bulletin {

struct Sources {
  const projections::ViewStore& cases;
  const projections::RegistryStore* registry = nullptr;  // null: nothing is registered
  const engine::RegistryRules* rules = nullptr;
  const engine::DutyBoard* duties = nullptr;
};

// Where their logs stand, in words: "案件事件12条、r:3".
std::string positions(const Sources& sources);

// One printed figure or rate.
struct Value {
  std::string id, name, unit;
  events::Comparator comparator{};
  std::int64_t value = 0;  // counted; of a rate in hundredths of a per cent
  std::string shown;       // as it is printed: "5000余名", "83.06%"
  events::Comparator shown_comparator{};
  std::vector<std::string> numerator, denominator;  // of a rate: the names of figures
  std::int64_t of = 0, among = 0;                   // their sums
  Period period;
  std::string note;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("id", id), required("name", name), required("comparator", comparator),
       required("value", value), required("unit", unit), required("shown", shown),
       required("from", period.from), required("to", period.to), optional("numerator", numerator),
       optional("denominator", denominator), optional("of", of), optional("among", among),
       optional("note", note));
  }
};

// The head of a periodical, with the numbers that an issue bears.
struct Head {
  std::string name, organ, approval, marking, editor;
  std::vector<std::string> recipients;
  std::uint16_t year = 0;
  std::uint32_t number = 0, total = 0;
  Date date{};
};
// The next issue of a periodical, on that date: the organ bears its name of that day (S1-1). An
// error is a sentence.
std::expected<Head, std::string> next_issue(const projections::RegistryStore& registry,
                                            std::string_view periodical, Date date);

struct Draft {
  std::string title;
  Period period;
  Date as_of{};
  std::vector<Value> values;
  std::string markdown;
};

struct Request {
  Period period;
  Date as_of{};              // the day of what the sources say
  std::string at;            // positions that they stand for, printed at the end
  std::optional<Head> head;  // none: a draft without numbers
};

std::expected<Draft, std::string> draft(const Template& of, const Sources& sources,
                                        const Request& request);

// What a figure counts, by id: cases, activities, deputies … in order.
std::expected<std::vector<std::string>, std::string> behind(const Template& of,
                                                            std::string_view figure,
                                                            const Sources& sources,
                                                            const Request& request);

// {"title":…,"from":…,"to":…,"as_of":…,"figures":[…],"markdown":…}
std::string to_json(const Draft& draft);

}  // namespace huiyin::bulletin
