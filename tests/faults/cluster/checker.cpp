// Reads nothing but the topic of events, as any outside consumer would, and the commands that a
// loader was told were done.
//
// usage: huiyin_checker BOOTSTRAP PREFIX ACKNOWLEDGED
// ACKNOWLEDGED has a line for each: the position, then the ids of the events, by spaces. Exit code:
// 0 sound, 1 not, 2 it could not be read.
#include <fstream>
#include <iostream>
#include <sstream>

#include "feed.hpp"
#include "history_check.hpp"
#include "kafka/topics.hpp"
#include "wire.hpp"

namespace {

using namespace huiyin;

constexpr std::chrono::milliseconds patience{30'000};
constexpr std::chrono::milliseconds idle{200};

bool read_partition(kafka::Feed& feed, events::Partition partition, std::int64_t end,
                    faults::HistoryCheck& check) {
  const kafka::FeedStart start{partition, 0};
  if (!feed.assign({&start, 1})) return false;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (feed.position(partition) < end) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    const auto message = feed.poll(idle);
    if (!message || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const auto event = kafka::to_event(*message);
    if (!event) {
      std::cerr << "undecodable record: " << event.error() << '\n';
      return false;
    }
    const auto frame = events::decode_frame(event->frame);
    if (!frame) {
      std::cerr << "undecodable frame: " << frame.error() << '\n';
      return false;
    }
    check.add(partition, frame->envelope);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: huiyin_checker BOOTSTRAP PREFIX ACKNOWLEDGED\n";
    return 2;
  }
  kafka::KafkaSettings settings;
  settings.bootstrap = argv[1];
  settings.prefix = argv[2];
  const std::string topic = kafka::topic_name(settings, kafka::Topic::events);
  auto feed = kafka::Feed::open(settings, topic, kafka::Isolation::committed, idle);
  auto probe = kafka::Feed::open(settings, topic, kafka::Isolation::uncommitted, idle);
  if (!feed || !probe) return 2;
  faults::HistoryCheck check;
  for (events::Partition partition = 0;; ++partition) {
    const auto end = probe->end(partition, patience);
    if (!end && partition > 0) break;  // no such partition
    if (!end) {
      std::cerr << kafka::to_text(end.error()) << '\n';
      return 2;
    }
    if (*end > 0 && !read_partition(*feed, partition, *end, check)) {
      std::cerr << "partition " << partition << " could not be read up to " << *end << '\n';
      return 2;
    }
  }
  std::ifstream acknowledged(argv[3]);
  for (std::string line; std::getline(acknowledged, line);) {
    std::istringstream words(line);
    faults::Acknowledged one;
    words >> one.position;
    for (std::string id; words >> id;) one.events.push_back(id);
    check.expect(one);
  }
  for (const auto& problem : check.problems()) std::cout << problem << '\n';
  std::cout << check.events() << " events, " << check.acknowledged() << " acknowledged, "
            << check.failed() << " problems\n";
  return check.failed() == 0 ? 0 : 1;
}
