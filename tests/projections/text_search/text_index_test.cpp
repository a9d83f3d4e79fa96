#include "text_search/text_index.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace huiyin::text_search {
namespace {

using Subjects = std::vector<std::string>;

class TextIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() /
                 ("huiyin-text-index-" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory_);
    open();
  }
  void TearDown() override {
    index_.reset();
    std::filesystem::remove_all(directory_);
  }
  void open() {
    index_.reset();
    auto opened = TextIndex::open(directory_);
    ASSERT_TRUE(opened) << opened.error().message;
    index_.emplace(*std::move(opened));
  }
  void put(const Document& document) { ASSERT_TRUE(index_->apply({&document, 1}, {})); }
  Subjects search(std::string_view query, std::size_t limit = max_hits) {
    auto found = index_->search(query, limit);
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(Subjects{"error"});
  }

  std::filesystem::path directory_;
  std::optional<TextIndex> index_;
};

TEST_F(TextIndexTest, FindsSubstringsOfChineseAndWordsOfTheRest) {
  put({"a", "升平路排水管堵塞", "雨天积水，3号楼进水。"});
  put({"b", "Street drain blocked", "管道 on 5th Avenue"});
  put({"c", "排水，管道", {}});
  EXPECT_EQ(search("排水管"), Subjects{"a"});
  EXPECT_EQ(search("水"), (Subjects{"c", "a"}));
  EXPECT_EQ(search("管道"), (Subjects{"c", "b"}));
  EXPECT_EQ(search("DRAIN"), Subjects{"b"});
  EXPECT_EQ(search("3号"), Subjects{"a"});
  EXPECT_EQ(search("3号楼进"), Subjects{"a"});
  EXPECT_EQ(search("升平 积水"), Subjects{"a"});  // one in the title, one in the body
  EXPECT_EQ(search("排水 5th"), Subjects{});
  EXPECT_EQ(search("drai"), Subjects{});
  EXPECT_EQ(search("水", 1), Subjects{"c"});
  EXPECT_EQ(search("水", 0), Subjects{});
}

TEST_F(TextIndexTest, KeepsWhatAnUpdateDoesNotName) {
  put({"a", "排水", "旧"});
  put({"a", {}, "新"});
  EXPECT_EQ(search("排水"), Subjects{"a"});
  EXPECT_EQ(search("新"), Subjects{"a"});
  EXPECT_EQ(search("旧"), Subjects{});
  put({"a", "道路", {}});
  EXPECT_EQ(search("排水"), Subjects{});
  EXPECT_EQ(search("道路 新"), Subjects{"a"});
  put({"a", {}, {}});
  EXPECT_EQ(search("道路"), Subjects{"a"});
}

TEST_F(TextIndexTest, TakesAnyTextAsAQuery) {
  put({"a", "x AND y OR NOT z NEAR words", "title: body* ^col"});
  for (const char* query : {"\"", "'", "AND", "x AND", "(", ")", "*", "^", "title:x", "{title}:x",
                            "NEAR(", "NOT z", "a\"b", "--", ";", "\xFF\xFE", "+", "-x"}) {
    EXPECT_TRUE(index_->search(query)) << query;
  }
  EXPECT_EQ(search("NOT z"), Subjects{"a"});
  EXPECT_EQ(search("\""), Subjects{});
  EXPECT_EQ(search(std::string(1 << 20, 'x')), Subjects{});
}

TEST_F(TextIndexTest, KeepsPositionsWithWhatTheyStandFor) {
  const std::vector<Document> documents = {{"a", "排水", {}}};
  const std::vector<events::Position> positions = {{3, 17}, {0, 4}};
  ASSERT_TRUE(index_->apply(documents, positions));
  open();
  EXPECT_EQ(index_->applied(3), 17U);
  EXPECT_EQ(index_->applied(0), 4U);
  EXPECT_EQ(index_->applied(1), 0U);
  EXPECT_EQ(search("排水"), Subjects{"a"});
  ASSERT_TRUE(index_->clear());
  EXPECT_EQ(index_->applied(3), 0U);
  EXPECT_EQ(search("排水"), Subjects{});
  put({"a", "排水", {}});
  EXPECT_EQ(search("排水"), Subjects{"a"});
}

TEST_F(TextIndexTest, SaysThatAFileIsDamagedAndCanBeErased) {
  index_.reset();
  TextIndex::erase(directory_);
  std::ofstream(directory_ / "text.sqlite") << std::string(8192, 'x');
  const auto damaged = TextIndex::open(directory_);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Code::damaged);
  TextIndex::erase(directory_);
  open();
  EXPECT_EQ(TextIndex::open("/proc/no/directory").error().code, Code::cannot_open);
}

TEST_F(TextIndexTest, SearchesWhileItIsWritten) {
  put({"first", "排水管", {}});
  std::atomic<bool> writing = true;
  std::vector<std::thread> readers;
  std::atomic<int> wrong = 0;
  readers.reserve(3);
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (writing) {
        const auto found = index_->search("排水管");
        if (!found || found->size() % 50 != 1) ++wrong;  // only ever whole batches
      }
    });
  }
  for (int batch = 0; batch < 40; ++batch) {
    std::vector<Document> documents;
    documents.reserve(50);
    for (int i = 0; i < 50; ++i) {
      documents.push_back({std::to_string(batch * 50 + i), "排水管", "正文"});
    }
    const events::Position position{0, static_cast<events::Sequence>(batch + 1)};
    ASSERT_TRUE(index_->apply(documents, {&position, 1}));
  }
  writing = false;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(search("排水管").size(), 2001U);
}

// Against the plain definition: every blank-separated word of a query is a substring of the title
// or of the body.
TEST_F(TextIndexTest, AgreesWithSubstringsOnRandomTexts) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> characters = {"排", "水", "管", "道", "。"};
  const auto text = [&](std::size_t length) {
    std::string out;
    for (std::size_t n = random() % (length + 1); n > 0; --n) {
      out += characters[random() % characters.size()];
    }
    return out;
  };
  std::vector<Document> documents;
  documents.reserve(400);
  for (int i = 0; i < 400; ++i) documents.push_back({std::to_string(i), text(6), text(12)});
  ASSERT_TRUE(index_->apply(documents, {}));
  for (int i = 0; i < 100; ++i) {
    Document& document = documents[random() % documents.size()];
    document.title = text(6);
    put({document.subject, document.title, {}});
  }
  for (int round = 0; round < 300; ++round) {
    std::string query;
    for (std::size_t n = 1 + random() % 4; n > 0; --n) query += characters[random() % 4];
    Subjects expected;
    for (const Document& document : documents) {
      if (document.title->contains(query) || document.body->contains(query)) {
        expected.push_back(document.subject);
      }
    }
    Subjects found = search(query);
    std::ranges::sort(found);
    std::ranges::sort(expected);
    ASSERT_EQ(found, expected) << query;
  }
}

}  // namespace
}  // namespace huiyin::text_search
