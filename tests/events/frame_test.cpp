#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "events/envelope.hpp"
#include "events/sample_events.hpp"

namespace huiyin::events {
namespace {

constexpr std::size_t checksum_bytes = 8;

std::string sample_frame() {
  std::string frame;
  append_frame(frame, sample_envelope("huiyin.case.annotated.v1"),
               sample_json(41, Fill::everything));
  return frame;
}

// What the checksum covers.
std::string content_of(const std::string& frame) { return frame.substr(checksum_bytes); }

TEST(Frame, ComesBack) {
  const Envelope envelope = sample_envelope("huiyin.case.annotated.v1");
  for (const std::string& data :
       {std::string(), std::string("{}"), std::string("\0\xFF", 2), std::string(100'000, 'x')}) {
    std::string frame;
    append_frame(frame, envelope, data);
    const auto view = decode_frame(frame);
    ASSERT_TRUE(view) << view.error();
    EXPECT_EQ(to_owned(view->envelope), envelope);
    EXPECT_EQ(view->data, data);
  }
}

TEST(Frame, LongestAttributeComesBack) {
  Envelope envelope = sample_envelope("huiyin.case.annotated.v1");
  envelope.subject = std::string(65'535, 's');
  std::string frame;
  append_frame(frame, envelope, "{}");
  const auto view = decode_frame(frame);
  ASSERT_TRUE(view) << view.error();
  EXPECT_EQ(view->envelope.subject, envelope.subject);
  envelope.subject += "s";
  EXPECT_DEATH(append_frame(frame, envelope, "{}"), "") << "rather than cut it";
}

TEST(Frame, EmptyAttributesAreLeftOut) {
  std::string frame;
  append_frame(frame, Envelope{}, "");
  const auto view = decode_frame(frame);
  ASSERT_TRUE(view) << view.error();
  EXPECT_EQ(to_owned(view->envelope), Envelope{});
}

TEST(Frame, FollowsWhatIsThereAlready) {
  std::string two = sample_frame();
  const std::size_t first = two.size();
  append_frame(two, sample_envelope("huiyin.case.closed.v1", 2), "{}");
  EXPECT_EQ(two.substr(0, first), sample_frame());
  const auto second = decode_frame(std::string_view(two).substr(first));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->envelope.sequence, 2U);
  EXPECT_FALSE(decode_frame(two)) << "one frame, not two";
}

TEST(Frame, AnyFlippedBitIsFound) {
  std::string frame = sample_frame();
  for (std::size_t at = 0; at < frame.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const char good = frame[at];
      frame[at] = static_cast<char>(static_cast<unsigned char>(good) ^ (1U << bit));
      ASSERT_FALSE(decode_frame(frame)) << "byte " << at << " bit " << bit;
      frame[at] = good;
    }
  }
  EXPECT_TRUE(decode_frame(frame));
}

TEST(Frame, AnyOtherLengthIsFound) {
  const std::string frame = sample_frame();
  for (std::size_t size = 0; size < frame.size(); ++size) {
    ASSERT_FALSE(decode_frame(std::string_view(frame).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_frame(frame + '\0'));
}

// The same with a checksum that fits, as a broken writer would leave it: never read past the end.
TEST(Frame, AnyOtherLengthIsFoundWithoutTheChecksum) {
  const std::string content = content_of(sample_frame());
  for (std::size_t size = 0; size < content.size(); ++size) {
    ASSERT_FALSE(decode_frame(seal(std::string_view(content).substr(0, size)))) << size;
  }
  EXPECT_FALSE(decode_frame(seal(content + "x")));
  EXPECT_EQ(seal(content), sample_frame());
}

TEST(Frame, LaterAttributesAreIgnored) {
  std::string content = content_of(sample_frame());
  content[1] = static_cast<char>(content[1] + 2);
  content.insert(2, std::string("\xC8\x03\x00"
                                "abc"
                                "\x0F\x00\x00",
                                9));
  const std::string frame = seal(content);  // the view points into it
  const auto view = decode_frame(frame);
  ASSERT_TRUE(view) << view.error();
  EXPECT_EQ(to_owned(view->envelope), sample_envelope("huiyin.case.annotated.v1"));
}

TEST(Frame, LaterVersionsAreRefusedByName) {
  std::string content = content_of(sample_frame());
  content[0] = 2;
  const auto view = decode_frame(seal(content));
  ASSERT_FALSE(view);
  EXPECT_NE(view.error().find("version 2"), std::string::npos) << view.error();
}

TEST(Frame, AttributesThatMakeNoSenseAreRefused) {
  // The length before the digits keeps the replaced text from being found elsewhere.
  const std::string sequence{
      "\x04\0"
      "1234",
      6};
  const std::string role{
      "\x09\x07\0"
      "officer",
      10};
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{sequence, std::string("\x04\0"
                                                                               "12x4",
                                                                               6)},
                                                        {sequence, std::string("\x04\0"
                                                                               "-234",
                                                                               6)},
                                                        {"2024-02-05T01", "2024-13-05T01"},
                                                        {role, std::string("\x09\x07\0"
                                                                           "offixer",
                                                                           10)}}) {
    std::string content = content_of(sample_frame());
    const auto at = content.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    EXPECT_FALSE(decode_frame(seal(content.replace(at, from.size(), to)))) << to;
  }
}

}  // namespace
}  // namespace huiyin::events
