// An engine instance of a cluster: joins the group of engines and decides the commands of the
// partitions that the group gives it.
//
// For each partition: fence the last owner, bring the mirror up to the topic's end (KafkaLog), then
// a runtime of its own whose every batch is one transaction of events, outcomes, view changes and
// the offset of the commands that they came of. What a transaction did not take is read again.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/gateway.hpp"
#include "cluster/view_follower.hpp"
#include "engine/runtime.hpp"
#include "kafka/kafka_log.hpp"

namespace huiyin::cluster {

struct MemberOptions {
  kafka::KafkaSettings settings;
  std::string deployment = "local";  // the group is PREFIX.DEPLOYMENT.engines
  std::string source;                // of events: "/huiyin/<deployment>"
  // What a command is decided on beside its case. Quick; any thread.
  std::function<std::shared_ptr<const engine::Facts>(engine::Command&)> facts;
  std::filesystem::path settlement_file;
  // Words for the log: a fixed phrase, the partition (negative: of none), a detail. Any thread.
  std::function<void(std::string_view event, int partition, std::string_view detail)> on_event;
  // The same for what somebody should look at; may be said again and again.
  std::function<void(std::string_view event, int partition, std::string_view detail)> on_problem;
  std::function<void()> on_commit;  // after each transaction; must be quick
};

struct MemberFigures {
  std::vector<events::Partition> owned;   // decided here now
  std::vector<events::Partition> taking;  // given to this instance, not taken over yet
  std::uint64_t commands = 0;             // read from the topic
  std::uint64_t dead_letters = 0;
  std::uint64_t rewinds = 0;        // commands read again because a transaction did not take them
  std::uint64_t lag = 0;            // commands in the topic that are not read yet
  engine::RuntimeSnapshot runtime;  // summed over the owned partitions
};

class Member {
 public:
  // All arguments outlive it. Joins at once; waits for nobody.
  static std::expected<std::unique_ptr<Member>, kafka::Error> start(
      kafka::KafkaLog& log, projections::ViewStore& views, ViewFollower& follower,
      const engine::Definitions& definitions, engine::IdSource& ids, Gateway& gateway,
      MemberOptions options);
  ~Member();  // stops

  MemberFigures figures() const;
  // Finishes what was begun, gives the partitions back, leaves the group.
  void stop();

 private:
  class Parts;
  explicit Member(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace huiyin::cluster
