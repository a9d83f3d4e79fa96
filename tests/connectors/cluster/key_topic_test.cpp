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

TEST_F(KeyTopicTest, AFreshNodeLearnsVeryManyKeys) {
  Holder first = holder("first");
  std::vector<std::string> persons;
  persons.reserve(50'000);
  for (int i = 0; i < 50'000; ++i) persons.push_back("person-" + std::to_string(i));
  ASSERT_TRUE(first.vault->prepare(persons).has_value());
  const auto kept = first.vault->seal(persons.front(), "case-1", details);
  const auto gone = first.vault->seal(persons.back(), "case-2", details);
  ASSERT_TRUE(kept && gone);
  EXPECT_TRUE(first.vault->forget(persons.back()).value_or(false));

  const auto begun = std::chrono::steady_clock::now();
  const Holder second = holder("second");
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begun);
  RecordProperty("start_ms", static_cast<int>(spent.count()));
  GTEST_LOG_(INFO) << "50,000 keys learned in " << spent.count() << " ms";
  EXPECT_EQ(second.vault->open(*kept, "case-1").value_or("not there"), details);
  const auto forgotten = second.vault->open(*gone, "case-2");
  ASSERT_FALSE(forgotten.has_value());
  EXPECT_EQ(forgotten.error().code, keys::VaultErrorCode::forgotten);
}

}  // namespace
}  // namespace huiyin::cluster
