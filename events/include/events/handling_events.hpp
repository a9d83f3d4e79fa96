// From the hand-off to the reply: lanes, supervision, extensions, returns.
#pragma once

#include "events/case_types.hpp"

namespace huiyin::events {

// 重点处理, 重点督办 S3-14
enum class KeyForm : std::uint8_t { key_handling, key_supervision };
constexpr auto names(KeyForm) {
  return std::array<std::string_view, 2>{"key-handling", "key-supervision"};
}

struct MarkedKey {
  KeyForm form{};
  std::string category;            // S3-48
  std::string supervising_leader;  // 牵头督办
  std::string handling_leader;     // 领办

  bool operator==(const MarkedKey&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("form", form), optional("category", category, short_text),
       optional("supervising_leader", supervising_leader, id_text),
       optional("handling_leader", handling_leader, id_text));
  }
};

// 对口督办 (S3-36): one responsible supervising organ, others may join (S2-33)
struct SupervisorAssigned {
  std::string organ;
  std::vector<std::string> joining;

  bool operator==(const SupervisorAssigned&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("organ", organ, id_text), optional("joining", joining, up_to_64_ids));
  }
};

// One handler's part in a round.
struct LaneOpened {
  std::uint16_t lane = 0;
  std::string organ;
  LaneRole role{};

  bool operator==(const LaneOpened&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("lane", lane), required("organ", organ, id_text), required("role", role));
  }
};

// 交办
struct HandedOff {
  std::string lead;                   // 主办; empty where all handle separately
  std::vector<std::string> co;        // 会办
  std::vector<std::string> separate;  // 分办
  std::vector<std::string> assist;    // 协办
  std::string meeting;                // 交办会 S3-37
  std::string note;
  std::vector<LaneOpened> lanes;

  bool operator==(const HandedOff&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lead", lead, id_text), optional("co", co, up_to_64_ids),
       optional("separate", separate, up_to_64_ids), optional("assist", assist, up_to_64_ids),
       optional("meeting", meeting, id_text), optional("note", note, long_text),
       decided("lanes", lanes));
  }
};

// Lane commands name their lane by its number; an organ with one lane in the case may leave it out.

// 签收
struct Signed {
  std::uint16_t lane = 0;

  bool operator==(const Signed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane));
  }
};

// 申请退办
struct ReturnRequested {
  std::uint16_t lane = 0;
  std::string reason;
  std::string suggested_organ;

  bool operator==(const ReturnRequested&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("reason", reason, long_text),
       optional("suggested_organ", suggested_organ, id_text));
  }
};

struct ReturnDecided {
  std::uint16_t lane = 0;
  bool granted = false;
  std::string reason;

  bool operator==(const ReturnDecided&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("granted", granted), optional("reason", reason, long_text));
  }
};

// 重新交办: a new lane takes the place of a returned one.
struct Reassigned {
  std::uint16_t lane = 0;  // the lane that ends
  std::string organ;
  std::string note;
  LaneOpened opened;

  bool operator==(const Reassigned&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("organ", organ, id_text), optional("note", note, long_text),
       decided("opened", opened));
  }
};

// 沟通联系
struct Contacted {
  std::uint16_t lane = 0;
  std::vector<std::string> deputies;
  std::string how;
  std::string note;

  bool operator==(const Contacted&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("deputies", deputies, up_to_64_ids),
       required("how", how, short_text), optional("note", note, long_text));
  }
};

// 会办意见
struct OpinionGiven {
  std::uint16_t lane = 0;
  std::string text;

  bool operator==(const OpinionGiven&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("text", text, long_text));
  }
};

// 延期
struct ExtensionRequested {
  std::uint16_t lane = 0;
  std::string reason;

  bool operator==(const ExtensionRequested&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("reason", reason, long_text));
  }
};

struct ExtensionDecided {
  std::uint16_t lane = 0;
  bool granted = false;
  std::string reason;

  bool operator==(const ExtensionDecided&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), required("granted", granted), optional("reason", reason, long_text));
  }
};

// 催办: of a handling organ (`lane`) or of a rater (`deputy`)
struct Urged {
  std::uint16_t lane = 0;
  std::string deputy;
  std::string text;

  bool operator==(const Urged&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("lane", lane), optional("deputy", deputy, id_text),
       optional("text", text, long_text));
  }
};

// 督办: 专题询问, 评议 among its forms (S3-29)
enum class SupervisionForm : std::uint8_t {
  notice,
  inspection,
  special_inquiry,
  appraisal,
  symposium,
  report,
  other
};
constexpr auto names(SupervisionForm) {
  return std::array<std::string_view, 7>{
      "notice", "inspection", "special-inquiry", "appraisal", "symposium", "report", "other"};
}

struct Supervised {
  SupervisionForm form{};
  std::uint16_t lane = 0;
  std::string text;

  bool operator==(const Supervised&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("form", form), optional("lane", lane), optional("text", text, long_text));
  }
};

}  // namespace huiyin::events
