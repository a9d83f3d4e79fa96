// POST /v1/stations and POST /v1/stations/{id}/{command}, and so for every kind of the registry.
#include "api.hpp"
#include "events/case_codec.hpp"
#include "facts.hpp"
#include "http/problem.hpp"
#include "registry_kinds.hpp"
#include "registry_plan.hpp"
#include "request_headers.hpp"

namespace huiyin::api {
namespace {

using engine::RegistryCommand;
using events::SubjectKind;

struct Incoming {
  Caller caller;
  std::size_t event = 0;
  std::string subject;  // empty: a new one, without an id of the caller's
  http::Request request;
};

std::expected<RegistryCommand, http::Response> read(Api& api, Incoming& in) {
  thread_local events::json::Parser parser;
  const std::string_view text = in.request.body.empty() ? std::string_view("{}") : in.request.body;
  const auto body = events::parse_json(parser, text);
  if (!body) return std::unexpected(to_response(body.error()));
  const auto& word = events::registry_words[in.event];
  static constexpr std::array<std::string_view, 1> ours{"id"};
  if (word.founds) {
    auto id = given_id(*body, "id");
    if (!id) return std::unexpected(std::move(id.error()));
    in.subject = std::move(*id);
  }
  auto command = engine::decode_registry_command(
      in.event, *body, word.founds ? std::span(ours) : std::span<const std::string_view>());
  if (!command) return std::unexpected(to_response(command.error()));
  auto expected = if_match(in.request);
  if (!expected) return std::unexpected(std::move(expected.error()));
  auto key = idempotency_key(in.request);
  if (!key) return std::unexpected(std::move(key.error()));
  const node::Principal& p = *in.caller.principal;
  command->actor = {p.id, registry_role(api, in.caller, in.event), p.organ, p.station, p.region};
  command->expected_version = *expected;
  if (const auto trace = in.request.header("traceparent"))
    command->traceparent = trace->substr(0, 64);
  if (in.subject.empty())
    in.subject = key->empty() ? api.node.ids().fresh_id()
                              : derived_id({"subject", p.id, events::name_of(word.kind), *key});
  command->case_id = in.subject;
  command->id =
      key->empty() ? api.node.ids().fresh_id() : derived_id({"registry", p.id, in.subject, *key});
  command->hash = command_hash(word.command, in.request.body);
  return std::move(*command);
}

void handle(Api& api, http::Request&& request, http::Responder&& responder, std::size_t event,
            std::string subject) {
  auto caller = authenticate(api.node.principals(), request);
  if (!caller) return responder(std::move(caller.error()));
  if (auto wrong = wrong_media_type(request)) return responder(std::move(*wrong));
  Incoming in{*caller, event, std::move(subject), std::move(request)};
  auto command = read(api, in);
  if (!command) return responder(std::move(command.error()));
  const std::size_t bytes = in.request.body.size();
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  const bool taken =
      api.registry_workers.run([&api, shared, bytes, asked = std::move(*command)]() mutable {
        // What was acknowledged before this command is in the views, unless they are unwell; then
        // it is judged by what they hold.
        if (const auto behind = registry_behind(api)) wait_for_registry(api, *behind);
        engine::look_up(asked, api.node.registry()->store());
        const bool founds = asked.word().founds;
        api.registry_commands->submit(std::move(asked), std::move(*shared), bytes, founds);
      });
  if (!taken) (*shared)(http::problem(503, "busy", "too many requests wait: try again"));
}

void add_kind(http::Router& router, Api& api, SubjectKind kind) {
  const std::string path = "/v1/" + std::string(plural_of(kind));
  const auto founding = *std::ranges::find_if(
      events::registry_words, [&](const auto& word) { return word.kind == kind && word.founds; });
  const std::size_t first = *events::registry_command_index(kind, founding.command);
  router.add("POST", path, [&api, first](http::Request&& request, http::Responder&& responder) {
    handle(api, std::move(request), std::move(responder), first, "");
  });
  router.add(
      "POST", path + "/{id}/{command}",
      [&api, kind](http::Request&& request, http::Responder&& responder) {
        const auto event = events::registry_command_index(kind, request.path_parameter("command"));
        if (!event || events::registry_words[*event].founds) {
          return responder(http::problem(404, "unknown-command", "there is no such command"));
        }
        std::string subject(request.path_parameter("id"));
        handle(api, std::move(request), std::move(responder), *event, std::move(subject));
      });
}

// Says why there is none, rather than that there is no such path.
void add_absent(http::Router& router) {
  const auto absent = [](http::Request&&, http::Responder&& responder) {
    responder(http::problem(501, "no-registry", "this server has no config/registry"));
  };
  for (std::size_t kind = 0; kind < events::subject_kind_count; ++kind) {
    const std::string path = "/v1/" + std::string(plural_of(static_cast<SubjectKind>(kind)));
    for (const char* method : {"GET", "POST"}) router.add(method, path, absent);
    router.add("GET", path + "/{id}", absent);
    router.add("POST", path + "/{id}/{command}", absent);
  }
  router.add("GET", "/v1/duties", absent);
}

}  // namespace

void add_registry_routes(http::Router& router, Api& api) {
  if (api.node.registry() == nullptr) return add_absent(router);
  for (std::size_t kind = 0; kind < events::subject_kind_count; ++kind)
    add_kind(router, api, static_cast<SubjectKind>(kind));
}

}  // namespace huiyin::api
