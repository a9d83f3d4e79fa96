// A key of 256 bits, wiped from memory when it goes.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace huiyin::keys {

class SecretKey {
 public:
  static constexpr std::size_t size = 32;
  static SecretKey random();
  explicit SecretKey(std::span<const std::uint8_t, size> bytes);
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  std::span<const std::uint8_t, size> bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, size> bytes_;
};

}  // namespace huiyin::keys
