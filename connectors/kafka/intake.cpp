#include "intake.hpp"

#include <algorithm>

#include "errors.hpp"

namespace huiyin::kafka {
namespace {

constexpr std::size_t most_records = 2'000;
constexpr std::size_t most_bytes = 4 << 20;

// Nothing for what passes by itself: librdkafka goes on trying.
std::optional<events::LogError> problem_of(const rd_kafka_message_t& message) {
  using enum events::LogErrorCode;
  const std::string words = rd_kafka_message_errstr(&message);
  switch (static_cast<int>(message.err)) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return events::LogError{corrupt,
                              "the topic no longer has what the mirror goes on from: " + words};
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return events::LogError{unavailable, words};
    default:
      return std::nullopt;
  }
}

class Gathering {
 public:
  void add(const rd_kafka_message_t& message) {
    const auto partition = static_cast<events::Partition>(message.partition);
    if (std::ranges::find(bad_, partition) != bad_.end()) return;
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      intake.ends.emplace_back(partition, message.offset);
      return;
    }
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (auto problem = problem_of(message)) refuse(partition, std::move(*problem));
      return;
    }
    auto event = to_event(message);
    if (!event) {
      refuse(partition, {events::LogErrorCode::corrupt,
                         "record " + std::to_string(message.offset) + " of partition " +
                             std::to_string(partition) + " is no event: " + event.error()});
      return;
    }
    bytes_ += event->frame.size();
    intake.records.push_back({partition, message.offset, std::move(*event)});
  }
  bool full() const { return intake.records.size() >= most_records || bytes_ >= most_bytes; }

  Intake intake;

 private:
  void refuse(events::Partition partition, events::LogError error) {
    intake.problems.emplace_back(partition, std::move(error));
    bad_.push_back(partition);
  }

  std::size_t bytes_ = 0;
  std::vector<events::Partition> bad_;
};

}  // namespace

Intake gather(Feed& feed, Feed::Milliseconds patience) {
  Gathering gathering;
  Message message = feed.poll(patience);
  while (message) {
    gathering.add(*message);
    if (gathering.full()) break;
    message = feed.poll(Feed::Milliseconds(0));
  }
  return std::move(gathering.intake);
}

}  // namespace huiyin::kafka
