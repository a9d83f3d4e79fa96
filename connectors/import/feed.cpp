#include "feed.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace huiyin::import {
namespace {

// Some 100 ms of work: the processor never runs dry, and nothing waits long enough to time out.
constexpr std::size_t window = 8'192;
constexpr std::size_t reported_at_once = 256;  // refusals that may wait to be written down
constexpr std::chrono::seconds pause_before_retry{1};
constexpr int rounds_without_progress = 60;
constexpr std::size_t command_bytes = 512;

}  // namespace

Feed::Feed(engine::CaseProcessor& processor, Make make, Refused refused)
    : processor_(processor), make_(std::move(make)), refused_(std::move(refused)), slots_(window) {}

std::uint64_t Feed::accepted() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

std::uint64_t Feed::collected() const {
  const std::lock_guard lock(mutex_);
  return collected_;
}

Feed::~Feed() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return under_way_ == 0; });
}

std::expected<void, std::string> Feed::send(engine::Command command, Sent sent) {
  Slot* slot = nullptr;
  {
    std::unique_lock lock(mutex_);
    slot = &slots_[next_ % window];
    for (;;) {
      if (failures_ > 0) {
        if (auto settled = settle(lock); !settled) return settled;
      } else if (refusals_ >= reported_at_once || slot->standing == Standing::refused) {
        report(lock);
      } else if (slot->standing == Standing::free) {
        break;
      } else {
        changed_.wait(lock);
      }
    }
    *slot = {Standing::under_way, next_++, std::move(sent), {}};
    ++under_way_;
  }
  return submit(std::move(command), *slot);
}

std::expected<void, std::string> Feed::submit(engine::Command command, Slot& slot) {
  for (;;) {
    processor_.wait_for_room(std::chrono::steady_clock::now() + pause_before_retry);
    const auto taken = processor_.submit(std::move(command), slot.token, *this, command_bytes);
    if (taken) return {};
    if (taken.error().code != engine::RuntimeErrorCode::queue_full) {
      const std::lock_guard lock(mutex_);
      slot.standing = Standing::free;
      --under_way_;
      return std::unexpected(taken.error().detail);
    }
    command = make_(slot.sent);
  }
}

std::expected<void, std::string> Feed::finish() {
  std::unique_lock lock(mutex_);
  return settle(lock);
}

// Until nothing is under way and nothing has failed.
std::expected<void, std::string> Feed::settle(std::unique_lock<std::mutex>& lock) {
  int rounds = 0;
  for (;;) {
    changed_.wait(lock, [&] { return under_way_ == 0; });
    if (failures_ == 0) break;
    const std::uint64_t before = accepted_;
    if (auto again = send_again(lock); !again) return again;
    changed_.wait(lock, [&] { return under_way_ == 0; });
    rounds = accepted_ > before ? 0 : rounds + 1;
    if (rounds == rounds_without_progress) {
      return std::unexpected("the log takes nothing any more (" + failure_ +
                             "); run the import again later, it goes on where it stopped");
    }
  }
  report(lock);
  return {};
}

// Refusals from the first failure on may follow from it, so they are asked again too.
std::expected<void, std::string> Feed::send_again(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  std::this_thread::sleep_for(pause_before_retry);
  lock.lock();
  std::vector<Slot*> again;
  std::uint64_t first = next_;
  for (const Slot& slot : slots_) {
    if (slot.standing == Standing::failed) first = std::min(first, slot.token);
  }
  for (Slot& slot : slots_) {
    const bool open = slot.standing == Standing::failed || slot.standing == Standing::refused;
    if (!open || slot.token < first) continue;
    if (slot.standing == Standing::refused) --refusals_;
    slot.standing = Standing::under_way;
    again.push_back(&slot);
  }
  std::ranges::sort(again, {}, &Slot::token);
  failures_ = 0;
  under_way_ += again.size();
  lock.unlock();
  std::expected<void, std::string> sent;
  std::size_t done = 0;
  while (done < again.size() && sent) {
    Slot& slot = *again[done++];
    sent = submit(make_(slot.sent), slot);
  }
  lock.lock();
  under_way_ -= again.size() - done;
  return sent;
}

void Feed::report(std::unique_lock<std::mutex>& lock) {
  std::vector<Slot> refused;
  for (Slot& slot : slots_) {
    if (slot.standing == Standing::refused) refused.push_back(std::exchange(slot, Slot{}));
  }
  refusals_ = 0;
  lock.unlock();
  std::ranges::sort(refused, {}, &Slot::token);
  for (const Slot& slot : refused) refused_(slot.sent, slot.refusal);
  lock.lock();
}

void Feed::answered(std::span<engine::Answered> answers) {
  const std::lock_guard lock(mutex_);
  for (auto& [token, answer] : answers) {
    Slot& slot = slots_[token % window];
    --under_way_;
    if (std::holds_alternative<engine::Outcome>(answer)) {
      ++accepted_;
      collected_ += slot.sent.command == 0;
      slot.standing = Standing::free;
    } else if (auto* refusal = std::get_if<engine::Refusal>(&answer)) {
      ++refusals_;
      slot.refusal = std::move(*refusal);
      slot.standing = Standing::refused;
    } else {
      ++failures_;
      failure_ = std::get<engine::RuntimeError>(answer).detail;
      slot.standing = Standing::failed;
    }
  }
  changed_.notify_all();
}

}  // namespace huiyin::import
