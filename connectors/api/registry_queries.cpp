// GET of the registry's subjects, of activities and of the registry's events.
#include <algorithm>
#include <map>

#include "cards.hpp"
#include "events/envelope.hpp"
#include "events/json_writer.hpp"
#include "http/problem.hpp"
#include "registry_kinds.hpp"
#include "registry_plan.hpp"

namespace huiyin::api {
namespace {

using events::Date;
using events::SubjectKind;
using node::Registry;
using projections::SubjectState;

std::string json_of(const Caller& caller, const SubjectState& state) {
  SubjectState shown = state;
  auto* deputy = std::get_if<projections::DeputyState>(&shown.body);
  const bool own = caller.principal->id == state.id;
  if (deputy != nullptr && !own && !sees_records(caller)) keep_card(*deputy);
  return events::to_json(shown);
}

// ---- One subject

RegistryJob plan_one(Api& api, const Caller& caller, const http::Request& request,
                     SubjectKind kind) {
  if (auto wrong = check_parameters(request, {"at_least"}))
    return std::unexpected(std::move(*wrong));
  std::string id(request.path_parameter("id"));
  return [&api, caller, id, kind] {
    const auto state = api.node.registry()->store().load_state(id);
    if (!state) return to_response(state.error());
    if (*state == nullptr || (*state)->kind != kind) return no_such(kind);
    auto response = json_response(json_of(caller, **state));
    response.headers.push_back({"ETag", etag((*state)->version)});
    return response;
  };
}

RegistryJob plan_history(Api& api, const Caller& caller, const http::Request& request,
                         SubjectKind kind) {
  if (auto wrong = check_parameters(request, {"at_least"}))
    return std::unexpected(std::move(*wrong));
  std::string id(request.path_parameter("id"));
  // Events hold what a card may hide.
  if (kind == SubjectKind::deputy && !sees_records(caller) && caller.principal->id != id) {
    return std::unexpected(
        http::problem(403, "forbidden", "a deputy's history is not open to you"));
  }
  return [&api, id, kind] {
    const Registry& registry = *api.node.registry();
    const auto state = registry.store().find(id);
    if (state == nullptr || state->kind != kind) return no_such(kind);
    auto json = registry.history_json(id);
    if (!json) return http::problem(503, "log-unavailable", json.error());
    if (!*json) return no_such(kind);
    return json_response(std::move(**json));
  };
}

// ---- Lists

struct ListFilter {
  std::string region, name, station, congress, level, of_kind, stage, sector;
  std::optional<bool> grass_roots, leading_cadre;
  Date on{};
  bool dated = false;  // `on` was given
};

bool fits(const ListFilter& f, const SubjectState& state) {
  if (!f.name.empty() && state.name().find(f.name) == std::string::npos) return false;
  if (!f.stage.empty() && state.stage != f.stage) return false;
  if (f.dated && !engine::active_on(state, f.on)) return false;
  if (const auto* deputy = std::get_if<projections::DeputyState>(&state.body)) {
    const auto holds = [&](const projections::Mandate& mandate) {
      const bool then = mandate.from <= f.on && (!mandate.to || *mandate.to > f.on);
      return then && (f.congress.empty() || mandate.congress == f.congress) &&
             (f.level.empty() || events::name_of(mandate.level) == f.level);
    };
    const bool of_mandate = !f.congress.empty() || !f.level.empty();
    if (of_mandate && std::ranges::none_of(deputy->mandates, holds)) return false;
    const auto enrolled = [&](const projections::Enrolment& one) {
      return one.station == f.station && one.from <= f.on && (!one.to || *one.to > f.on);
    };
    if (!f.station.empty() && std::ranges::none_of(deputy->stations, enrolled)) return false;
    if (f.grass_roots && *f.grass_roots != deputy->profile.grass_roots) return false;
    if (f.leading_cadre && *f.leading_cadre != deputy->profile.leading_cadre) return false;
    return true;
  }
  // 对口: which committee supervises a field, which organs work in it (S3-36).
  if (const auto* organ = std::get_if<projections::OrganState>(&state.body)) {
    if (!f.sector.empty() && std::ranges::find(organ->sectors, f.sector) == organ->sectors.end())
      return false;
  }
  if (f.of_kind.empty()) return true;
  if (const auto* organ = std::get_if<projections::OrganState>(&state.body))
    return events::name_of(organ->kind) == f.of_kind;
  if (const auto* station = std::get_if<projections::StationState>(&state.body))
    return events::name_of(station->form) == f.of_kind ||
           events::name_of(station->tier) == f.of_kind;
  if (const auto* region = std::get_if<projections::RegionState>(&state.body))
    return events::name_of(region->kind) == f.of_kind;
  return true;
}

RegistryJob plan_list(Api& api, const Caller& caller, const http::Request& request,
                      SubjectKind kind) {
  if (auto wrong = check_parameters(
          request, {"region", "q", "station", "congress", "level", "kind", "stage", "sector",
                    "grass_roots", "leading_cadre", "on", "limit", "cursor", "at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  ListFilter filter;
  filter.region = text_parameter(request, "region");
  filter.name = text_parameter(request, "q");
  filter.station = text_parameter(request, "station");
  filter.congress = text_parameter(request, "congress");
  filter.level = text_parameter(request, "level");
  filter.of_kind = text_parameter(request, "kind");
  filter.stage = text_parameter(request, "stage");
  filter.sector = text_parameter(request, "sector");
  for (auto [name, into] :
       {std::pair{"grass_roots", &filter.grass_roots}, {"leading_cadre", &filter.leading_cadre}}) {
    if (!request.query_value(name)) continue;
    auto flag = flag_parameter(request, name);
    if (!flag) return std::unexpected(std::move(flag.error()));
    *into = *flag;
  }
  auto on = date_parameter(request, "on",
                           api.node.registry()->rules().zone->local_day(api.node.ids().now()));
  if (!on) return std::unexpected(std::move(on.error()));
  filter.on = *on;
  filter.dated = request.query_value("on").has_value();
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  std::string after = text_parameter(request, "cursor");
  return [&api, caller, kind, filter, limit = *limit, after] {
    const auto& store = api.node.registry()->store();
    std::vector<std::shared_ptr<const SubjectState>> found;
    // Regions are asked for outside the store's lock, each once.
    std::map<std::string, bool, std::less<>> within;
    std::vector<std::shared_ptr<const SubjectState>> fitting;
    store.each(kind, "", [&](const auto& state) {
      if (fits(filter, *state)) fitting.push_back(state);
      return true;
    });
    std::uint64_t total = 0;
    std::string next;
    for (const auto& state : fitting) {
      if (!filter.region.empty()) {
        const auto [known, fresh] = within.try_emplace(state->region(), false);
        if (fresh) known->second = store.lies_within(state->region(), filter.region);
        if (!known->second) continue;
      }
      ++total;
      if (state->id <= after) continue;
      if (found.size() < limit) {
        found.push_back(state);
      } else if (next.empty()) {
        next = found.back()->id;
      }
    }
    std::string out = R"({"items":[)";
    for (const auto& state : found) {
      if (out.back() != '[') out.push_back(',');
      out += json_of(caller, *state);
    }
    out += "],\"total\":" + std::to_string(total) + R"(,"next":)";
    events::append_json_string(out, next);
    return json_response(out + "}");
  };
}

// Of one subject, by day, or those that a case came of (S2-32).
RegistryJob plan_activities(Api& api, const Caller& /*caller*/, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"of", "case", "from", "to", "limit", "at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  std::string of = text_parameter(request, "of");
  std::string case_id = text_parameter(request, "case");
  if (of.empty() == case_id.empty()) {
    return std::unexpected(http::problem(400, "invalid-parameter",
                                         "of: a deputy, station, group or organ; or case: a case"));
  }
  auto from = date_parameter(request, "from", first_day);
  if (!from) return std::unexpected(std::move(from.error()));
  auto to = date_parameter(request, "to", last_day);
  if (!to) return std::unexpected(std::move(to.error()));
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  return [&api, of, case_id, from = *from, to = *to, limit = *limit] {
    const auto& store = api.node.registry()->store();
    std::vector<std::string> ids;
    if (case_id.empty()) {
      for (auto& link : store.activities_of(of, from, to, limit)) ids.push_back(link.activity);
    } else {
      ids = store.activities_behind(case_id);
    }
    std::string out = R"({"items":[)";
    for (const auto& id : ids) {
      const auto state = store.find(id);
      if (state == nullptr) continue;
      if (out.back() != '[') out.push_back(',');
      out += events::to_json(*state);
    }
    return json_response(out + "]}");
  };
}

// ---- The registry's events, in order, for integrators and auditors

RegistryJob plan_events(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"after", "limit", "at_least"}))
    return std::unexpected(std::move(*wrong));
  if (!may_read_events(caller))
    return std::unexpected(http::problem(403, "forbidden", "the events are not open to you"));
  events::Sequence after = 0;
  if (request.query_value("after")) {
    auto position = registry_position(request, "after");
    if (!position) return std::unexpected(std::move(position.error()));
    after = **position;
  }
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  return [&api, after, limit = *limit] {
    const auto reader = api.node.registry()->log().read(0, after + 1);
    std::string out = R"({"items":[)";
    events::Sequence last = after;
    for (std::size_t i = 0; i < limit; ++i) {
      const auto frame = reader->next();
      if (!frame) return to_response(frame.error());
      if (!*frame) break;
      const auto decoded = events::decode_frame(**frame);
      if (!decoded) return http::problem(503, "log-unavailable", decoded.error());
      if (out.back() != '[') out.push_back(',');
      events::append_cloud_event(out, decoded->envelope, decoded->data);
      last = reader->position().sequence;
    }
    return json_response(out + R"(],"next":")" + node::format_registry_position(last) + R"("})");
  };
}

}  // namespace

void add_registry_queries(http::Router& router, Api& api) {
  if (api.node.registry() == nullptr) return;
  for (std::size_t i = 0; i < events::subject_kind_count; ++i) {
    const auto kind = static_cast<SubjectKind>(i);
    const std::string path = "/v1/" + std::string(plural_of(kind));
    const auto of_kind = [kind](auto plan) {
      return [kind, plan](Api& at, const Caller& caller, const http::Request& request) {
        return plan(at, caller, request, kind);
      };
    };
    if (kind != SubjectKind::activity) add_registry_query(router, api, path, of_kind(plan_list));
    add_registry_query(router, api, path + "/{id}", of_kind(plan_one));
    add_registry_query(router, api, path + "/{id}/history", of_kind(plan_history));
  }
  add_registry_query(router, api, "/v1/activities", plan_activities);
  add_registry_query(router, api, "/v1/registry/events", plan_events);
}

}  // namespace huiyin::api
