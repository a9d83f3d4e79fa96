#include "row.hpp"

#include <cstring>

namespace huiyin::import {
namespace {

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T take(std::string_view& bytes) {
  T value;
  const char* const begin = bytes.data();
  std::memcpy(&value, begin, sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

std::string_view take_text(std::string_view& bytes, std::size_t length) {
  const std::string_view text = bytes.substr(0, length);
  bytes.remove_prefix(length);
  return text;
}

void put_big_endian(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
}

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

}  // namespace

void append_row(std::string& out, const Row& row) {
  put(out, row.number);
  put(out, row.line);
  for (const std::int64_t time : row.times_ms) put(out, time);
  put(out, static_cast<std::uint16_t>(row.key.size()));
  out += row.key;
  for (const std::string_view field : row.fields) {
    put(out, static_cast<std::uint32_t>(field.size()));
    out += field;
  }
}

void read_row(std::string_view bytes, std::size_t commands, Row& row) {
  row.number = take<std::uint64_t>(bytes);
  row.line = take<std::uint64_t>(bytes);
  row.times_ms.resize(commands);
  for (std::int64_t& time : row.times_ms) time = take<std::int64_t>(bytes);
  row.key = take_text(bytes, take<std::uint16_t>(bytes));
  row.fields.clear();
  while (!bytes.empty()) row.fields.push_back(take_text(bytes, take<std::uint32_t>(bytes)));
}

std::string time_key(std::int64_t time_ms, std::uint64_t row) {
  std::string key;
  put_big_endian(key, static_cast<std::uint64_t>(time_ms) ^ sign_bit);
  put_big_endian(key, row);
  return key;
}

std::int64_t time_of_key(std::string_view key) {
  std::uint64_t value = 0;
  for (const char c : key.substr(0, 8)) value = value << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(value ^ sign_bit);
}

}  // namespace huiyin::import
