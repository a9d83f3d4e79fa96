// Commands through Kafka, beside the baseline of the same run: a plain idempotent producer,
// acks=all, of all the records that they cause (DESIGN.md section 10). Then latency, and a fresh
// query node.
//   kafka_bench BOOTSTRAP DIR [CASES [INSTANCES]]
// Each case is collected, accepted, analysed, handed off, signed and replied to. All instances run
// in this process, each with its own mirror and views.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <unistd.h>

#include "bench/commands/six_steps.hpp"
#include "cluster/gateway.hpp"
#include "cluster/member.hpp"
#include "engine/definition_toml.hpp"
#include "errors.hpp"
#include "feed.hpp"
#include "kafka/topics.hpp"
#include "support/system_ids.hpp"

namespace {

using namespace huiyin;
using namespace std::chrono_literals;
using bench::steps;
using Clock = std::chrono::steady_clock;

constexpr events::Partition partitions = 12;
constexpr int warm_turns = 3;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "kafka_bench: %s\n", what.c_str());
  std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// One engine instance that also follows the whole log.
struct Instance {
  Instance(const kafka::KafkaSettings& settings, const std::filesystem::path& directory,
           const engine::Definitions& definitions, engine::IdSource& ids,
           cluster::Gateway& gateway) {
    auto opened = kafka::KafkaLog::open(settings, {.mirror = directory / "log"});
    if (!opened) fail(opened.error().detail);
    log = std::move(*opened);
    auto store = projections::ViewStore::open(directory / "views", partitions);
    if (!store) fail(store.error().detail);
    views = std::move(*store);
    follower = std::make_unique<cluster::ViewFollower>(
        *log, *views, [](events::Partition, const std::string& detail) { fail(detail); });
    std::vector<events::Partition> all;
    all.reserve(partitions);
    for (events::Partition p = 0; p < partitions; ++p) all.push_back(p);
    kafka::FollowListener listener;
    listener.on_end = [this](events::Partition p, events::Sequence) { follower->grown(p); };
    if (auto followed = log->follow(all, listener); !followed) fail(followed.error().detail);
    cluster::MemberOptions options;
    options.settings = settings;
    options.source = "/huiyin/bench";
    options.settlement_file = directory / "imports";
    auto joined = cluster::Member::start(*log, *views, *follower, definitions, ids, gateway,
                                         std::move(options));
    if (!joined) fail(joined.error().detail);
    member = std::move(*joined);
  }
  ~Instance() {
    member->stop();
    log->end_follow();
  }

  std::unique_ptr<kafka::KafkaLog> log;
  std::unique_ptr<projections::ViewStore> views;
  std::unique_ptr<cluster::ViewFollower> follower;
  std::unique_ptr<cluster::Member> member;
};

// Gives one command and waits; its milliseconds.
double one_command(cluster::Gateway& gateway, engine::Command command) {
  bench::Counting sink;
  const auto start = Clock::now();
  if (!gateway.submit(std::move(command), 0, sink)) fail("a command was not taken");
  if (sink.wait(1) > 0) fail("a command failed");
  return 1e3 * since(start);
}

void print_latency(const char* what, std::vector<double> ms) {
  std::ranges::sort(ms);
  std::printf("%-44s p50 %6.1f ms  p99 %6.1f ms\n", what, ms[ms.size() / 2],
              ms[std::min(ms.size() - 1, ms.size() * 99 / 100)]);
}

// Sends commands at a steady rate from several threads' worth of cases; their latencies.
std::vector<double> at_rate(cluster::Gateway& gateway, double per_second, std::uint64_t count,
                            std::uint64_t first_case, engine::IdSource& ids) {
  struct Timed final : engine::AnswerSink {
    explicit Timed(std::uint64_t n) : begun(n), ms(n) {}
    void answered(std::span<engine::Answered> answers) override {
      const auto now = Clock::now();
      const std::lock_guard lock(mutex);
      for (const auto& one : answers) {
        ms[one.token] = 1e3 * std::chrono::duration<double>(now - begun[one.token]).count();
        ++done;
      }
      changed.notify_one();
    }
    std::vector<Clock::time_point> begun;
    std::vector<double> ms;
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t done = 0;
  } sink(count);
  const auto start = Clock::now();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(start + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                              1e9 * static_cast<double>(i) / per_second)));
    sink.begun[i] = Clock::now();
    if (!gateway.submit(
            bench::command(ids.derived_id("rate" + std::to_string(first_case + i)), i, 0), i, sink))
      fail("a command was not taken");
  }
  std::unique_lock lock(sink.mutex);
  sink.changed.wait(lock, [&] { return sink.done == count; });
  return sink.ms;
}

