// The derived store of one node: what is so of every case, and the views of it, in RocksDB. All of
// it can be deleted and rebuilt from the log (rebuild.hpp).
//
//   views/CURRENT           the name of the generation that is served, swapped atomically
//   views/<generation>/     one RocksDB database; its families and keys: projections/keys.hpp
//
// One writer (apply), any number of readers. A batch and the positions it brings the store to are
// one write: after a crash the store stands at an earlier position, consistent with itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/position.hpp"
#include "projections/case_state.hpp"
#include "projections/store_error.hpp"

namespace huiyin::projections {

using events::Partition;
using events::Position;
using events::Sequence;

struct HistoryEntry {
  std::uint32_t version = 0;
  Sequence sequence = 0;

  bool operator==(const HistoryEntry&) const = default;
};

// An accepted command: the run of events in one partition that carry its id. Remembered for
// command_memory of log time, so that a repeat gets the first answer.
struct CommandRecord {
  std::string id, case_id, hash;
  Position first;
  std::uint32_t count = 0;
  Instant time{};

  bool operator==(const CommandRecord&) const = default;
};
inline constexpr std::chrono::hours command_memory{7 * 24};  // DESIGN.md section 8

// False for the id of a command that came without an Idempotency-Key: a server made it up (UUIDv7),
// nobody can send it again, and it is not remembered. Ids that derive from keys are UUIDv8.
constexpr bool can_repeat(std::string_view command_id) {
  constexpr std::size_t uuid_size = 36;
  constexpr std::size_t version_at = 14;
  return !command_id.empty() && (command_id.size() != uuid_size || command_id[version_at] != '7');
}

// One subject, from what the store holds of it to what it should hold. The states between are
// skipped by design; `history` names every event of the step, in order.
template <class State>
struct Change {
  Partition partition = 0;
  std::shared_ptr<const State> before;  // null: new
  std::shared_ptr<const State> after;
  std::vector<HistoryEntry> history;
};

// `applied` says where each touched partition stands afterwards; `newest_time` is the latest
// recorded time among the batch's events. A subject appears once.
template <class State>
struct Batch {
  std::vector<Change<State>> changes;
  std::vector<CommandRecord> commands;
  std::vector<Position> applied;
  Instant newest_time{};
};

using CaseChange = Change<CaseState>;
using ViewBatch = Batch<CaseState>;

// A case with a threshold that is to fire at `at` or earlier thresholds that have not.
struct Due {
  Instant at;
  std::string case_id;
  bool imported = false;  // fires by the wall clock only after settle-import (DESIGN.md section 7)

  bool operator==(const Due&) const = default;
};
enum class DueOf : std::uint8_t { live, imported, both };

// A case as GET /v1/cases/{id} answers it. `json` is the state without its petitioner: whoever may
// see that one takes it from `state`.
struct CaseView {
  std::shared_ptr<const CaseState> state;
  std::string json;
};

struct StoreOptions {
  std::size_t block_cache_bytes = 96U << 20U;
  std::size_t write_buffer_bytes = 32U << 20U;  // of each busy family
  std::size_t case_cache_bytes = 64U << 20U;    // of case_view
};

class Database;      // RocksDB, opened
class CaseCache;     // of case_view
class CounterCache;  // of load and stats
class SortedBatch;
struct Progress;

class ViewStore {
 public:
  // Opens the current generation below `path`, creating the first one when there is none. Another
  // number of partitions, another format, or a second process on the same store is refused.
  static std::expected<std::unique_ptr<ViewStore>, StoreError> open(
      const std::filesystem::path& path, Partition partitions, const StoreOptions& options = {});
  // The same for a generation by name, whether current or not: the shadow that a rebuild fills.
  static std::expected<std::unique_ptr<ViewStore>, StoreError> open_generation(
      const std::filesystem::path& path, std::string_view generation, Partition partitions,
      const StoreOptions& options = {});
  // Beside the process that writes: the current generation as it is on disk now, without the lock.
  // apply() is refused. Nothing is created: `unavailable` where there are no views.
  static std::expected<std::unique_ptr<ViewStore>, StoreError> open_read_only(
      const std::filesystem::path& path, Partition partitions, const StoreOptions& options = {});
  ~ViewStore();

