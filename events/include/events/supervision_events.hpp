// What goes over many cases or many people: campaigns that look at promises again, livelihood
// projects, periodicals with their numbers, and what a duty's period came to. As
// registry_events.hpp.
#pragma once

#include "events/activity_events.hpp"

namespace huiyin::events {

// ---- Campaigns: B类件“回头看” (S3-31)

// What was looked for; the cases that were found follow as `selected`.
struct CampaignOpened {
  std::string name;
  std::string organiser;   // an organ
  std::string region;      // all empty: any
  std::string congress;    // of one term, "430000-13"
  std::string organ;       // that replied
  std::string class_code;  // that the cases bear

  bool operator==(const CampaignOpened&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("organiser", organiser, id_text),
       optional("region", region, id_text), optional("congress", congress, id_text),
       optional("organ", organ, id_text), required("class", class_code, id_text));
  }
};

// As often as there are further thousands of cases.
struct CampaignSelected {
  std::vector<std::string> cases;

  bool operator==(const CampaignSelected&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("cases", cases, up_to_1024_ids));
  }
};

// “解剖麻雀”: those of the selected that are gone into deeply.
struct CampaignSampled {
  std::vector<std::string> cases;

  bool operator==(const CampaignSampled&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("cases", cases, up_to_1024_ids));
  }
};

struct CampaignClosed {
  std::string report;

  bool operator==(const CampaignClosed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("report", report, long_text));
  }
};

// ---- Livelihood projects 民生实事, in four stages (S0-28, S3-41)

// 征集初定
struct ProjectProposed {
  std::string name;
  std::string region;
  std::string congress;            // that votes
  std::string organ;               // that carries it out
  std::vector<std::string> cases;  // from which it came
  std::int64_t budget_yuan = 0;

  bool operator==(const ProjectProposed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("region", region, id_text),
       required("congress", congress, id_text), optional("organ", organ, id_text),
       optional("cases", cases, up_to_1024_ids), optional("budget_yuan", budget_yuan));
  }
};

// 审议票决
struct ProjectVoted {
  bool adopted = false;
  std::int32_t votes_for = 0;
  std::int32_t votes_against = 0;
  std::int32_t abstained = 0;
  std::string meeting;

  bool operator==(const ProjectVoted&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("adopted", adopted), required("votes_for", votes_for),
       optional("votes_against", votes_against), optional("abstained", abstained),
       optional("meeting", meeting, short_text));
  }
};

// 组织实施
struct ProjectProgressed {
  std::int32_t percent = 0;
  std::int64_t spent_yuan = 0;
  std::string text;

  bool operator==(const ProjectProgressed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("percent", percent), optional("spent_yuan", spent_yuan),
       optional("text", text, long_text));
  }
};
struct ProjectCompleted {
  std::int64_t spent_yuan = 0;
  std::string text;

  bool operator==(const ProjectCompleted&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("spent_yuan", spent_yuan), optional("text", text, long_text));
  }
};

// 监督评议
struct ProjectAppraised {
  std::int32_t satisfied = 0;
  std::int32_t basically = 0;
  std::int32_t dissatisfied = 0;
  std::string text;

  bool operator==(const ProjectAppraised&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("satisfied", satisfied), optional("basically", basically),
       optional("dissatisfied", dissatisfied), optional("text", text, long_text));
  }
};

struct ProjectDropped {
  std::string reason;

  bool operator==(const ProjectDropped&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("reason", reason, short_text));
  }
};

// ---- Periodicals: 联络动态, 通报 (S0-1, S2-15)

// `issues` and `total` are the numbers that its last issue before this bore, in `year` and in all,
// where it is older than its record here.
struct PeriodicalEstablished {
  std::string name;
  std::string organ;                    // that issues it
  std::string approval;                 // 批准文号
  std::string marking;                  // 内部刊物 注意保存
  std::string editor;                   // 责任编辑
  std::vector<std::string> recipients;  // 发送名单 (S0-39, S1-32)
  std::uint16_t year = 0;
  std::uint32_t issues = 0;
  std::uint32_t total = 0;

  bool operator==(const PeriodicalEstablished&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("organ", organ, id_text),
       optional("approval", approval, short_text), optional("marking", marking, short_text),
       optional("editor", editor, short_text),
       optional("recipients", recipients, up_to_64_short_texts), optional("year", year),
       optional("issues", issues), optional("total", total));
  }
};

// Its head as it now is, whole.
struct PeriodicalChanged {
  std::string name;
  std::string organ;
  std::string approval;
  std::string marking;
  std::string editor;
  std::vector<std::string> recipients;

  bool operator==(const PeriodicalChanged&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("organ", organ, id_text),
       optional("approval", approval, short_text), optional("marking", marking, short_text),
       optional("editor", editor, short_text),
       optional("recipients", recipients, up_to_64_short_texts));
  }
};

// Numbers leave no gap: the next of its year, and the next in all.
struct PeriodicalIssued {
  std::string title;
  Date date{};       // printed on it
  std::string text;  // Markdown, as it went out
  std::uint16_t year = 0;
  std::uint32_t number = 0;
  std::uint32_t total = 0;

  bool operator==(const PeriodicalIssued&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("title", title, title_text), required("date", date),
       optional("text", text, long_text), decided("year", year), decided("number", number),
       decided("total", total));
  }
};

// ---- What a duty's period came to. The subject is one duty in one period,
// "monthly-reception.2024-03".

struct DutyOpened {
  std::string duty;
  std::string name;
  std::string period;
  Date from{};
  Date to{};
  std::uint32_t minimum = 1;

  bool operator==(const DutyOpened&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("duty", duty, id_text), required("name", name, short_text),
       required("period", period, id_text), required("from", from), required("to", to),
       required("minimum", minimum));
  }
};

// How things stand so many days before the end, and who has not done it yet: in as many events as
// there are further thousands.
struct DutyWarned {
  std::uint64_t done = 0;
  std::uint64_t subjects = 0;
  std::vector<std::string> missing;
  bool more = false;  // another event goes on with those missing

  bool operator==(const DutyWarned&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("done", done), required("subjects", subjects),
       optional("missing", missing, up_to_1024_ids), optional("more", more));
  }
};

// The same at the end.
struct DutyClosed : DutyWarned {};

}  // namespace huiyin::events
