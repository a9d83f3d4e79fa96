// Which of an import's commands the log held before it began.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "events/event_log.hpp"
#include "projections/view_store.hpp"

namespace huiyin::import {

// One thread.
class AlreadyThere {
 public:
  AlreadyThere(const events::EventLog& log, const projections::ViewStore& views);

  // Looks at the case's own history, since the processor remembers commands for a week only.
  bool holds(std::string_view case_id, const std::string& command_id);

  std::uint64_t events_before() const;  // in the log, when this was made

 private:
  void read_history(std::string_view case_id);

  const events::EventLog& log_;
  const projections::ViewStore& views_;
  std::vector<events::Sequence> ends_;
  bool empty_ = true;
  std::string case_id_;  // whose commands these are
  std::unordered_set<std::string> commands_;
};

}  // namespace huiyin::import
