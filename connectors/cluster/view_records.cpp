#include "view_records.hpp"

#include <map>
#include <string_view>

#include "events/json_writer.hpp"

namespace huiyin::cluster {
namespace {

using projections::CaseState;
using projections::ClockInstance;

// A case as downstream programs see it: no title, no text, no petitioner.
struct StatusRow {
  CaseState& state;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    CaseState& s = state;
    ar(required("case", s.id), required("version", s.version), required("process", s.process),
       required("stage", s.stage), required("ended", s.ended), optional("end_event", s.end_event),
       required("stage_since", s.stage_since), required("updated", s.updated),
       required("kind", s.kind), required("channel", s.channel), optional("station", s.station),
       optional("region", s.region), optional("congress", s.congress),
       optional("category", s.category), required("collected", s.collected),
       optional("whole_delegation", s.whole_delegation), optional("deputies", s.proposers),
       optional("supervisor", s.supervisor), optional("joining", s.joining),
       optional("lanes", s.lanes), optional("ratings", s.ratings),
       optional("rehandlings", s.rehandlings), optional("fed_back", s.fed_back),
       optional("withheld", s.withheld), optional("still_dissatisfied", s.still_dissatisfied),
       required("days", s.days));
  }
};

// A clock that is late, or has been warned of.
struct OverdueRow {
  const std::string& id;
  ClockInstance& clock;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    auto& case_id = const_cast<std::string&>(id);
    ar(required("case", case_id));
    clock.key.serialize(ar);
    ar(optional("holder", clock.holder), required("due", clock.due),
       required("missed", clock.missed), required("colour", clock.colour),
       optional("level", clock.level), optional("provisional", clock.provisional));
  }
};

template <class Row>
std::string json_of(Row row) {
  std::string out;
  events::JsonWriter(out).object(row);
  return out;
}

// Overdue rows of a case by their key; the clocks live as long as the state.
std::map<std::string, std::string> overdue_rows(const CaseState& state) {
  std::map<std::string, std::string> rows;
  for (const ClockInstance& clock : state.clocks) {
    if (!clock.missed && clock.colour == events::Colour{}) continue;
    std::string key = state.id + ":" + clock.key.clock + ":" + std::to_string(clock.key.lane) +
                      ":" + clock.key.deputy + ":" + std::to_string(clock.key.round);
    // serialize() is one function for reading and writing; a writer changes nothing.
    rows.emplace(std::move(key), json_of(OverdueRow{state.id, const_cast<ClockInstance&>(clock)}));
  }
  return rows;
}

}  // namespace

std::vector<NetChange> net_changes(std::span<const projections::CaseChange> changes) {
  std::vector<NetChange> out;
  std::map<std::string_view, std::size_t> places;
  for (const auto& change : changes) {
    const auto [at, fresh] = places.try_emplace(change.after->id, out.size());
    if (fresh) out.push_back({.before = change.before.get()});
    out[at->second].after = change.after.get();
  }
  return out;
}

void append_view_records(std::vector<kafka::ExtraRecord>& records,
                         const kafka::KafkaSettings& settings, events::Partition partition,
                         std::span<const NetChange> changes, projections::LoadCounts& load) {
  const std::string status = kafka::topic_name(settings, kafka::Topic::view_status);
  const std::string overdue = kafka::topic_name(settings, kafka::Topic::view_overdue);
  const std::string by_holder = kafka::topic_name(settings, kafka::Topic::view_load);
  const auto put = [&](const std::string& topic, std::string key, std::optional<std::string> row) {
    records.push_back({.topic = topic,
                       .partition = partition,
                       .key = std::move(key),
                       .headers = {{"content-type", "application/json"}},
                       .value = std::move(row)});
  };
  for (const NetChange& change : changes) {
    put(status, change.after->id, json_of(StatusRow{const_cast<CaseState&>(*change.after)}));
    const auto before = change.before != nullptr ? overdue_rows(*change.before)
                                                 : std::map<std::string, std::string>();
    const auto after = overdue_rows(*change.after);
    for (const auto& [key, row] : before) {
      if (!after.contains(key)) put(overdue, key, std::nullopt);
    }
    for (const auto& [key, row] : after) {
      const auto old = before.find(key);
      if (old == before.end() || old->second != row) put(overdue, key, row);
    }
    load.change(change.before, change.after);
  }
  for (const projections::HolderLoad& row : load.take_touched()) {
    std::string key =
        std::string(events::name_of(row.by)) + ":" + row.holder + ":" + std::to_string(partition);
    put(by_holder, std::move(key),
        row.empty() ? std::nullopt : std::optional(events::to_json(row)));
  }
}

void take_back(std::span<const NetChange> changes, projections::LoadCounts& load) {
  for (const NetChange& change : changes) load.change(change.after, change.before);
  load.take_touched();
}

}  // namespace huiyin::cluster
