// What the runtime says to a command.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/decide.hpp"
#include "events/position.hpp"

namespace huiyin::engine {

struct EventReference {
  std::string id;
  std::string_view type;  // of static storage
  std::uint32_t subject_version = 0;

  bool operator==(const EventReference&) const = default;
};

// The command is in the log, durably. A repeat of it gets an equal outcome.
struct Outcome {
  std::string case_id;
  std::uint32_t version = 0;  // of the case, after it
  std::string stage;          // likewise
  events::Position position;  // of its last event
  std::vector<EventReference> events;

  bool operator==(const Outcome&) const = default;
};

// {"case":…,"version":…,"stage":…,"position":"0:12","events":[{"id":…,"type":…,"subjectversion":…}]}
void append_json(std::string& out, const Outcome& outcome);

enum class RuntimeErrorCode : std::uint8_t {
  queue_full,   // not taken: come again (429)
  stopping,     // not taken, or not begun before the stop: nothing was written (503)
  unavailable,  // the log could not take it; it may be written or not (503)
  disk_full,    // the log has no room; not written as far as is known (503)
  conflict,     // the same command id came before with another body (422)
  timeout,      // waited too long in the queue: not begun, nothing was written (504)
};
constexpr auto names(RuntimeErrorCode) {
  return std::array<std::string_view, 6>{"queue-full", "stopping", "unavailable",
                                         "disk-full",  "conflict", "timeout"};
}

struct RuntimeError {
  RuntimeErrorCode code{};
  std::string detail;
};

using Answer = std::variant<Outcome, Refusal, RuntimeError>;

// An answer with the number that the asker gave its command.
struct Answered {
  std::uint64_t token = 0;
  Answer answer;
};

// Where answers go. Called on the committer's thread, once for all answers of a batch that belong
// to this sink: it must be quick, must not throw, and may take the answers out of the span. It has
// to outlive its last answer.
class AnswerSink {
 public:
  virtual void answered(std::span<Answered> answers) = 0;

 protected:
  ~AnswerSink() = default;
};

}  // namespace huiyin::engine
