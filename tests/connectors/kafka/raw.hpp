// Writing and reading topics as a program that is not ours would.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "errors.hpp"
#include "feed.hpp"
#include "producer.hpp"
#include "wire.hpp"

namespace huiyin::kafka {

using namespace std::chrono_literals;

struct RawRecord {
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;
  std::string key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::string>> headers;
};

inline std::string text_of(const void* data, std::size_t size) {
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

inline RawRecord to_raw(const rd_kafka_message_t& message) {
  RawRecord record{.offset = message.offset};
  record.timestamp_ms = rd_kafka_message_timestamp(&message, nullptr);
  record.key = text_of(message.key, message.key_len);
  if (message.payload != nullptr) record.value = text_of(message.payload, message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i)
    record.headers.emplace_back(name, text_of(value, size));
  return record;
}

// All that a committed reader sees of a partition. Up to the high watermark: just after a commit
// its markers may not be written yet.
inline std::vector<RawRecord> read_all(const KafkaSettings& settings, const std::string& topic,
                                       events::Partition partition) {
  std::vector<RawRecord> records;
  auto feed = Feed::open(settings, topic, Isolation::committed, 10ms);
  EXPECT_TRUE(feed.has_value());
  if (!feed) return records;
  const auto probe = Feed::open(settings, topic, Isolation::uncommitted, 10ms);
  const auto end = probe->end(partition, 10s);
  EXPECT_TRUE(end.has_value());
  const FeedStart start{partition};
  EXPECT_TRUE(feed->assign({&start, 1}).has_value());
  for (int i = 0; i < 10'000; ++i) {
    const Message message = feed->poll(20ms);
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (message->offset >= end.value_or(0)) return records;
      continue;
    }
    EXPECT_EQ(message->err, RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_message_errstr(message.get());
    records.push_back(to_raw(*message));
  }
  ADD_FAILURE() << topic << " has no end";
  return records;
}

// A producer that has begun a transaction.
inline std::unique_ptr<Producer> begun_producer(const KafkaSettings& settings,
                                                const std::string& id) {
  auto producer = Producer::make(settings, id);
  EXPECT_TRUE(producer.has_value());
  if (!producer) return nullptr;
  auto kept = std::make_unique<Producer>(std::move(*producer));
  const auto ready = kept->init(20s, {});
  EXPECT_TRUE(ready.has_value()) << to_text(ready.error());
  const auto begun = kept->begin();
  EXPECT_TRUE(begun.has_value()) << to_text(begun.error());
  return kept;
}

// Into the producer's open transaction.
inline void put(Producer& producer, const std::string& topic, const events::LogRecord& record) {
  const auto view = events::decode_frame(record.frame);
  ASSERT_TRUE(view.has_value());
  const auto done = producer.produce({.topic = topic,
                                      .partition = record.position.partition,
                                      .key = view->envelope.subject,
                                      .value = view->data,
                                      .headers = to_headers(view->envelope, std::nullopt)},
                                     10s);
  ASSERT_TRUE(done.has_value()) << to_text(done.error());
}

}  // namespace huiyin::kafka
