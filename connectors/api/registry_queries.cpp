// GET of the registry's subjects, of activities, of duties and of deputies' performance files.
#include <algorithm>
#include <map>

#include "answers.hpp"
#include "api.hpp"
#include "api/intake_link.hpp"
#include "cards.hpp"
#include "events/envelope.hpp"
#include "events/json_writer.hpp"
#include "http/percent.hpp"
#include "http/problem.hpp"
#include "qr/qr.hpp"
#include "query_parameters.hpp"
#include "registry_kinds.hpp"

namespace huiyin::api {
namespace {

using events::Date;
using events::SubjectKind;
using node::Registry;
using projections::SubjectState;

using Plan = std::expected<std::function<http::Response()>, http::Response>;
using RegistryPlan = std::function<Plan(Api&, const Caller&, const http::Request&)>;

constexpr std::chrono::seconds max_wait{5};           // of at_least
constexpr std::chrono::milliseconds short_wait{250};  // without it, as for cases
constexpr Date first_day{std::chrono::year{1900}, std::chrono::January, std::chrono::day{1}};
constexpr Date last_day{std::chrono::year{2200}, std::chrono::January, std::chrono::day{1}};

http::Response body_of(std::string json) {
  http::Response response;
  response.body = std::move(json);
  return response;
}

// "r:12".
Parsed<std::optional<events::Sequence>> registry_position(const http::Request& request,
                                                          std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto position = text->starts_with("r:")
                            ? events::parse_position("0:" + std::string(text->substr(2)))
                            : std::nullopt;
  if (position) return position->sequence;
  return std::unexpected(
      http::problem(400, "invalid-parameter", std::string(name) + ": a position such as r:12"));
}

Parsed<Date> date_parameter(const http::Request& request, std::string_view name, Date otherwise) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  if (const auto date = events::parse_date(*text)) return *date;
  return std::unexpected(
      http::problem(400, "invalid-parameter", std::string(name) + ": a date such as 2024-02-05"));
}

void answer(Api& api, http::Request&& request, http::Responder&& responder,
            const RegistryPlan& plan) {
  auto caller = authenticate(api.node.principals(), request);
  if (!caller) return responder(std::move(caller.error()));
  auto at_least = registry_position(request, "at_least");
  if (!at_least) return responder(std::move(at_least.error()));
  auto job = plan(api, *caller, request);
  if (!job) return responder(std::move(job.error()));
  const Registry& registry = *api.node.registry();
  const events::Position until{0, (*at_least).value_or(registry.log().end(0))};
  const bool asked = at_least->has_value();
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  const bool taken = api.workers.run([&registry, shared, until, asked, work = std::move(*job)] {
    const auto wait = asked ? std::chrono::milliseconds(max_wait) : short_wait;
    const bool arrived =
        registry.store().wait_applied(until, std::chrono::steady_clock::now() + wait);
    (*shared)(arrived || !asked
                  ? work()
                  : http::problem(504, "not-yet", "the views did not reach that position in 5 s"));
  });
  if (!taken) (*shared)(http::problem(503, "busy", "too many queries wait: try again"));
}

// Who works with deputies' records sees all of them; others see what a deputy shows (S4-8): county
// and township deputies their whole card, those of upper levels what they agreed to.
bool sees_records(const Caller& caller) {
  return std::ranges::any_of(
      std::initializer_list<engine::Role>{engine::Role::coordinator, engine::Role::officer,
                                          engine::Role::supervisor, engine::Role::auditor,
                                          engine::Role::importer, engine::Role::admin},
      [&](engine::Role role) { return acts_as(caller, role); });
}

std::string json_of(const Caller& caller, const SubjectState& state) {
  SubjectState shown = state;
  auto* deputy = std::get_if<projections::DeputyState>(&shown.body);
  const bool own = caller.principal->id == state.id;
  if (deputy != nullptr && !own && !sees_records(caller)) keep_card(*deputy);
  return events::to_json(shown);
}

http::Response not_found(SubjectKind kind) {
  return http::problem(404, "not-found", "there is no such " + std::string(events::name_of(kind)));
}

// ---- One subject

Plan plan_one(Api& api, const Caller& caller, const http::Request& request, SubjectKind kind) {
  if (auto wrong = check_parameters(request, {"at_least"}))
    return std::unexpected(std::move(*wrong));
  std::string id(request.path_parameter("id"));
  return [&api, caller, id, kind] {
    const auto state = api.node.registry()->store().load_state(id);
    if (!state) return to_response(state.error());
    if (*state == nullptr || (*state)->kind != kind) return not_found(kind);
    auto response = body_of(json_of(caller, **state));
    response.headers.push_back({"ETag", etag((*state)->version)});
    return response;
  };
}

Plan plan_history(Api& api, const Caller& caller, const http::Request& request, SubjectKind kind) {
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
    if (state == nullptr || state->kind != kind) return not_found(kind);
    auto json = registry.history_json(id);
    if (!json) return http::problem(503, "log-unavailable", json.error());
    if (!*json) return not_found(kind);
    return body_of(std::move(**json));
  };
}

