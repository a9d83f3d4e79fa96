// Who has done what they owe in a period, and who is still missing (rules.md X2).
//
// Stored rows know no duties: they say what was done, and a duty is configuration. The board adds
// the rows up when it is asked, and keeps what it added until the registry changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/registry_rules.hpp"
#include "projections/registry_store.hpp"

namespace huiyin::engine {

using events::Date;

// The period of a kind that a day lies in; a term's, market day's or meeting's depends on whose it
// is, and is the day itself here.
struct PeriodDays {
  Date from{}, to{};
  std::string label;  // 2024-W06, 2024-02, 2024-Q1, 2024, term, market-day, meeting

  bool operator==(const PeriodDays&) const = default;
};
PeriodDays period_of(DutyPeriod kind, Date day);

struct DutyGauge {
  std::string duty, rule, name;
  events::SubjectKind subject{};
  PeriodDays period;
  std::uint32_t minimum = 1;
  std::uint64_t subjects = 0;  // the denominator: who owed it on `reference`
  std::uint64_t done = 0;      // the numerator: of these, who has done at least the minimum
  Date reference{};            // the period's last day, or the day asked for before it

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("duty", duty), required("rule", rule), required("name", name),
       required("subject", subject), required("period", period.label),
       required("from", period.from), required("to", period.to), required("minimum", minimum),
       required("done", done), required("subjects", subjects), required("as_of", reference));
  }
};

struct DutyEntry {
  std::string subject, name, region;
  std::uint32_t done = 0;
  std::uint32_t minimum = 1;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("subject", subject), required("name", name), required("region", region),
       required("done", done), required("minimum", minimum));
  }
};

struct DutyPage {
  std::vector<DutyEntry> items;
  std::uint64_t total = 0;
  std::string next;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("items", items), required("total", total), optional("next", next));
  }
};

class DutyBoard {
 public:
  // The store outlives it.
  explicit DutyBoard(const projections::RegistryStore& store) : store_(store) {}

  // Thread-safe. `day` picks the period; what is later than it is not looked at. `region` empty:
  // all.
  DutyGauge gauge(const Duty& duty, Date day, std::string_view region) const;
  // `missing`: those below the minimum; else those who have done it. By id, after `after`.
  DutyPage subjects(const Duty& duty, Date day, std::string_view region, bool missing,
                    std::string_view after, std::size_t limit) const;
  // How much of one duty one subject has done; nothing when it does not owe it.
  std::optional<DutyEntry> of_subject(const Duty& duty, std::string_view subject, Date day) const;

 private:
  struct Entry {
    std::shared_ptr<const projections::SubjectState> subject;
    std::uint32_t done = 0;
    Date from{}, to{};  // what it did between them counts
  };
  struct Sheet {
    events::Sequence subjects_at = 0;  // of the registry, when its subjects were looked at
    events::Sequence done_at = 0;      // up to where what they did is added up
    PeriodDays period;
    Date reference{};
    std::vector<Entry> entries;  // by id
    std::shared_ptr<const std::unordered_map<std::string_view, std::size_t>> places;
  };
  std::shared_ptr<const Sheet> sheet(const Duty& duty, Date day) const;
  std::shared_ptr<const Sheet> add_up(const Duty& duty, Date day) const;
  // The sheet as it is now, from an earlier one; null when it must be added up anew.
  std::shared_ptr<const Sheet> bring_up(const Duty& duty,
                                        const std::shared_ptr<const Sheet>& old) const;
  std::optional<Date> owed_since(const Duty& duty, const projections::SubjectState& subject,
                                 Date reference) const;
  // From when to when what a subject does counts; nothing when it does not owe it.
  std::optional<std::pair<Date, Date>> window(const Duty& duty,
                                              const projections::SubjectState& subject,
                                              const PeriodDays& period, Date reference) const;
  // The meeting that a subject held last, of the form that its duty counts.
  std::shared_ptr<const projections::SubjectState> last_meeting(const Duty& duty,
                                                                std::string_view subject,
                                                                Date reference) const;
  std::uint32_t invited_to(const projections::SubjectState& meeting, const Duty& duty) const;

  const projections::RegistryStore& store_;
  mutable std::mutex mutex_;  // of the next
  mutable std::map<std::pair<std::string, Date>, std::shared_ptr<const Sheet>> sheets_;
};

// How much an activity that was held counts for, in one of the parts that a subject had in it.
std::uint32_t worth(const DutyCount& count, const projections::Done& done);

// Whether a subject was there and active on a day.
bool active_on(const projections::SubjectState& subject, Date day);

}  // namespace huiyin::engine
