// Chance that is the same on every machine: no distribution of the standard library promises that.
#pragma once

#include <array>
#include <cstdint>

namespace huiyin::generate {

// SplitMix64: small, fast, and good enough to draw lots.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : state_(mix(seed) ^ mix(~stream)) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    return mix(state_);
  }
  // 0 … below - 1
  std::uint64_t pick(std::uint64_t below) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(next()) * below >> 64U);
  }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(pick(static_cast<std::uint64_t>(most - least + 1)));
  }
  bool chance(unsigned percent) { return pick(100) < percent; }
  template <class List>
  const auto& of(const List& list) {
    return list[pick(list.size())];
  }

 private:
  static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ value >> 30U) * 0xBF58476D1CE4E5B9U;
    value = (value ^ value >> 27U) * 0x94D049BB133111EBU;
    return value ^ value >> 31U;
  }
  std::uint64_t state_;
};

// `part` of every `whole`, spread evenly: proportions come out exactly, not only on average.
class Share {
 public:
  constexpr Share(std::uint64_t part, std::uint64_t whole, std::uint64_t phase = 0)
      : part_(part), whole_(whole), phase_(phase % whole) {}
  constexpr bool has(std::uint64_t index) const {
    return (index * part_ + phase_) % whole_ < part_;
  }
  // How many before `index` have it: the index among those.
  constexpr std::uint64_t rank(std::uint64_t index) const {
    return index == 0 ? 0 : ((index - 1) * part_ + phase_) / whole_ + (phase_ < part_ ? 1 : 0);
  }

 private:
  std::uint64_t part_, whole_, phase_;
};

}  // namespace huiyin::generate
