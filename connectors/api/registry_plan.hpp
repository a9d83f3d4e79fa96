// What the questions about the registry share: a plan made from the request, run once the
// registry's views hold what was asked for.
#pragma once

#include <functional>

#include "answers.hpp"
#include "api.hpp"
#include "query_parameters.hpp"

namespace huiyin::api {

// The work of a worker's thread, or why the request is refused.
using RegistryJob = std::expected<std::function<http::Response()>, http::Response>;
using RegistryPlan = std::function<RegistryJob(Api&, const Caller&, const http::Request&)>;

// GET path, with `at_least` (r:12) as every question has it.
void add_registry_query(http::Router& router, Api& api, const std::string& path, RegistryPlan plan);

// "r:12"
Parsed<std::optional<events::Sequence>> registry_position(const http::Request& request,
                                                          std::string_view name);
events::Date today(Api& api);

// Who works with deputies' records sees all of them; others see what a deputy shows (S4-8).
bool sees_records(const Caller& caller);

// The role asked for, else the first that may give the command, else let the engine say why not.
engine::Role registry_role(const Api& api, const Caller& caller, std::size_t event);
// A command of the caller's; its id and hash are the sender's to give.
engine::RegistryCommand registry_command(const Api& api, const Caller& caller, std::string subject,
                                         events::RegistryEventBody body);

http::Response json_response(std::string json);
http::Response no_such(events::SubjectKind kind);

inline constexpr events::Date first_day{std::chrono::year{1900}, std::chrono::January,
                                        std::chrono::day{1}};
inline constexpr events::Date last_day{std::chrono::year{2200}, std::chrono::January,
                                       std::chrono::day{1}};

}  // namespace huiyin::api
