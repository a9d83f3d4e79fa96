// The real cluster that the tests of this folder run against, with topics of their own for each.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "admin.hpp"
#include "kafka/kafka_log.hpp"
#include "kafka/topics.hpp"

namespace huiyin::kafka {

namespace fs = std::filesystem;

// HUIYIN_KAFKA_BOOTSTRAP, or what the folder HUIYIN_KAFKA_CLUSTER says; empty: there is none.
inline std::string test_bootstrap() {
  // NOLINTBEGIN(concurrency-mt-unsafe): no test changes the environment
  if (const char* given = std::getenv("HUIYIN_KAFKA_BOOTSTRAP")) return given;
  const char* folder = std::getenv("HUIYIN_KAFKA_CLUSTER");
  // NOLINTEND(concurrency-mt-unsafe)
  if (folder == nullptr) return {};
  std::string servers;
  std::ifstream(fs::path(folder) / "bootstrap") >> servers;
  return servers;
}

inline KafkaSettings fresh_settings() {
  static int number = 0;
  KafkaSettings settings;
  settings.bootstrap = test_bootstrap();
  settings.prefix = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
  settings.on_log = [](LogLevel level, std::string_view text) {
    if (level >= LogLevel::warning) GTEST_LOG_(INFO) << text;
  };
  return settings;
}

// Only the events topic: the others cost a test a second.
inline void make_topic(const KafkaSettings& settings, const std::string& name, int partitions) {
  const auto admin = Admin::connect(settings, std::chrono::seconds(20));
  ASSERT_TRUE(admin.has_value()) << to_text(admin.error());
  // The records' times are of years ago: by the brokers' own retention they would go at once.
  const TopicToMake topic{.name = name,
                          .partitions = partitions,
                          .replication = 1,
                          .settings = {{"retention.ms", "-1"}}};
  const auto made = admin->create({&topic, 1});
  ASSERT_TRUE(made.has_value()) << to_text(made.error());
  // Until every broker knows it.
  for (int i = 0; i < 200; ++i) {
    const auto found = admin->describe(std::array{name});
    if (found && found->contains(name) && found->at(name).leaders) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  FAIL() << name << " is not there";
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "huiyin-kafka-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

inline std::unique_ptr<KafkaLog> open_log(const KafkaSettings& settings, const fs::path& mirror) {
  auto log = KafkaLog::open(
      settings,
      {.mirror = mirror, .deployment = "test", .stall_patience = std::chrono::seconds(20)});
  EXPECT_TRUE(log.has_value()) << log.error().detail;
  return log ? std::move(*log) : nullptr;
}

inline void take_over_or_fail(KafkaLog& log, events::Partition partition) {
  const auto done = log.take_over(partition);
  ASSERT_TRUE(done.has_value()) << done.error().detail;
}

inline void append_or_fail(KafkaLog& log, const std::vector<events::LogRecord>& batch) {
  const auto done = log.append(batch);
  ASSERT_TRUE(done.has_value()) << done.error().detail;
}

// Waits up to 20 s.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 1'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return condition();
}

// A cluster of the test's own topics, and folders for its mirrors.
class KafkaTest : public testing::Test {
 protected:
  void make_events(int partitions) { make_topic(settings, events_topic, partitions); }
  std::unique_ptr<KafkaLog> open(const std::string& mirror) {
    return open_log(settings, folder / mirror);
  }

  KafkaSettings settings = fresh_settings();
  std::string events_topic = topic_name(settings, Topic::events);
  TemporaryFolder folder;
};

}  // namespace huiyin::kafka
