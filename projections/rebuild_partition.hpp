// The rebuild of one partition: fold all its events, then make every row once.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "command_queue.hpp"
#include "counter_sums.hpp"
#include "database.hpp"
#include "event_reader.hpp"
#include "projections/rebuild.hpp"
#include "sorted_runs.hpp"

namespace huiyin::projections {

class PartitionRebuild {
 public:
  // `buffers` are a thread's own, used again by its next partition.
  PartitionRebuild(const events::EventLog& log, Database& database, Partition partition,
                   const RebuildOptions& options, RunBuffers& buffers);

  struct Result {
    std::uint64_t events = 0;
    std::uint64_t cases = 0;
    Sequence applied = 0;
    Instant newest_time{};
  };
  // Calls `read(count)` after every few thousand events.
  std::expected<Result, ReplayError> run(const std::function<void(std::uint64_t)>& read);

 private:
  // What is kept of a case between its events. Its history is varint differences of sequences.
  struct Entry {
    std::string id;
    std::string history;
    Sequence last = 0;
    std::uint32_t version = 0;
    bool cut = false;      // its prefix ended; later events are read and checked alone
    bool recent = false;   // since the last sweep
    bool spilled = false;  // the store holds its state while `state` is null
    std::unique_ptr<CaseState> state;
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const;
  };

  std::expected<bool, ReplayError> take(const events::EnvelopeView& envelope);
  std::expected<Entry*, ReplayError> entry_of(const events::EnvelopeView& envelope);
  std::expected<void, ReplayError> spill();
  std::expected<void, ReplayError> write();
  rocksdb::Status write_case(const Entry& entry, const CaseState& state);
  rocksdb::Status write_commands(std::size_t keep);  // the newest that many
  rocksdb::Status load_spilled(const Entry& entry, CaseState& state);
  ReplayError store_error(const rocksdb::Status& status) const;
  SortedRuns& runs(Family family) { return runs_[static_cast<std::size_t>(family)]; }

  Database& database_;
  Partition partition_;
  const RebuildOptions& options_;
  Sequence end_;
  EventReader reader_;
  std::deque<Entry> entries_;
  boost::unordered_flat_map<std::string_view, Entry*, Hash> by_id_;
  std::size_t state_bytes_ = 0;
  std::deque<SortedRuns> runs_;  // by family
  CounterSums load_, stats_;
  RowSet rows_;
  CommandQueue commands_;
  std::string key_, value_;
  Result result_;
};

}  // namespace huiyin::projections
