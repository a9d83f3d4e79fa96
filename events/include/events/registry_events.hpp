// Who and where: regions, organs, congresses, deputies, stations, groups, and what deputies do.
// Each struct is the event's data and the body of the command that asks for it, as with case
// events.
//
// A subject's id stands alone ("station-431002-03"); what refers to one names that id. Names change
// and are kept with the day from which they hold, so that a history shows the name of its time
// (S1-1).
#pragma once

#include "events/case_types.hpp"

namespace huiyin::events {

// ---- Regions: GB/T 2260 codes and, hung into their tree, areas that are no division (S2-19,
// S3-47)

enum class RegionKind : std::uint8_t {
  province,
  city,
  county,
  township,
  village,
  park,      // 产业园区, 开发区
  compound,  // 住宅小区
  scenic,    // 旅游景区
  market     // 集市商场
};
constexpr auto names(RegionKind) {
  return std::array<std::string_view, 9>{"province", "city",     "county", "township", "village",
                                         "park",     "compound", "scenic", "market"};
}

struct RegionAdded {
  std::string name;
  RegionKind kind{};
  std::string parent;  // empty: the top of the tree

  bool operator==(const RegionAdded&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("kind", kind),
       optional("parent", parent, id_text));
  }
};

// Earlier names stay with the time in which they held.
struct Renamed {
  std::string name;

  bool operator==(const Renamed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text));
  }
};

struct RegionMoved {
  std::string parent;

  bool operator==(const RegionMoved&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("parent", parent, id_text));
  }
};

// The end of one; `into` the one that takes its place, if any.
struct Ended {
  std::string into;
  std::string reason;

  bool operator==(const Ended&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("into", into, id_text), optional("reason", reason, short_text));
  }
};

struct RegionRenamed : Renamed {};
struct RegionEnded : Ended {};

// ---- Organs (S0-40, S0-2 to S0-6)

enum class OrganKind : std::uint8_t {
  party,
  government,
  supervisory_commission,
  court,
  procuratorate,
  standing_committee,  // of a congress
  presidium,           // 乡镇人大主席团
  special_committee,   // 专门委员会
  deputy_work,         // 代表工作机构
  office,              // 办公厅, 办公室
  public_service,      // hospitals, schools, state enterprises
  other
};
constexpr auto names(OrganKind) {
  return std::array<std::string_view, 12>{
      "party",     "government",        "supervisory-commission",
      "court",     "procuratorate",     "standing-committee",
      "presidium", "special-committee", "deputy-work",
      "office",    "public-service",    "other"};
}

struct OrganRegistered {
  std::string name;
  OrganKind kind{};
  std::string region;
  std::string superior;              // the organ above it
  std::vector<std::string> sectors;  // 对口: which fields a committee supervises, an organ works in

  bool operator==(const OrganRegistered&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("kind", kind),
       required("region", region, id_text), optional("superior", superior, id_text),
       optional("sectors", sectors, up_to_64_ids));
  }
};

struct OrganChanged {
  std::string superior;
  std::vector<std::string> sectors;

  bool operator==(const OrganChanged&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("superior", superior, id_text), optional("sectors", sectors, up_to_64_ids));
  }
};

struct OrganRenamed : Renamed {};
struct OrganEnded : Ended {};  // abolished, or merged into another

// Who leads an organ or works there: 主任会议成员 (S0-2), leaders of a government (S3-14), heads of
// a township's congress (S1-5). One person may be all of it (S1-4).
enum class OrganPost : std::uint8_t { head, deputy_head, member, staff };
constexpr auto names(OrganPost) {
  return std::array<std::string_view, 4>{"head", "deputy-head", "member", "staff"};
}

struct OrganStaffed {
  std::string person;
  std::string name;
  OrganPost post{};

  bool operator==(const OrganStaffed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("person", person, id_text), optional("name", name, short_text),
       required("post", post));
  }
};

struct OrganUnstaffed {
  std::string person;
  OrganPost post{};

  bool operator==(const OrganUnstaffed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("person", person, id_text), required("post", post));
  }
};

