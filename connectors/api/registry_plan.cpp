#include "registry_plan.hpp"

#include <algorithm>

#include "http/problem.hpp"

namespace huiyin::api {
namespace {

constexpr std::chrono::seconds max_wait{5};           // of at_least
constexpr std::chrono::milliseconds short_wait{250};  // without it, as for cases

void answer(Api& api, http::Request&& request, http::Responder&& responder,
            const RegistryPlan& plan) {
  auto caller = authenticate(api.node.principals(), request);
  if (!caller) return responder(std::move(caller.error()));
  auto at_least = registry_position(request, "at_least");
  if (!at_least) return responder(std::move(at_least.error()));
  auto job = plan(api, *caller, request);
  if (!job) return responder(std::move(job.error()));
  const node::Registry& registry = *api.node.registry();
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

}  // namespace

void add_registry_query(http::Router& router, Api& api, const std::string& path,
                        RegistryPlan plan) {
  router.add("GET", path,
             [&api, plan = std::move(plan)](http::Request&& request, http::Responder&& responder) {
               answer(api, std::move(request), std::move(responder), plan);
             });
}

engine::Role registry_role(const Api& api, const Caller& caller, std::size_t event) {
  if (caller.asked_role) return *caller.asked_role;
  for (const engine::Role role : caller.principal->roles) {
    if (api.node.registry()->rules().by[event].has(role)) return role;
  }
  return caller.principal->roles.front();
}

engine::RegistryCommand registry_command(const Api& api, const Caller& caller, std::string subject,
                                         events::RegistryEventBody body) {
  const node::Principal& p = *caller.principal;
  engine::RegistryCommand out;
  out.actor = {p.id, registry_role(api, caller, body.index()), p.organ, p.station, p.region};
  out.case_id = std::move(subject);
  out.body = std::move(body);
  return out;
}

http::Response json_response(std::string json) {
  http::Response response;
  response.body = std::move(json);
  return response;
}

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

events::Date today(Api& api) {
  return api.node.registry()->rules().zone->local_day(api.node.ids().now());
}

bool sees_records(const Caller& caller) {
  return std::ranges::any_of(
      std::initializer_list<engine::Role>{engine::Role::coordinator, engine::Role::officer,
                                          engine::Role::supervisor, engine::Role::auditor,
                                          engine::Role::importer, engine::Role::admin},
      [&](engine::Role role) { return acts_as(caller, role); });
}

http::Response no_such(events::SubjectKind kind) {
  return http::problem(404, "not-found", "there is no such " + std::string(events::name_of(kind)));
}

}  // namespace huiyin::api
