// GET /v1/events and GET /v1/events/stream: for integrators (and auditors), for example the
// deputies' performance platform (S0-16).
#include "answers.hpp"
#include "api.hpp"
#include "event_stream.hpp"
#include "events/envelope.hpp"
#include "events/json_text.hpp"
#include "http/problem.hpp"
#include "query_parameters.hpp"
#include "wait.hpp"

namespace huiyin::api {
namespace {

http::Response forbidden() {
  return http::problem(403, "forbidden", "the events are for integrators and auditors");
}

http::Response bad_cursor() {
  return http::problem(400, "invalid-parameter",
                       "after: a cursor that /v1/events gave, or nothing");
}

struct Batch {
  std::string items;
  std::string error;
};

http::Response events_after(const events::EventLog& log, FeedCursor cursor, std::size_t limit) {
  Batch batch;
  const auto read = read_feed(log, cursor, limit, &batch,
                              [](void* context, std::string_view frame, const FeedCursor&) {
                                auto& out = *static_cast<Batch*>(context);
                                const auto view = events::decode_frame(frame);
                                if (!view) {
                                  out.error = view.error();
                                  return;
                                }
                                if (!out.items.empty()) out.items.push_back(',');
                                events::append_cloud_event(out.items, view->envelope, view->data);
                              });
  if (!read) return to_response(read.error());
  if (!batch.error.empty())
    return to_response(events::LogError{events::LogErrorCode::corrupt, batch.error});
  http::Response response;
  response.content_type = "application/json";
  response.body =
      R"({"events":[)" + batch.items + R"(],"next":")" + format_cursor(cursor) + R"("})";
  return response;
}

std::expected<std::function<http::Response()>, http::Response> plan_events(
    Api& api, const Caller& caller, const http::Request& request) {
  if (!may_read_events(caller)) return std::unexpected(forbidden());
  if (auto wrong = check_parameters(request, {"after", "limit", "at_least"}))
    return std::unexpected(std::move(*wrong));
  auto limit = limit_parameter(request);
  if (!limit) return std::unexpected(std::move(limit.error()));
  auto cursor = parse_cursor(text_parameter(request, "after"), api.node.log().partitions());
  if (!cursor) return std::unexpected(bad_cursor());
  return [&api, limit = *limit, cursor = std::move(*cursor)] {
    return events_after(api.node.log(), cursor, limit);
  };
}

void stream_events(Api& api, EventStreams& streams, http::Request&& request,
                   http::Responder&& responder) {
  const auto caller = authenticate(api.node.principals(), request);
  if (!caller) return responder(http::Response(caller.error()));
  if (!may_read_events(*caller)) return responder(forbidden());
  if (auto wrong = check_parameters(request, {"after"})) return responder(std::move(*wrong));
  // A client that reconnects says in Last-Event-ID where it was; that wins over where it began.
  const auto last = request.header("Last-Event-ID");
  const std::string after = last ? std::string(*last) : text_parameter(request, "after");
  auto cursor = parse_cursor(after, api.node.log().partitions());
  if (!cursor) return responder(bad_cursor());
  if (streams.size() >= 1'024)
    return responder(http::problem(503, "busy", "too many streams are open"));
  streams.add(responder.stream({.headers = {{"Cache-Control", "no-store"}}}), std::move(*cursor));
}

}  // namespace

void add_event_routes(http::Router& router, Api& api, EventStreams& streams) {
  router.add("GET", "/v1/events", [&api](http::Request&& request, http::Responder&& responder) {
    answer_query(api, std::move(request), std::move(responder), plan_events, Weight::heavy);
  });
  router.add("GET", "/v1/events/stream",
             [&api, &streams](http::Request&& request, http::Responder&& responder) {
               stream_events(api, streams, std::move(request), std::move(responder));
             });
}

}  // namespace huiyin::api
