// Turns decided events into records of the log: gives each its id, time, sequence and version.
#pragma once

#include <string>
#include <vector>

#include "engine/actor.hpp"
#include "engine/id_source.hpp"
#include "events/envelope.hpp"
#include "events/event_log.hpp"

namespace huiyin::engine {

class EventWriter {
 public:
  EventWriter(IdSource& ids, std::string source) : ids_(ids) {
    envelope_.source = std::move(source);
  }

  // Takes up the ends of a log's partitions, and the recorded time of each one's last event. An
  // error names what cannot be read.
  std::expected<void, std::string> resume(const events::EventLog& log);

  // What an event has in common with others of its command.
  struct Cause {
    std::string_view actor, behalf, command_id, command_hash, traceparent;
    Role role{};
  };
  void cause(const Cause& cause);

  // Begins an event: then write its data to data(), then finish(). `id` empty: a fresh one. `now`
  // is raised to the time of the partition's last event.
  const events::Envelope& begin(events::Partition partition, std::string_view subject,
                                std::uint32_t version, std::string_view type,
                                std::string_view process, events::Instant now, std::string id);
  std::string& data() { return data_; }
  events::LogRecord finish();
  events::EnvelopeView view() const;

  // To go back to when a command is refused after its timers were written.
  struct Mark {
    events::Partition partition = 0;
    events::Sequence end = 0;
    events::Instant time{};
  };
  Mark mark(events::Partition partition) const;
  void back_to(const Mark& mark);

 private:
  IdSource& ids_;
  events::Envelope envelope_;  // reused, so that its texts keep their memory
  std::string data_;
  events::Partition partition_ = 0;
  std::vector<events::Sequence> ends_;
  std::vector<events::Instant> times_;
};

}  // namespace huiyin::engine
