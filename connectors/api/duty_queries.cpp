// GET of duties, and of deputies' performance files.
#include <map>

#include "events/json_writer.hpp"
#include "http/problem.hpp"
#include "registry_plan.hpp"

namespace huiyin::api {
namespace {

using events::Date;
using events::SubjectKind;
using node::Registry;
using projections::SubjectState;

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
    const auto state = api.node.registry()->store().find(id);
    if (state == nullptr || state->kind != SubjectKind::deputy) return no_such(SubjectKind::deputy);
    return json_response(file_json(api, *state, from, to));
  };
}

}  // namespace

void add_duty_queries(http::Router& router, Api& api) {
  if (api.node.registry() == nullptr) return;
  add_registry_query(router, api, "/v1/duties", plan_duties);
  add_registry_query(router, api, "/v1/duties/{id}", plan_duty);
  add_registry_query(router, api, "/v1/deputies/{id}/file", plan_file);
}

}  // namespace huiyin::api
