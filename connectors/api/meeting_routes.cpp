// POST /v1/meetings/{id}/hand-off: one meeting hands off many cases (S3-37). Each is a command of
// its own, with an id from meeting and case, so that a repeat does nothing twice and what was
// refused can be sent again when it is mended. All have one occurred_at: their clocks start
// together.
#include <atomic>

#include "answers.hpp"
#include "api.hpp"
#include "events/json_writer.hpp"
#include "facts.hpp"
#include "http/problem.hpp"
#include "request_headers.hpp"

namespace huiyin::api {
namespace {

using engine::Command;
using engine::CommandType;

constexpr std::size_t max_cases = 500;                   // a page of a list
constexpr std::size_t max_body = std::size_t{1} << 20U;  // 2 KiB a case

// The answers of one request's commands, until all are there. Deletes itself then.
class Collected final : public engine::AnswerSink {
 public:
  Collected(std::string meeting, std::vector<std::string> cases, http::Responder responder)
      : meeting_(std::move(meeting)),
        cases_(std::move(cases)),
        answers_(cases_.size()),
        open_(cases_.size()),
        responder_(std::move(responder)) {}

  void answered(std::span<engine::Answered> answers) override {
    for (auto& answer : answers) answers_[answer.token] = std::move(answer.answer);
    if ((open_ -= answers.size()) == 0) finish();
  }
  // For a command that the engine did not take.
  void refused(std::uint64_t token, engine::RuntimeError error) {
    engine::Answered answer{token, std::move(error)};
    answered({&answer, 1});
  }

 private:
  void finish() {
    std::string results;
    std::size_t handed_off = 0;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      const http::Response one = to_response(answers_[i], false);
      if (one.status == 200) ++handed_off;
      results += results.empty() ? R"({"case":)" : R"(,{"case":)";
      events::append_json_string(results, cases_[i]);
      results += R"(,"status":)" + std::to_string(one.status) + R"(,"answer":)" + one.body + "}";
    }
    http::Response response;
    response.body = R"({"meeting":)";
    events::append_json_string(response.body, meeting_);
    response.body += R"(,"cases":)" + std::to_string(cases_.size()) + R"(,"handed_off":)" +
                     std::to_string(handed_off) + R"(,"results":[)" + results + "]}";
    responder_(std::move(response));
    delete this;
  }

  const std::string meeting_;
  const std::vector<std::string> cases_;
  std::vector<engine::Answer> answers_;
  std::atomic<std::size_t> open_;
  http::Responder responder_;
};

http::Response wrong(std::string pointer, std::string detail) {
  return to_response(events::DecodeError{events::DecodeErrorCode::invalid_value, std::move(pointer),
                                         std::move(detail)});
}

// One element of `cases` as a command.
std::expected<Command, http::Response> command_of(events::json::Value element,
                                                  const std::string& meeting, std::size_t index) {
  const std::string pointer = "/cases/" + std::to_string(index);
  const auto member = element.find("case");
  const auto id = member ? member->as_string() : std::nullopt;
  if (!id || id->empty()) return std::unexpected(wrong(pointer + "/case", "which case?"));
  static constexpr std::array<std::string_view, 1> ours{"case"};
  auto command = engine::decode_command(CommandType::hand_off, element, ours);
  if (!command) {
    auto error = command.error();
    error.pointer.insert(0, pointer);
    return std::unexpected(to_response(error));
  }
  command->case_id = *id;
  auto& body = std::get<events::HandedOff>(command->body);
  if (!body.meeting.empty() && body.meeting != meeting)
    return std::unexpected(wrong(pointer + "/meeting", "another meeting than the path's"));
  body.meeting = meeting;
  return std::move(*command);
}

std::expected<std::vector<Command>, http::Response> commands_of(events::json::Value body,
                                                                const std::string& meeting) {
  const auto occurred_at = body.find("occurred_at");
  std::optional<events::Instant> at;
  if (occurred_at) {
    if (const auto text = occurred_at->as_string()) at = events::parse_instant(*text);
    if (!at) return std::unexpected(wrong("/occurred_at", "expected an instant with its zone"));
  }
  const auto cases = body.find("cases");
  if (!cases || cases->size() == 0 || cases->size() > max_cases)
    return std::unexpected(wrong("/cases", "a list of 1 to 500 cases"));
  struct Reading {
    const std::string& meeting;
    std::vector<Command> commands;
    std::optional<http::Response> wrong;
  } reading{meeting, {}, {}};
  cases->each_element(&reading, [](void* opaque, events::json::Value element) {
    auto& r = *static_cast<Reading*>(opaque);
    auto command = command_of(element, r.meeting, r.commands.size());
    if (!command) {
      r.wrong = std::move(command.error());
      return false;
    }
    r.commands.push_back(std::move(*command));
    return true;
  });
  if (reading.wrong) return std::unexpected(std::move(*reading.wrong));
  for (Command& command : reading.commands) {
    if (!command.occurred_at) command.occurred_at = at;
  }
  return std::move(reading.commands);
}

std::expected<std::vector<Command>, http::Response> read(Api& api, const Caller& caller,
                                                         const http::Request& request,
                                                         const std::string& meeting) {
  thread_local events::json::Parser parser;
  const auto body = events::parse_json(parser, request.body);
  if (!body) return std::unexpected(to_response(body.error()));
  auto commands = commands_of(*body, meeting);
  if (!commands) return commands;
  const node::Principal& p = *caller.principal;
  for (Command& command : *commands) {
    const auto role = node::role_for(p, caller.asked_role, CommandType::hand_off,
                                     !command.behalf.empty(), api.node.definitions());
    if (!role)
      return std::unexpected(
          http::problem(403, "forbidden", "you do not hold the role that you ask for"));
    command.actor = {p.id, *role, p.organ, p.station, p.region};
    command.id = derived_id({"meeting", p.id, meeting, command.case_id});
    const auto when = command.occurred_at ? events::format_instant(*command.occurred_at) : "";
    command.hash = command_hash(when, events::to_json(std::get<events::HandedOff>(command.body)));
  }
  return commands;
}

void handle(Api& api, http::Request&& request, http::Responder&& responder) {
  auto caller = authenticate(api.node.principals(), request);
  if (!caller) return responder(std::move(caller.error()));
  if (auto not_json = wrong_media_type(request)) return responder(std::move(*not_json));
  const std::string meeting(request.path_parameter("id"));
  if (meeting.size() > events::id_text.characters)
    return responder(wrong("", "a meeting's id has at most 64 characters"));
  auto commands = read(api, *caller, request, meeting);
  if (!commands) return responder(std::move(commands.error()));
  std::vector<std::string> cases;
  cases.reserve(commands->size());
  for (const Command& command : *commands) cases.push_back(command.case_id);
  auto* const sink = new Collected(meeting, std::move(cases), std::move(responder));
  const std::size_t bytes = request.body.size() / commands->size();
  for (std::size_t i = 0; i < commands->size(); ++i) {
    Command& command = (*commands)[i];
    command.facts = facts_for(api, command);
    auto taken = api.node.commands().submit(std::move(command), i, *sink, bytes);
    if (!taken) sink->refused(i, std::move(taken.error()));
  }
}

}  // namespace

void add_meeting_routes(http::Router& router, Api& api) {
  router.add("POST", "/v1/meetings/{id}/hand-off",
             [&api](http::Request&& request, http::Responder&& responder) {
               handle(api, std::move(request), std::move(responder));
             },
             {.body_bytes = max_body});
}

}  // namespace huiyin::api
