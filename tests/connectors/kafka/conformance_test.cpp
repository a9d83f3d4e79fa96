#include "cluster.hpp"
#include "conformance/log_conformance.hpp"

namespace huiyin::conformance {
namespace {

class KafkaHarness {
 public:
  explicit KafkaHarness(events::Partition partitions)
      : partitions_(partitions), settings_(kafka::fresh_settings()) {
    kafka::make_topic(settings_, kafka::topic_name(settings_, kafka::Topic::events), partitions);
    reopen();
  }
  events::EventLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    log_ = kafka::open_log(settings_, folder_ / "log");
    for (events::Partition p = 0; p < partitions_; ++p) kafka::take_over_or_fail(*log_, p);
  }

 private:
  events::Partition partitions_;
  kafka::KafkaSettings settings_;
  kafka::TemporaryFolder folder_;
  std::unique_ptr<kafka::KafkaLog> log_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Kafka, LogConformance, KafkaHarness);

}  // namespace
}  // namespace huiyin::conformance