// ---- Congresses with their terms 届 and sessions 次

struct CongressEstablished {
  std::string name;
  Level level{};
  std::string region;

  bool operator==(const CongressEstablished&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("level", level),
       required("region", region, id_text));
  }
};

// A term begins when the one before it ends (S1-2); five years by law.
struct TermOpened {
  std::uint16_t term = 0;
  Date from{};
  Date to{};

  bool operator==(const TermOpened&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("term", term), required("from", from), required("to", to));
  }
};

struct SessionHeld {
  std::uint16_t term = 0;
  std::uint16_t session = 0;
  Date from{};
  Date to{};

  bool operator==(const SessionHeld&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("term", term), required("session", session), required("from", from),
       required("to", to));
  }
};

// A delegation speaks for itself: whole-delegation suggestions are its own (S3-22).
struct DelegationFormed {
  std::string delegation;
  std::string name;
  std::uint16_t term = 0;

  bool operator==(const DelegationFormed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("delegation", delegation, id_text), required("name", name, short_text),
       required("term", term));
  }
};

// ---- Deputies

// What may be shown of a deputy (S0-22, S2-22, S4-8).
enum class CardField : std::uint8_t { photo, unit, position, contact };
constexpr auto names(CardField) {
  return std::array<std::string_view, 4>{"photo", "unit", "position", "contact"};
}

struct DeputyRegistered {
  std::string name;
  std::string region;  // where they live or work: decides the station (S0-19, S0-20)
  std::string unit;
  std::string position;
  std::string contact;
  std::string photo;           // where it is kept
  std::string sector;          // 代表专业小组: the field of a professional group (S0-7)
  bool grass_roots = false;    // 基层代表 (S0-7)
  bool leading_cadre = false;  // 领导干部代表 (S0-24)

  bool operator==(const DeputyRegistered&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("region", region, id_text),
       optional("unit", unit, short_text), optional("position", position, short_text),
       optional("contact", contact, short_text), optional("photo", photo, short_text),
       optional("sector", sector, id_text), optional("grass_roots", grass_roots),
       optional("leading_cadre", leading_cadre));
  }
};

// The profile as it now is, whole.
struct DeputyChanged : DeputyRegistered {};

// A deputy may hold mandates of several levels at a time. Who holds none any more stays: 往届代表
// (S3-45).
struct MandateBegun {
  std::string congress;
  std::uint16_t term = 0;
  std::string electing_unit;  // 选举单位, 选区
  std::string delegation;
  Level level{};  // of the congress

  bool operator==(const MandateBegun&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("congress", congress, id_text), required("term", term),
       optional("electing_unit", electing_unit, short_text),
       optional("delegation", delegation, id_text), decided("level", level));
  }
};

struct MandateEnded {
  std::string congress;
  std::uint16_t term = 0;
  std::string reason;

  bool operator==(const MandateEnded&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("congress", congress, id_text), required("term", term),
       optional("reason", reason, short_text));
  }
};

// 编入联络站, one or more (S0-19, S0-20, S2-29).
struct Enrolled {
  std::string station;

  bool operator==(const Enrolled&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("station", station, id_text));
  }
};

struct LeftStation {
  std::string station;

  bool operator==(const LeftStation&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("station", station, id_text));
  }
};

// What a deputy of an upper level agrees to show; county and township deputies show all (S4-8).
struct Disclosed {
  std::vector<CardField> fields;

  bool operator==(const Disclosed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("fields", fields, up_to_64));
  }
};

// ---- Stations

enum class StationTier : std::uint8_t { head, district, township, village };
constexpr auto names(StationTier) {
  return std::array<std::string_view, 4>{"head", "district", "township", "village"};
}

// 联络站, 联络点 (S2-28), 网上联络站 (S0-23), on market days (S1-25), in a park (S2-27).
enum class StationForm : std::uint8_t { station, point, online, market, park };
constexpr auto names(StationForm) {
  return std::array<std::string_view, 5>{"station", "point", "online", "market", "park"};
}

