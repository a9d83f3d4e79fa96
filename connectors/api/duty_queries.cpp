// GET of duties, of deputies' performance files, and of how stations stand.
#include "events/json_writer.hpp"
#include "http/problem.hpp"
#include "registry_plan.hpp"
#include "supervision/owed_reports.hpp"
#include "supervision/performance_file.hpp"
#include "supervision/station_check.hpp"

namespace huiyin::api {
namespace {

using events::Date;
using events::SubjectKind;
using node::Registry;

RegistryJob plan_duties(Api& api, const Caller& /*caller*/, const http::Request& request) {
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
    return json_response(out + "]}");
  };
}

RegistryJob plan_duty(Api& api, const Caller& /*caller*/, const http::Request& request) {
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
    return json_response(out + events::to_json(page).substr(1));
  };
}

RegistryJob plan_file(Api& api, const Caller& caller, const http::Request& request) {
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
    const Registry& registry = *api.node.registry();
    const auto state = registry.store().find(id);
    if (state == nullptr || state->kind != SubjectKind::deputy) return no_such(SubjectKind::deputy);
    const auto file = supervision::performance_file(
        {api.node.views(), registry.store(), registry.rules(), registry.duties()}, *state, from,
        to);
    if (!file) return to_response(file.error());
    return json_response(events::to_json(*file));
  };
}

RegistryJob plan_station_check(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"region", "from", "to", "at_least"}))
    return std::unexpected(std::move(*wrong));
  if (!sees_records(caller)) {
    return std::unexpected(
        http::problem(403, "forbidden", "how stations stand is not open to you"));
  }
  auto to = date_parameter(request, "to", today(api));
  if (!to) return std::unexpected(std::move(to.error()));
  auto from = date_parameter(request, "from", to->year() / std::chrono::January / 1);
  if (!from) return std::unexpected(std::move(from.error()));
  return [&api, region = text_parameter(request, "region"), from = *from, to = *to] {
    return json_response(events::to_json(
        supervision::check_stations(api.node.registry()->store(), region, from, to)));
  };
}

RegistryJob plan_owed_reports(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"region", "from", "to", "at_least"}))
    return std::unexpected(std::move(*wrong));
  if (!sees_records(caller))
    return std::unexpected(http::problem(403, "forbidden", "owed reports are not open to you"));
  auto to = date_parameter(request, "to", today(api));
  if (!to) return std::unexpected(std::move(to.error()));
  auto from = date_parameter(request, "from", to->year() / std::chrono::January / 1);
  if (!from) return std::unexpected(std::move(from.error()));
  return [&api, region = text_parameter(request, "region"), from = *from, to = *to] {
    const Registry& registry = *api.node.registry();
    std::string out = R"({"items":[)";
    for (const auto& one :
         supervision::owed_reports(registry.store(), registry.rules(), region, from, to)) {
      if (out.back() != '[') out.push_back(',');
      out += events::to_json(one);
    }
    return json_response(out + "]}");
  };
}

}  // namespace

void add_duty_queries(http::Router& router, Api& api) {
  if (api.node.registry() == nullptr) return;
  add_registry_query(router, api, "/v1/duties", plan_duties);
  add_registry_query(router, api, "/v1/duties/{id}", plan_duty);
  add_registry_query(router, api, "/v1/deputies/{id}/file", plan_file);
  add_registry_query(router, api, "/v1/station-check", plan_station_check);
  add_registry_query(router, api, "/v1/owed-reports", plan_owed_reports);
}

}  // namespace huiyin::api
