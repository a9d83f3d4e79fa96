// Carries out follow-ups: what a case's event asks of another case (DESIGN.md section 7, "Other
// cases"). The outbox is in the asking case's state; here is only what is under way.
//
//   event durable ──> command to the target ──> its answer ──> `settle` to the asking case
//
// Every command's id derives from the follow-up's, and decide knows a repeat by the target's state:
// so each step may be sent again after a crash between any two of them, and happens once.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/processor.hpp"

namespace huiyin::engine {

class FollowUps final : public FollowUpSink, public AnswerSink {
 public:
  // `only`: the follow-ups of one partition's cases.
  FollowUps(CaseCommands& commands, const projections::ViewStore& views, IdSource& ids,
            std::optional<events::Partition> only = {});

  // Sends every follow-up that the views hold as unsettled; at the start, and again when one could
  // not be sent. To be called from one thread.
  void resend();
  // Whether resend() is due.
  bool owes_resend() const;

  // Follow-ups whose settlement was refused: a defect, or a definition that is gone. They stay in
  // their outboxes until the next start.
  std::uint64_t stuck() const;
  // None is under way. Thread-safe.
  bool idle() const;

  void committed(std::span<FollowUpRequest> requests) override;
  void answered(std::span<Answered> answers) override;

 private:
  struct Pending {
    std::string asker, target, id;
    events::Instant occurred_at{};  // of the event that asked: the answer counts from then
    bool settling = false;
  };

  void send(const std::string& asker, events::Instant occurred_at,
            const events::FollowUp& follow_up);
  void settle(Pending pending, const Answer& answer);
  void submit(Command command, Pending pending);
  Command command(std::string_view step, const std::string& follow_up, const std::string& case_id);

  CaseCommands& commands_;
  const projections::ViewStore& views_;
  IdSource& ids_;
  const std::optional<events::Partition> only_;
  mutable std::mutex mutex_;  // of all below
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::uint64_t next_token_ = 1;
  bool owes_resend_ = false;
  std::uint64_t stuck_ = 0;
};

}  // namespace huiyin::engine
