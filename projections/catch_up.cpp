#include <map>

#include "command_runs.hpp"
#include "event_reader.hpp"
#include "projections/case_fold.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry_store.hpp"

namespace huiyin::projections {
namespace {

// What a store holds, and how an event of it is read.
template <class Store>
struct SubjectsOf;
template <>
struct SubjectsOf<ViewStore> {
  using State = CaseState;
  static constexpr auto decode = events::decode_case_event;
};
template <>
struct SubjectsOf<RegistryStore> {
  using State = SubjectState;
  static constexpr auto decode = events::decode_registry_event;
};

template <class Store>
class PartitionCatchUp {
 public:
  PartitionCatchUp(const events::EventLog& log, Store& store, Partition partition,
                   const CatchUpOptions& options)
      : store_(store),
        options_(options),
        partition_(partition),
        reader_(log, partition, store.applied(partition) + 1) {}

  std::expected<std::uint64_t, ReplayError> run(const std::function<void(std::uint64_t)>& applied) {
    std::uint64_t events = 0;
    for (;;) {
      const auto frame = reader_.next();
      if (!frame) return std::unexpected(frame.error());
      const bool ended = !*frame || (options_.upto && (*frame)->envelope.sequence > *options_.upto);
      // A command's events stay in one batch, so that its record is whole.
      const bool whole = ended || !runs_.continues((*frame)->envelope);
      if (pending_ > 0 && whole && (ended || pending_ >= options_.batch_events)) {
        events += pending_;
        applied(pending_);
        if (const auto done = apply(); !done) return std::unexpected(done.error());
        if (options_.stop != nullptr && options_.stop->load()) {
          return std::unexpected(reader_.error(ReplayErrorCode::stopped, "stopped"));
        }
      }
      if (ended) return events;
      if (const auto done = take(**frame); !done) return std::unexpected(done.error());
    }
  }

 private:
  using State = typename SubjectsOf<Store>::State;

  struct Pending {
    std::shared_ptr<const State> before;
    std::shared_ptr<State> after;
    std::vector<HistoryEntry> history;
  };

  std::expected<void, ReplayError> take(const events::FrameView& frame) {
    const auto& envelope = frame.envelope;
    const auto event = SubjectsOf<Store>::decode(parser_, envelope.type, frame.data);
    if (!event) return std::unexpected(reader_.error(event.error()));
    Pending* change = nullptr;
    if (const auto known = changes_.find(envelope.subject); known != changes_.end()) {
      change = &known->second;
    } else {
      auto before = store_.load_state(envelope.subject);
      if (!before) {
        return std::unexpected(reader_.error(ReplayErrorCode::store, before.error().detail));
      }
      change = &changes_[std::string(envelope.subject)];
      change->after = *before ? std::make_shared<State>(**before) : std::make_shared<State>();
      change->before = std::move(*before);
    }
    if (envelope.subject_version != change->after->version + 1) {
      return std::unexpected(reader_.error(
          ReplayErrorCode::version_gap, "version " + std::to_string(envelope.subject_version) +
                                            " of " + std::string(envelope.subject) + " follows " +
                                            std::to_string(change->after->version)));
    }
    if (last_ == 0) resume_command(envelope);
    fold(*change->after, envelope, *event);
    change->history.push_back({envelope.subject_version, envelope.sequence});
    remember(runs_.add(partition_, envelope));
    newest_ = std::max(newest_, envelope.time);
    last_ = envelope.sequence;
    ++pending_;
    return {};
  }

  // What was applied before may end within a command: a mirror grows as records come.
  void resume_command(const events::EnvelopeView& envelope) {
    auto known = store_.find_command(envelope.command_id, envelope.subject);
    if (known && known->first.partition == partition_ &&
        known->first.sequence + known->count == envelope.sequence)
      runs_.resume(std::move(*known));
  }

  void remember(std::optional<CommandRecord> command) {
    if (command && can_repeat(command->id)) commands_.push_back(std::move(*command));
  }

  std::expected<void, ReplayError> apply() {
    remember(runs_.finish());
    Batch<State> batch;
    for (auto& [id, change] : changes_) {
      batch.changes.push_back({partition_, std::move(change.before), std::move(change.after),
                               std::move(change.history)});
    }
    batch.commands = std::move(commands_);
    batch.applied = {{partition_, last_}};
    batch.newest_time = newest_;
    const auto done = store_.apply(batch);
    if (!done) return std::unexpected(reader_.error(ReplayErrorCode::store, done.error().detail));
    changes_.clear();
    commands_.clear();
    pending_ = 0;
    return {};
  }

  Store& store_;
  const CatchUpOptions& options_;
  Partition partition_;
  EventReader reader_;
  events::json::Parser parser_;
  std::map<std::string, Pending, std::less<>> changes_;
  std::vector<CommandRecord> commands_;
  CommandRuns runs_;
  Sequence last_ = 0;
  Instant newest_{};
  std::uint64_t pending_ = 0;
};

template <class Store>
std::expected<std::uint64_t, ReplayError> catch_up_store(const events::EventLog& log, Store& store,
                                                         const CatchUpOptions& options) {
  std::uint64_t total = 0;
  const Partition first = options.partition.value_or(0);
  const Partition last = options.partition ? static_cast<Partition>(first + 1) : log.partitions();
  for (Partition partition = first; partition < last; ++partition) {
    const Sequence end = log.end(partition);
    const Sequence applied = store.applied(partition);
    // Views ahead of the log: it lost events that had been acknowledged.
    if (applied > end) {
      return std::unexpected(ReplayError{
          ReplayErrorCode::log,
          {partition, end},
          "the log of partition " + std::to_string(partition) + " ends at " + std::to_string(end) +
              ", but the views have seen " + std::to_string(applied) + ": events were lost"});
    }
    total += end - applied;
  }
  std::uint64_t events = 0;
  const auto applied = [&](std::uint64_t count) {
    events += count;
    if (options.progress) options.progress(events, total);
  };
  for (Partition partition = first; partition < last; ++partition) {
    PartitionCatchUp<Store> job(log, store, partition, options);
    if (const auto done = job.run(applied); !done) return std::unexpected(done.error());
  }
  return events;
}

}  // namespace

std::expected<std::uint64_t, ReplayError> catch_up(const events::EventLog& log, ViewStore& store,
                                                   const CatchUpOptions& options) {
  return catch_up_store(log, store, options);
}

std::expected<std::uint64_t, ReplayError> catch_up(const events::EventLog& log,
                                                   RegistryStore& store,
                                                   const CatchUpOptions& options) {
  return catch_up_store(log, store, options);
}

}  // namespace huiyin::projections
