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
    if (started)
      topic = std::move(*started);
    else
      refusal = started.error();
  }

  const std::filesystem::path folder;
  std::atomic<int> problems = 0;
  std::unique_ptr<keys::Vault> vault;
  std::unique_ptr<KeyTopic> topic;
  std::string refusal;  // why it did not start
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
  ASSERT_TRUE(first.topic && second.topic) << first.refusal << second.refusal;
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

TEST_F(KeyTopicTest, AnotherMasterKeyIsRefused) {
  const Holder first = holder("first");
  EXPECT_EQ(first.refusal, "");
  {
    const Holder stranger{settings, folder / "stranger", keys::SecretKey::random()};
    EXPECT_TRUE(stranger.refusal.contains("master key is not the one")) << stranger.refusal;
  }
  const Holder second = holder("second");
  EXPECT_EQ(second.refusal, "");
}

TEST_F(KeyTopicTest, OfTwoMasterKeysThatComeAtOnceOneCounts) {
  std::vector<std::unique_ptr<Holder>> holders(4);
  std::vector<keys::SecretKey> masters;
  masters.reserve(holders.size());
  for (std::size_t i = 0; i < holders.size(); ++i) masters.push_back(keys::SecretKey::random());
  const auto start_all = [&] {
    std::vector<std::jthread> threads;
    threads.reserve(holders.size());
    for (std::size_t i = 0; i < holders.size(); ++i) {
      threads.emplace_back([&, i] {
        holders[i].reset();
        holders[i] =
            std::make_unique<Holder>(settings, folder / ("node-" + std::to_string(i)), masters[i]);
      });
    }
  };
  const auto refusals = [&] {
    std::vector<bool> out;
    out.reserve(holders.size());
    for (const auto& holder : holders) out.push_back(!holder->refusal.empty());
    return out;
  };
  start_all();
  const auto first_time = refusals();
  EXPECT_EQ(std::ranges::count(first_time, false), 1);
  start_all();
  EXPECT_EQ(refusals(), first_time);
}

TEST_F(KeyTopicTest, AFreshNodeLearnsVeryManyKeys) {
  Holder first = holder("first");
  ASSERT_EQ(first.refusal, "");
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
  ASSERT_EQ(second.refusal, "");
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
