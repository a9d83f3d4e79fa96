// Keeps what is said again and again from filling the log.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace huiyin::node {

// Thread-safe.
class Complaints {
 public:
  using Clock = std::chrono::steady_clock;

  // True the first time, and then at most once a minute.
  bool due(std::string_view words, Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    if (const auto said = said_.find(words); said != said_.end()) {
      if (now - said->second < pause) return false;
      said->second = now;
      return true;
    }
    // Some words are never the same twice.
    if (said_.size() >= most)
      std::erase_if(said_, [&](const auto& s) { return now - s.second >= pause; });
    if (said_.size() >= most) said_.clear();
    said_.emplace(words, now);
    return true;
  }

 private:
  static constexpr std::chrono::minutes pause{1};
  static constexpr std::size_t most = 1'000;

  std::mutex mutex_;
  std::map<std::string, Clock::time_point, std::less<>> said_;
};

}  // namespace huiyin::node
