#include <map>

#include "command_runs.hpp"
#include "event_reader.hpp"
#include "projections/registry_store.hpp"

namespace huiyin::projections {
namespace {

// Like that of cases, of which the registry's one partition is a small copy: no threads, no cut.
class RegistryCatchUp {
 public:
  RegistryCatchUp(const events::EventLog& log, RegistryStore& store, const CatchUpOptions& options)
      : store_(store), options_(options), reader_(log, 0, store.applied(0) + 1) {}

  std::expected<std::uint64_t, ReplayError> run() {
    std::uint64_t events = 0;
    for (;;) {
      const auto frame = reader_.next();
      if (!frame) return std::unexpected(frame.error());
      const bool ended = !*frame || (options_.upto && (*frame)->envelope.sequence > *options_.upto);
      // A command's events stay in one batch, so that its record is whole.
      const bool whole = ended || !runs_.continues((*frame)->envelope);
      if (pending_ > 0 && whole && (ended || pending_ >= options_.batch_events)) {
        events += pending_;
        if (const auto done = apply(); !done) return std::unexpected(done.error());
      }
      if (ended) return events;
      if (const auto done = take(**frame); !done) return std::unexpected(done.error());
    }
  }

 private:
  std::expected<void, ReplayError> take(const events::FrameView& frame) {
    const auto& envelope = frame.envelope;
    const auto event = events::decode_registry_event(parser_, envelope.type, frame.data);
    if (!event) return std::unexpected(reader_.error(event.error()));
    auto [at, fresh] = changes_.try_emplace(std::string(envelope.subject));
    auto& [before, after, history] = at->second;
    if (fresh) {
      auto stored = store_.load_state(envelope.subject);
      if (!stored)
        return std::unexpected(reader_.error(ReplayErrorCode::store, stored.error().detail));
      before = std::move(*stored);
      after = before ? std::make_shared<SubjectState>(*before) : std::make_shared<SubjectState>();
    }
    if (envelope.subject_version != after->version + 1) {
      return std::unexpected(reader_.error(
          ReplayErrorCode::version_gap, "version " + std::to_string(envelope.subject_version) +
                                            " of " + std::string(envelope.subject) + " follows " +
                                            std::to_string(after->version)));
    }
    fold(*after, envelope, *event);
    history.push_back({envelope.subject_version, envelope.sequence});
    remember(runs_.add(0, envelope));
    batch_.newest_time = std::max(batch_.newest_time, envelope.time);
    last_ = envelope.sequence;
    ++pending_;
    return {};
  }

  void remember(std::optional<CommandRecord> command) {
    if (command && can_repeat(command->id)) batch_.commands.push_back(std::move(*command));
  }

  std::expected<void, ReplayError> apply() {
    remember(runs_.finish());
    for (auto& [id, change] : changes_) {
      batch_.changes.push_back(
          {0, std::move(change.before), std::move(change.after), std::move(change.history)});
    }
    batch_.applied = {{0, last_}};
    const auto done = store_.apply(batch_);
    if (!done) return std::unexpected(reader_.error(ReplayErrorCode::store, done.error().detail));
    changes_.clear();
    batch_ = {};
    pending_ = 0;
    return {};
  }

  struct Pending {
    std::shared_ptr<const SubjectState> before;
    std::shared_ptr<SubjectState> after;
    std::vector<HistoryEntry> history;
  };

  RegistryStore& store_;
  const CatchUpOptions& options_;
  EventReader reader_;
  events::json::Parser parser_;
  std::map<std::string, Pending> changes_;
  Batch<SubjectState> batch_;
  CommandRuns runs_;
  Sequence last_ = 0;
  std::uint64_t pending_ = 0;
};

}  // namespace

std::expected<std::uint64_t, ReplayError> catch_up(const events::EventLog& log,
                                                   RegistryStore& store,
                                                   const CatchUpOptions& options) {
  const Sequence end = log.end(0);
  if (store.applied(0) > end) {
    return std::unexpected(ReplayError{
        ReplayErrorCode::log,
        {0, end},
        "the registry's log ends at " + std::to_string(end) + ", but its views have seen " +
            std::to_string(store.applied(0)) + ": events were lost"});
  }
  return RegistryCatchUp(log, store, options).run();
}

}  // namespace huiyin::projections
