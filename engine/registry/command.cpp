#include "engine/registry_command.hpp"
#include "events/json_reader.hpp"
#include "events/schema_writer.hpp"

namespace huiyin::engine {
namespace {

using events::SubjectKind;

struct Head {
  std::optional<events::Instant> occurred_at;
  std::string behalf;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(events::optional("occurred_at", occurred_at),
       events::optional("behalf", behalf, events::id_text));
  }
};

// Which subjects a body names, and what of them decide wants to know.
struct LookUp {
  const projections::RegistryStore& store;
  RegistryFacts& facts;

  std::shared_ptr<const projections::SubjectState> needs(SubjectKind kind,
                                                         const std::string& id) const {
    if (id.empty()) return nullptr;
    auto state = store.find(id);
    if (state == nullptr || state->kind != kind || !state->active()) {
      facts.missing.push_back(std::string(events::name_of(kind)) + " " + id);
      return nullptr;
    }
    return state;
  }
  void needs_all(SubjectKind kind, const std::vector<std::string>& ids) const {
    for (const auto& id : ids) needs(kind, id);
  }
  template <class Body>
  void congress(const Body& body) const {
    const auto state = needs(SubjectKind::congress, body.congress);
    const auto* own = state ? std::get_if<projections::CongressState>(&state->body) : nullptr;
    if (own == nullptr) return;
    facts.level = own->level;
    for (const auto& term : own->terms) facts.terms.push_back(term.term);
  }
  void names_of_region(const std::string& region) const {
    constexpr int max_depth = 16;
    std::string at = region;
    for (int depth = 0; depth < max_depth && !at.empty(); ++depth) {
      const auto state = store.find(at);
      const auto* own = state ? std::get_if<projections::RegionState>(&state->body) : nullptr;
      if (own == nullptr) return;
      facts.region_names.push_back(state->name());
      at = own->parent;
    }
  }

  void operator()(const events::RegionAdded& e) const { needs(SubjectKind::region, e.parent); }
  void operator()(const events::RegionMoved& e) const { needs(SubjectKind::region, e.parent); }
  void operator()(const events::RegionEnded& e) const { needs(SubjectKind::region, e.into); }
  void operator()(const events::OrganRegistered& e) const {
    needs(SubjectKind::region, e.region);
    needs(SubjectKind::organ, e.superior);
  }
  void operator()(const events::OrganChanged& e) const { needs(SubjectKind::organ, e.superior); }
  void operator()(const events::OrganEnded& e) const { needs(SubjectKind::organ, e.into); }
  void operator()(const events::CongressEstablished& e) const {
    needs(SubjectKind::region, e.region);
  }
  void operator()(const events::DeputyRegistered& e) const { needs(SubjectKind::region, e.region); }
  void operator()(const events::DeputyChanged& e) const { needs(SubjectKind::region, e.region); }
  void operator()(const events::MandateBegun& e) const { congress(e); }
  void operator()(const events::Enrolled& e) const { needs(SubjectKind::station, e.station); }
  void operator()(const events::StationOpened& e) const {
    needs(SubjectKind::region, e.region);
    needs(SubjectKind::station, e.parent);
    names_of_region(e.region);
  }
  void operator()(const events::StationMoved& e) const { needs(SubjectKind::region, e.region); }
  void operator()(const events::StationEnded& e) const { needs(SubjectKind::station, e.into); }
  void operator()(const events::GroupFormed& e) const {
    needs(SubjectKind::region, e.region);
    needs(SubjectKind::congress, e.congress);
  }
  void operator()(const events::Joined& e) const { needs(SubjectKind::deputy, e.deputy); }
  void operator()(const events::GroupEnded& e) const { needs(SubjectKind::group, e.into); }
  void operator()(const events::ActivityPlanned& e) const {
    needs(SubjectKind::region, e.region);
    needs(SubjectKind::station, e.station);
    needs_all(SubjectKind::deputy, e.invited);
    const auto organiser = store.find(e.organiser);
    if (organiser != nullptr && organiser->active()) {
      facts.organiser = organiser->kind;
    } else {
      facts.missing.push_back("organiser " + e.organiser);
    }
  }
  void operator()(const events::ActivityHeld& e) const {
    needs_all(SubjectKind::deputy, e.attended);
    for (const auto& score : e.scores) needs(SubjectKind::organ, score.organ);
  }
  void operator()(const events::ActivityCorrected& e) const { (*this)(e.held); }
  void operator()(const events::ActivityReported& e) const {
    if (!e.reporter.empty()) needs(SubjectKind::organ, e.reporter);
  }
  void operator()(const events::CampaignOpened& e) const {
    needs(SubjectKind::organ, e.organiser);
    needs(SubjectKind::region, e.region);
    needs(SubjectKind::organ, e.organ);
  }
  void operator()(const events::ProjectProposed& e) const {
    needs(SubjectKind::region, e.region);
    needs(SubjectKind::congress, e.congress);
    needs(SubjectKind::organ, e.organ);
  }
  void operator()(const events::PeriodicalEstablished& e) const {
    needs(SubjectKind::organ, e.organ);
  }
  void operator()(const events::PeriodicalChanged& e) const { needs(SubjectKind::organ, e.organ); }
  // The others name nobody.
  template <class Other>
  void operator()(const Other& /*other*/) const {}
};

// Where an activity is: as planned, else where its station or its organiser is.
std::string region_of(const projections::RegistryStore& store,
                      const events::ActivityPlanned& plan) {
  if (!plan.region.empty()) return plan.region;
  for (const auto* id : {&plan.station, &plan.organiser}) {
    const auto state = id->empty() ? nullptr : store.find(*id);
    if (state != nullptr) return state->region();
  }
  return {};
}
std::string region_of(const projections::RegistryStore& store,
                      const projections::SubjectState& state) {
  if (const auto* activity = std::get_if<projections::ActivityState>(&state.body))
    return region_of(store, activity->plan);
  return state.region();
}

// Where a subject begins to be; empty where a body does not say it.
struct RegionOf {
  const projections::RegistryStore& store;

