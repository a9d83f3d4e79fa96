#include "engine/timer_loop.hpp"

#include <algorithm>
#include <utility>

namespace huiyin::engine {

namespace {

// The answers of one round, waited for.
class RoundAnswers final : public AnswerSink {
 public:
  explicit RoundAnswers(std::size_t cases) : outcomes_(cases, 0) {}

  void answered(std::span<Answered> answers) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [token, answer] : answers) {
      if (const auto* outcome = std::get_if<Outcome>(&answer)) {
        outcomes_[token] = outcome->events.size();
      } else if (const auto* error = std::get_if<RuntimeError>(&answer)) {
        error_ = error->detail;
      }
    }
    answered_ += answers.size();
    changed_.notify_one();
  }
  void wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answered_ == count; });
  }

  std::size_t fired(std::size_t token) const { return outcomes_[token]; }
  const std::string& error() const { return error_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> outcomes_;
  std::size_t answered_ = 0;
  std::string error_;
};

}  // namespace

TimerLoop::TimerLoop(CaseProcessor& processor, const projections::ViewStore& views, IdSource& ids,
                     events::Instant imports_until, TimerLimits limits,
                     std::optional<events::Partition> only)
    : processor_(processor),
      views_(views),
      ids_(ids),
      limits_(limits),
      only_(only),
      imports_until_(imports_until) {}

TimerLoop::~TimerLoop() { stop(); }

std::uint64_t TimerLoop::run_due() {
  events::Instant imports_until;
  {
    const std::lock_guard lock(mutex_);
    imports_until = imports_until_;
  }
  const events::Instant now = ids_.now();
  return run_due_of(now, projections::DueOf::live) +
         run_due_of(std::min(now, imports_until), projections::DueOf::imported);
}

std::uint64_t TimerLoop::run_due_of(events::Instant until, projections::DueOf which) {
  std::uint64_t fired = 0;
  for (;;) {
    const Round done = round(until, which, limits_.round_cases, limits_.views_wait);
    fired += done.fired;
    const std::lock_guard lock(mutex_);
    if (done.cases == 0 || !done.error.empty() || stopping_) return fired;
  }
}

std::expected<std::uint64_t, std::string> TimerLoop::settle_imports(events::Instant until) {
  std::uint64_t fired = 0;
  for (;;) {
    const Round done =
        round(until, projections::DueOf::imported, limits_.settle_cases, limits_.settle_wait);
    fired += done.fired;
    if (!done.error.empty()) return std::unexpected(done.error);
    if (done.cases == 0) return fired;
  }
}

TimerLoop::Round TimerLoop::round(events::Instant until, projections::DueOf which,
                                  std::size_t limit, std::chrono::seconds views_wait) {
  const std::lock_guard one_at_a_time(rounds_);
  Round done;
  const auto clock = std::chrono::steady_clock::now();
  if (clock >= forget_stuck_ || stuck_.size() > limits_.stuck_cases) {
    stuck_.clear();
    forget_stuck_ = clock + limits_.retry_stuck;
  }
  auto due = views_.due_before(until, limit + stuck_.size(), which, only_);
  std::erase_if(due, [&](const projections::Due& one) {
    const auto known = stuck_.find(one.case_id);
    return known != stuck_.end() && known->second == one.at;
  });
  if (due.size() > limit) due.resize(limit);
  if (due.empty()) return done;

  RoundAnswers answers(due.size());
  std::size_t asked = 0;
  for (; asked < due.size(); ++asked) {
    const auto taken = processor_.submit_tick({due[asked].case_id, until}, asked, answers);
    if (taken) continue;
    done.error = taken.error().detail;
    break;
  }
  answers.wait(asked);
  if (done.error.empty()) done.error = answers.error();
  // The next look at the views must not find this round's cases again.
  if (!processor_.wait_for_views(std::chrono::steady_clock::now() + views_wait) &&
      done.error.empty()) {
    done.error = "the views are behind";
  }
  if (!done.error.empty()) return done;
  for (std::size_t i = 0; i < asked; ++i) {
    done.fired += answers.fired(i);
    if (answers.fired(i) == 0) stuck_.insert_or_assign(due[i].case_id, due[i].at);
  }
  done.cases = asked;
  return done;
}

void TimerLoop::set_imports_until(events::Instant until) {
  const std::lock_guard lock(mutex_);
  imports_until_ = until;
}

void TimerLoop::start(std::function<void()> also) {
  also_ = std::move(also);
  thread_ = std::thread([this] { run(); });
}

void TimerLoop::run() {
  for (;;) {
    run_due();
    also_();
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, limits_.poll, [&] { return stopping_; })) return;
  }
}

void TimerLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace huiyin::engine
