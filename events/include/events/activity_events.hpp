// What deputies, stations, groups and organs do, beside handling cases: a reception, a visit, an
// inspection, a report to voters, a deed, a training, a meeting, a plan. One life for all of them;
// which forms there are is configuration (config/registry/), since every place has its own words
// (S0-8, S0-9, S4-12).
#pragma once

#include "events/case_types.hpp"

namespace huiyin::events {

inline constexpr Limit up_to_1024_ids{.characters = 64, .items = 1024, .identifier = true};
inline constexpr Limit up_to_1024{.items = 1024};

// How a figure stands to what it counts: 余, 超过 are lower bounds, 约 and 近 are about it
// (rules.md X4.5).
enum class Comparator : std::uint8_t { equal, at_least, about, below };
constexpr auto names(Comparator) {
  return std::array<std::string_view, 4>{"equal", "at-least", "about", "below"};
}

struct ActivityPlanned {
  std::string form;       // reception, research, duty-report … of the configuration
  std::string organiser;  // an organ, station, group or deputy
  std::string title;
  std::string region;
  std::string station;  // where it is held at one
  std::string place;
  Date date{};
  std::vector<std::string> invited;  // deputies
  bool prescribed = false;           // 规定动作; else 自选动作 (S2-12)

  bool operator==(const ActivityPlanned&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("form", form, id_text), required("organiser", organiser, id_text),
       optional("title", title, title_text), optional("region", region, id_text),
       optional("station", station, id_text), optional("place", place, short_text),
       required("date", date), optional("invited", invited, up_to_1024_ids),
       optional("prescribed", prescribed));
  }
};

// Told to the public: who, when, where (S2-25, S4-11).
struct ActivityAnnounced {
  std::vector<std::string> channels;

  bool operator==(const ActivityAnnounced&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("channels", channels, up_to_64_ids));
  }
};

struct ActivityPostponed {
  Date date{};
  std::string reason;

  bool operator==(const ActivityPostponed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("date", date), required("reason", reason, short_text));
  }
};

struct ActivityCancelled {
  std::string reason;

  bool operator==(const ActivityCancelled&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("reason", reason, short_text));
  }
};

// What came of it: a report, a motion, a suggestion, a plan (S0-25, S1-17).
struct Output {
  std::string kind;
  std::string reference;

  bool operator==(const Output&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("kind", kind, id_text), optional("reference", reference, short_text));
  }
};

// What deputies and committees think of an organ's handling: 评议 (S3-28), 考核打分 (S2-34),
// 专题询问 (S3-29).
struct Score {
  std::string organ;
  std::string by;  // the deputy or committee that gives it
  std::int32_t points = 0;
  std::int32_t out_of = 100;
  std::string case_id;  // whose handling, where it is of one
  std::string remarks;

  bool operator==(const Score&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("organ", organ, id_text), required("by", by, id_text), required("points", points),
       required("out_of", out_of), optional("case", case_id, id_text),
       optional("remarks", remarks, short_text));
  }
};

enum class HeldFigure : std::uint8_t { visits, persons, matters, solved, amount_yuan };
constexpr auto names(HeldFigure) {
  return std::array<std::string_view, 5>{"visits", "persons", "matters", "solved", "amount-yuan"};
}

// That a figure was not counted, but is known to be about so much.
struct Estimate {
  HeldFigure figure{};
  Comparator comparator{};

  bool operator==(const Estimate&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("figure", figure), required("comparator", comparator));
  }
};

// Visits 次, persons 人 and matters 件 are different things and are never added up (S1-31).
struct ActivityHeld {
  std::vector<std::string> attended;  // deputies
  std::int64_t visits = 0;
  std::int64_t persons = 0;
  std::int64_t matters = 0;
  std::int64_t solved = 0;  // problems that it solved (S0-27)
  std::int64_t amount_yuan = 0;
  std::vector<std::string> cases;  // that came of it (S2-32)
  std::vector<Output> outputs;
  std::vector<Score> scores;
  std::vector<Estimate> estimates;
  std::string summary;

  bool operator==(const ActivityHeld&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("attended", attended, up_to_1024_ids), optional("visits", visits),
       optional("persons", persons), optional("matters", matters), optional("solved", solved),
       optional("amount_yuan", amount_yuan), optional("cases", cases, up_to_1024_ids),
       optional("outputs", outputs, up_to_64), optional("scores", scores, up_to_1024),
       optional("estimates", estimates, up_to_64), optional("summary", summary, long_text));
  }
};

// The contact report that an organiser owes to the deputy-work organ (S0-10). Where no committee
// took part the general office reports (S0-11): `reporter` is then another than the organiser.
struct ActivityReported {
  std::string reporter;
  std::string text;

  bool operator==(const ActivityReported&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("reporter", reporter, id_text), required("text", text, long_text));
  }
};

// What was recorded of it was wrong, or a deputy has disputed it (law-and-practice.md 2, duty
// file): the record as it should read, and why.
struct ActivityCorrected {
  ActivityHeld held;
  std::string reason;

  bool operator==(const ActivityCorrected&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("held", held), required("reason", reason, short_text));
  }
};

}  // namespace huiyin::events
