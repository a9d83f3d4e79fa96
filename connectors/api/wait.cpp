#include "wait.hpp"

#include "http/problem.hpp"
#include "query_parameters.hpp"

namespace huiyin::api {
namespace {

constexpr std::chrono::seconds max_wait{5};  // of at_least (DESIGN.md section 8)

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
  const projections::ViewStore& views = api.node.views();
  const bool waits = *at_least && ((*at_least)->partition >= views.partitions() ||
                                   views.applied((*at_least)->partition) < (*at_least)->sequence);
  if (waits && (*at_least)->partition >= views.partitions()) {
    return responder(
        http::problem(400, "invalid-parameter", "at_least: there is no such partition"));
  }
  if (!waits && weight == Weight::light) return responder((*job)());
  // std::function wants what can be copied; the responder cannot.
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  const auto run = [shared, work = std::move(*job)](bool arrived) {
    (*shared)(arrived
                  ? work()
                  : http::problem(504, "not-yet", "the views did not reach that position in 5 s"));
  };
  const bool taken =
      waits ? api.workers.run_at(**at_least, std::chrono::steady_clock::now() + max_wait, run)
            : api.workers.run([run] { run(true); });
  if (!taken) (*shared)(busy());
}

}  // namespace huiyin::api
