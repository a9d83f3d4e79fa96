// GET /healthz, /readyz, /metrics, /openapi.json: for operators; they hold no case and need no
// token.
#include "ops_routes.hpp"

#include "events/enum_names.hpp"
#include "events/json_text.hpp"
#include "http/problem.hpp"
#include "node/cluster.hpp"
#include "openapi.hpp"
#include "registry_kinds.hpp"

namespace huiyin::api {
namespace {

// Prometheus text format 0.0.4.
class Metrics {
 public:
  void describe(std::string_view name, std::string_view type, std::string_view help) {
    out_.append("# HELP huiyin_").append(name).append(" ").append(help).append("\n# TYPE huiyin_");
    out_.append(name).append(" ").append(type).append("\n");
  }
  void sample(std::string_view name, std::string_view labels, std::uint64_t value) {
    out_.append("huiyin_").append(name);
    if (!labels.empty()) out_.append("{").append(labels).append("}");
    out_.append(" ").append(std::to_string(value)).append("\n");
  }
  void one(std::string_view name, std::string_view type, std::string_view help,
           std::uint64_t value) {
    describe(name, type, help);
    sample(name, "", value);
  }
  void latency(std::string_view name, std::string_view help,
               const engine::LatencySnapshot& snapshot) {
    describe(name, "histogram", help);
    const std::string bucket = std::string(name) + "_bucket";
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < snapshot.counts.size(); ++i) {
      below += snapshot.counts[i];
      const bool last = i + 1 == snapshot.counts.size();
      sample(bucket, "le=\"" + (last ? std::string("+Inf") : seconds(1ULL << i)) + "\"", below);
    }
    out_.append("huiyin_")
        .append(name)
        .append("_sum ")
        .append(seconds(snapshot.sum_us))
        .append("\n");
    sample(std::string(name) + "_count", "", snapshot.total);
  }
  std::string take() { return std::move(out_); }

