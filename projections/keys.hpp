// The keys of the derived store. All integers big-endian, so that byte order is their order; texts
// end in 0x00 (0x00 and 0x01 inside them are escaped). P is the partition, u16.
//
//   state    P case                                  cereal CaseState
//   status   P case                                  cereal StatusRow
//   history  P case 00 version:u32 of the first      varint sequence, then varint differences
//   index    P dim:u8 value 00 collected:i64 case    empty
//   due      P imported:u8 at:i64 case 00 clock      empty; the next threshold of a clock instance
//   overdue  P dim:u8 value 00 due:i64 case 00 clock cereal OverdueRow under dim all, else empty
//   outbox   P case                                  empty; follow-ups are open
//   load     P by:u8 holder 00 measure:u8 sub:u32    u64 count (little-endian), never 0
//   stats    P month:u32 region 00 organ 00 class 00 kind:u8 measure:u8     the same
//   command  P command id                            time:i64, then CommandRecord
//   meta     "a" P applied sequence:u64; "format" u32; "partitions" u16; "time" i64
//
// clock is: name 00 lane:u16 deputy 00 round:u16
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/case_types.hpp"
#include "events/position.hpp"

namespace huiyin::projections {

// What index rows list by. Stored: append only.
enum class Dimension : std::uint8_t {
  all,
  stage,
  organ,
  deputy,
  station,
  region,
  category,
  class_code,
  overdue,
  supervisor
};

// What overdue rows list by. Stored: append only.
enum class OverdueDimension : std::uint8_t { all, holder, supervisor, region, deputy, station };

void put_u8(std::string& out, std::uint8_t value);
void put_u16(std::string& out, std::uint16_t value);
void put_u32(std::string& out, std::uint32_t value);
void put_u64(std::string& out, std::uint64_t value);
void put_instant(std::string& out, events::Instant value);
void put_text(std::string& out, std::string_view text);  // escaped and ended
void put_clock(std::string& out, const events::ClockKey& key);
void put_varint(std::string& out, std::uint64_t value);

// Reads keys of our own writing. Whoever reads past the end gets zeros and `ok()` false.
class KeyReader {
 public:
  explicit KeyReader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  events::Instant instant();
  std::string text();
  std::uint64_t varint();
  events::ClockKey clock();
  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }

 private:
  std::uint64_t integer(std::size_t bytes);

  std::string_view rest_;
  bool ok_ = true;
};

std::string partition_prefix(events::Partition partition);
// The smallest key above every key that begins with `prefix`.
std::string after_prefix(std::string prefix);

// Calls visit(code) for a code of GB/T 2260 and those of the places that hold it: 431002, 431000,
// 430000. Other codes stand alone.
template <class Visit>
void each_region(std::string_view region, Visit visit) {
  if (region.empty()) return;
  visit(region);
  if (region.size() < 6 || region.find_first_not_of("0123456789") != std::string_view::npos) return;
  // A township has 9 digits, a village 12; the first six are its county.
  if (region.size() > 6) visit(region.substr(0, 6));
  const std::string_view county = region.substr(0, 6);
  char code[6];
  county.copy(code, 6);
  if (county.substr(4) != "00") {
    code[4] = code[5] = '0';
    visit(std::string_view(code, 6));
  }
  if (county.substr(2) != "0000") {
    code[2] = code[3] = code[4] = code[5] = '0';
    visit(std::string_view(code, 6));
  }
}

// A province holds nearly every case of its own store: an index of them would be all of them again.
inline bool indexed_region(std::string_view code) {
  return !(code.size() == 6 && code.ends_with("0000"));
}

// "城建/排水" and "城建": a category path and its heads.
template <class Visit>
void each_category(std::string_view category, Visit visit) {
  if (category.empty()) return;
  visit(category);
  for (std::size_t at = category.rfind('/'); at != std::string_view::npos && at > 0;
       at = category.substr(0, at).rfind('/')) {
    visit(category.substr(0, at));
  }
}

}  // namespace huiyin::projections
