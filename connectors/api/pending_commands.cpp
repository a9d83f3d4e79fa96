#include "pending_commands.hpp"

#include "answers.hpp"

namespace huiyin::api {

std::uint64_t PendingCommands::put(http::Responder responder, bool collects) {
  const std::lock_guard lock(mutex_);
  std::uint64_t token = slots_.size();
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    token = free_.back();
    free_.pop_back();
  }
  slots_[token] = Slot{std::move(responder), collects};
  return token;
}

PendingCommands::Slot PendingCommands::take(std::uint64_t token) {
  const std::lock_guard lock(mutex_);
  Slot slot = std::move(slots_[token]);
  slots_[token].responder.reset();
  free_.push_back(token);
  return slot;
}

std::size_t PendingCommands::size() const {
  const std::lock_guard lock(mutex_);
  return slots_.size() - free_.size();
}

void PendingCommands::submit(engine::Command command, http::Responder responder,
                             std::size_t body_bytes) {
  const bool collects = command.type() == engine::CommandType::collect;
  const std::uint64_t token = put(std::move(responder), collects);
  const auto taken = commands_.submit(std::move(command), token, *this, body_bytes);
  if (taken) return;
  Slot slot = take(token);
  (*slot.responder)(to_response(engine::Answer(taken.error()), slot.collects));
}

void PendingCommands::answered(std::span<engine::Answered> answers) {
  for (engine::Answered& answered : answers) {
    Slot slot = take(answered.token);
    (*slot.responder)(to_response(answered.answer, slot.collects));
  }
}

}  // namespace huiyin::api
