// 履职档案: what a deputy did, from events alone; every figure names what is behind it (S2-6, S2-7,
// S3-53, S4-24). Scores are configuration (S1-19, S3-45, S4-23).
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "engine/duty_board.hpp"
#include "projections/registry_store.hpp"
#include "projections/view_store.hpp"

namespace huiyin::supervision {

using events::Date;

struct FileLine {
  projections::ActivityPart part{};
  std::string form;
  std::uint64_t times = 0;
  std::int64_t visits = 0, persons = 0, matters = 0, solved = 0, amount_yuan = 0;
  std::vector<std::string> activities;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("part", part), required("form", form), required("times", times),
       optional("visits", visits), optional("persons", persons), optional("matters", matters),
       optional("solved", solved), optional("amount_yuan", amount_yuan),
       required("activities", activities));
  }
};

struct FileDuty {
  std::string duty, period;
  std::uint32_t done = 0, minimum = 0;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("duty", duty), required("period", period), required("done", done),
       required("minimum", minimum));
  }
};

struct FileScore {
  std::string score, name;
  std::uint64_t counted = 0;
  std::uint32_t points = 0, most = 0;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("score", score), required("name", name), required("counted", counted),
       required("points", points), required("most", most));
  }
};

struct PerformanceFile {
  std::string deputy, name;
  Date from{}, to{};
  std::vector<projections::Mandate> mandates;
  std::vector<std::string> reported_to;  // organs (S2-16)
  std::vector<FileLine> activities;      // by part and form
  std::vector<std::string> cases;        // that the deputy proposed in these days
  std::vector<FileDuty> duties;          // of the periods that `to` lies in
  std::vector<FileScore> scores;
  std::uint32_t points = 0;  // their sum

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("deputy", deputy), required("name", name), required("from", from),
       required("to", to), required("mandates", mandates), required("reported_to", reported_to),
       required("activities", activities), required("cases", cases), required("duties", duties),
       required("scores", scores), required("points", points));
  }
};

struct FileSources {
  const projections::ViewStore& cases;
  const projections::RegistryStore& registry;
  const engine::RegistryRules& rules;
  const engine::DutyBoard& duties;
};

// `deputy` is one. Thread-safe.
std::expected<PerformanceFile, projections::StoreError> performance_file(
    const FileSources& sources, const projections::SubjectState& deputy, Date from, Date to);

// The deputies who held a mandate of that congress and term (0: any) on a day, by id (S3-6).
std::vector<std::shared_ptr<const projections::SubjectState>> deputies_of(
    const projections::RegistryStore& registry, std::string_view congress, std::uint16_t term,
    Date day);

}  // namespace huiyin::supervision
