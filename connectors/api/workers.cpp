#include "workers.hpp"

#include <algorithm>

namespace huiyin::api {
namespace {

constexpr std::size_t max_jobs = 1'024;   // a few seconds of queries: beyond it clients are told
constexpr std::size_t max_waits = 4'096;  // each is a request in flight
// How late a waiting query may learn that its position has arrived.
constexpr std::chrono::milliseconds watch_every{2};

}  // namespace

Workers::Workers(const projections::ViewStore& views, unsigned threads) : views_(views) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
  threads_.emplace_back([this](const std::stop_token& stop) { watch(stop); });
}

Workers::~Workers() {
  for (auto& thread : threads_) thread.request_stop();
  changed_.notify_all();
}

bool Workers::run(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= max_jobs) return false;
    jobs_.push(std::move(job));
  }
  changed_.notify_all();
  return true;
}

bool Workers::run_at(std::vector<events::Position> positions,
                     std::chrono::steady_clock::time_point deadline,
                     std::function<void(bool)> job) {
  {
    const std::lock_guard lock(mutex_);
    if (waits_.size() >= max_waits) return false;
    waits_.push_back({std::move(positions), deadline, std::move(job)});
  }
  views_.hurry();
  changed_.notify_all();
  return true;
}

void Workers::work(const std::stop_token& stop) {
  while (true) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return !jobs_.empty(); })) return;
      job = std::move(jobs_.front());
      jobs_.pop();
    }
    job();
  }
}

void Workers::watch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return !waits_.empty(); })) {
    const auto now = std::chrono::steady_clock::now();
    std::size_t kept = 0;
    for (Wait& wait : waits_) {
      const bool arrived = std::ranges::all_of(wait.positions, [&](events::Position position) {
        return views_.applied(position.partition) >= position.sequence;
      });
      if (arrived || now >= wait.deadline) {
        jobs_.push([job = std::move(wait.job), arrived] { job(arrived); });
      } else {
        if (&waits_[kept] != &wait) waits_[kept] = std::move(wait);
        ++kept;
      }
    }
    const bool any = kept < waits_.size();
    waits_.resize(kept);
    if (any) changed_.notify_all();
    changed_.wait_for(lock, stop, watch_every, [] { return false; });
  }
}

}  // namespace huiyin::api
