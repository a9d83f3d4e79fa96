// What the views cost, beside the baseline of the same run: scanning and decoding the same log.
//   views_bench DIR [EVENTS] [THREADS] [PARTITIONS]
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <thread>

#include <sys/resource.h>
#include <time.h>

#include "events/case_codec.hpp"
#include "local_log/local_log.hpp"
#include "projections/case_fold.hpp"
#include "projections/fingerprint.hpp"
#include "projections/rebuild.hpp"
#include "support/case_lives.hpp"

namespace {

using namespace huiyin;

// Processor time of all threads: what the machine does besides does not count.
struct Clock {
  static double now() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }
};

constexpr std::size_t append_events = 2'000;

double seconds_since(double start) { return Clock::now() - start; }

void report(const char* what, double seconds, std::uint64_t count, const char* of) {
  std::printf("%-34s %8.2f cpu s %12.0f %s/s %8.2f us each\n", what, seconds,
              static_cast<double>(count) / seconds, of, 1e6 * seconds / static_cast<double>(count));
}

long peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// The baseline: frame and JSON of every event, partitions dealt out to threads.
std::uint64_t scan(const events::EventLog& log, unsigned threads) {
  std::atomic<unsigned> next{0};
  std::atomic<std::uint64_t> count{0};
  const auto work = [&] {
    events::json::Parser parser;
    for (;;) {
      const unsigned partition = next.fetch_add(1);
      if (partition >= log.partitions()) return;
      const auto reader = log.read(static_cast<events::Partition>(partition), 1);
      for (auto bytes = reader->next(); bytes && *bytes; bytes = reader->next()) {
        const auto frame = events::decode_frame(**bytes);
        const auto event = events::decode_case_event(parser, frame->envelope.type, frame->data);
        if (event) count.fetch_add(1, std::memory_order_relaxed);
      }
    }
  };
  std::vector<std::jthread> pool;
  for (unsigned i = 1; i < threads; ++i) pool.emplace_back(work);
  work();
  pool.clear();
  return count;
}

int run(const std::filesystem::path& directory, std::uint64_t events, unsigned threads,
        events::Partition partitions) {
  auto log = local_log::LocalLog::open(directory / "log", local_log::OpenMode::create,
                                       {.partitions = partitions});
  if (!log) {
    std::fprintf(stderr, "%s\n", log.error().detail.c_str());
    return 1;
  }
  // A log of a year, so that most commands are older than the week that they are remembered.
  const std::chrono::milliseconds pace =
      std::chrono::milliseconds{std::chrono::days{365}} / static_cast<std::int64_t>(events);
  test::CaseLives lives(partitions, {.seed = 1, .new_case_one_in = 15, .pace = pace});
  std::uint64_t stored = 0;
  for (events::Partition p = 0; p < partitions; ++p) stored += (*log)->end(p);
  for (; stored < events; stored += append_events) {
    if (!(*log)->append(lives.next(append_events))) return 1;
  }
  scan(**log, threads);  // warm
  auto start = Clock::now();
  const std::uint64_t scanned = scan(**log, threads);
  const double scan_seconds = seconds_since(start);
  report("scan and decode", scan_seconds, scanned, "events");

  const auto views = directory / "views";
  std::filesystem::remove_all(views);
  auto store = projections::ViewStore::open(views, partitions);
  if (!store) return 1;
  start = Clock::now();
  const auto rebuilt = projections::rebuild(**log, **store, {.threads = threads});
  const double rebuild_seconds = seconds_since(start);
  if (!rebuilt) {
    std::fprintf(stderr, "%s\n", rebuilt.error().detail.c_str());
    return 1;
  }
  report("rebuild of all views", rebuild_seconds, rebuilt->events, "events");
  std::printf("rebuild / scan = %.2f, peak memory %ld MiB, %llu cases\n",
              scan_seconds / rebuild_seconds, peak_mib(),
              static_cast<unsigned long long>(rebuilt->cases));

  if (lives.cases() == 0) return 0;  // the log was there already: nothing new to apply
  if (!(*log)->append(lives.next(100'000))) return 1;
  start = Clock::now();
  const auto applied = projections::catch_up(**log, **store);
  if (!applied) return 1;
  report("read, fold and apply, live", seconds_since(start), *applied, "events");

  constexpr std::size_t reads = 1'000'000;
  constexpr std::size_t hot = 2'000;
  std::uint64_t bytes = 0;
  start = Clock::now();
  for (std::size_t i = 0; i < reads; ++i) {
    bytes += (**(*store)->case_view(lives.case_id(i % hot))).json.size();
  }
  report("case_view, hot", seconds_since(start), reads, "reads");
  start = Clock::now();
  for (std::size_t i = 0; i < reads / 20; ++i) {
    bytes += (**(*store)->case_view(lives.case_id(i * 7919 % lives.cases()))).json.size();
  }
  report("case_view, over all cases", seconds_since(start), reads / 20, "reads");
  return bytes > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: views_bench DIR [EVENTS] [THREADS] [PARTITIONS]\n");
    return 2;
  }
  const auto number = [&](int at, std::uint64_t otherwise) {
    std::uint64_t value = otherwise;
    if (argc > at) std::from_chars(argv[at], argv[at] + std::strlen(argv[at]), value);
    return value;
  };
  return run(argv[1], number(2, 1'000'000), static_cast<unsigned>(number(3, 2)),
             static_cast<events::Partition>(number(4, events::default_partitions)));
}
