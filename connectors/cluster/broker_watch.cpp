#include "cluster/broker_watch.hpp"

#include "admin.hpp"

namespace huiyin::cluster {
namespace {

constexpr std::chrono::milliseconds patience{2'000};  // for an answer; a stop waits for it, too
constexpr std::chrono::milliseconds between{2'000};

}  // namespace

BrokerWatch::BrokerWatch(std::unique_ptr<kafka::Admin> admin)
    : admin_(std::move(admin)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

BrokerWatch::~BrokerWatch() = default;

std::expected<std::unique_ptr<BrokerWatch>, kafka::Error> BrokerWatch::start(
    const kafka::KafkaSettings& settings) {
  auto admin = kafka::Admin::connect(settings, patience);
  if (!admin) return std::unexpected(admin.error());
  return std::unique_ptr<BrokerWatch>(
      new BrokerWatch(std::make_unique<kafka::Admin>(std::move(*admin))));
}

std::chrono::seconds BrokerWatch::silence() const {
  return std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - answered_.load());
}

void BrokerWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (admin_->brokers()) answered_ = Clock::now();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, between, [] { return false; });
  }
}

}  // namespace huiyin::cluster
