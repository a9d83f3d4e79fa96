#include "wait.hpp"

#include "http/problem.hpp"
#include "query_parameters.hpp"

namespace huiyin::api {
namespace {

constexpr std::chrono::seconds max_wait{5};  // of at_least (DESIGN.md section 8)
// Without at_least: long enough for views that are well, and reads go on when they are not.
constexpr std::chrono::milliseconds short_wait{250};

// Where the views are behind what the query shall see: with `at_least` that position, without it
// all that is durable now. So whoever has been told of a command sees what it did.
std::vector<events::Position> missing(node::Node& node,
                                      const std::optional<events::Position>& at_least) {
  const projections::ViewStore& views = node.views();
  std::vector<events::Position> out;
  const auto want = [&](events::Position position) {
    if (views.applied(position.partition) < position.sequence) out.push_back(position);
  };
  if (at_least) {
    want(*at_least);
  } else {
    for (events::Partition p = 0; p < views.partitions(); ++p) want({p, node.log().end(p)});
  }
  return out;
}

http::Response busy() { return http::problem(503, "busy", "too many queries wait: try again"); }

}  // namespace

void answer_query(Api& api, http::Request&& request, http::Responder&& responder, QueryPlan plan,
                  Weight weight) {
  auto caller = authenticate(api.node.principals(), request);
  if (!caller) return responder(std::move(caller.error()));
  auto at_least = position_parameter(request, "at_least");
  if (!at_least) return responder(std::move(at_least.error()));
  auto job = plan(api, *caller, request);
  if (!job) return responder(std::move(job.error()));
  if (*at_least && (*at_least)->partition >= api.node.views().partitions()) {
    return responder(
        http::problem(400, "invalid-parameter", "at_least: there is no such partition"));
  }
  auto positions = missing(api.node, *at_least);
  if (positions.empty() && weight == Weight::light) return responder((*job)());
  // std::function wants what can be copied; the responder cannot.
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  const auto run = [shared, asked = at_least->has_value(), work = std::move(*job)](bool arrived) {
    (*shared)(arrived || !asked
                  ? work()
                  : http::problem(504, "not-yet", "the views did not reach that position in 5 s"));
  };
  const auto deadline = std::chrono::steady_clock::now() +
                        (*at_least ? std::chrono::milliseconds(max_wait) : short_wait);
  const bool taken = positions.empty() ? api.workers.run([run] { run(true); })
                                       : api.workers.run_at(std::move(positions), deadline, run);
  if (!taken) (*shared)(busy());
}

}  // namespace huiyin::api
