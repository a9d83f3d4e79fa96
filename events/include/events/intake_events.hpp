// From the first word of a citizen to the hand-off: collecting, sorting, reviewing, accepting.
// Each struct is the event's data; fields marked `decided` are the engine's, the rest is also the
// body of the command that asks for it.
#pragma once

#include "events/case_types.hpp"

namespace huiyin::events {

// 收集
// 站内+站外、线下+线上、固定+流动、接待+活动 (S1-24)
enum class ContactMode : std::uint8_t {
  in_station,
  out_of_station,
  offline,
  online,
  fixed,
  mobile,
  reception,
  activity
};
constexpr auto names(ContactMode) {
  return std::array<std::string_view, 8>{"in-station", "out-of-station", "offline",   "online",
                                         "fixed",      "mobile",         "reception", "activity"};
}

struct Collected {
  Kind kind{};
  std::string title;
  std::string body;
  Channel channel{};
  std::string occasion;  // reception, visit, symposium, market day … (S0-8, S0-9, S2-30, S3-54)
  std::string station;
  std::string region;
  std::string place;
  std::string congress;  // the congress addressed, of one term (S1-2): suggestions and motions
  std::vector<Proposer> deputies;
  std::string chosen_deputy;  // whom the citizen chose (S2-5)
  std::optional<Petitioner> petitioner;
  std::string category;
  std::string external_id;           // the same matter's number in another system
  bool whole_delegation = false;     // 全团建议 S3-26
  bool inter_session = false;        // 闭会期间 S3-15
  std::vector<ContactMode> modes;    // how deputies and citizens met
  std::vector<std::string> sources;  // cases that were converted into this one (S4-17)
  bool source_petitioner = false;    // one of them has a petitioner, who is owed feed-back (S2-8)

  bool operator==(const Collected&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("kind", kind), required("title", title, title_text),
       optional("body", body, long_text), optional("channel", channel),
       optional("occasion", occasion, id_text), optional("station", station, id_text),
       optional("region", region, id_text), optional("place", place, short_text),
       optional("congress", congress, id_text), optional("deputies", deputies, up_to_64),
       optional("chosen_deputy", chosen_deputy, id_text), optional("petitioner", petitioner),
       optional("category", category, short_text), optional("external_id", external_id, id_text),
       optional("whole_delegation", whole_delegation), optional("inter_session", inter_session),
       optional("modes", modes, up_to_64), decided("sources", sources),
       decided("source_petitioner", source_petitioner));
  }
};

// 转交代表 S4-10
struct Transferred {
  std::string deputy;
  std::string congress;
  std::string note;

  bool operator==(const Transferred&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("deputy", deputy, id_text), optional("congress", congress, id_text),
       optional("note", note, long_text));
  }
};

// 当场解答 S4-15: a deputy's act, and itself the feed-back.
struct AnsweredOnSpot {
  std::string text;
  std::string how;

  bool operator==(const AnsweredOnSpot&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("text", text, long_text), required("how", how, short_text));
  }
};

// 告知其他渠道 S4-16
struct Redirected {
  std::string reason;  // code list "redirect" of the definition
  std::string explanation;
  std::string to;
  std::string how;

  bool operator==(const Redirected&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("reason", reason, id_text), required("explanation", explanation, long_text),
       optional("to", to, short_text), required("how", how, short_text));
  }
};

// A deputy's own help (S0-27). Not handling in the sense of S4-14.
struct DeedRecorded {
  std::string text;
  bool solved = false;
  std::string how;  // how the citizen learnt of it, where it solved the matter
  std::int64_t amount_yuan = 0;

  bool operator==(const DeedRecorded&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("text", text, long_text), optional("solved", solved),
       optional("how", how, short_text), optional("amount_yuan", amount_yuan));
  }
};

// Outlets other than a hand-off (S4-18, S0-29, S3-49, S0-28, S2-14).
enum class Outlet : std::uint8_t {
  hotline_12345,
  inspection,
  research,
  enforcement_check,
  livelihood_project,
  legislative_point
};
constexpr auto names(Outlet) {
  return std::array<std::string_view, 6>{"hotline-12345",      "inspection",
                                         "research",           "enforcement-check",
                                         "livelihood-project", "legislative-point"};
}

