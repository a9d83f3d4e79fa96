#include "keys/vault.hpp"

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "keys_support.hpp"

namespace huiyin::keys {
namespace {

constexpr std::string_view details = R"({"name":"某某","phone":"0000"})";

class VaultTest : public testing::Test {
 protected:
  VaultTest() { reopen(); }
  void reopen() {
    vault_.reset();
    auto opened = Vault::open(path(), master_);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    vault_ = std::move(*opened);
  }
  std::filesystem::path path() const { return directory_.path() / "keys"; }
  events::Petitioner sealed(const std::string& person, std::string_view subject = "case-1") {
    const auto petitioner = vault_->seal(person, subject, details);
    EXPECT_TRUE(petitioner.has_value()) << petitioner.error().detail;
    return petitioner.value_or(events::Petitioner{});
  }
  void expect_opens(const events::Petitioner& petitioner, std::string_view subject = "case-1") {
    const auto text = vault_->open(petitioner, subject);
    ASSERT_TRUE(text.has_value()) << text.error().detail;
    EXPECT_EQ(*text, details);
  }
  void expect_refused(const events::Petitioner& petitioner, VaultErrorCode code,
                      std::string_view subject = "case-1") {
    const auto text = vault_->open(petitioner, subject);
    ASSERT_FALSE(text.has_value());
    EXPECT_EQ(text.error().code, code) << text.error().detail;
  }
  bool files_hold(std::string_view bytes) const {
    for (const auto& entry : std::filesystem::directory_iterator(path())) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string all{std::istreambuf_iterator<char>(in), {}};
      if (all.contains(bytes)) return true;
    }
    return false;
  }

  TemporaryDirectory directory_;
  SecretKey master_ = SecretKey::random();
  std::unique_ptr<Vault> vault_;
};

TEST_F(VaultTest, OpensWhatItSealedAlsoAfterReopening) {
  const auto first = sealed("person-1");
  const auto second = sealed("person-1");
  const auto other = sealed("person-2");
  EXPECT_EQ(first.person, "person-1");
  EXPECT_EQ(first.key, second.key);
  EXPECT_NE(first.nonce, second.nonce);
  EXPECT_NE(first.ciphertext, second.ciphertext);
  EXPECT_NE(first.key, other.key);
  EXPECT_FALSE(crypto::from_base64(first.ciphertext)->contains("某某"));
  for (int i = 0; i < 2; ++i) {
    expect_opens(first);
    expect_opens(second);
    expect_opens(other);
    reopen();
  }
  EXPECT_EQ(sealed("person-1").key, first.key);
  EXPECT_FALSE(files_hold("0000"));
}

TEST_F(VaultTest, ASealedTextOpensForNoOtherCaseOrPerson) {
  auto petitioner = sealed("person-1");
  const auto other = sealed("person-2");
  expect_refused(petitioner, VaultErrorCode::tampered, "case-2");
  petitioner.person = "person-2";
  expect_refused(petitioner, VaultErrorCode::tampered);
  petitioner.key = other.key;
  expect_refused(petitioner, VaultErrorCode::tampered);
}

TEST_F(VaultTest, EveryFlippedBitIsNoticed) {
  const auto petitioner = sealed("person-1");
  const std::string bytes = *crypto::from_base64(petitioner.ciphertext);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto changed = petitioner;
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    changed.ciphertext = crypto::to_base64(flipped);
    expect_refused(changed, VaultErrorCode::tampered);
  }
  auto changed = petitioner;
  changed.nonce = crypto::to_base64("123456789012");
  expect_refused(changed, VaultErrorCode::tampered);
  changed.nonce = "!";
  expect_refused(changed, VaultErrorCode::invalid);
  changed = petitioner;
  changed.ciphertext.clear();
  expect_refused(changed, VaultErrorCode::tampered);
  changed.key = "00";
  expect_refused(changed, VaultErrorCode::unknown_key);
  expect_refused({.anonymous = true}, VaultErrorCode::invalid);
}

TEST_F(VaultTest, ForgettingDestroysTheKeyForGood) {
  const auto gone = sealed("person-1");
  const auto kept = sealed("person-2");
  EXPECT_TRUE(files_hold("person-1"));
  EXPECT_EQ(vault_->forget("person-1").value_or(false), true);
  EXPECT_EQ(vault_->forget("person-1").value_or(true), false);
  expect_refused(gone, VaultErrorCode::forgotten);
  expect_opens(kept);
  EXPECT_FALSE(files_hold("person-1")) << "left in a file";
  reopen();
  expect_refused(gone, VaultErrorCode::forgotten);
  // Coming back, the person is another to us.
  const auto again = sealed("person-1");
  EXPECT_NE(again.key, gone.key);
  expect_opens(again);
  expect_refused(gone, VaultErrorCode::forgotten);
}

// Other gateways, out of reach at will.
class FakeShare final : public KeyShare {
 public:
  std::expected<void, VaultError> publish(std::span<const KeyRow> rows) override {
    if (auto reached = reach(); !reached) return reached;
    published.insert(published.end(), rows.begin(), rows.end());
    return {};
  }
  std::expected<void, VaultError> publish_forgotten(std::span<const std::string> ids) override {
    if (auto reached = reach(); !reached) return reached;
    forgotten.insert(forgotten.end(), ids.begin(), ids.end());
    return {};
  }
  std::expected<void, VaultError> catch_up() override { return {}; }

  std::vector<KeyRow> published;
  std::vector<std::string> forgotten;
  bool away = false;
  std::function<void()> meanwhile;  // while somebody waits for the others

