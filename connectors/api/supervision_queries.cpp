// GET of promises, campaigns, organs' yearly sheets and bulletins; POST of a campaign's selection.
#include "bulletin/draft.hpp"
#include "bulletin/render.hpp"
#include "events/json_writer.hpp"
#include "facts.hpp"
#include "http/problem.hpp"
#include "registry_plan.hpp"
#include "request_headers.hpp"
#include "supervision/campaigns.hpp"
#include "supervision/commitments.hpp"
#include "supervision/organ_sheet.hpp"
#include "wait.hpp"

namespace huiyin::api {
namespace {

using events::Date;
using events::SubjectKind;

std::unexpected<http::Response> forbidden(const std::string& detail) {
  return std::unexpected(http::problem(403, "forbidden", detail));
}

bool sees_figures(const Caller& caller) {
  return sees_records(caller) || acts_as(caller, engine::Role::leader);
}

// The registry as far as it has acknowledged.
const node::Registry& current_registry(Api& api) {
  if (const auto behind = registry_behind(api)) wait_for_registry(api, *behind);
  return *api.node.registry();
}

RegistryJob plan_commitments(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(
          request, {"organ", "region", "from", "to", "overdue", "limit", "at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  supervision::CommitmentFilter filter;
  filter.organ = text_parameter(request, "organ");
  filter.region = text_parameter(request, "region");
  auto from = date_parameter(request, "from");
  if (!from) return std::unexpected(std::move(from.error()));
  auto to = date_parameter(request, "to");
  if (!to) return std::unexpected(std::move(to.error()));
  filter.from = *from;
  filter.to = *to;
  if (request.query_value("overdue")) {
    auto flag = flag_parameter(request, "overdue");
    if (!flag) return std::unexpected(std::move(flag.error()));
    filter.overdue = *flag;
  }
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  return [&api, filter, scope = scope_of(caller), limit = *limit] {
    const auto page = supervision::commitments(api.node.views(), api.node.definitions(), filter,
                                               scope, today(api), limit);
    if (!page) return to_response(page.error());
    return json_response(events::to_json(*page));
  };
}

RegistryJob plan_progress(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"at_least"}))
    return std::unexpected(std::move(*wrong));
  if (!sees_figures(caller)) return forbidden("campaigns are not open to you");
  std::string id(request.path_parameter("id"));
  return [&api, id] {
    const auto state = current_registry(api).store().find(id);
    if (state == nullptr || state->kind != SubjectKind::campaign)
      return no_such(SubjectKind::campaign);
    const auto progress = supervision::progress(api.node.views(), *state);
    if (!progress) return to_response(progress.error());
    return json_response(events::to_json(*progress));
  };
}

RegistryJob plan_sheet(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"year", "at_least"}))
    return std::unexpected(std::move(*wrong));
  std::string id(request.path_parameter("id"));
  if (!sees_figures(caller) && caller.principal->organ != id)
    return forbidden("another organ's sheet is not open to you");
  const auto text = text_parameter(request, "year");
  const auto period = bulletin::parse_period(text);
  if (text.size() != 4 || !period) {
    return std::unexpected(http::problem(400, "invalid-parameter", "year: a year such as 2024"));
  }
  const auto year = static_cast<std::uint16_t>(static_cast<int>(period->from.year()));
  return [&api, id, year] {
    const auto& registry = current_registry(api);
    const auto sheet =
        supervision::organ_sheet(api.node.views(), &registry.store(), &registry.rules(), id, year);
    if (!sheet) return to_response(sheet.error());
    return json_response(events::to_json(*sheet));
  };
}

// ---- Bulletins

std::filesystem::path templates(Api& api) { return api.node.settings().config / "bulletins"; }

RegistryJob plan_bulletins(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"at_least"}))
    return std::unexpected(std::move(*wrong));
  if (!sees_figures(caller)) return forbidden("bulletins are not open to you");
  return [&api] {
    std::string out = R"({"items":[)";
    for (const auto& id : bulletin::template_ids(templates(api))) {
      const auto asked = bulletin::parameters_of(templates(api) / (id + ".toml"));
      if (!asked) continue;
      if (out.back() != '[') out.push_back(',');
      out += R"({"id":)";
      events::append_json_string(out, id);
      out += R"(,"parameters":[)";
      for (const auto& one : *asked) {
        if (out.back() != '[') out.push_back(',');
        events::append_json_string(out, one);
      }
      out += "]}";
    }
    return json_response(out + "]}");
  };
}

http::Response bulletin_response(const bulletin::Draft& draft, std::string_view format) {
  http::Response response;
  if (format == "markdown") {
    response.content_type = "text/markdown; charset=utf-8";
    response.body = draft.markdown;
  } else if (format == "html") {
    response.content_type = "text/html; charset=utf-8";
    response.body = bulletin::to_html(draft.title, draft.markdown);
  } else {
    response.body = bulletin::to_json(draft);
  }
  return response;
}

