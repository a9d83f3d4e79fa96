// A progress bar on standard error for what takes longer than a second. On anything but a terminal
// it prints nothing at all.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace huiyin::console {

enum class Unit { items, bytes };

struct ProgressView {
  std::string label;
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: unknown
  Unit unit = Unit::items;
  double per_second = 0;  // 0: not known yet
};

// One line of at most `columns` columns, without control characters:
// "import  ███████░░░░░░░  45%  153,000 of 341,299  21,000/s  8.9 s left".
std::string progress_line(const ProgressView& view, std::size_t columns);

struct ProgressOptions {
  int descriptor = 2;
  std::optional<bool> shown;  // absent: if the descriptor is a terminal
  std::chrono::milliseconds first_after{1000};
  std::chrono::milliseconds redraw_after{100};
};

// Used by one thread. update() costs a look at the clock, so it may be called for every item of a
// loop that does real work.
class Progress {
 public:
  Progress(std::string label, std::uint64_t total, Unit unit = Unit::items,
           ProgressOptions options = {});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // finish()

  void update(std::uint64_t done) { update(done, view_.total); }
  void update(std::uint64_t done, std::uint64_t total);

  // Takes the bar off the screen, so that other output can follow. Nothing is drawn afterwards.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void draw(Clock::time_point now);

  ProgressView view_;
  ProgressOptions options_;
  bool shown_;
  bool drawn_ = false;
  Clock::time_point next_draw_;
  Clock::time_point rated_at_;
  std::uint64_t rated_done_ = 0;
};

}  // namespace huiyin::console
