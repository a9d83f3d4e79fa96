#include "already_there.hpp"

#include "events/envelope.hpp"

namespace huiyin::import {

namespace {
constexpr std::size_t page = 1'000;
}

AlreadyThere::AlreadyThere(const events::EventLog& log, const projections::ViewStore& views)
    : log_(log), views_(views) {
  for (events::Partition partition = 0; partition < log.partitions(); ++partition) {
    ends_.push_back(log.end(partition));
    empty_ = empty_ && ends_.back() == 0;
  }
}

std::uint64_t AlreadyThere::events_before() const {
  std::uint64_t sum = 0;
  for (const events::Sequence end : ends_) sum += end;
  return sum;
}

bool AlreadyThere::holds(std::string_view case_id, const std::string& command_id) {
  if (empty_) return false;
  if (case_id != case_id_) read_history(case_id);
  return commands_.contains(command_id);
}

void AlreadyThere::read_history(std::string_view case_id) {
  case_id_ = case_id;
  commands_.clear();
  const auto partition = events::partition_of(case_id, log_.partitions());
  std::uint32_t from = 1;
  for (;;) {
    const auto entries = views_.history(case_id, from, page);
    if (!entries || entries->empty()) return;
    for (const auto& entry : *entries) {
      if (entry.sequence > ends_[partition]) return;  // of this run
      const auto frame = log_.get({partition, entry.sequence});
      if (!frame) continue;
      if (const auto decoded = events::decode_frame(*frame))
        commands_.emplace(decoded->envelope.command_id);
    }
    from = entries->back().version + 1;
  }
}

}  // namespace huiyin::import
