// GET /v1/cases, /v1/overdue, /v1/load, /v1/stats
#include "answers.hpp"
#include "api.hpp"
#include "events/json_writer.hpp"
#include "http/problem.hpp"
#include "node/working_days.hpp"
#include "projections/queries.hpp"
#include "query_parameters.hpp"
#include "wait.hpp"

namespace huiyin::api {
namespace {

using Plan = std::expected<std::function<http::Response()>, http::Response>;

// How long `q=` waits for the text index to take what was in the log when the query came.
constexpr std::chrono::seconds text_wait{5};

template <class Page>
http::Response answer(const std::expected<Page, projections::StoreError>& page) {
  if (!page) return to_response(page.error());
  http::Response response;
  response.body = events::to_json(*page);
  return response;
}

// A parameter that is a word of an enum; nothing when absent.
template <class Enum>
Parsed<std::optional<Enum>> word_parameter(const http::Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  if (const auto value = events::parse_enum<Enum>(*text)) return value;
  std::string detail = std::string(name) + ": one of";
  for (const auto word : names(Enum{})) detail.append(" ").append(word);
  return std::unexpected(http::problem(400, "invalid-parameter", detail));
}

http::Response list_cases(Api& api, projections::ListQuery query, const std::string& words) {
  if (!words.empty()) {
    if (!api.node.wait_for_text(std::chrono::steady_clock::now() + text_wait)) {
      return http::problem(504, "not-yet", "the text index is still catching up");
    }
    auto found = api.node.text().search(words);
    if (!found) return http::problem(503, "text-unavailable", found.error().message);
    query.candidates_complete = found->size() < text_search::max_hits;
    query.candidates = std::move(*found);
  }
  return answer(projections::list(api.node.views(), query));
}

Plan plan_list(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(
          request, {"stage", "organ", "deputy", "station", "region", "category", "class", "kind",
                    "supervisor", "q", "overdue", "open", "sort", "limit", "cursor", "at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  projections::ListQuery query;
  query.scope = scope_of(caller);
  auto& f = query.filter;
  f.stage = text_parameter(request, "stage");
  f.organ = text_parameter(request, "organ");
  f.deputy = text_parameter(request, "deputy");
  f.station = text_parameter(request, "station");
  f.region = text_parameter(request, "region");
  f.category = text_parameter(request, "category");
  f.class_code = text_parameter(request, "class");
  f.supervisor = text_parameter(request, "supervisor");
  query.cursor = text_parameter(request, "cursor");
  auto kind = word_parameter<events::Kind>(request, "kind");
  if (!kind) return std::unexpected(std::move(kind.error()));
  f.kind = *kind;
  auto sort = word_parameter<projections::ListSort>(request, "sort");
  if (!sort) return std::unexpected(std::move(sort.error()));
  if (*sort) query.sort = **sort;
  for (auto [name, into] : {std::pair{"overdue", &f.overdue}, {"open", &f.ended}}) {
    if (!request.query_value(name)) continue;
    auto flag = flag_parameter(request, name);
    if (!flag) return std::unexpected(std::move(flag.error()));
    *into = *flag;
  }
  if (f.ended) f.ended = !*f.ended;  // `open` asks for the opposite
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  query.limit = *limit;
  return [&api, query = std::move(query), words = text_parameter(request, "q")] {
    return list_cases(api, query, words);
  };
}

Plan plan_overdue(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"organ", "holder", "supervisor", "region", "clock",
                                              "colour", "missed", "limit", "cursor", "at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  projections::OverdueQuery query;
  query.scope = scope_of(caller);
  query.holder = text_parameter(request, request.query_value("holder") ? "holder" : "organ");
  query.supervisor = text_parameter(request, "supervisor");
  query.region = text_parameter(request, "region");
  query.clock = text_parameter(request, "clock");
  query.cursor = text_parameter(request, "cursor");
  auto colour = word_parameter<events::Colour>(request, "colour");
  if (!colour) return std::unexpected(std::move(colour.error()));
  query.colour = *colour;
  if (request.query_value("missed")) {
    auto missed = flag_parameter(request, "missed");
    if (!missed) return std::unexpected(std::move(missed.error()));
    query.missed = *missed;
  }
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  query.limit = *limit;
  return [&api, query = std::move(query)]() mutable {
    query.days_over = node::days_over_at(api.node.definitions(), api.node.ids().now());
    return answer(projections::overdue(api.node.views(), query));
  };
}

Plan plan_load(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"by", "holder", "from", "to", "at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  projections::LoadQuery query;
  query.scope = scope_of(caller);
  query.holder = text_parameter(request, "holder");
  auto by = word_parameter<projections::LoadBy>(request, "by");
  if (!by) return std::unexpected(std::move(by.error()));
  if (*by) query.by = **by;
  auto from = date_parameter(request, "from");
  if (!from) return std::unexpected(std::move(from.error()));
  auto to = date_parameter(request, "to");
  if (!to) return std::unexpected(std::move(to.error()));
  query.from = *from;
  query.to = *to;
  return [&api, query = std::move(query)]() mutable {
    query.now = api.node.ids().now();
    return answer(projections::load(api.node.views(), query));
  };
}

Plan plan_stats(Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(
          request, {"by", "from", "to", "region", "organ", "class", "kind", "at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  projections::StatsQuery query;
  query.scope = scope_of(caller);
  query.region = text_parameter(request, "region");
  query.organ = text_parameter(request, "organ");
  query.class_code = text_parameter(request, "class");
  auto kind = word_parameter<events::Kind>(request, "kind");
  if (!kind) return std::unexpected(std::move(kind.error()));
  query.kind = *kind;
  auto by = word_parameter<projections::StatsBy>(request, "by");
  if (!by) return std::unexpected(std::move(by.error()));
  if (*by) query.by = **by;
  auto from = date_parameter(request, "from");
  if (!from) return std::unexpected(std::move(from.error()));
  auto to = date_parameter(request, "to");
  if (!to) return std::unexpected(std::move(to.error()));
  query.from = *from;
  query.to = *to;
  return [&api, query = std::move(query)] {
    return answer(projections::stats(api.node.views(), query));
  };
}

void add(http::Router& router, Api& api, std::string_view path, QueryPlan plan) {
  router.add("GET", path, [&api, plan](http::Request&& request, http::Responder&& responder) {
    answer_query(api, std::move(request), std::move(responder), plan, Weight::heavy);
  });
}

}  // namespace

void add_list_routes(http::Router& router, Api& api) {
  add(router, api, "/v1/cases", plan_list);
  add(router, api, "/v1/overdue", plan_overdue);
  add(router, api, "/v1/load", plan_load);
  add(router, api, "/v1/stats", plan_stats);
}

}  // namespace huiyin::api
