// GET /v1/cases/{id} and GET /v1/cases/{id}/history
#include "answers.hpp"
#include "api.hpp"
#include "events/json_writer.hpp"
#include "http/problem.hpp"
#include "node/history.hpp"
#include "query_parameters.hpp"
#include "wait.hpp"

namespace huiyin::api {
namespace {

using projections::CaseState;

http::Response not_found() { return http::problem(404, "no-such-case", "there is no such case"); }

// The sealed form is nobody's business; who may, gets the details themselves.
void strip_petitioner(CaseState& state) { state.petitioner.reset(); }

// Members beyond the state, in the order asked for.
struct Extras {
  bool texts = false;
  bool allowed = false;
  bool petitioner = false;
};

std::expected<std::string, http::Response> extras_json(Api& api, const Caller& caller,
                                                       const CaseState& state,
                                                       const Extras& extras) {
  std::string out;
  if (extras.texts) {
    const auto texts = node::texts_json(api.node.log(), api.node.views(), state);
    if (!texts) return std::unexpected(to_response(texts.error()));
    out += R"(,"texts":)" + *texts;
  }
  if (extras.allowed) {
    out += R"(,"allowed":{)";
    const node::Principal& p = *caller.principal;
    for (const engine::Role role : p.roles) {
      if (caller.asked_role && role != *caller.asked_role) continue;
      if (out.back() != '{') out.push_back(',');
      events::append_json_string(out, events::name_of(role));
      out += ":[";
      const engine::Actor actor{p.id, role, p.organ, p.station, p.region};
      for (const auto command :
           engine::allowed(api.node.definitions(), state, actor, "", api.node.ids().now())) {
        if (out.back() != '[') out.push_back(',');
        events::append_json_string(out, events::name_of(command));
      }
      out.push_back(']');
    }
    out.push_back('}');
  }
  if (extras.petitioner) {
    if (!may_open_petitioner(caller, state)) {
      return std::unexpected(
          http::problem(403, "forbidden", "a petitioner's details are not open to you"));
    }
    if (state.petitioner && !state.petitioner->anonymous) {
      const auto opened = api.node.vault().open(*state.petitioner, state.id);
      if (opened) {
        out += R"(,"petitioner":)" + *opened;
      } else if (opened.error().code == keys::VaultErrorCode::forgotten) {
        out += R"(,"petitioner":{"forgotten":true})";
      } else {
        return std::unexpected(
            http::problem(503, "keys-unavailable", "the petitioner's details cannot be opened"));
      }
    }
  }
  return out;
}

http::Response answer(std::uint32_t version, std::string json, const std::string& extras) {
  http::Response response;
  response.body = std::move(json);
  if (!extras.empty()) {
    response.body.pop_back();
    response.body += extras + "}";
  }
  response.headers.push_back({"ETag", etag(version)});
  return response;
}

http::Response case_now(Api& api, const Caller& caller, std::string_view id, const Extras& extras) {
  const auto view = api.node.views().case_view(id);
  if (!view) return to_response(view.error());
  // A case that the caller may not see is answered as one that is not there.
  if (*view == nullptr || !may_see(caller, *(*view)->state)) return not_found();
  const CaseState& state = *(*view)->state;
  const auto more = extras_json(api, caller, state, extras);
  if (!more) return more.error();
  return answer(state.version, (*view)->json, *more);
}

http::Response case_then(Api& api, const Caller& caller, const std::string& id,
                         const Extras& extras, const projections::Cut& cut) {
  const auto now = api.node.views().case_view(id);
  if (!now) return to_response(now.error());
  if (*now == nullptr || !may_see(caller, *(*now)->state)) return not_found();
  auto state = node::state_at(api.node.log(), api.node.views(), id, cut);
  if (!state) return to_response(state.error());
  if (!*state) return http::problem(404, "not-yet", "the case was not there at that time");
  const auto more = extras_json(api, caller, **state, extras);
  if (!more) return more.error();
  const std::uint32_t version = (*state)->version;
  strip_petitioner(**state);
  return answer(version, events::to_json(**state), *more);
}

std::expected<projections::Cut, http::Response> cut_of(const http::Request& request) {
  projections::Cut cut;
  auto as_of = time_parameter(request, "as_of");
  if (!as_of) return std::unexpected(std::move(as_of.error()));
  auto known_at = time_parameter(request, "known_at");
  if (!known_at) return std::unexpected(std::move(known_at.error()));
  cut.as_of = *as_of;
  cut.known_at = *known_at;
  return cut;
}

std::expected<std::function<http::Response()>, http::Response> plan_case(
    Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(
          request, {"as_of", "known_at", "at_least", "texts", "allowed", "petitioner"})) {
    return std::unexpected(std::move(*wrong));
  }
  auto cut = cut_of(request);
  if (!cut) return std::unexpected(std::move(cut.error()));
  Extras extras;
  for (auto [name, flag] : {std::pair{"texts", &extras.texts},
                            {"allowed", &extras.allowed},
                            {"petitioner", &extras.petitioner}}) {
    auto value = flag_parameter(request, name);
    if (!value) return std::unexpected(std::move(value.error()));
    *flag = *value;
  }
  std::string id(request.path_parameter("id"));
  if (cut->as_of || cut->known_at) {
    return
        [&api, caller, id, extras, cut = *cut] { return case_then(api, caller, id, extras, cut); };
  }
  return [&api, caller, id, extras] { return case_now(api, caller, id, extras); };
}

http::Response history(Api& api, const Caller& caller, const std::string& id,
                       const node::HistoryOptions& options) {
  const auto view = api.node.views().case_view(id);
  if (!view) return to_response(view.error());
  if (*view == nullptr || !may_see(caller, *(*view)->state)) return not_found();
  auto json = node::history_json(api.node.log(), api.node.views(), id, options);
  if (!json) return to_response(json.error());
  if (!*json) return http::problem(404, "not-yet", "the case was not there at that time");
  return answer((*view)->state->version, std::move(**json), "");
}

std::expected<std::function<http::Response()>, http::Response> plan_history(
    Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(
          request, {"as_of", "known_at", "at_least", "after", "limit", "states"})) {
    return std::unexpected(std::move(*wrong));
  }
  auto cut = cut_of(request);
  if (!cut) return std::unexpected(std::move(cut.error()));
  node::HistoryOptions options{.cut = *cut};
  auto states = flag_parameter(request, "states");
  if (!states) return std::unexpected(std::move(states.error()));
  options.states = *states;
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  if (request.query_value("limit")) options.limit = *limit;
  const auto after = events::parse_position("0:" + text_parameter(request, "after"));
  if (request.query_value("after") && !after) {
    return std::unexpected(http::problem(400, "invalid-parameter", "after: a version of the case"));
  }
  if (after) options.after = static_cast<std::uint32_t>(after->sequence);
  std::string id(request.path_parameter("id"));
  return [&api, caller, id, options] { return history(api, caller, id, options); };
}

}  // namespace

void add_case_routes(http::Router& router, Api& api) {
  router.add("GET", "/v1/cases/{id}", [&api](http::Request&& request, http::Responder&& responder) {
    // A case as it is now comes from memory or one read: the HTTP loop itself answers.
    answer_query(api, std::move(request), std::move(responder), plan_case, Weight::light);
  });
  router.add("GET", "/v1/cases/{id}/history",
             [&api](http::Request&& request, http::Responder&& responder) {
               answer_query(api, std::move(request), std::move(responder), plan_history,
                            Weight::heavy);
             });
}

}  // namespace huiyin::api
