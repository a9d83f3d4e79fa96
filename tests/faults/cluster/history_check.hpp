// Whether a history holds what was acknowledged, once, and nothing else twice. Knows nothing of how
// it came about: it is given the events as a reader of the topic finds them.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/envelope.hpp"
#include "events/position.hpp"

namespace huiyin::faults {

struct Acknowledged {
  std::string position;             // of the last event, as the answer said
  std::vector<std::string> events;  // their ids
};

class HistoryCheck {
 public:
  // Events of one partition come in the topic's order.
  void add(events::Partition partition, const events::EnvelopeView& event) {
    ++events_;
    auto& at = partitions_[partition];
    if (event.sequence != at.sequence + 1) {
      fail("partition " + std::to_string(partition) + ": sequence " +
           std::to_string(event.sequence) + " after " + std::to_string(at.sequence));
    }
    at.sequence = event.sequence;
    if (event.time < at.time) {
      fail("partition " + std::to_string(partition) + ": the time goes back at " +
           std::to_string(event.sequence));
    }
    at.time = event.time;
    auto& subject = subjects_[std::string(event.subject)];
    if (subject.version == 0) subject.partition = partition;
    if (subject.partition != partition) fail(std::string(event.subject) + " is in two partitions");
    if (event.subject_version != subject.version + 1) {
      fail(std::string(event.subject) + ": version " + std::to_string(event.subject_version) +
           " after " + std::to_string(subject.version));
    }
    subject.version = event.subject_version;
    const std::string position = events::format_position({partition, event.sequence});
    if (!positions_.emplace(std::string(event.id), position).second)
      fail("event " + std::string(event.id) + " is there twice, again at " + position);
    // A command's events stand together: a second run of the same id is the command done twice.
    if (!event.command_id.empty() && event.command_id != subject.command) {
      if (!commands_.emplace(std::string(event.subject) + " " + std::string(event.command_id), true)
               .second) {
        fail("command " + std::string(event.command_id) + " of " + std::string(event.subject) +
             " was done twice, again at " + position);
      }
    }
    subject.command = event.command_id;
  }

  void expect(const Acknowledged& one) {
    ++acknowledged_;
    std::string last;
    for (const auto& id : one.events) {
      const auto found = positions_.find(id);
      if (found == positions_.end()) {
        fail("event " + id + " was acknowledged at or before " + one.position +
             " and is not there");
        return;
      }
      last = found->second;
    }
    if (last != one.position)
      fail("acknowledged at " + one.position + ", but the last event lies at " + last);
  }

  std::uint64_t events() const { return events_; }
  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t failed() const { return failed_; }
  const std::vector<std::string>& problems() const { return problems_; }  // the first few

 private:
  static constexpr std::size_t shown = 20;
  void fail(std::string problem) {
    ++failed_;
    if (problems_.size() < shown) problems_.push_back(std::move(problem));
  }

  struct Ends {
    events::Sequence sequence = 0;
    events::Instant time{};
  };
  struct Subject {
    events::Partition partition = 0;
    std::uint32_t version = 0;
    std::string command;
  };
  std::map<events::Partition, Ends> partitions_;
  std::unordered_map<std::string, Subject> subjects_;
  std::unordered_map<std::string, std::string> positions_;
  std::unordered_map<std::string, bool> commands_;
  std::uint64_t events_ = 0, acknowledged_ = 0, failed_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace huiyin::faults