// ---- Lists

struct ListFilter {
  std::string region, name, station, congress, level, of_kind, stage;
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

Plan plan_list(Api& api, const Caller& caller, const http::Request& request, SubjectKind kind) {
  if (auto wrong = check_parameters(
          request, {"region", "q", "station", "congress", "level", "kind", "stage", "grass_roots",
                    "leading_cadre", "on", "limit", "cursor", "at_least"})) {
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
    return body_of(out + "}");
  };
}

// Of one subject, by day, or those that a case came of (S2-32).
Plan plan_activities(Api& api, const Caller& /*caller*/, const http::Request& request) {
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
    return body_of(out + "]}");
  };
}

// ---- Duties

Date today(Api& api) { return api.node.registry()->rules().zone->local_day(api.node.ids().now()); }

Plan plan_duties(Api& api, const Caller& /*caller*/, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"on", "region", "at_least"}))
    return std::unexpected(std::move(*wrong));
  auto on = date_parameter(request, "on", today(api));
  if (!on) return std::unexpected(std::move(on.error()));
  std::string region = text_parameter(request, "region");
  return [&api, on = *on, region] {
    const Registry& registry = *api.node.registry();
    std::string out = R"({"items":[)";
    for (const auto& duty : registry.rules().duties) {
      if (out.back() != '[') out.push_back(',');
      out += events::to_json(registry.duties().gauge(duty, on, region));
    }
    return body_of(out + "]}");
  };
}

Plan plan_duty(Api& api, const Caller& /*caller*/, const http::Request& request) {
  if (auto wrong =
          check_parameters(request, {"on", "region", "missing", "limit", "cursor", "at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  const auto* duty = api.node.registry()->rules().duty(request.path_parameter("id"));
  if (duty == nullptr)
    return std::unexpected(http::problem(404, "not-found", "there is no such duty"));
  auto on = date_parameter(request, "on", today(api));
  if (!on) return std::unexpected(std::move(on.error()));
  bool missing = true;
  if (request.query_value("missing")) {
    auto flag = flag_parameter(request, "missing");
    if (!flag) return std::unexpected(std::move(flag.error()));
    missing = *flag;
  }
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  return [&api, duty, on = *on, missing, limit = *limit, region = text_parameter(request, "region"),
          after = text_parameter(request, "cursor")] {
    const auto& board = api.node.registry()->duties();
    std::string out = R"({"gauge":)" + events::to_json(board.gauge(*duty, on, region)) +
                      R"(,"missing":)" + (missing ? "true" : "false") + ",";
    const auto page = board.subjects(*duty, on, region, missing, after, limit);
    return body_of(out + events::to_json(page).substr(1));
  };
}

// ---- 履职档案: what a deputy did, from events alone; every figure names the activities behind it
// (S2-6, S2-7, S3-53, S4-24).

struct FileLine {
  std::uint64_t times = 0;
  std::int64_t visits = 0, persons = 0, matters = 0, solved = 0, amount_yuan = 0;
  std::vector<std::string> activities;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("times", times), optional("visits", visits), optional("persons", persons),
       optional("matters", matters), optional("solved", solved),
       optional("amount_yuan", amount_yuan), required("activities", activities));
  }
};

std::string file_json(Api& api, const SubjectState& deputy, Date from, Date to) {
  constexpr std::size_t all = std::size_t{1} << 20U;
  const Registry& registry = *api.node.registry();
  std::map<std::pair<std::string, std::string>, FileLine> lines;  // by part and form
  for (const auto& link : registry.store().activities_of(deputy.id, from, to, all)) {
    const auto activity = registry.store().find(link.activity);
    const auto* own = activity ? std::get_if<projections::ActivityState>(&activity->body) : nullptr;
    if (own == nullptr || activity->stage != "held") continue;
    for (const auto part : link.parts) {
      FileLine& line = lines[{std::string(events::name_of(part)), own->plan.form}];
      ++line.times;
      line.visits += own->held.visits;
      line.persons += own->held.persons;
      line.matters += own->held.matters;
      line.solved += own->held.solved;
      line.amount_yuan += own->held.amount_yuan;
      line.activities.push_back(link.activity);
    }
  }
  std::string out = R"({"deputy":)";
  events::append_json_string(out, deputy.id);
  out += R"(,"name":)";
  events::append_json_string(out, deputy.name());
  out += R"(,"from":")" + events::format_date(from) + R"(","to":")" + events::format_date(to) +
         R"(","mandates":[)";
  for (const auto& mandate : std::get<projections::DeputyState>(deputy.body).mandates) {
    if (out.back() != '[') out.push_back(',');
    out += events::to_json(mandate);
  }
  out += R"(],"activities":[)";
  for (const auto& [key, line] : lines) {
    if (out.back() != '[') out.push_back(',');
    out += R"({"part":)";
    events::append_json_string(out, key.first);
    out += R"(,"form":)";
    events::append_json_string(out, key.second);
    out += "," + events::to_json(line).substr(1);
  }
  out += R"(],"duties":[)";
  for (const auto& duty : registry.rules().duties) {
    const auto entry = registry.duties().of_subject(duty, deputy.id, to);
    if (!entry) continue;
    if (out.back() != '[') out.push_back(',');
    out += R"({"duty":)";
    events::append_json_string(out, duty.id);
    out += R"(,"period":)";
    events::append_json_string(out, engine::period_of(duty.period, to).label);
    out += R"(,"done":)" + std::to_string(entry->done) + R"(,"minimum":)" +
           std::to_string(entry->minimum) + "}";
  }
  return out + "]}";
}