struct StationOpened {
  std::string name;  // checked against the region's (S2-3)
  StationTier tier{};
  StationForm form{};
  std::string region;
  std::string parent;  // the station above it
  std::string address;
  std::int64_t area_m2 = 0;  // S2-21
  std::int32_t floor = 0;    // likewise; 0: not said

  bool operator==(const StationOpened&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("tier", tier), optional("form", form),
       required("region", region, id_text), optional("parent", parent, id_text),
       optional("address", address, short_text), optional("area_m2", area_m2),
       optional("floor", floor));
  }
};

struct StationMoved {
  std::string address;
  std::string region;
  std::int64_t area_m2 = 0;
  std::int32_t floor = 0;

  bool operator==(const StationMoved&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("address", address, short_text), optional("region", region, id_text),
       optional("area_m2", area_m2), optional("floor", floor));
  }
};

// A checklist of the configuration ("七有" S1-10, "五有四公开" S2-20), as found on the spot.
struct Assessed {
  std::string checklist;
  std::vector<std::string> met;  // items; the others were not
  std::uint16_t items = 0;       // of the checklist as it then was

  bool operator==(const Assessed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("checklist", checklist, id_text), optional("met", met, up_to_64_ids),
       decided("items", items));
  }
};

// 站长, 副站长, 联络员, 管理员, 志愿者, 召集人 (S2-11, S2-23, S4-5, S4-7), 结对联系的领导 (S2-13).
enum class StationPost : std::uint8_t {
  head,
  deputy_head,
  liaison,
  administrator,
  volunteer,
  convener,
  paired_leader
};
constexpr auto names(StationPost) {
  return std::array<std::string_view, 7>{
      "head", "deputy-head", "liaison", "administrator", "volunteer", "convener", "paired-leader"};
}

struct Staffed {
  std::string person;
  std::string name;
  StationPost post{};

  bool operator==(const Staffed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("person", person, id_text), optional("name", name, short_text),
       required("post", post));
  }
};

struct Unstaffed {
  std::string person;
  StationPost post{};

  bool operator==(const Unstaffed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("person", person, id_text), required("post", post));
  }
};

// What a station is for, how it works, its rules: on its wall and its page (S1-14, S2-4).
struct StationDescribed {
  std::string duties;
  std::string procedure;
  std::string rules;

  bool operator==(const StationDescribed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("duties", duties, long_text), optional("procedure", procedure, long_text),
       optional("rules", rules, long_text));
  }
};

// 赶集日 (S1-25): by day of the month, of the common calendar or of the lunar one (农历).
enum class MarketCalendar : std::uint8_t { gregorian, lunar };
constexpr auto names(MarketCalendar) {
  return std::array<std::string_view, 2>{"gregorian", "lunar"};
}

struct MarketDaysSet {
  MarketCalendar calendar{};
  std::vector<std::uint16_t> days;  // 3, 8, 13 … for 逢三逢八

  bool operator==(const MarketDaysSet&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("calendar", calendar), required("days", days, up_to_64));
  }
};

struct StationRenamed : Renamed {};
struct StationEnded : Ended {};  // closed, or merged into another

// ---- Groups of deputies (S1-16, S3-18)

struct GroupFormed {
  std::string name;
  std::string region;
  std::string congress;
  bool professional = false;  // 代表专业小组

  bool operator==(const GroupFormed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("name", name, short_text), required("region", region, id_text),
       optional("congress", congress, id_text), optional("professional", professional));
  }
};

// 组长, 副组长, 联络员 (S1-8).
enum class GroupPost : std::uint8_t { member, leader, deputy_leader, liaison };
constexpr auto names(GroupPost) {
  return std::array<std::string_view, 4>{"member", "leader", "deputy-leader", "liaison"};
}

struct Joined {
  std::string deputy;
  GroupPost post{};

  bool operator==(const Joined&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("deputy", deputy, id_text), optional("post", post));
  }
};

struct LeftGroup {
  std::string deputy;

  bool operator==(const LeftGroup&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("deputy", deputy, id_text));
  }
};

struct GroupRenamed : Renamed {};
struct GroupEnded : Ended {};

}  // namespace huiyin::events
