#include "events/binary_archive.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "events/case_event.hpp"
#include "events/sample_events.hpp"

namespace huiyin::events {
namespace {

TEST(BinaryArchive, EveryEventComesBack) {
  for (std::size_t index = 0; index < case_event_count; ++index) {
    for (const Fill fill : {Fill::required, Fill::everything}) {
      const CaseEvent event = sample_event(index, fill, 1);
      std::stringstream bytes;
      {
        cereal::PortableBinaryOutputArchive out(bytes);
        out(event.common, event.body);
      }
      CaseEvent read;
      cereal::PortableBinaryInputArchive in(bytes);
      in(read.common, read.body);
      EXPECT_EQ(read, event) << event.name();
      EXPECT_EQ(bytes.peek(), std::stringstream::traits_type::eof());
    }
  }
}

}  // namespace
}  // namespace huiyin::events
