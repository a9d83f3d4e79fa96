// The thread that keeps partitions of the mirror current that others write.
#pragma once

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "feed.hpp"
#include "intake.hpp"
#include "kafka/kafka_log.hpp"
#include "mirror.hpp"

namespace huiyin::kafka {

class Follower {
 public:
  // `owned` says which partitions come by transact; asked again after refresh().
  Follower(Feed feed, Mirror& mirror, std::vector<events::Partition> partitions,
           std::function<bool(events::Partition)> owned, FollowListener listener);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void refresh() { wanted_.fetch_add(1); }
  std::optional<std::uint64_t> behind() const;
  std::uint64_t events() const { return events_; }

 private:
  void run(const std::stop_token& stop);
  void assign();
  void take(Intake intake, const std::stop_token& stop);
  void give_up(events::Partition partition, const events::LogError& error);
  void measure();

  Feed feed_;
  Mirror& mirror_;
  std::vector<events::Partition> partitions_;
  std::function<bool(events::Partition)> owned_;
  FollowListener listener_;
  std::atomic<std::uint64_t> wanted_ = 1;  // assignments that were asked for
  std::uint64_t made_ = 0;
  std::vector<events::Partition> reading_;
  std::set<events::Partition> given_up_;
  std::set<events::Partition> seen_;  // that were read or found empty since the last assignment
  std::atomic<std::int64_t> behind_ = -1;
  std::atomic<std::uint64_t> events_ = 0;
  std::jthread thread_;  // last: it uses all the others
};

}  // namespace huiyin::kafka