 private:
  static std::string seconds(std::uint64_t us) {
    std::string text = std::to_string(us);
    text.insert(0, text.size() < 7 ? 7 - text.size() : 0, '0');
    text.insert(text.size() - 6, ".");
    return text;
  }
  std::string out_;
};

void add_commands(Metrics& m, const engine::RuntimeSnapshot& s) {
  m.describe("commands_total", "counter", "Commands by what became of them.");
  const std::pair<std::string_view, std::uint64_t> outcomes[] = {
      {"accepted", s.accepted},    {"repeated", s.repeated},       {"refused", s.refused},
      {"conflict", s.conflicts},   {"unavailable", s.unavailable}, {"timed_out", s.timed_out},
      {"queue_full", s.queue_full}};
  for (const auto& [outcome, count] : outcomes) {
    m.sample("commands_total", "outcome=\"" + std::string(outcome) + "\"", count);
  }
  m.one("timer_events_total", "counter", "Deadlines warned, missed, escalated.", s.timer_events);
  m.one("follow_ups_total", "counter", "Follow-ups sent to other cases.", s.follow_ups);
  m.one("batches_total", "counter", "Appends to the log.", s.batches);
  m.one("events_total", "counter", "Events appended.", s.events);
  m.one("event_bytes_total", "counter", "Bytes of events appended.", s.event_bytes);
  m.one("failed_appends_total", "counter", "Appends that the log refused.", s.failed_appends);
  m.one("failed_applies_total", "counter", "Writes of the views that failed.", s.failed_applies);
  m.one("recoveries_total", "counter", "Starts from the log after a failure.", s.recoveries);
  m.one("queue_depth", "gauge", "Commands waiting to be decided.", s.queue_depth);
  m.one("views_lag_events", "gauge", "Events in the log that are not yet in the views.",
        s.views_lag);
  m.one("cached_states", "gauge", "Case states in memory.", s.cached_states);
  m.one("cached_state_bytes", "gauge", "What they take.", s.cached_state_bytes);
  m.latency("queued_seconds", "From submit until decided.", s.queued);
  m.latency("decided_seconds", "Deciding a batch.", s.decided);
  m.latency("committed_seconds", "An append to the log.", s.committed);
  m.latency("applied_seconds", "A write of the views.", s.applied);
  m.latency("answered_seconds", "From submit to the answer.", s.answered);
  m.describe("log_end", "gauge", "Last sequence of each partition of the log.");
  for (std::size_t p = 0; p < s.log_end.size(); ++p) {
    m.sample("log_end", "partition=\"" + std::to_string(p) + "\"", s.log_end[p]);
  }
  m.describe("views_applied", "gauge", "Last sequence of each partition in the views.");
  for (std::size_t p = 0; p < s.views_applied.size(); ++p) {
    m.sample("views_applied", "partition=\"" + std::to_string(p) + "\"", s.views_applied[p]);
  }
}

void add_cluster(Metrics& m, const node::Cluster::Figures& f) {
  m.one("gateway_commands_total", "counter", "Commands given to Kafka.", f.gateway.sent);
  m.one("gateway_timed_out_total", "counter", "Commands whose outcome did not come in time.",
        f.gateway.timed_out);
  m.one("gateway_failed_total", "counter", "Commands that the cluster did not take.",
        f.gateway.failed);
  m.one("gateway_pending", "gauge", "Commands whose outcome is awaited.", f.gateway.pending);
  m.one("kafka_transactions_total", "counter", "Transactions committed.", f.log.transactions);
  m.one("kafka_transaction_microseconds_total", "counter", "Time spent in them.",
        f.log.transaction_microseconds);
  m.one("kafka_aborts_total", "counter", "Transactions aborted.", f.log.aborts);
  m.one("kafka_fences_total", "counter", "Partitions lost to another instance.", f.log.fences);
  m.one("kafka_take_overs_total", "counter", "Partitions taken over.", f.log.take_overs);
  m.one("kafka_restored_events_total", "counter", "Events read by take-overs.",
        f.log.restored_events);
  m.one("kafka_followed_events_total", "counter", "Events read by following.",
        f.log.followed_events);
  if (f.behind)
    m.one("kafka_behind_records", "gauge", "Records between mirror and topic.", *f.behind);
  if (!f.member) return;
  m.one("engine_partitions", "gauge", "Partitions decided here.", f.member->owned.size());
  m.one("engine_partitions_taking", "gauge", "Partitions being taken over.",
        f.member->taking.size());
  m.one("engine_commands_total", "counter", "Commands read from the topic.", f.member->commands);
  m.one("engine_commands_lag", "gauge", "Commands in the topic that are not read yet.",
        f.member->lag);
  m.one("engine_rewinds_total", "counter", "Times that commands were read again.",
        f.member->rewinds);
  m.one("dead_letters_total", "counter", "Commands that could not be read.",
        f.member->dead_letters);
}

void add_http(Metrics& m, const http::ServerStatistics& s) {
  m.one("http_connections_open", "gauge", "Connections open now.", s.connections_open);
  m.one("http_connections_total", "counter", "Connections accepted.", s.connections_accepted);
  m.one("http_connections_refused_total", "counter", "Connections past the limit.",
        s.connections_refused);
  m.one("http_requests_total", "counter", "Requests.", s.requests);
  m.one("http_malformed_total", "counter", "Requests that were no proper HTTP or past a limit.",
        s.requests_malformed);
  m.one("http_streams_dropped_total", "counter", "Event streams dropped for being slow.",
        s.streams_dropped);
  m.one("http_handler_faults_total", "counter", "Handlers that failed.", s.handler_faults);
}

std::string metric_name(std::string_view text) {
  std::string name;
  for (const char c : text)
    name.push_back((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
  return name;
}

http::Response metrics(const Api& api, const OpsSource& source) {
  Metrics m;
  add_commands(m, api.node.snapshot());
  if (const auto* cluster = api.node.cluster()) add_cluster(m, cluster->figures());
  add_http(m, source.http_statistics());
  m.one("http_commands_in_flight", "gauge", "Commands whose answer is awaited.",
        api.commands.size());
  for (const auto& [name, value] : api.node.views().figures()) {
    m.one("views_" + metric_name(name), "gauge", "Of the views' RocksDB.", value);
  }
  for (const auto& [name, value] : api.node.log_figures()) {
    m.one("log_" + metric_name(name), "gauge", "Of the log's RocksDB.", value);
  }
  if (const auto* registry = api.node.registry()) {
    m.one("registry_events", "gauge", "In the registry's log.", registry->log().end(0));
    m.one("registry_applied", "gauge", "Of these, in the registry's views.",
          registry->store().applied(0));
    for (std::size_t kind = 0; kind < events::subject_kind_count; ++kind) {
      const auto which = static_cast<events::SubjectKind>(kind);
      if (which == events::SubjectKind::activity) continue;
      m.one("registry_" + std::string(plural_of(which)), "gauge", "Registered, ended ones too.",
            registry->store().count(which));
    }
  }
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = m.take();
  return response;
}

http::Response json(std::string text) {
  http::Response response;
  response.body = std::move(text);
  return response;
}

}  // namespace

void add_ops_routes(http::Router& router, Api& api, const OpsSource& source) {
  router.add("GET", "/healthz", [](http::Request&&, http::Responder&& responder) {
    responder(json(R"({"status":"ok"})"));
  });
  // Ready: commands are taken and the views follow. A node that is not is taken out of rotation.
  router.add("GET", "/readyz", [&api](http::Request&&, http::Responder&& responder) {
    if (const auto reason = api.node.not_ready()) {
      return responder(http::problem(503, "not-ready", *reason));
    }
    responder(json(R"({"status":"ready"})"));
  });
  router.add("GET", "/metrics", [&api, &source](http::Request&&, http::Responder&& responder) {
    responder(metrics(api, source));
  });
  router.add("GET", "/openapi.json",
             [](http::Request&&, http::Responder&& responder) { responder(json(openapi_json())); });
}

}  // namespace huiyin::api
