// Figures of periods: each with its unit and comparator, rates with what they divide (rules.md
// X4.5, X4.2), to be set beside those of another year (S2-35).
#pragma once

#include "projections/list_query.hpp"
#include "projections/measures.hpp"

namespace huiyin::projections {

enum class StatsBy : std::uint8_t { period, month, quarter, year, region, organ, class_code, kind };
constexpr auto names(StatsBy) {
  return std::array<std::string_view, 8>{"period", "month", "quarter", "year",
                                         "region", "organ", "class",   "kind"};
}

struct StatsQuery {
  StatsBy by = StatsBy::period;  // period: one row for all of it
  // Whole months, from that of `from` to that of `to`. Absent: all time.
  std::optional<Date> from, to;
  std::string region, organ, class_code;  // empty: any; a region stands for what lies in it
  std::optional<events::Kind> kind;
  Scope scope;
};

struct Figure {
  Measure measure{};
  std::uint64_t value = 0;
  std::string unit;
  std::string comparator = "=";  // of our own counts; published ones may be "≥" or "≈"

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("measure", measure), required("comparator", comparator), required("value", value),
       required("unit", unit));
  }
};

struct Rate {
  std::string name;
  std::string numerator, denominator;  // the measures that they add up
  std::uint64_t of = 0, among = 0;     // their values
  std::uint64_t per_mille = 0;         // rounded to nearest

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("name", name), required("numerator", numerator),
       required("denominator", denominator), required("of", of), required("among", among),
       required("per_mille", per_mille));
  }
};

struct StatsRow {
  std::string group;            // "2024-03", "2024-Q1", a region …; "" where the case has none yet
  std::vector<Figure> figures;  // those that are not zero
  std::vector<Rate> rates;      // those whose denominator is not zero

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("group", group), required("figures", figures), required("rates", rates));
  }
};

struct StatsPage {
  std::string by, from, to;
  std::vector<StatsRow> items;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("by", by), optional("from", from), optional("to", to), required("items", items));
  }
};

// By region, a region's row includes the regions within it. `forbidden`: the scope reaches neither
// an organ nor a region.
std::expected<StatsPage, StoreError> stats(const ViewStore& store, const StatsQuery& query);

}  // namespace huiyin::projections
