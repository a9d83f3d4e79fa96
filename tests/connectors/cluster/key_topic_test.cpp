#include "cluster/key_topic.hpp"

#include <atomic>
#include <chrono>
#include <optional>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "cluster.hpp"

namespace huiyin::cluster {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view details = R"({"name":"某某"})";

// A gateway as far as keys go.
struct Holder {
  Holder(const kafka::KafkaSettings& settings, std::filesystem::path path,
         const keys::SecretKey& master)
      : folder(std::move(path)) {
    auto opened = keys::Vault::open(folder, master);
    EXPECT_TRUE(opened.has_value()) << opened.error().detail;
    vault = std::move(*opened);
    auto started = KeyTopic::start(settings, *vault, [this](const std::string&) { ++problems; });
    EXPECT_TRUE(started.has_value()) << started.error();
    if (started) topic = std::move(*started);
  }

  const std::filesystem::path folder;
  std::atomic<int> problems = 0;
  std::unique_ptr<keys::Vault> vault;
  std::unique_ptr<KeyTopic> topic;
};

class KeyTopicTest : public kafka::KafkaTest {
 protected:
  void SetUp() override {
    kafka::make_topic(settings, kafka::topic_name(settings, kafka::Topic::keys), 1);
  }
  Holder holder(const std::string& name) { return {settings, folder / name, master}; }

  const keys::SecretKey master = keys::SecretKey::random();
};

TEST_F(KeyTopicTest, WhatTheDiskDidNotTakeIsTriedAgain) {
  Holder first = holder("first");
  Holder second = holder("second");
  sqlite3* other = nullptr;  // holds the second one's file, so that nothing can be written
  ASSERT_EQ(sqlite3_open((second.folder / "keys.sqlite").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto sealed = first.vault->seal("person-1", "case-1", details);
  ASSERT_TRUE(sealed.has_value()) << sealed.error().detail;
  EXPECT_TRUE(kafka::eventually([&] { return second.problems > 0; }));
  sqlite3_close(other);
  const auto text = second.vault->open(*sealed, "case-1");
  EXPECT_EQ(text.value_or("not there"), details);
}

}  // namespace
}  // namespace huiyin::cluster