  std::string operator()(const events::RegionAdded& e) const { return e.parent; }
  std::string operator()(const events::ActivityPlanned& e) const { return region_of(store, e); }
  template <class Body>
  std::string operator()(const Body& e) const {
    if constexpr (requires { e.region; }) {
      return e.region;
    } else {
      return {};
    }
  }
};

template <std::size_t Index>
std::string schema_of() {
  Head head;
  std::variant_alternative_t<Index, events::RegistryEventAlternatives> body{};
  events::SchemaWriter writer(events::SchemaOf::command);
  writer.fields_of(head);
  writer.fields_of(body);
  return "{" + writer.members() + "}";
}

template <std::size_t... Index>
constexpr auto schemas(std::index_sequence<Index...>) {
  return std::array{&schema_of<Index>...};
}

}  // namespace

std::string registry_command_schema(std::size_t event) {
  static constexpr auto table = schemas(std::make_index_sequence<events::registry_event_count>{});
  return table[event]();
}

std::expected<RegistryCommand, events::DecodeError> decode_registry_command(
    std::size_t event, events::json::Value body, std::span<const std::string_view> hidden) {
  events::JsonReader reader(body, events::ReadMode::strict);
  for (const std::string_view name : hidden) reader.hide(name);
  Head head;
  RegistryCommand command;
  reader.fields_of(head);
  events::read_registry_body(reader, event, command.body);
  reader.finish();
  if (reader.error()) return std::unexpected(*reader.error());
  command.occurred_at = head.occurred_at;
  command.behalf = std::move(head.behalf);
  return command;
}

void look_up(RegistryCommand& command, const projections::RegistryStore& store) {
  command.facts = {};
  std::visit(LookUp{store, command.facts}, command.body);
  // Deputies go where people are (S2-29); who works for an organ works where it is in charge.
  if (command.actor.region.empty() || command.actor.role == Role::deputy) return;
  std::string where = std::visit(RegionOf{store}, command.body);
  if (!command.word().founds) {
    const auto state = store.find(command.case_id);
    if (state != nullptr) where = region_of(store, *state);
  }
  if (!where.empty() && !store.lies_within(where, command.actor.region))
    command.facts.outside = std::move(where);
}

}  // namespace huiyin::engine
