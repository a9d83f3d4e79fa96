// A disk that is really full: a small tmpfs under log and views. Commands are refused, reading goes
// on, and after space is freed it continues without a restart.
#include <cerrno>
#include <cstring>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/mount.h>

#include "local_log/local_log.hpp"
#include "projections/fingerprint.hpp"
#include "projections/rebuild.hpp"
#include "support/engine_on_disk.hpp"

namespace huiyin::test {
namespace {

using engine::Outcome;
using engine::RuntimeError;
using engine::RuntimeErrorCode;

class SmallDisk {
 public:
  SmallDisk() {
    mounted_ = ::mount("tmpfs", place_.path().c_str(), "tmpfs", 0, "size=192m") == 0;
    reason_ = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe)
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(place_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  const std::string& reason() const { return reason_; }
  const std::filesystem::path& path() const { return place_.path(); }

  void fill() const {
    std::ofstream ballast(path() / "ballast", std::ios::binary);
    const std::string block(64 << 10, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void free() const { std::filesystem::remove(path() / "ballast"); }

 private:
  TempDir place_;
  bool mounted_ = false;
  std::string reason_;
};

engine::Command collect(int number) {
  events::Collected body;
  body.title = "a matter";
  body.body = std::string(2'000, 'x');
  engine::Command out;
  out.id = "command-" + std::to_string(number);
  out.hash = "hash";
  out.case_id = "m-" + std::to_string(number);
  out.actor = {.id = "deputy-1", .role = engine::Role::deputy};
  out.body = std::move(body);
  return out;
}

TEST(DiskFull, RefusesReadsOnAndContinues) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "a tmpfs cannot be mounted here: " << disk.reason();
  constexpr events::Partition partitions = 4;
  auto log = local_log::LocalLog::open(disk.path() / "log", local_log::OpenMode::create,
                                       {.partitions = partitions});
  ASSERT_TRUE(log.has_value()) << log.error().detail;
  auto views = projections::ViewStore::open(disk.path() / "views", partitions);
  ASSERT_TRUE(views.has_value()) << views.error().detail;
  FixedIds ids(events::Instant{std::chrono::milliseconds{1'709'514'000'000}});
  engine::RuntimeOptions options;
  options.processor.source = "/huiyin/test";
  options.settlement_file = disk.path() / "imports";
  options.wall_clock = false;
  auto runtime = engine::Runtime::start(**log, **views, shipped_definitions(), ids, options);
  ASSERT_TRUE(runtime.has_value()) << runtime.error();
  auto& processor = (*runtime)->processor();

  std::set<int> acknowledged;
  int number = 0;
  const auto give = [&] {
    const auto answer = processor.execute(collect(++number));
    if (std::holds_alternative<Outcome>(answer)) acknowledged.insert(number);
    return answer;
  };
  for (int i = 0; i < 200; ++i) give();
  ASSERT_EQ(acknowledged.size(), 200U);

  for (int round = 0; round < 2; ++round) {
    disk.fill();
    bool refused = false;
    for (int i = 0; i < 2'000 && !refused; ++i) {
      const auto answer = give();
      refused = !std::holds_alternative<Outcome>(answer);
      if (refused) {
        EXPECT_EQ(std::get<RuntimeError>(answer).code, RuntimeErrorCode::disk_full);
      }
    }
    ASSERT_TRUE(refused);
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(std::holds_alternative<Outcome>(give()));
    const auto state = (*views)->load_state("m-1");
    ASSERT_TRUE(state && *state);
    EXPECT_EQ((*state)->title, "a matter");

    disk.free();
    // The same process goes on, at the latest when RocksDB has noticed the room.
    bool accepted = false;
    for (int i = 0; i < 100 && !accepted; ++i) {
      accepted = std::holds_alternative<Outcome>(give());
      if (!accepted) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ASSERT_TRUE(accepted);
    for (int i = 0; i < 200; ++i) EXPECT_TRUE(std::holds_alternative<Outcome>(give()));
  }

  ASSERT_TRUE(
      processor.wait_for_views(std::chrono::steady_clock::now() + std::chrono::seconds(20)));
  std::uint64_t events = 0;
  for (events::Partition p = 0; p < partitions; ++p) events += (*log)->end(p);
  EXPECT_EQ(events, acknowledged.size());
  for (const int one : acknowledged) {
    const auto state = (*views)->load_state("m-" + std::to_string(one));
    ASSERT_TRUE(state && *state) << one;
  }
  const TempDir shadow;
  auto fresh = projections::ViewStore::open(shadow.path() / "views", partitions);
  ASSERT_TRUE(fresh.has_value());
  ASSERT_TRUE(projections::catch_up(**log, **fresh).has_value());
  const auto compared = projections::compare(**views, **fresh);
  ASSERT_TRUE(compared && compared->comparable);
  EXPECT_TRUE(compared->differences.empty());
  (*runtime)->stop();
}

}  // namespace
}  // namespace huiyin::test