struct Copy {
  std::string key, value;
  bool tombstone = false;
  kafka::Headers headers;
  std::int32_t partition = 0;
};

// Everything in the topics that the commands caused.
std::vector<Copy> read_all(const kafka::KafkaSettings& settings, double& seconds) {
  std::vector<Copy> out;
  seconds = 0;
  for (const auto topic : {kafka::Topic::commands, kafka::Topic::events, kafka::Topic::outcomes,
                           kafka::Topic::view_status, kafka::Topic::view_overdue}) {
    auto feed = kafka::Feed::open(settings, kafka::topic_name(settings, topic),
                                  kafka::Isolation::committed, 100ms);
    if (!feed) fail(feed.error().detail);
    std::vector<kafka::FeedStart> starts;
    std::vector<std::int64_t> ends;
    for (events::Partition p = 0; p < partitions; ++p) {
      const auto end = feed->end(p, 10s);
      if (!end) fail(end.error().detail);
      ends.push_back(*end);
      starts.push_back({p, 0});
    }
    const auto start = Clock::now();
    auto last = start;
    if (auto assigned = feed->assign(starts); !assigned) fail(assigned.error().detail);
    const auto unread = [&] {
      for (events::Partition p = 0; p < partitions; ++p)
        if (ends[p] > 0 && feed->position(p) < ends[p]) return true;
      return false;
    };
    for (std::uint64_t polls = 0; polls % 256 != 0 || unread(); ++polls) {
      const auto message = feed->poll(20ms);
      if (!message || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      last = Clock::now();
      rd_kafka_headers_t* headers = nullptr;
      kafka::Headers kept;
      if (rd_kafka_message_headers(message.get(), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        kept.reset(rd_kafka_headers_copy(headers));
      out.push_back({{static_cast<const char*>(message->key), message->key_len},
                     {static_cast<const char*>(message->payload), message->len},
                     message->payload == nullptr,
                     std::move(kept),
                     message->partition});
    }
    if (topic == kafka::Topic::events)
      seconds = std::chrono::duration<double>(last - start).count();
  }
  return out;
}

double plain_produce(const kafka::KafkaSettings& settings, std::vector<Copy>& records) {
  auto client =
      kafka::Client::make(settings, {.kind = kafka::ClientKind::producer,
                                     .defaults = {{"linger.ms", "5"},
                                                  {"compression.type", "lz4"},
                                                  {"queue.buffering.max.messages", "1000000"}},
                                     .fixed = {{"enable.idempotence", "true"}, {"acks", "all"}},
                                     .on_delivery = [](const rd_kafka_message_t& message) {
                                       if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR)
                                         fail("the baseline failed");
                                     }});
  if (!client) fail(client.error().detail);
  const std::string topic = kafka::topic_name(settings, kafka::Topic::registry_commands) + ".plain";
  const kafka::NewTopic made(rd_kafka_NewTopic_new(topic.c_str(), partitions, -1, nullptr, 0));
  rd_kafka_NewTopic_t* wanted = made.get();
  const kafka::Queue queue(rd_kafka_queue_new(client->handle()));
  rd_kafka_CreateTopics(client->handle(), &wanted, 1, nullptr, queue.get());
  const kafka::Event answered(rd_kafka_queue_poll(queue.get(), 20'000));
  std::this_thread::sleep_for(2s);
  {  // the first record of a topic waits for its metadata
    const kafka::TopicHandle handle(rd_kafka_topic_new(client->handle(), topic.c_str(), nullptr));
    const rd_kafka_metadata_t* given = nullptr;
    rd_kafka_metadata(client->handle(), 0, handle.get(), &given, 10'000);
    const kafka::Metadata dropped(given);
  }
  const auto start = Clock::now();
  for (Copy& one : records) {
    for (;;) {
      const auto code = rd_kafka_producev(
          client->handle(), RD_KAFKA_VTYPE_TOPIC, topic.c_str(), RD_KAFKA_VTYPE_PARTITION,
          one.partition, RD_KAFKA_VTYPE_KEY, one.key.data(), one.key.size(), RD_KAFKA_VTYPE_VALUE,
          one.tombstone ? nullptr : one.value.data(), one.value.size(), RD_KAFKA_VTYPE_MSGFLAGS,
          RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_HEADERS, one.headers.get(), RD_KAFKA_VTYPE_END);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        static_cast<void>(one.headers.release());
        break;
      }
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) fail(rd_kafka_err2str(code));
      rd_kafka_poll(client->handle(), 5);
    }
    rd_kafka_poll(client->handle(), 0);
  }
  if (rd_kafka_flush(client->handle(), 120'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail("the baseline was not delivered");
  return since(start);
}

void fresh_query_node(const kafka::KafkaSettings& settings, const std::filesystem::path& directory,
                      std::uint64_t events, double plain_seconds) {
  auto log = kafka::KafkaLog::open(settings, {.mirror = directory / "log"});
  auto views = projections::ViewStore::open(directory / "views", partitions);
  if (!log || !views) fail("no query node");
  const auto start = Clock::now();
  cluster::ViewFollower follower(
      **log, **views, [](events::Partition, const std::string& detail) { fail(detail); });
  std::vector<events::Partition> all;
  all.reserve(partitions);
  for (events::Partition p = 0; p < partitions; ++p) all.push_back(p);
  kafka::FollowListener listener;
  listener.on_end = [&](events::Partition p, events::Sequence) { follower.grown(p); };
  if (auto followed = (*log)->follow(all, listener); !followed) fail(followed.error().detail);
  double mirrored = 0;
  for (;;) {
    std::uint64_t stored = 0;
    std::uint64_t applied = 0;
    for (const auto p : all) {
      stored += (*log)->end(p);
      applied += (*views)->applied(p);
    }
    if (mirrored == 0 && stored >= events) mirrored = since(start);
    if (applied >= events) break;
    std::this_thread::sleep_for(5ms);
  }
  const double seconds = since(start);
  std::printf("%-44s %8.0f events/s into the mirror, %.0f into the views; plain consumption %.0f\n",
              "a fresh query node", static_cast<double>(events) / mirrored,
              static_cast<double>(events) / seconds, static_cast<double>(events) / plain_seconds);
  (*log)->end_follow();
}

int run(const std::string& bootstrap, const std::filesystem::path& directory, std::uint64_t cases,
        unsigned instances) {
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  const std::filesystem::path config = std::filesystem::path(HUIYIN_SOURCE_DIR) / "config";
  const auto definitions = engine::load_definitions(config / "processes", config / "calendars");
  if (!definitions) fail("no definitions");
  kafka::KafkaSettings settings;
  settings.bootstrap = bootstrap;
  settings.prefix = "bench-" + std::to_string(::getpid());
  if (const auto made = kafka::create_topics(settings, {.partitions = partitions}); !made)
    fail(to_text(made.error()));
  test::SystemIds ids;
  auto gateway = cluster::Gateway::start(settings, partitions, ids.fresh_id(), {.patience = 120s});
  if (!gateway) fail(to_text(gateway.error()));
  std::vector<std::unique_ptr<Instance>> all;
  all.reserve(instances);
  for (unsigned i = 0; i < instances; ++i) {
    all.push_back(std::make_unique<Instance>(settings, directory / std::to_string(i), *definitions,
                                             ids, **gateway));
  }
  const auto owned = [&] {
    std::size_t count = 0;
    for (const auto& one : all) count += one->member->figures().owned.size();
    return count;
  };
  for (int i = 0; i < 600 && owned() < partitions; ++i) std::this_thread::sleep_for(100ms);
  if (owned() < partitions) fail("the partitions were not taken over");

  bench::Counting sink;
  std::uint64_t token = 0;
  const auto drive = [&](const std::string& name) {
    std::vector<std::string> case_ids;
    case_ids.reserve(cases);
    for (std::uint64_t i = 0; i < cases; ++i)
      case_ids.push_back(ids.derived_id(name + std::to_string(i)));
    constexpr std::uint64_t together = 2'000;  // cases under way at once
    for (std::uint64_t first = 0; first < cases; first += together) {
      for (std::uint64_t step = 0; step < steps; ++step) {
        for (std::uint64_t i = first; i < std::min(first + together, cases); ++i) {
          while (!(*gateway)->submit(bench::command(case_ids[i], i, step), token, sink))
            std::this_thread::sleep_for(1ms);
          ++token;
        }
      }
    }
    if (sink.wait(token) > 0) fail("commands failed");
  };
  struct Spent {
    std::uint64_t transactions = 0, microseconds = 0;
  };
  const auto spent_so_far = [&] {
    Spent out;
    for (const auto& one : all) {
      out.transactions += one->log->figures().transactions;
      out.microseconds += one->log->figures().transaction_microseconds;
    }
    return out;
  };
  // A broker that was just started compiles itself for its first half minute, on the same cores:
  // the baseline comes later and would not see it.
  for (int turn = 0; turn < warm_turns; ++turn) drive("warm-" + std::to_string(turn) + "-");
  const std::uint64_t warm = token;
  const Spent before = spent_so_far();
  const auto start = Clock::now();
  drive("measured-");
  const double seconds = since(start);
  const std::uint64_t measured = token - warm;
  const double rate = static_cast<double>(measured) / seconds;
  const Spent after = spent_so_far();
  const std::uint64_t transactions = after.transactions - before.transactions;
  const std::uint64_t spent = after.microseconds - before.microseconds;
  std::printf("%-44s %8.0f /s  (%llu in %.1f s, %llu transactions of %.1f ms, %u instances)\n",
              "commands through Kafka", rate, static_cast<unsigned long long>(measured), seconds,
              static_cast<unsigned long long>(transactions),
              1e-3 * static_cast<double>(spent) /
                  static_cast<double>(std::max<std::uint64_t>(transactions, 1)),
              instances);
  double consumption = 0;
  auto records = read_all(settings, consumption);
  const std::size_t caused = records.size();
  const double plain = plain_produce(settings, records);
  const double all_records = static_cast<double>(caused) / plain;
  std::printf("%-44s %8.0f records/s  (%zu records, %.1f a command)\n",
              "plain idempotent produce of what they cause", all_records, caused,
              static_cast<double>(caused) / static_cast<double>(token));
  // The baseline's time for as many records as the measured commands caused.
  const double share = static_cast<double>(measured) / static_cast<double>(token);
  std::printf("ratio %.3f (aim: 0.5)\n", plain * share / seconds);

  constexpr std::uint64_t asked_alone = 100;
  std::vector<double> alone;
  alone.reserve(asked_alone);
  for (std::uint64_t i = 0; i < asked_alone; ++i)
    alone.push_back(
        one_command(**gateway, bench::command(ids.derived_id("alone" + std::to_string(i)), i, 0)));
  print_latency("one command at a time", std::move(alone));
  const double half = rate / 2;
  print_latency("at half the top load",
                at_rate(**gateway, half, static_cast<std::uint64_t>(half * 5), 0, ids));

  std::uint64_t events = 0;
  for (events::Partition p = 0; p < partitions; ++p) {
    std::uint64_t end = 0;
    for (const auto& one : all) end = std::max(end, one->log->end(p));
    events += end;
  }
  all.clear();
  (*gateway)->stop(1s);
  fresh_query_node(settings, directory / "query", events,
                   consumption * static_cast<double>(events) / static_cast<double>(token));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 5) {
    std::fprintf(stderr, "usage: kafka_bench BOOTSTRAP DIR [CASES [INSTANCES]]\n");
    return 2;
  }
  const auto number = [&](int at, std::uint64_t otherwise) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
  };
  return run(argv[1], argv[2], number(3, 5'000), static_cast<unsigned>(number(4, 1)));
}
