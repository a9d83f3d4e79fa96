#include "outlet_scope.hpp"

#include "http/problem.hpp"

namespace huiyin::api {
namespace {

constexpr std::chrono::seconds views_patience{5};

const outlet::Outlet* outlet_of(const Api& api, const engine::Command& command) {
  const auto* body = std::get_if<events::PassedOn>(&command.body);
  if (body == nullptr) return nullptr;
  const auto found = std::ranges::find(api.outlets, body->outlet, &outlet::Outlet::outlet);
  return found == api.outlets.end() ? nullptr : &*found;
}

}  // namespace

bool in_scope_matters(const Api& api, const engine::Command& command) {
  return command.actor.role != engine::Role::importer && outlet_of(api, command) != nullptr;
}

std::optional<http::Response> out_of_scope(const Api& api, const Caller& caller,
                                           const engine::Command& command) {
  const auto* to = outlet_of(api, command);
  if (to == nullptr) return std::nullopt;
  // The analysis that was just acknowledged counts.
  const auto& views = api.node.views();
  const auto partition = events::partition_of(command.case_id, views.partitions());
  views.wait_applied({partition, api.node.log().end(partition)},
                     std::chrono::steady_clock::now() + views_patience);
  const auto view = views.case_view(command.case_id);
  // Who may not see it is told so by the engine, and nothing of the case.
  if (!view || *view == nullptr || !may_see(caller, *(*view)->state)) return std::nullopt;
  const auto& state = *(*view)->state;
  const auto why = to->scope.refusal(state.kind, state.category);
  if (!why) return std::nullopt;
  return http::problem(409, "out-of-scope", *why, R"("rule":"S0-30","allowed":[])");
}

}  // namespace huiyin::api
