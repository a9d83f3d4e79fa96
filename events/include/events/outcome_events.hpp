// From the reply to the archive: reply, rating, re-handling, revisit, feed-back, publication,
// close.
#pragma once

#include "events/case_types.hpp"

namespace huiyin::events {

enum class ReplyTo : std::uint8_t { each, lead_relays, delegation };
constexpr auto names(ReplyTo) {
  return std::array<std::string_view, 3>{"each", "lead-relays", "delegation"};
}

// 答复. `class` is a code of the definition's scheme; its meaning is recorded with it.
struct Replied {
  std::uint16_t lane = 0;
  ReplyTo to{};
  std::string class_code;
  std::string text;
  std::optional<Date> commitment;  // by when a promise is to be kept
  std::string number;              // 文号
  std::string scheme;
  ClassMeaning meaning{};
  std::uint16_t round = 0;

  bool operator==(const Replied&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), optional("to", to), required("class", class_code, id_text),
       required("text", text, long_text), optional("commitment", commitment),
       optional("number", number, short_text), decided("scheme", scheme),
       decided("meaning", meaning), decided("round", round));
  }
};

// 代表评价: one deputy on one lane's reply in one round
struct Rated {
  std::uint16_t lane = 0;
  std::string deputy;
  Satisfaction result{};
  std::optional<Satisfaction> attitude;
  std::string remarks;
  std::uint16_t round = 0;

  bool operator==(const Rated&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), optional("deputy", deputy, id_text), required("result", result),
       optional("attitude", attitude), optional("remarks", remarks, long_text),
       decided("round", round));
  }
};

// 重新办理 S3-34. A rung is a step of the definition's ladder.
struct RehandlingOrdered {
  std::uint16_t lane = 0;
  std::string reason;
  std::uint16_t round = 0;
  std::uint16_t rung = 0;
  std::string form;   // reply, face-to-face, committee-meeting, expert-evaluation
  std::string organ;  // the superior, where the rung says so

  bool operator==(const RehandlingOrdered&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("reason", reason, long_text), decided("round", round),
       decided("rung", rung), decided("form", form), optional("organ", organ, id_text));
  }
};

// 回头看 S3-31. B to C needs a reason, B to A evidence (S3-33).
struct Revisited {
  std::uint16_t lane = 0;
  std::string class_code;
  std::string evidence;
  std::string reason;
  std::optional<Date> commitment;
  std::string campaign;  // 回头看: in which it was looked at again (S3-31)
  std::string from_class;
  ClassMeaning from_meaning{};
  ClassMeaning meaning{};

  bool operator==(const Revisited&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("class", class_code, id_text),
       optional("evidence", evidence, long_text), optional("reason", reason, long_text),
       optional("commitment", commitment), optional("campaign", campaign, id_text),
       decided("from_class", from_class), decided("from_meaning", from_meaning),
       decided("meaning", meaning));
  }
};

// 反馈群众 S0-31
struct FedBack {
  Feedback feedback;

  bool operator==(const FedBack&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    feedback.serialize(ar);
  }
};

// 公开 S4-20, or withheld with a reason code
struct Published {
  std::string where;
  std::string withheld;  // code list "withhold"; empty: published

  bool operator==(const Published&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("where", where, short_text), optional("withheld", withheld, id_text));
  }
};

// 办结
enum class CloseOutcome : std::uint8_t { done, still_dissatisfied };
constexpr auto names(CloseOutcome) {
  return std::array<std::string_view, 2>{"done", "still-dissatisfied"};
}

struct Closed {
  CloseOutcome outcome{};
  std::string finding;  // needed where the deputy is still dissatisfied after the last rung
  std::string note;

  bool operator==(const Closed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("outcome", outcome), optional("finding", finding, long_text),
       optional("note", note, long_text));
  }
};

struct Reopened {
  std::string reason;
  std::uint16_t round = 0;

  bool operator==(const Reopened&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("reason", reason, long_text), decided("round", round));
  }
};

// 归档
struct Archived {
  std::string note;

  bool operator==(const Archived&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("note", note, long_text));
  }
};

}  // namespace huiyin::events
