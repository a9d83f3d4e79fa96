// The derived store of the registry: every subject's state, its history, and what each did on which
// day. Its own RocksDB database, since the registry has its own log of one partition (DESIGN.md
// section 7); rebuilt from it by deleting the folder.
//
// All subjects but activities are also in memory: a province has some 160,000 of them, at about 600
// bytes each, and nearly every question goes over many.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "events/event_log.hpp"
#include "projections/fingerprint.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry_state.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

// A subject's part in an activity. Stored: append only.
enum class ActivityPart : std::uint8_t { organised, invited, attended, hosted, scored };
constexpr auto names(ActivityPart) {
  return std::array<std::string_view, 5>{"organised", "invited", "attended", "hosted", "scored"};
}

// That a subject had a part in an activity that was held.
struct Done {
  ActivityPart part{};
  events::Date day{};
  std::string_view subject, form, activity;
  std::uint32_t solved = 0;
  std::string_view outputs;  // their kinds, each ended by 0x00
};

// The same of a change: that it was done, or is done no more (an activity was corrected).
struct DoneChange {
  Sequence at = 0;  // of the registry's log, or somewhat before
  bool added = true;
  ActivityPart part{};
  events::Date day{};
  std::string subject, form, outputs;
  std::uint32_t solved = 0;
};

// That a subject has to do with an activity, held or not.
struct ActivityLink {
  std::string activity;
  events::Date day{};
  std::vector<ActivityPart> parts;
};

class RegistryStore {
 public:
  using State = SubjectState;

  static std::expected<std::unique_ptr<RegistryStore>, StoreError> open(
      const std::filesystem::path& directory);
  // Beside the process that writes: as it is on disk now. apply() is refused.
  static std::expected<std::unique_ptr<RegistryStore>, StoreError> open_read_only(
      const std::filesystem::path& directory);
  ~RegistryStore();
  RegistryStore(const RegistryStore&) = delete;
  RegistryStore& operator=(const RegistryStore&) = delete;

  // Everything below is thread-safe; apply has one caller at a time. The first part is what a
  // processor asks of its views: see ViewStore.
  std::expected<void, StoreError> apply(const Batch<SubjectState>& batch);
  std::expected<std::shared_ptr<const SubjectState>, StoreError> load_state(
      std::string_view id) const;
  std::expected<std::vector<HistoryEntry>, StoreError> history(std::string_view id,
                                                               std::uint32_t from,
                                                               std::size_t limit) const;
  std::optional<CommandRecord> find_command(std::string_view id, std::string_view subject) const;
  Partition partitions() const { return 1; }
  Sequence applied(Partition partition) const;
  Instant newest_time() const;
  void on_hurry(const void* writer, std::function<void()> hurry);
  bool wait_applied(Position position, std::chrono::steady_clock::time_point deadline) const;

  // Null: no such subject, or an activity that cannot be read.
  std::shared_ptr<const SubjectState> find(std::string_view id) const;
  // Every subject of a kind that is kept in memory, by id from after `after` on, until `visit` says
  // false. Must not call back into the store's writers.
  void each(events::SubjectKind kind, std::string_view after,
            const std::function<bool(const std::shared_ptr<const SubjectState>&)>& visit) const;
  std::size_t count(events::SubjectKind kind) const;
  // Whether a region is another or lies in it: by the registered tree, and by GB/T 2260 codes where
  // one is not registered.
  bool lies_within(std::string_view region, std::string_view other) const;

  // What was done in any of these parts from one day to another, both included. The position of the
  // log that all of it stands for.
  Sequence each_done(std::span<const ActivityPart> parts, events::Date from, events::Date to,
                     const std::function<void(const Done&)>& visit) const;
  // What has changed in that since a position; nothing when that is too long ago to be remembered.
  // `upto` is the position that they lead to.
  std::optional<std::vector<DoneChange>> done_since(Sequence position, Sequence& upto) const;
  // The position at which a subject of this kind last changed, or somewhat before; never an
  // activity's.
  Sequence last_change(events::SubjectKind kind) const;
  // The activities of one subject from one day to another, newest first.
  std::vector<ActivityLink> activities_of(std::string_view subject, events::Date from,
                                          events::Date to, std::size_t limit) const;
  // The activities that a case came of, oldest first (S2-32).
  std::vector<std::string> activities_behind(std::string_view case_id) const;

  // Of all rows but those of commands and positions.
  std::expected<Fingerprint, StoreError> fingerprint() const;

 private:
  class Parts;
  explicit RegistryStore(std::unique_ptr<Parts> parts);
  static std::expected<std::unique_ptr<RegistryStore>, StoreError> over(
      std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Applies what the registry's log holds beyond the store's position. The events applied.
std::expected<std::uint64_t, ReplayError> catch_up(const events::EventLog& log,
                                                   RegistryStore& store,
                                                   const CatchUpOptions& options = {});

}  // namespace huiyin::projections
