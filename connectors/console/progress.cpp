#include "console/progress.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "console/format.hpp"
#include "console/style.hpp"
#include "console/width.hpp"

namespace huiyin::console {
namespace {

constexpr std::size_t widest_bar = 30;
constexpr std::size_t narrowest_bar = 5;
constexpr double newest_share = 0.15;  // of the newest interval in the smoothed rate
constexpr std::string_view erase_line = "\r\033[K";

std::string amount(std::uint64_t count, Unit unit) {
  return unit == Unit::bytes ? format_bytes(count) : format_count(count);
}

std::string bar(double share, std::size_t width) {
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string out;
  for (std::size_t i = 0; i < width; ++i) out += i < filled ? "█" : "░";
  return out;
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written <= 0) return;  // a lost bar is no reason to stop the work
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string progress_line(const ProgressView& view, std::size_t columns) {
  const bool bounded = view.total > 0;
  const std::uint64_t done = bounded ? std::min(view.done, view.total) : view.done;
  const double share = bounded ? static_cast<double>(done) / static_cast<double>(view.total) : 0.0;
  std::string figures;
  if (bounded)
    figures += fmt::format("{:3.0f}%  ", std::min(share * 100, done < view.total ? 99.0 : 100.0));
  figures += amount(done, view.unit);
  if (bounded) figures += " of " + amount(view.total, view.unit);
  if (view.per_second > 0) {
    figures += "  " + amount(static_cast<std::uint64_t>(view.per_second), view.unit) + "/s";
    if (bounded && done < view.total) {
      const double left_ms = static_cast<double>(view.total - done) / view.per_second * 1000;
      // Past ten days it is no forecast.
      if (left_ms < 864e6) {
        const std::chrono::milliseconds left(static_cast<std::int64_t>(left_ms));
        figures += "  " + format_duration(left) + " left";
      }
    }
  }
  std::string line = printable(view.label) + "  ";
  const std::size_t used = display_width(line) + figures.size() + 2;
  if (bounded && used + narrowest_bar <= columns) {
    line += bar(share, std::min(columns - used, widest_bar)) + "  ";
  }
  return shortened(line + figures, columns);
}

Progress::Progress(std::string label, std::uint64_t total, Unit unit, ProgressOptions options)
    : view_{.label = std::move(label), .total = total, .unit = unit},
      options_(options),
      shown_(options.shown.value_or(is_terminal(options.descriptor))),
      next_draw_(Clock::now() + options.first_after),
      rated_at_(Clock::now()) {}

Progress::~Progress() { finish(); }

void Progress::update(std::uint64_t done, std::uint64_t total) {
  view_.done = done;
  view_.total = total;
  if (!shown_) return;
  if (const auto now = Clock::now(); now >= next_draw_) draw(now);
}

void Progress::draw(Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - rated_at_).count();
  if (seconds > 0 && view_.done >= rated_done_) {
    const double newest = static_cast<double>(view_.done - rated_done_) / seconds;
    view_.per_second =
        drawn_ ? view_.per_second + newest_share * (newest - view_.per_second) : newest;
  }
  rated_at_ = now;
  rated_done_ = view_.done;
  next_draw_ = now + options_.redraw_after;
  drawn_ = true;
  // One column stays free, or some terminals would wrap the line.
  const std::size_t known = terminal_columns(options_.descriptor);
  const std::size_t columns = known > 0 ? known : 80;
  write_all(options_.descriptor, std::string(erase_line) + progress_line(view_, columns - 1));
}

void Progress::finish() {
  if (drawn_) write_all(options_.descriptor, erase_line);
  drawn_ = false;
  shown_ = false;
}

}  // namespace huiyin::console
