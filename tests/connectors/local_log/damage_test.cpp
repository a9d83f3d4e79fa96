// Real files, damaged: whatever is hit, the log refuses by name or serves exactly what was written.
#include "log_support.hpp"

namespace huiyin::local_log {
namespace {

using conformance::records;
using events::LogErrorCode;
using events::Sequence;

constexpr Sequence written = 400;

class DamageTest : public testing::Test {
 protected:
  fs::path original() const { return directory_.path() / "log"; }
  fs::path copy() const { return directory_.path() / "copy"; }
  void fresh_copy() const { copy_log(original(), copy()); }

  // Left in the write-ahead log, as by a kill.
  void write_log() {
    log_ = open_or_fail(original(), OpenMode::create, {.partitions = 2});
    for (Sequence from = 1; from <= written; from += 10) {
      append_or_fail(*log_, records(1, from, from + 9));
    }
  }
  // In a table, as after a restart.
  void write_table() {
    write_log();
    log_.reset();
    log_ = open_or_fail(original(), OpenMode::existing);
    log_.reset();
  }

  // Opens the copy and reads it through. The words of the refusal; nothing when all of the first
  // `expected` records came out as written.
  std::optional<std::string> damage_found(Sequence expected = written) const {
    const auto log = LocalLog::open(copy(), OpenMode::existing);
    if (!log) {
      EXPECT_EQ(log.error().code, LogErrorCode::corrupt) << log.error().detail;
      return log.error().detail;
    }
    EXPECT_EQ((*log)->end(1), expected) << "an acknowledged tail is lost in silence";
    const auto reader = (*log)->read(1, 1);
    for (Sequence sequence = 1; sequence <= expected; ++sequence) {
      const auto frame = reader->next();
      if (!frame) {
        EXPECT_EQ(frame.error().code, LogErrorCode::corrupt) << frame.error().detail;
        return frame.error().detail;
      }
      EXPECT_EQ(frame->value_or("nothing"), conformance::record({1, sequence}).frame);
    }
    return std::nullopt;
  }

  // Flips a byte at up to `tries` places all over the file.
  void flip_all_over(const fs::path& file, std::uint64_t tries) const {
    const std::uint64_t size = fs::file_size(original() / file);
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i < tries; ++i) {
      fresh_copy();
      flip_byte(copy() / file, i * size / tries);
      found += damage_found().has_value() ? 1 : 0;
    }
    EXPECT_GT(found, tries * 9 / 10) << file;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<LocalLog> log_;
};

TEST_F(DamageTest, AnUntouchedCopyIsWhole) {
  write_log();
  fresh_copy();
  EXPECT_EQ(damage_found(), std::nullopt);
}

TEST_F(DamageTest, ATornWriteThatNobodyWasToldOfIsDropped) {
  write_log();
  fresh_copy();
  append_or_fail(*log_, records(1, written + 1, written + 1));
  // The kill falls into the write: part of the record is there, HEAD does not know of it.
  const fs::path file = files_with(original(), ".log").back().filename();
  const auto before = fs::file_size(copy() / file);
  fs::copy_file(original() / file, copy() / file, fs::copy_options::overwrite_existing);
  ASSERT_GT(fs::file_size(copy() / file), before + 5);
  fs::resize_file(copy() / file, fs::file_size(copy() / file) - 5);
  EXPECT_EQ(damage_found(), std::nullopt);
  const auto log = open_or_fail(copy(), OpenMode::existing);
  append_or_fail(*log, records(1, written + 1, written + 2));
}

TEST_F(DamageTest, ALostTailIsNamedAndCanBeAccepted) {
  write_log();
  fresh_copy();
  const fs::path file = files_with(copy(), ".log").back();
  fs::resize_file(file, fs::file_size(file) - 5);
  const std::string words = damage_found().value_or("nothing");
  EXPECT_NE(words.find("1:400 had been acknowledged, but the log ends at 1:390"), std::string::npos)
      << words;
  fs::remove(copy() / "HEAD");
  EXPECT_EQ(damage_found(written - 10), std::nullopt);
}

TEST_F(DamageTest, ALostWriteAheadLogIsNamed) {
  write_log();
  fresh_copy();
  fs::remove(files_with(copy(), ".log").back());
  EXPECT_NE(damage_found(), std::nullopt);
}

TEST_F(DamageTest, AFlippedByteInTheWriteAheadLogIsFoundWhereverItIs) {
  write_log();
  const fs::path file = files_with(original(), ".log").back().filename();
  flip_all_over(file, 60);
  fresh_copy();
  flip_byte(copy() / file, fs::file_size(copy() / file) / 2);
  const std::string words = damage_found().value_or("nothing");
  EXPECT_NE(words.find(file.string()), std::string::npos) << words;
}

TEST_F(DamageTest, AFlippedByteInATableIsFoundWhereverItIs) {
  write_table();
  const auto tables = files_with(original(), ".sst");
  const auto largest =
      std::ranges::max(tables, {}, [](const fs::path& p) { return fs::file_size(p); });
  const fs::path file = largest.filename();
  // Bytes that nobody reads (properties, padding) may be flipped unnoticed, never to effect.
  const std::uint64_t size = fs::file_size(largest);
  for (std::uint64_t i = 0; i < 60; ++i) {
    fresh_copy();
    flip_byte(copy() / file, i * size / 60);
    const auto words = damage_found();
    if (i < 50) {
      ASSERT_TRUE(words.has_value()) << "offset " << i * size / 60 << " of " << size;
    }
    if (words) EXPECT_NE(words->find(file.string()), std::string::npos) << *words;
  }
}

TEST_F(DamageTest, AMissingOrShortenedTableIsNamed) {
  write_table();
  for (const fs::path& table : files_with(original(), ".sst")) {
    const std::string name = table.filename().string();
    fresh_copy();
    fs::remove(copy() / name);
    std::string words = damage_found().value_or("nothing");
    EXPECT_NE(words.find(name), std::string::npos) << words;
    fresh_copy();
    fs::resize_file(copy() / name, fs::file_size(copy() / name) - 1);
    words = damage_found().value_or("nothing");
    EXPECT_NE(words.find(name), std::string::npos) << words;
  }
}

TEST_F(DamageTest, ADamagedManifestOrHeadIsFound) {
  write_table();
  for (const auto& entry : fs::directory_iterator(original())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("MANIFEST")) continue;
    flip_all_over(name, 20);
    fresh_copy();
    fs::remove(copy() / name);
    EXPECT_NE(damage_found(), std::nullopt);
  }
  flip_all_over("HEAD", fs::file_size(original() / "HEAD"));
  fresh_copy();
  fs::remove(copy() / "CURRENT");
  EXPECT_NE(damage_found(), std::nullopt);
}

}  // namespace
}  // namespace huiyin::local_log
