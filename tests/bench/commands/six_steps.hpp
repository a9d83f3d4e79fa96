// A matter's life in six commands, as one client of many would give them, and a sink that counts.
#pragma once

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>

#include "engine/command.hpp"
#include "engine/outcome.hpp"

namespace huiyin::bench {

using engine::Role;

// Collect, accept, analyse, hand off, sign, reply.
inline constexpr std::uint64_t steps = 6;

class Counting final : public engine::AnswerSink {
 public:
  void answered(std::span<engine::Answered> answers) override {
    const std::lock_guard lock(mutex_);
    answered_ += answers.size();
    for (const auto& one : answers) {
      if (std::holds_alternative<engine::Outcome>(one.answer)) continue;
      if (failed_++ > 0) continue;
      if (const auto* refusal = std::get_if<engine::Refusal>(&one.answer)) {
        std::fprintf(stderr, "refused: %s: %s\n", refusal->rule.c_str(), refusal->detail.c_str());
      } else {
        std::fprintf(stderr, "failed: %s\n",
                     std::get<engine::RuntimeError>(one.answer).detail.c_str());
      }
    }
    changed_.notify_one();
  }
  std::uint64_t wait(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answered_ >= count; });
    return failed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t answered_ = 0, failed_ = 0;
};

inline std::string padded(std::string text, std::size_t size) {
  while (text.size() < size) text += "，沿线居民出行和用水受影响";
  return text;
}

inline engine::Command command(const std::string& case_id, std::uint64_t number,
                               std::uint64_t step) {
  static const std::string body = padded("升平路排水管破损", 400);
  engine::Command out;
  out.case_id = case_id;
  out.id = out.case_id + std::to_string(step);
  out.hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  out.actor = {.id = "officer-" + std::to_string(number % 50), .role = Role::officer};
  switch (step) {
    case 0: {
      events::Collected collected;
      collected.title = "关于升平路排水管网的问题";
      collected.body = body;
      collected.station = "station-" + std::to_string(number % 200);
      collected.region = "431002";
      collected.occasion = "reception";
      collected.deputies = {
          {"deputy-" + std::to_string(number % 1000), events::Part::lead, "", ""}};
      out.body = std::move(collected);
      break;
    }
    case 1:
      out.body = events::Accepted{};
      break;
    case 2:
      out.body = events::Analysed{
          .category = "urban/drainage", .level = {}, .nature = {}, .authority = {}};
      break;
    case 3: {
      events::HandedOff handed;
      handed.lead = "organ-" + std::to_string(number % 60);
      out.body = std::move(handed);
      break;
    }
    default: {
      out.actor.role = Role::organ;
      out.actor.id = out.actor.organ = "organ-" + std::to_string(number % 60);
      if (step == 4) {
        out.body = events::Signed{};
      } else {
        events::Replied reply;
        reply.class_code = "A";
        reply.text = body;
        out.body = std::move(reply);
      }
    }
  }
  return out;
}

}  // namespace huiyin::bench
