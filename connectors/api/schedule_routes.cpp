// POST /v1/stations/{id}/schedule: a station's receptions for months to come, by a rule (S4-11).
// Each is an activity of its own, with an id from station and day, so that a repeat plans nothing
// twice.
#include <algorithm>

#include "events/case_codec.hpp"
#include "events/json_reader.hpp"
#include "events/json_writer.hpp"
#include "facts.hpp"
#include "http/problem.hpp"
#include "registry_plan.hpp"
#include "request_headers.hpp"
#include "supervision/reception_days.hpp"

namespace huiyin::api {
namespace {

using events::Date;
using events::SubjectKind;

constexpr std::size_t max_days = 400;

struct Schedule {
  supervision::ReceptionSchedule when;
  std::string title, place;
  std::vector<std::string> deputies;  // one after the other
  std::vector<std::string> channels;  // announced there at once
  bool prescribed = true;             // 规定动作 (S2-12)

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    when.serialize(ar);
    ar(optional("title", title, events::title_text), optional("place", place, events::short_text),
       optional("deputies", deputies, events::up_to_64_ids),
       optional("channels", channels, events::up_to_64_ids), optional("prescribed", prescribed));
  }
};

// Holidays are those of the process that a matter taken in there would follow.
const engine::Calendar& calendar_of(const engine::Definitions& definitions, Date day) {
  static const engine::Calendar plain = engine::Calendar::monday_to_friday();
  const auto* definition = definitions.in_force("", events::Kind::matter, day);
  return definition == nullptr ? plain : definition->calendar;
}

class Planner {
 public:
  Planner(Api& api, const Caller& caller, std::string station)
      : api_(api), caller_(caller), station_(std::move(station)) {}

  http::Response plan(const Schedule& schedule) {
    if (const auto behind = registry_behind(api_)) wait_for_registry(api_, *behind);
    const auto state = api_.node.registry()->store().find(station_);
    if (state == nullptr || state->kind != SubjectKind::station)
      return no_such(SubjectKind::station);
    const auto& market = std::get<projections::StationState>(state->body).market;
    if (const auto wrong = supervision::wrong_with(schedule.when, market))
      return http::problem(400, "invalid-value", *wrong);
    const auto days = supervision::reception_days(
        schedule.when, market, calendar_of(api_.node.definitions(), schedule.when.from));
    if (days.size() > max_days)
      return http::problem(400, "too-many", "more than 400 days: in several requests");
    std::string results;
    std::size_t planned = 0;
    for (std::size_t i = 0; i < days.size(); ++i) {
      const std::string id = station_ + "." + events::format_date(days[i]);
      const auto answer = one(schedule, days[i], i, id);
      if (answer.status < 300) ++planned;
      results += results.empty() ? R"({"activity":)" : R"(,{"activity":)";
      events::append_json_string(results, id);
      results += R"(,"date":")" + events::format_date(days[i]) + R"(","status":)" +
                 std::to_string(answer.status) + R"(,"answer":)" + answer.body + "}";
    }
    return json_response(R"({"days":)" + std::to_string(days.size()) + R"(,"planned":)" +
                         std::to_string(planned) + R"(,"results":[)" + results + "]}");
  }

 private:
  http::Response one(const Schedule& schedule, Date day, std::size_t place, const std::string& id) {
    events::ActivityPlanned plan;
    plan.form = "reception";
    plan.organiser = plan.station = station_;
    plan.title = schedule.title;
    plan.place = schedule.place;
    plan.date = day;
    plan.prescribed = schedule.prescribed;
    if (!schedule.deputies.empty())
      plan.invited.push_back(schedule.deputies[place % schedule.deputies.size()]);
    auto planned = give(id, std::move(plan));
    if (planned.status >= 300 || schedule.channels.empty()) return planned;
    return give(id, events::ActivityAnnounced{schedule.channels});
  }

  http::Response give(const std::string& id, events::RegistryEventBody body) {
    auto command = registry_command(api_, caller_, id, std::move(body));
    const auto& word = command.word();
    command.id = derived_id({"schedule", caller_.principal->id, id, word.command});
    command.hash = command.id;
    const bool founds = word.founds;
    engine::look_up(command, api_.node.registry()->store());
    const auto answer = api_.node.registry()->execute(std::move(command));
    return to_registry_response(answer, founds);
  }

  Api& api_;
  const Caller& caller_;
  const std::string station_;
};

std::expected<Schedule, http::Response> read(const http::Request& request) {
  thread_local events::json::Parser parser;
  const auto body = events::parse_json(parser, request.body);
  if (!body) return std::unexpected(to_response(body.error()));
  events::JsonReader reader(*body, events::ReadMode::strict);
  Schedule out;
  reader.fields_of(out);
  reader.finish();
  if (reader.error()) return std::unexpected(to_response(*reader.error()));
  return out;
}

}  // namespace

void add_schedule_routes(http::Router& router, Api& api) {
  if (api.node.registry() == nullptr) return;
  router.add("POST", "/v1/stations/{id}/schedule",
             [&api](http::Request&& request, http::Responder&& responder) {
               auto caller = authenticate(api.node.principals(), request);
               if (!caller) return responder(std::move(caller.error()));
               if (auto not_json = wrong_media_type(request))
                 return responder(std::move(*not_json));
               auto schedule = read(request);
               if (!schedule) return responder(std::move(schedule.error()));
               std::string id(request.path_parameter("id"));
               auto shared = std::make_shared<http::Responder>(std::move(responder));
               const bool taken = api.registry_workers.run(
                   [&api, shared, asking = *caller, id, asked = std::move(*schedule)] {
                     (*shared)(Planner(api, asking, id).plan(asked));
                   });
               if (!taken)
                 (*shared)(http::problem(503, "busy", "too many requests wait: try again"));
             });
}

}  // namespace huiyin::api
