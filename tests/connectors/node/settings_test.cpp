#include "node/settings.hpp"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

namespace huiyin::node {
namespace {

namespace fs = std::filesystem;

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    std::string pattern = (fs::temp_directory_path() / "huiyin-settings-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    folder_ = pattern;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  auto load(const std::string& text) const {
    write("huiyin.toml", text);
    return load_settings(folder_ / "huiyin.toml");
  }
  void expect_refused(const std::string& text, const std::string& words) const {
    const auto settings = load(text);
    ASSERT_FALSE(settings.has_value()) << text;
    const std::string said = to_text(settings.error());
    EXPECT_NE(said.find(words), std::string::npos) << said;
  }

  fs::path folder_;
};

TEST_F(SettingsTest, TheShippedFileHoldsTheDefaults) {
  const auto settings = load_settings(fs::path(HUIYIN_SOURCE_DIR) / "config" / "huiyin.toml");
  ASSERT_TRUE(settings.has_value()) << to_text(settings.error());
  EXPECT_EQ(settings->port, 8420);
  EXPECT_FALSE(settings->kafka.has_value());
}

TEST_F(SettingsTest, ThePublicSideIsClosedUnlessItIsOpened) {
  EXPECT_TRUE(load("")->public_intake.empty());
  const auto settings = load(
      "[http]\npublic_url = \"https://example.org\"\npublic_intake = \"desk\"\n"
      "intake_per_minute = 5\n");
  ASSERT_TRUE(settings.has_value()) << to_text(settings.error());
  EXPECT_EQ(settings->public_url, "https://example.org");
  EXPECT_EQ(settings->public_intake, "desk");
  EXPECT_EQ(settings->intake_per_minute, 5U);
  expect_refused("[http]\npublic_url = \"example.org\"", "huiyin.toml:2: http.public_url: such as");
  expect_refused("[http]\nintake_per_minute = 0", "http.intake_per_minute");
  expect_refused("[http]\nport = 1", "http.port");
}

TEST_F(SettingsTest, ReadsTheProfile) {
  EXPECT_EQ(load("profile = \"zhejiang\"")->profile, "zhejiang");
  EXPECT_EQ(load("port = 1")->profile, "");
}

TEST_F(SettingsTest, ReadsTheClusterAndItsSecrets) {
  ::setenv("HUIYIN_TEST_PASSWORD", "s3cret", 1);  // NOLINT(concurrency-mt-unsafe)
  write("user", "clerk\n");
  const auto settings = load(R"(
port = 1
[kafka]
bootstrap = "one:9092,two:9092"
prefix = "hunan"
replication = 3
[kafka.properties]
"security.protocol" = "sasl_ssl"
"sasl.username" = { file = "user" }
"sasl.password" = { env = "HUIYIN_TEST_PASSWORD" }
"socket.timeout.ms" = 5000
"socket.keepalive.enable" = true
)");
  ASSERT_TRUE(settings.has_value()) << to_text(settings.error());
  ASSERT_TRUE(settings->kafka.has_value());
  EXPECT_EQ(settings->kafka->bootstrap, "one:9092,two:9092");
  EXPECT_EQ(settings->kafka->prefix, "hunan");
  EXPECT_EQ(settings->kafka->replication, 3);
  const std::map<std::string, kafka::Property> expected{{"security.protocol", {"sasl_ssl"}},
                                                        {"sasl.username", {"clerk", true}},
                                                        {"sasl.password", {"s3cret", true}},
                                                        {"socket.timeout.ms", {"5000"}},
                                                        {"socket.keepalive.enable", {"true"}}};
  EXPECT_EQ(settings->kafka->properties, expected);
}

TEST_F(SettingsTest, ABadSettingIsNamedWithFileLineAndKey) {
  expect_refused("prot = 1", "huiyin.toml:1: prot: there is no such setting");
  expect_refused("\nport = 70000", "huiyin.toml:2: port: must lie between 0 and 65535");
  expect_refused("[kafka]\nprefix = 'x'", "kafka.bootstrap: a list of brokers");
  expect_refused("[kafka]\nbootstrap = 'a:1'\nprefix = 'a b'", "kafka.prefix: letters");
  expect_refused("[kafka]\nbootstrap = 'a:1'\nport = 1", "huiyin.toml:3: kafka.port: there is no");
}

TEST_F(SettingsTest, PropertiesThatLibrdkafkaDoesNotTakeAreNamed) {
  const auto with = [](const std::string& line) {
    return "[kafka]\nbootstrap = 'a:1'\n[kafka.properties]\n" + line;
  };
  expect_refused(
      with("'ssl.sertificate' = 'x'"),
      "huiyin.toml:4: kafka.properties.ssl.sertificate: librdkafka has no such property");
  expect_refused(with("'socket.timeout.ms' = 'soon'"), "kafka.properties.socket.timeout.ms: ");
  expect_refused(with("'transactional.id' = 'mine'"), "Huiyin sets this itself");
  expect_refused(with("'isolation.level' = 'read_uncommitted'"), "Huiyin sets this itself");
  expect_refused(with("'bootstrap.servers' = 'b:1'"), "use kafka.bootstrap");
  expect_refused(with("log_cb = 'x'"), "librdkafka has no such property");
  expect_refused(with("opaque = 'x'"), "librdkafka has no such property");
  expect_refused(with("'sasl.password' = { env = 'HUIYIN_NO_SUCH' }"),
                 "the environment has no HUIYIN_NO_SUCH");
  expect_refused(with("'sasl.password' = { file = 'none' }"), "cannot be read");
  expect_refused(with("'sasl.password' = { vault = 'x' }"), "expected { env");
}

TEST_F(SettingsTest, ASecretIsInNoMessage) {
  ::setenv("HUIYIN_TEST_PASSWORD", "s3cret", 1);  // NOLINT(concurrency-mt-unsafe)
  const auto settings = load(
      "[kafka]\nbootstrap = 'a:1'\n[kafka.properties]\n"
      "'security.protocol' = { env = 'HUIYIN_TEST_PASSWORD' }");
  ASSERT_FALSE(settings.has_value());
  const std::string said = to_text(settings.error());
  EXPECT_EQ(said.find("s3cret"), std::string::npos) << said;
  EXPECT_NE(said.find("kafka.properties.security.protocol"), std::string::npos) << said;
}

}  // namespace
}  // namespace huiyin::node