 private:
  std::expected<void, VaultError> reach() const {
    if (meanwhile) meanwhile();
    if (away) return std::unexpected(VaultError{VaultErrorCode::unavailable, "nobody is there"});
    return {};
  }
};

TEST_F(VaultTest, ForgettingThatDidNotReachTheOthersIsTriedAgainInFull) {
  FakeShare others;
  ASSERT_TRUE(vault_->share_with(others, {}).has_value());
  const auto petitioner = sealed("person-1");
  others.away = true;
  const auto failed = vault_->forget("person-1");
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, VaultErrorCode::unavailable);
  expect_opens(petitioner);
  others.away = false;
  EXPECT_EQ(vault_->forget("person-1").value_or(false), true);
  EXPECT_EQ(others.forgotten, std::vector{petitioner.key});
  expect_refused(petitioner, VaultErrorCode::forgotten);
  EXPECT_FALSE(files_hold("person-1"));
}

TEST_F(VaultTest, LearnsWhatOthersMadeAndForgot) {
  const auto known = sealed("person-1");
  TemporaryDirectory elsewhere;
  const auto other = Vault::open(elsewhere.path() / "keys", master_);
  FakeShare others;
  ASSERT_TRUE((*other)->share_with(others, {}).has_value());
  const auto kept = (*other)->seal("person-2", "case-1", details);
  const auto gone = (*other)->seal("person-3", "case-1", details);
  ASSERT_TRUE(kept && gone);
  const std::vector forgotten{known.key, gone->key, std::string("unknown")};
  for (int again = 0; again < 2; ++again) {
    ASSERT_TRUE(vault_->learn(others.published, forgotten).has_value());
    expect_opens(*kept);
    expect_refused(known, VaultErrorCode::forgotten);
    expect_refused(*gone, VaultErrorCode::forgotten);
  }
  EXPECT_FALSE(files_hold("person-1"));
  EXPECT_FALSE(files_hold("person-3"))
      << "forgotten before it was learned, and written all the same";
}

TEST_F(VaultTest, OthersWorkWhileAKeyIsOnItsWay) {
  FakeShare others;
  ASSERT_TRUE(vault_->share_with(others, {}).has_value());
  const auto known = sealed("person-1");
  int went_on = 0;
  others.meanwhile = [&] {
    // Whoever waits for the others must hold nothing that sealing and opening want.
    std::atomic<bool> done = false;
    const std::jthread other([&] {
      const auto again = vault_->seal("person-1", "case-1", details);
      done = again && vault_->open(*again, "case-1") && vault_->open(known, "case-1");
    });
    for (int i = 0; i < 200 && !done; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (done) ++went_on;
  };
  sealed("person-2");
  EXPECT_EQ(went_on, 1);
  EXPECT_TRUE(vault_->forget("person-2").value_or(false));
  EXPECT_EQ(went_on, 2);
}

TEST_F(VaultTest, AnotherMasterKeyIsRefusedAtOnce) {
  sealed("person-1");
  vault_.reset();
  const auto opened = Vault::open(path(), SecretKey::random());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, VaultErrorCode::wrong_key) << opened.error().detail;
}

TEST_F(VaultTest, ADamagedFileIsRefused) {
  sealed("person-1");
  vault_.reset();
  std::ofstream(path() / "keys.sqlite", std::ios::binary) << std::string(8192, 'x');
  const auto opened = Vault::open(path(), master_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, VaultErrorCode::tampered) << opened.error().detail;
}

TEST_F(VaultTest, PreparesManyPersonsAtOnce) {
  std::vector<std::string> persons;
  persons.reserve(20'000);
  for (int i = 0; i < 20'000; ++i) persons.push_back("person-" + std::to_string(i % 18'000));
  ASSERT_TRUE(vault_->prepare(persons).has_value());
  ASSERT_TRUE(vault_->prepare(persons).has_value());
  for (int i = 0; i < 18'000; i += 500) expect_opens(sealed("person-" + std::to_string(i)));
  const std::string nobody[] = {""};
  EXPECT_FALSE(vault_->prepare(nobody).has_value());
  EXPECT_FALSE(vault_->seal("", "case-1", details).has_value());
  EXPECT_FALSE(vault_->seal("person-1", "", details).has_value());
}

TEST_F(VaultTest, ThreadsAgreeOnAPersonsKey) {
  std::vector<std::vector<events::Petitioner>> made(4);
  {
    std::vector<std::jthread> threads;
    threads.reserve(made.size());
    for (auto& petitioners : made) {
      threads.emplace_back([this, &petitioners] {
        for (int i = 0; i < 50; ++i) petitioners.push_back(sealed("p" + std::to_string(i % 10)));
      });
    }
  }
  for (const auto& petitioners : made) {
    for (std::size_t i = 0; i < petitioners.size(); ++i) {
      EXPECT_EQ(petitioners[i].key, made[0][i].key);
      expect_opens(petitioners[i]);
    }
  }
}

TEST_F(VaultTest, ACopyOpensWhatTheOriginalSealed) {
  const auto petitioner = sealed("person-1");
  const auto copy = directory_.path() / "copy";
  ASSERT_TRUE(vault_->copy_to(copy).has_value());
  EXPECT_FALSE(vault_->copy_to(copy).has_value());
  const auto opened = Vault::open(copy, master_);
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  EXPECT_EQ((*opened)->open(petitioner, "case-1").value_or(""), details);
}

}  // namespace
}  // namespace huiyin::keys
