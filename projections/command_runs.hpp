// The commands of a partition, from its events: each the run of events that carry its id.
#pragma once

#include <optional>

#include "events/envelope.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

class CommandRuns {
 public:
  // Whether the event carries on the run that is open.
  bool continues(const events::EnvelopeView& envelope) const {
    return open_ && !envelope.command_id.empty() && open_->id == envelope.command_id;
  }
  // Takes the event in; returns the run that it ended.
  std::optional<CommandRecord> add(Partition partition, const events::EnvelopeView& envelope) {
    if (continues(envelope)) {
      ++open_->count;
      return std::nullopt;
    }
    auto ended = finish();
    if (!envelope.command_id.empty()) {
      open_ = CommandRecord{std::string(envelope.command_id),
                            std::string(envelope.subject),
                            std::string(envelope.command_hash),
                            {partition, envelope.sequence},
                            1,
                            envelope.time};
    }
    return ended;
  }
  // Takes up a run whose record was written before it had ended; only while none is open.
  void resume(CommandRecord record) { open_ = std::move(record); }
  std::optional<CommandRecord> finish() {
    auto ended = std::move(open_);
    open_.reset();
    return ended;
  }

 private:
  std::optional<CommandRecord> open_;
};

}  // namespace huiyin::projections