struct PassedOn {
  Outlet outlet{};
  std::string external_id;
  bool in_scope = false;  // the sender checked the outlet's scope (S0-30)
  std::string note;

  bool operator==(const PassedOn&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("outlet", outlet), optional("external_id", external_id, id_text),
       required("in_scope", in_scope), optional("note", note, long_text));
  }
};

enum class OutletResult : std::uint8_t { done, not_done, out_of_scope };
constexpr auto names(OutletResult) {
  return std::array<std::string_view, 3>{"done", "not-done", "out-of-scope"};
}

struct OutletAnswered {
  OutletResult result{};
  std::string text;
  std::string external_id;
  bool adopted = false;      // an opinion on a draft law: 采纳 (S3-19)
  std::int32_t changes = 0;  // 实质性修改, 处: in how many places the draft was changed for it

  bool operator==(const OutletAnswered&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("result", result), required("text", text, long_text),
       optional("external_id", external_id, id_text), optional("adopted", adopted),
       optional("changes", changes));
  }
};

// 预审, 初核, 复核 S3-25
struct Reviewed {
  std::string gate;
  std::string remarks;

  bool operator==(const Reviewed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("gate", gate, id_text), optional("remarks", remarks, long_text));
  }
};

// 退回修改
struct SentBack {
  std::string gate;
  std::string remarks;

  bool operator==(const SentBack&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("gate", gate, id_text), required("remarks", remarks, long_text));
  }
};

// What a revision or a correction may replace. Empty: as it was.
struct Revised {
  std::string title;
  std::string body;
  std::string place;
  std::string note;

  bool operator==(const Revised&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("title", title, title_text), optional("body", body, long_text),
       optional("place", place, short_text), optional("note", note, long_text));
  }
};

// Per deputy and in writing.
struct Withdrawn {
  std::string deputy;
  bool in_writing = false;
  std::string reason;
  std::optional<Feedback> feedback;  // to the petitioner, where this ends the case

  bool operator==(const Withdrawn&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("deputy", deputy, id_text), required("in_writing", in_writing),
       optional("reason", reason, long_text), optional("feedback", feedback));
  }
};

struct Cosigned {
  std::string deputy;
  std::string congress;
  std::string delegation;

  bool operator==(const Cosigned&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("deputy", deputy, id_text), optional("congress", congress, id_text),
       optional("delegation", delegation, id_text));
  }
};

// 并案: a link between two cases, recorded on both: `into` on the one that waits, `source` on the
// one that carries it on.
struct Merged {
  std::string into;
  std::string source;
  bool petitioner = false;  // the source has one

  bool operator==(const Merged&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("into", into, id_text), decided("source", source),
       decided("petitioner", petitioner));
  }
};

struct Unmerged {
  std::string from;
  std::string source;
  std::string reason;

  bool operator==(const Unmerged&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(decided("from", from), decided("source", source), optional("reason", reason, long_text));
  }
};

// 转为代表建议 S4-17. `into` names an existing case, or the new one that `draft` describes.
struct Converted {
  std::string into;
  std::optional<Collected> draft;
  std::string source;
  bool petitioner = false;

  bool operator==(const Converted&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("into", into, id_text), optional("draft", draft), decided("source", source),
       decided("petitioner", petitioner));
  }
};

// 受理
struct Accepted {
  std::string note;

  bool operator==(const Accepted&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("note", note, long_text));
  }
};

// 不作为代表建议处理
struct Rejected {
  std::string reason;  // code list "reject"
  std::string explanation;
  std::optional<Feedback> feedback;

  bool operator==(const Rejected&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("reason", reason, id_text), required("explanation", explanation, long_text),
       optional("feedback", feedback));
  }
};

// 分析 S2-9
struct Analysed {
  std::string category;
  std::optional<Level> level;
  std::string nature;
  std::string authority;  // scope of authority: whose business it is

  bool operator==(const Analysed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("category", category, short_text), optional("level", level),
       optional("nature", nature, short_text), optional("authority", authority, short_text));
  }
};

// 采纳吸收 S0-14
struct Adopted {
  std::string text;
  std::optional<Feedback> feedback;

  bool operator==(const Adopted&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("text", text, long_text), optional("feedback", feedback));
  }
};

}  // namespace huiyin::events
