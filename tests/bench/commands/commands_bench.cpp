// Durable commands in process, beside the baseline of the same run: RocksDB writing the same bytes
// in fsynced batches of 1,000 (DESIGN.md section 10).
//   commands_bench DIR [CASES]
// Each case is collected, accepted, analysed, handed off, signed and replied to.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <time.h>

#include "bench/commands/six_steps.hpp"
#include "engine/definition_toml.hpp"
#include "engine/runtime.hpp"
#include "local_log/local_log.hpp"
#include "support/system_ids.hpp"

namespace {

using namespace huiyin;
using bench::Counting;
using bench::steps;

constexpr events::Partition partitions = 12;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void report(const char* what, double seconds, double cpu, std::uint64_t count) {
  std::printf("%-34s %8.2f s %8.2f cpu s %10.0f /s %8.2f cpu us each\n", what, seconds, cpu,
              static_cast<double>(count) / seconds, 1e6 * cpu / static_cast<double>(count));
}

// The log's frames once more, as bare RocksDB takes them.
double baseline(const events::EventLog& log, const std::filesystem::path& directory,
                std::uint64_t& count) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 64U << 20U;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, directory.string(), &opened).ok()) std::abort();
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::vector<std::string> frames;
  for (events::Partition p = 0; p < log.partitions(); ++p) {
    const auto reader = log.read(p, 1);
    for (auto frame = reader->next(); frame && *frame; frame = reader->next()) {
      frames.emplace_back(**frame);
    }
  }
  count = frames.size();
  const auto start = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  rocksdb::WriteOptions durable;
  durable.sync = true;
  rocksdb::WriteBatch batch;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    std::array<char, 8> key;
    for (std::size_t b = 0; b < 8; ++b) key[b] = static_cast<char>(i >> (56 - 8 * b));
    batch.Put(rocksdb::Slice(key.data(), key.size()), frames[i]);
    if (batch.Count() == 1'000 || i + 1 == frames.size()) {
      if (!db->Write(durable, &batch).ok()) std::abort();
      batch.Clear();
    }
  }
  const double seconds = seconds_since(start);
  report("RocksDB, fsynced batches of 1,000", seconds, cpu_seconds() - cpu, count);
  return seconds;
}

void print(const char* what, const engine::LatencySnapshot& latency) {
  std::printf("  %-10s n %9llu  mean %8.0f us  p50 < %8llu us  p99 < %8llu us\n", what,
              static_cast<unsigned long long>(latency.total),
              latency.total == 0
                  ? 0.0
                  : static_cast<double>(latency.sum_us) / static_cast<double>(latency.total),
              static_cast<unsigned long long>(latency.quantile_us(0.5)),
              static_cast<unsigned long long>(latency.quantile_us(0.99)));
}

int run(const std::filesystem::path& directory, std::uint64_t cases) {
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  const std::filesystem::path config = std::filesystem::path(HUIYIN_SOURCE_DIR) / "config";
  const auto definitions = engine::load_definitions(config / "processes", config / "calendars");
  auto log = local_log::LocalLog::open(directory / "log", local_log::OpenMode::create,
                                       {.partitions = partitions});
  auto views = projections::ViewStore::open(directory / "views", partitions);
  if (!definitions || !log || !views) return 1;
  test::SystemIds ids;
  engine::RuntimeOptions options;
  options.processor.source = "/huiyin/bench";
  options.settlement_file = directory / "imports";
  options.processor.limits.queue_wait = std::chrono::minutes(10);  // one client fills the queue
  auto runtime = engine::Runtime::start(**log, **views, *definitions, ids, options);
  if (!runtime) return 1;
  auto& processor = (*runtime)->processor();

  std::vector<std::string> case_ids;
  case_ids.reserve(cases);
  for (std::uint64_t i = 0; i < cases; ++i) case_ids.push_back(ids.derived_id(std::to_string(i)));
  Counting sink;
  const auto start = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  std::uint64_t token = 0;
  // As many cases at once as clients of a busy server would have under way.
  constexpr std::uint64_t together = 2'000;
  for (std::uint64_t first = 0; first < cases; first += together) {
    for (std::uint64_t step = 0; step < steps; ++step) {
      for (std::uint64_t i = first; i < std::min(first + together, cases); ++i) {
        while (!processor.submit(bench::command(case_ids[i], i, step), token, sink)) {
          processor.wait_for_room(std::chrono::steady_clock::now() + std::chrono::seconds(1));
        }
        ++token;
      }
    }
  }
  const std::uint64_t failed = sink.wait(token);
  const double seconds = seconds_since(start);
  report("durable commands in process", seconds, cpu_seconds() - cpu, token);
  processor.wait_for_views(std::chrono::steady_clock::now() + std::chrono::seconds(60));
  report("  with their views", seconds_since(start), cpu_seconds() - cpu, token);
  const auto figures = (*runtime)->snapshot();
  std::printf("  %llu batches, %llu events, %llu bytes each\n",
              static_cast<unsigned long long>(figures.batches),
              static_cast<unsigned long long>(figures.events),
              static_cast<unsigned long long>(figures.event_bytes /
                                              std::max<std::uint64_t>(figures.events, 1)));
  print("queued", figures.queued);
  print("decided", figures.decided);
  print("committed", figures.committed);
  print("applied", figures.applied);
  print("answered", figures.answered);
  (*runtime)->stop();
  std::uint64_t count = 0;
  const double bare = baseline(**log, directory / "bare", count);
  std::printf("ratio %.3f (aim: 0.25)\n",
              (static_cast<double>(token) / seconds) / (static_cast<double>(count) / bare));
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  return run(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 50'000);
}