Plan plan_file(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"from", "to", "at_least"}))
    return std::unexpected(std::move(*wrong));
  std::string id(request.path_parameter("id"));
  if (!sees_records(caller) && caller.principal->id != id) {
    return std::unexpected(
        http::problem(403, "forbidden", "a deputy's performance file is not open to you"));
  }
  auto from = date_parameter(request, "from", first_day);
  if (!from) return std::unexpected(std::move(from.error()));
  auto to = date_parameter(request, "to", today(api));
  if (!to) return std::unexpected(std::move(to.error()));
  return [&api, id, from = *from, to = *to] {
    const auto state = api.node.registry()->store().find(id);
    if (state == nullptr || state->kind != SubjectKind::deputy)
      return not_found(SubjectKind::deputy);
    return body_of(file_json(api, *state, from, to));
  };
}

// ---- QR codes of stations and deputies (S2-5)

// Where people outside reach this server: what the settings say, else what this request was sent
// to.
std::optional<std::string> public_url(const Api& api, const http::Request& request) {
  if (const auto& said = api.node.settings().public_url; !said.empty()) return said;
  const auto host = request.header("Host");
  if (!host || host->empty() || !std::ranges::all_of(*host, [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || std::string_view(".-_:[]").contains(c);
      })) {
    return std::nullopt;
  }
  return "http://" + std::string(*host);
}

Plan plan_qr(Api& api, const Caller&, const http::Request& request, SubjectKind kind) {
  if (auto wrong = check_parameters(request, {"format", "at_least"}))
    return std::unexpected(std::move(*wrong));
  const auto format = events::parse_enum<qr::Format>(request.query_value("format").value_or("svg"));
  if (!format)
    return std::unexpected(http::problem(400, "invalid-parameter", "format: svg or png"));
  const auto base = public_url(api, request);
  if (!base) {
    return std::unexpected(http::problem(400, "no-public-url",
                                         "the code's link needs public_url of [http] in the "
                                         "settings, or a Host that names this server"));
  }
  std::string id(request.path_parameter("id"));
  return [&api, base = *base, id, kind, format = *format] {
    const auto state = api.node.registry()->store().find(id);
    if (state == nullptr || state->kind != kind) return not_found(kind);
    auto picture = qr::draw(intake_link(base, events::name_of(kind), id), format);
    if (!picture) return http::problem(400, "invalid-parameter", picture.error());
    auto response = body_of(std::move(*picture));
    response.content_type = qr::media_type(format);
    return response;
  };
}

// ---- The registry's events, in order, for integrators and auditors

Plan plan_events(Api& api, const Caller& caller, const http::Request& request) {
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
    return body_of(out + R"(],"next":")" + node::format_registry_position(last) + R"("})");
  };
}

void add(http::Router& router, Api& api, const std::string& path, RegistryPlan plan) {
  router.add("GET", path,
             [&api, plan = std::move(plan)](http::Request&& request, http::Responder&& responder) {
               answer(api, std::move(request), std::move(responder), plan);
             });
}

}  // namespace

std::string intake_link(std::string_view base, std::string_view kind, std::string_view id) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + "/intake?" + std::string(kind) + "=" + http::percent_encode(id) +
         "&via=qr";
}

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
    if (kind != SubjectKind::activity) add(router, api, path, of_kind(plan_list));
    add(router, api, path + "/{id}", of_kind(plan_one));
    add(router, api, path + "/{id}/history", of_kind(plan_history));
    if (kind == SubjectKind::station || kind == SubjectKind::deputy)
      add(router, api, path + "/{id}/qr", of_kind(plan_qr));
  }
  add(router, api, "/v1/activities", plan_activities);
  add(router, api, "/v1/registry/events", plan_events);
  add(router, api, "/v1/duties", plan_duties);
  add(router, api, "/v1/duties/{id}", plan_duty);
  add(router, api, "/v1/deputies/{id}/file", plan_file);
}

}  // namespace huiyin::api