  // Everything below is thread-safe.

  // Writes rows(after) − rows(before) of every case, atomically with the positions. On an error
  // nothing was applied. Not synced: a power cut loses a tail that is applied again from the log.
  // Each partition has one writer at a time.
  std::expected<void, StoreError> apply(const ViewBatch& batch);

  // Null: no such case.
  std::expected<std::shared_ptr<const CaseState>, StoreError> load_state(
      std::string_view case_id) const;
  // The same from a cache, with its JSON. Null: no such case.
  std::expected<std::shared_ptr<const CaseView>, StoreError> case_view(
      std::string_view case_id) const;
  // Positions of the events of one case from version `from` on, in order; at most `limit`.
  std::expected<std::vector<HistoryEntry>, StoreError> history(std::string_view case_id,
                                                               std::uint32_t from,
                                                               std::size_t limit) const;
  // Nothing also for a command forgotten by log time. Without its case every partition is asked.
  std::optional<CommandRecord> find_command(std::string_view id,
                                            std::string_view case_id = {}) const;

  // Cases whose next threshold lies at or before `until`, earliest first, each case once. Live and
  // imported cases are kept apart, so that imports that wait do not stand before the others.
  // `only`: of one partition.
  std::vector<Due> due_before(Instant until, std::size_t limit, DueOf which = DueOf::both,
                              std::optional<Partition> only = {}) const;
  // The earliest threshold of any live case; what a timer loop may sleep until.
  std::optional<Instant> next_due() const;
  std::vector<std::string> cases_with_outbox(std::size_t limit,
                                             std::optional<Partition> only = {}) const;

  Partition partitions() const { return partitions_; }
  Sequence applied(Partition partition) const;
  // The latest recorded time that was applied; the clock of command_memory.
  Instant newest_time() const;
  // A writer may gather changes while nobody waits for them: it says here how to hurry it. Empty:
  // no more.
  void on_hurry(const void* writer, std::function<void()> hurry);
  // Tells the writers that somebody waits.
  void hurry() const;
  // Hurries, and waits. False when the deadline passed first.
  bool wait_applied(Position position, std::chrono::steady_clock::time_point deadline) const;

  const std::filesystem::path& path() const { return path_; }
  // Names and values for /metrics: sizes, estimated keys, memory, compactions that wait.
  std::vector<std::pair<std::string, std::uint64_t>> figures() const;

  const Database& database() const { return *database_; }
  Database& database() { return *database_; }

 private:
  ViewStore(std::filesystem::path path, Partition partitions, std::unique_ptr<Database> database,
            const StoreOptions& options);
  static std::expected<std::unique_ptr<ViewStore>, StoreError> over(
      std::unique_ptr<Database> database, Partition partitions, const StoreOptions& options);

  std::filesystem::path path_;
  Partition partitions_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<CounterCache> counters_;
  std::unique_ptr<SortedBatch> rows_;
  std::unique_ptr<CaseCache> cache_;
  std::unique_ptr<Progress> progress_;
};

// The generation that CURRENT names; nothing when there is none yet.
std::optional<std::string> current_generation(const std::filesystem::path& path);
// A name that no generation below `path` has.
std::string next_generation(const std::filesystem::path& path);
// Makes a complete generation the current one, durably. The old one stays until it is removed.
std::expected<void, StoreError> switch_generation(const std::filesystem::path& path,
                                                  std::string_view generation);
// Deletes every generation but the current one and those that are open in another process.
void remove_old_generations(const std::filesystem::path& path);

}  // namespace huiyin::projections
