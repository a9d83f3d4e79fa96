// Whether the cluster still answers: asks it now and then, by a handle of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <expected>
#include <memory>
#include <mutex>
#include <thread>

#include "kafka/error.hpp"
#include "kafka/settings.hpp"

namespace huiyin::kafka {
class Admin;
}

namespace huiyin::cluster {

class BrokerWatch {
 public:
  static std::expected<std::unique_ptr<BrokerWatch>, kafka::Error> start(
      const kafka::KafkaSettings& settings);
  ~BrokerWatch();

  // How long no broker has answered; a few seconds when all is well. Thread-safe.
  std::chrono::seconds silence() const;

 private:
  using Clock = std::chrono::steady_clock;

  explicit BrokerWatch(std::unique_ptr<kafka::Admin> admin);
  void run(const std::stop_token& stop);

  std::unique_ptr<kafka::Admin> admin_;
  std::atomic<Clock::time_point> answered_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses all the others
};

}  // namespace huiyin::cluster
