// GET /v1/receipts/{code}: what a citizen learns of the matter that they brought.
// POST /v1/persons/{person}/forget: makes a person's sealed details unreadable for ever.
#include "answers.hpp"
#include "api.hpp"
#include "events/json_writer.hpp"
#include "http/problem.hpp"
#include "query_parameters.hpp"
#include "wait.hpp"

namespace huiyin::api {
namespace {

using events::Role;

// How far a matter has come, without who works on it or what was written.
struct Receipt {
  std::string code;
  std::string stage;
  bool ended = false;
  events::Date collected{};
  projections::Milestones days;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("receipt", code), required("stage", stage), required("ended", ended),
       required("collected", collected), required("days", days));
  }
};

std::expected<std::function<http::Response()>, http::Response> plan_receipt(
    Api& api, const Caller& caller, const http::Request& request) {
  if (auto wrong = check_parameters(request, {"at_least"})) {
    return std::unexpected(std::move(*wrong));
  }
  if (!acts_as(caller, Role::citizen)) {
    return std::unexpected(
        http::problem(403, "forbidden", "receipts are for citizens and their desks"));
  }
  std::string code(request.path_parameter("code"));
  return [&api, code] {
    const auto view = api.node.views().case_view(code);
    if (!view) return to_response(view.error());
    if (*view == nullptr || (*view)->state->kind != events::Kind::matter) {
      return http::problem(404, "no-such-receipt", "no matter has this receipt");
    }
    const projections::CaseState& state = *(*view)->state;
    http::Response response;
    response.body =
        events::to_json(Receipt{state.id, state.stage, state.ended, state.collected, state.days});
    return response;
  };
}

http::Response forget(Api& api, const std::string& person) {
  const auto forgotten = api.node.vault().forget(person);
  if (!forgotten) {
    return http::problem(503, "keys-unavailable", "the person's key could not be destroyed");
  }
  if (!*forgotten) return http::problem(404, "no-such-person", "nothing is sealed for this person");
  http::Response response;
  response.body = R"({"forgotten":true})";
  return response;
}

void serve_forget(Api& api, const http::Request& request, http::Responder&& responder) {
  auto caller = authenticate(api.node.principals(), request);
  if (!caller) return responder(std::move(caller.error()));
  if (!acts_as(*caller, Role::admin)) {
    return responder(http::problem(403, "forbidden", "only an admin makes persons forgotten"));
  }
  if (auto wrong = check_parameters(request, {})) return responder(std::move(*wrong));
  // std::function wants what can be copied; the responder cannot.
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  const bool taken =
      api.workers.run([&api, shared, person = std::string(request.path_parameter("person"))] {
        (*shared)(forget(api, person));
      });
  if (!taken) (*shared)(http::problem(503, "busy", "too many requests wait: try again"));
}

}  // namespace

void add_people_routes(http::Router& router, Api& api) {
  router.add(
      "GET", "/v1/receipts/{code}", [&api](http::Request&& request, http::Responder&& responder) {
        answer_query(api, std::move(request), std::move(responder), plan_receipt, Weight::light);
      });
  router.add("POST", "/v1/persons/{person}/forget",
             [&api](http::Request&& request, http::Responder&& responder) {
               serve_forget(api, request, std::move(responder));
             });
}

}  // namespace huiyin::api
