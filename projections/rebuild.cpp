#include "projections/rebuild.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

#include "database.hpp"
#include "rebuild_partition.hpp"

namespace huiyin::projections {
namespace {

// Deals partitions out to threads; the first error stops the others after what they are at.
class Rebuild {
 public:
  Rebuild(const events::EventLog& log, ViewStore& store, const RebuildOptions& options)
      : log_(log), store_(store), options_(options) {
    for (Partition partition = 0; partition < log.partitions(); ++partition) {
      const Sequence end = log.end(partition);
      const auto& upto = options.cut.upto;
      total_ += partition < upto.size() ? std::min(end, upto[partition]) : end;
    }
  }

  std::expected<RebuildReport, ReplayError> run() {
    const unsigned threads =
        std::clamp(options_.threads, 1U, static_cast<unsigned>(log_.partitions()));
    {
      std::vector<std::jthread> pool;
      for (unsigned i = 1; i < threads; ++i) pool.emplace_back([this] { work(); });
      work();
    }
    if (error_) return std::unexpected(*error_);
    const auto finished = finish();
    if (!finished) return std::unexpected(finished.error());
    return report_;
  }

 private:
  void work() {
    RunBuffers buffers;
    for (;;) {
      const unsigned partition = next_.fetch_add(1);
      if (partition >= log_.partitions()) return;
      PartitionRebuild job(log_, store_.database(), static_cast<Partition>(partition), options_,
                           buffers);
      const auto result = job.run([this](std::uint64_t count) {
        const std::uint64_t done = read_.fetch_add(count) + count;
        if (options_.progress) options_.progress(done, total_);
      });
      const std::lock_guard lock(mutex_);
      if (!result) {
        if (!error_) error_ = result.error();
        next_ = log_.partitions();
        return;
      }
      report_.events += result->events;
      report_.cases += result->cases;
      final_.applied.push_back({static_cast<Partition>(partition), result->applied});
      final_.newest_time = std::max(final_.newest_time, result->newest_time);
    }
  }

  // What spilled without a log goes to files; then the positions, and all of it is one store.
  std::expected<void, ReplayError> finish() {
    rocksdb::DB& db = store_.database().db();
    rocksdb::Status status;
    for (const Family family : {Family::state, Family::load, Family::stats}) {
      if (status.ok()) status = db.Flush({}, store_.database().family(family));
    }
    if (!status.ok()) {
      return std::unexpected(ReplayError{ReplayErrorCode::store, {}, status.ToString()});
    }
    if (const auto done = store_.apply(final_); !done) {
      return std::unexpected(ReplayError{ReplayErrorCode::store, {}, done.error().detail});
    }
    status = db.FlushWAL(true);
    if (!status.ok()) {
      return std::unexpected(ReplayError{ReplayErrorCode::store, {}, status.ToString()});
    }
    return {};
  }

  const events::EventLog& log_;
  ViewStore& store_;
  const RebuildOptions& options_;
  std::uint64_t total_ = 0;
  std::atomic<std::uint64_t> read_{0};
  std::atomic<unsigned> next_{0};
  std::mutex mutex_;
  std::optional<ReplayError> error_;
  RebuildReport report_;
  ViewBatch final_;
};

}  // namespace

std::expected<RebuildReport, ReplayError> rebuild(const events::EventLog& log, ViewStore& empty,
                                                  const RebuildOptions& options) {
  for (Partition partition = 0; partition < empty.partitions(); ++partition) {
    if (empty.applied(partition) == 0) continue;
    return std::unexpected(
        ReplayError{ReplayErrorCode::store,
                    {},
                    "a rebuild fills an empty store, this one stands at " +
                        events::format_position({partition, empty.applied(partition)})});
  }
  return Rebuild(log, empty, options).run();
}

}  // namespace huiyin::projections
