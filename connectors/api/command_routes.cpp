// POST /v1/cases and POST /v1/cases/{id}/{command}
#include "answers.hpp"
#include "api.hpp"
#include "collecting.hpp"
#include "events/json_writer.hpp"
#include "facts.hpp"
#include "http/problem.hpp"
#include "outlet_scope.hpp"
#include "petitioners.hpp"
#include "request_headers.hpp"

namespace huiyin::api {
namespace {

using engine::Command;
using engine::CommandType;

// A request on its way to a command.
struct Incoming {
  Caller caller;
  CommandType type{};
  std::string case_id;  // empty: a new case
  http::Request request;
};

void identify(Api& api, const std::string& key, const Incoming& in, Command& command) {
  const std::string& who = in.caller.principal->id;
  if (command.case_id.empty()) {
    command.case_id = key.empty() ? api.node.ids().fresh_id() : derived_id({"case", who, key});
  }
  command.id =
      key.empty() ? api.node.ids().fresh_id() : derived_id({"command", who, command.case_id, key});
  command.hash = command_hash(events::name_of(in.type), in.request.body);
}

std::expected<engine::Actor, http::Response> actor_of(Api& api, const Incoming& in,
                                                      bool for_another) {
  const auto role = node::role_for(*in.caller.principal, in.caller.asked_role, in.type, for_another,
                                   api.node.definitions());
  if (!role)
    return std::unexpected(
        http::problem(403, "forbidden", "you do not hold the role that you ask for"));
  const node::Principal& p = *in.caller.principal;
  return engine::Actor{p.id, *role, p.organ, p.station, p.region};
}

// A command on its way to the engine.
struct Ready {
  Command command;
  std::optional<PetitionerDetails> petitioner;  // to be sealed
  std::size_t bytes = 0;
  bool collects = false;
};

void submit(Api& api, Ready ready, http::Responder responder) {
  ready.command.facts = facts_for(api, ready.command);
  if (ready.petitioner) {
    auto& details = *ready.petitioner;
    if (details.person.empty()) details.person = api.node.ids().fresh_id();
    const std::string person = details.person;
    auto sealed = api.node.vault().seal(person, ready.command.case_id, events::to_json(details));
    if (!sealed) {
      return responder(
          http::problem(503, "keys-unavailable", "the petitioner's details could not be sealed"));
    }
    std::get<events::Collected>(ready.command.body).petitioner = std::move(*sealed);
  }
  api.commands.submit(std::move(ready.command), std::move(responder), ready.bytes, ready.collects);
}

// On a worker where it may take a moment: a new person's key is synced to the disk, and what was
// just registered must be in the registry's views.
void submit_soon(Api& api, const Caller& caller, Ready ready, http::Responder responder) {
  const auto behind = registry_behind(api);
  const bool to_outlet = in_scope_matters(api, ready.command);
  if (!ready.petitioner && !behind && !to_outlet)
    return submit(api, std::move(ready), std::move(responder));
  // std::function wants what can be copied; the responder cannot.
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  const bool taken =
      api.workers.run([&api, shared, behind, to_outlet, caller, ready = std::move(ready)] {
        if (behind) wait_for_registry(api, *behind);
        if (to_outlet) {
          if (auto outside = out_of_scope(api, caller, ready.command))
            return (*shared)(std::move(*outside));
        }
        submit(api, ready, std::move(*shared));
      });
  if (!taken) (*shared)(http::problem(503, "busy", "too many requests wait: try again"));
}

std::expected<void, http::Response> accept(Api& api, Incoming in, http::Responder& responder) {
  thread_local events::json::Parser parser;
  const std::string_view text = in.request.body.empty() ? std::string_view("{}") : in.request.body;
  const auto body = events::parse_json(parser, text);
  if (!body) return std::unexpected(to_response(body.error()));
  const bool collects = in.type == CommandType::collect;
  std::optional<PetitionerDetails> petitioner;
  static constexpr std::array<std::string_view, 2> ours{"petitioner", "case"};
  if (collects) {
    auto id = given_id(*body, "case");
    if (!id) return std::unexpected(std::move(id.error()));
    in.case_id = std::move(*id);
    auto details = read_petitioner(*body);
    if (!details) return std::unexpected(to_response(details.error()));
    petitioner = std::move(*details);
  }
  auto command = engine::decode_command(
      in.type, *body, collects ? std::span(ours) : std::span<const std::string_view>());
  if (!command) return std::unexpected(to_response(command.error()));
  auto actor = actor_of(api, in, !command->behalf.empty());
  if (!actor) return std::unexpected(std::move(actor.error()));
  auto expected = if_match(in.request);
  if (!expected) return std::unexpected(std::move(expected.error()));
  auto key = idempotency_key(in.request);
  if (!key) return std::unexpected(std::move(key.error()));
  if (collects && actor->role == engine::Role::citizen && !in.case_id.empty()) {
    return std::unexpected(http::problem(400, "invalid-value",
                                         "a citizen's matter gets its id here: it is the receipt"));
  }
  command->actor = std::move(*actor);
  command->expected_version = *expected;
  command->case_id = in.case_id;
  if (const auto trace = in.request.header("traceparent"))
    command->traceparent = trace->substr(0, 64);
  identify(api, *key, in, *command);
  if (petitioner && petitioner->anonymous) {
    std::get<events::Collected>(command->body).petitioner = events::Petitioner{.anonymous = true};
    petitioner.reset();
  }
  submit_soon(api, in.caller,
              {std::move(*command), std::move(petitioner), in.request.body.size(), collects},
              std::move(responder));
  return {};
}

void handle(Api& api, http::Request&& request, http::Responder&& responder, CommandType type,
            std::string case_id) {
  auto caller = authenticate(api.node.principals(), request);
  if (!caller) return responder(std::move(caller.error()));
  if (auto wrong = wrong_media_type(request)) return responder(std::move(*wrong));
  auto accepted =
      accept(api, Incoming{*caller, type, std::move(case_id), std::move(request)}, responder);
  if (!accepted) responder(std::move(accepted.error()));
}

}  // namespace

void collect_for(Api& api, Caller caller, http::Request&& request, http::Responder&& responder) {
  auto accepted =
      accept(api, Incoming{caller, CommandType::collect, "", std::move(request)}, responder);
  if (!accepted) responder(std::move(accepted.error()));
}

void add_command_routes(http::Router& router, Api& api) {
  router.add("POST", "/v1/cases", [&api](http::Request&& request, http::Responder&& responder) {
    handle(api, std::move(request), std::move(responder), CommandType::collect, "");
  });
  router.add(
      "POST", "/v1/cases/{id}/{command}",
      [&api](http::Request&& request, http::Responder&& responder) {
        const auto type = events::parse_enum<CommandType>(request.path_parameter("command"));
        if (!type || engine::is_internal(*type) || *type == CommandType::collect) {
          return responder(http::problem(404, "unknown-command", "there is no such command"));
        }
        std::string case_id(request.path_parameter("id"));
        handle(api, std::move(request), std::move(responder), *type, std::move(case_id));
      });
}

}  // namespace huiyin::api
