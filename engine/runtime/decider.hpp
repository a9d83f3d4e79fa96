// Decides commands one after the other into a chunk. One thread; reads the log and the views,
// writes neither.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "chunk.hpp"
#include "event_writer.hpp"
#include "inbox.hpp"
#include "metrics.hpp"
#include "state_cache.hpp"

namespace huiyin::engine {

template <class Kind>
class Decider {
 public:
  using State = typename Kind::State;
  using Command = typename Kind::Command;

  Decider(const events::EventLog& log, const typename Kind::Views& views,
          const typename Kind::Rules& rules, IdSource& ids, const ProcessorOptions& options,
          Metrics& metrics);

  // Forgets all that was decided and takes up the log where it ends now. The views hold all of it.
  std::expected<void, std::string> resume();

  // What to decide again once the views hold chunk `after`: a repeat of a command whose outcome is
  // not in the log yet, or a correction of such an event.
  struct Parked {
    std::uint64_t after = 0;
  };
  // Decides one; its answer, or the reason to park it, is in the chunk.
  std::optional<Parked> decide(Submission<Kind>& one);
  // `outcome`: what an outcome counts as; for a tick, nothing.
  void answer(const Submission<Kind>& one, Answer answer, Counter* outcome = nullptr);

  // The views hold chunks up to `number`.
  void applied(std::uint64_t number);

  const Chunk<Kind>& chunk() const { return chunk_; }
  // The chunk decided so far, and a new one after it.
  Chunk<Kind> take_chunk();

 private:
  using Entry = typename StateCache<Kind>::Entry;

  // One command on one case.
  struct Step {
    std::string_view case_id;
    events::Partition partition = 0;
    Entry* entry = nullptr;        // null: no such case
    std::shared_ptr<State> after;  // null: nothing has happened yet
    std::vector<projections::HistoryEntry> history;
    Outcome outcome;
    EventWriter::Mark mark;
    std::size_t records = 0, bytes = 0, follow_ups = 0;  // of the chunk, before the step

    const State& state(const State& none) const {
      return after ? *after : entry != nullptr ? *entry->state : none;
    }
  };

  std::expected<Step, RuntimeError> begin(std::string_view case_id);
  void fire_timers(Step& step, events::Instant until, events::Instant now);
  void write(Step& step, const typename Kind::Event& event, std::string_view process,
             events::Instant now, std::string id);
  void change(Step& step);
  void keep(Step& step);
  void undo(const Step& step);

  std::optional<Parked> tick(const Submission<Kind>& one, const Tick& tick);
  std::optional<Parked> command(const Submission<Kind>& one, Command& command);
  std::expected<std::optional<Parked>, RuntimeError> look_up(const Step& step, Command& command);
  std::expected<Outcome, RuntimeError> repeat(const projections::CommandRecord& record);
  std::expected<typename Kind::Event, std::string> read(events::Position position,
                                                        std::string& frame,
                                                        events::EnvelopeView& envelope);

  const events::EventLog& log_;
  const typename Kind::Views& views_;
  const typename Kind::Rules& rules_;
  IdSource& ids_;
  const ProcessorOptions& options_;
  Metrics& metrics_;
  EventWriter writer_;
  StateCache<Kind> states_;
  Chunk<Kind> chunk_;
  std::uint64_t applied_ = 0;
  events::json::Parser parser_;
  const State none_{};

  // Accepted commands that the views do not know yet, and in which chunk each is.
  std::unordered_map<std::string, std::uint64_t> in_flight_;
  std::deque<std::pair<std::uint64_t, const std::string*>> in_flight_order_;
};

}  // namespace huiyin::engine