// A template's own parameters stand in the query beside ours.
std::expected<bulletin::Template, http::Response> template_of(Api& api,
                                                              const http::Request& request) {
  const std::string id(request.path_parameter("id"));
  const auto known = bulletin::template_ids(templates(api));
  if (std::ranges::find(known, id) == known.end())
    return std::unexpected(http::problem(404, "not-found", "there is no such bulletin"));
  const auto file = templates(api) / (id + ".toml");
  const auto asked = bulletin::parameters_of(file);
  bulletin::Parameters parameters;
  std::vector<std::string_view> known_here{"period", "format", "periodical", "date", "at_least"};
  if (asked) {
    for (const auto& name : *asked) {
      known_here.push_back(name);
      if (const auto value = request.query_value(name)) parameters[name] = *value;
    }
  }
  if (auto wrong = check_parameters(request, known_here)) return std::unexpected(std::move(*wrong));
  auto of = bulletin::load_template(file, parameters);
  if (of) return std::move(*of);
  return std::unexpected(http::problem(400, "invalid-parameter", engine::to_text(of.error())));
}

RegistryJob plan_bulletin(Api& api, const Caller& caller, const http::Request& request) {
  if (!sees_figures(caller)) return forbidden("bulletins are not open to you");
  auto of = template_of(api, request);
  if (!of) return std::unexpected(std::move(of.error()));
  const auto period = bulletin::parse_period(text_parameter(request, "period"));
  if (!period) {
    return std::unexpected(http::problem(400, "invalid-parameter",
                                         "period: such as 2024, 2024-Q2, 2024-07, 2018..2022"));
  }
  const std::string format =
      request.query_value("format") ? text_parameter(request, "format") : "json";
  if (format != "json" && format != "markdown" && format != "html") {
    return std::unexpected(
        http::problem(400, "invalid-parameter", "format: json, markdown or html"));
  }
  auto date = date_parameter(request, "date", today(api));
  if (!date) return std::unexpected(std::move(date.error()));
  return [&api, of = std::move(*of), period = *period, format, date = *date,
          periodical = text_parameter(request, "periodical")] {
    const auto& registry = current_registry(api);
    const auto& views = api.node.views();
    const bulletin::Sources sources{views, &registry.store(), &registry.rules(),
                                    &registry.duties()};
    bulletin::Request asked{period, today(api), bulletin::positions(sources), {}};
    if (!periodical.empty()) {
      auto head = bulletin::next_issue(registry.store(), periodical, date);
      if (!head) return http::problem(404, "not-found", head.error());
      asked.head = std::move(*head);
    }
    const auto draft = bulletin::draft(of, sources, asked);
    if (!draft) return http::problem(503, "views-unavailable", draft.error());
    return bulletin_response(*draft, format);
  };
}

// ---- POST /v1/campaigns/{id}/find: picks the cases that the campaign asks for, in as many
// `select` commands as it takes; a repeat picks what has come since.

http::Response find_cases(Api& api, const Caller& caller, const std::string& id) {
  constexpr std::size_t of_one_command = 1'000;
  const auto& registry = current_registry(api);
  const auto state = registry.store().find(id);
  if (state == nullptr || state->kind != SubjectKind::campaign)
    return no_such(SubjectKind::campaign);
  if (!state->active()) return http::problem(409, "wrong-stage", "this campaign is closed");
  const auto& own = std::get<projections::CampaignState>(state->body);
  const auto cases = supervision::find_cases(api.node.views(), own);
  if (!cases) return to_response(cases.error());
  for (std::size_t from = 0; from < cases->size(); from += of_one_command) {
    const std::size_t to = std::min(cases->size(), from + of_one_command);
    events::CampaignSelected body;
    body.cases.assign(cases->begin() + static_cast<std::ptrdiff_t>(from),
                      cases->begin() + static_cast<std::ptrdiff_t>(to));
    const auto text = events::to_json(body);
    auto command = registry_command(api, caller, id, std::move(body));
    command.id = derived_id({"find", caller.principal->id, id, text});
    command.hash = command_hash("select", text);
    const auto answer = api.node.registry()->execute(std::move(command));
    if (!std::holds_alternative<engine::Outcome>(answer))
      return to_registry_response(answer, false);
  }
  return json_response(R"({"campaign":")" + id + R"(","selected":)" +
                       std::to_string(cases->size()) + "}");
}

void add_find(http::Router& router, Api& api) {
  router.add("POST", "/v1/campaigns/{id}/find",
             [&api](http::Request&& request, http::Responder&& responder) {
               auto caller = authenticate(api.node.principals(), request);
               if (!caller) return responder(std::move(caller.error()));
               std::string id(request.path_parameter("id"));
               auto shared = std::make_shared<http::Responder>(std::move(responder));
               const bool taken = api.registry_workers.run([&api, shared, id, asking = *caller] {
                 (*shared)(find_cases(api, asking, id));
               });
               if (!taken)
                 (*shared)(http::problem(503, "busy", "too many requests wait: try again"));
             });
}

void add(http::Router& router, Api& api, std::string_view path, QueryPlan plan) {
  router.add("GET", path, [&api, plan](http::Request&& request, http::Responder&& responder) {
    answer_query(api, std::move(request), std::move(responder), plan, Weight::heavy);
  });
}

}  // namespace

void add_supervision_queries(http::Router& router, Api& api) {
  if (api.node.registry() == nullptr) return;
  add(router, api, "/v1/commitments", plan_commitments);
  add(router, api, "/v1/campaigns/{id}/progress", plan_progress);
  add(router, api, "/v1/organs/{id}/sheet", plan_sheet);
  add(router, api, "/v1/bulletins", plan_bulletins);
  add(router, api, "/v1/bulletins/{id}", plan_bulletin);
  add_find(router, api);
}

}  // namespace huiyin::api
