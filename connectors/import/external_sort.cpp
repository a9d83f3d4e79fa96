#include "import/external_sort.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "run_merge.hpp"
#include "sorted_run.hpp"

namespace huiyin::import {
namespace {

constexpr std::size_t least_memory_bytes = std::size_t{64} << 10;
constexpr std::size_t fan_in = 32;         // runs that are merged into one of the next level
constexpr std::size_t buffer_shares = 64;  // of the memory limit: one per run and for writing
constexpr std::size_t least_buffer_bytes = std::size_t{4} << 10;

// Where a record lies in the buffer, with enough of its key to decide most comparisons.
struct Slot {
  std::uint64_t prefix = 0;
  std::uint64_t offset = 0;  // grows with the order of adding
};

struct Run {
  std::size_t level = 0;
  RunFile file;
};

}  // namespace

// Records in one buffer, one slot for each; both together stay within the limit. Both are allocated
// in full and not initialised, so that only what is used costs memory.
class ExternalSorter::State {
 public:
  explicit State(ExternalSortOptions options) : options_(std::move(options)) {
    options_.memory_limit_bytes = std::max(options_.memory_limit_bytes, least_memory_bytes);
    slots_.reserve(options_.memory_limit_bytes / (sizeof(Slot) + sizeof(RecordHeader)));
  }

  std::expected<void, SortError> add(std::string_view key, std::string_view payload) {
    const std::size_t length = sizeof(RecordHeader) + key.size() + payload.size();
    if (length > options_.memory_limit_bytes / 4) {
      return std::unexpected(SortError{"a row of " + std::to_string(length) +
                                       " bytes is too large to be sorted within " +
                                       std::to_string(options_.memory_limit_bytes) + " bytes"});
    }
    if (used_bytes_ + length + (slots_.size() + 1) * sizeof(Slot) > options_.memory_limit_bytes) {
      if (auto spilled = spill(); !spilled) return spilled;
    }
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(options_.memory_limit_bytes);
    const RecordHeader header{static_cast<std::uint32_t>(key.size()),
                              static_cast<std::uint32_t>(payload.size())};
    char* to = buffer_.get() + used_bytes_;
    std::memcpy(to, &header, sizeof header);
    std::ranges::copy(key, to + sizeof header);
    std::ranges::copy(payload, to + sizeof header + key.size());
    slots_.push_back({key_prefix(key), used_bytes_});
    used_bytes_ += length;
    ++records_;
    return {};
  }

  std::expected<std::optional<SortedRecord>, SortError> next() {
    if (!sorted_) {
      if (auto begun = begin_reading(); !begun) return std::unexpected(begun.error());
    }
    if (merge_) return merge_->next();
    if (given_ == slots_.size()) return std::nullopt;
    return record_at(slots_[given_++]);
  }

  std::uint64_t records() const { return records_; }
  std::uint64_t spilled_bytes() const { return spilled_bytes_; }

 private:
  SortedRecord record_at(const Slot& slot) const {
    RecordHeader header;
    const char* from = buffer_.get() + slot.offset;
    std::memcpy(&header, from, sizeof header);
    const char* key = from + sizeof header;
    return {{key, header.key_bytes}, {key + header.key_bytes, header.payload_bytes}};
  }

  void sort_slots() {
    std::ranges::sort(slots_, [this](const Slot& a, const Slot& b) {
      if (a.prefix != b.prefix) return a.prefix < b.prefix;
      const int order = record_at(a).key.compare(record_at(b).key);
      return order != 0 ? order < 0 : a.offset < b.offset;
    });
  }

  std::size_t share_bytes() const {
    return std::max(options_.memory_limit_bytes / buffer_shares, least_buffer_bytes);
  }

  std::expected<RunWriter, SortError> new_run() const {
    auto file = RunFile::create(options_.temporary_directory);
    if (!file) return std::unexpected(file.error());
    return RunWriter(*std::move(file), share_bytes());
  }

  std::expected<void, SortError> keep(RunWriter& writer, std::size_t level) {
    auto file = writer.finish();
    if (!file) return std::unexpected(file.error());
    spilled_bytes_ += file->bytes();
    runs_.push_back({level, *std::move(file)});
    return {};
  }

  std::expected<void, SortError> spill() {
    sort_slots();
    auto writer = new_run();
    if (!writer) return std::unexpected(writer.error());
    for (const Slot& slot : slots_) {
      if (auto written = writer->append(record_at(slot)); !written) return written;
    }
    if (auto kept = keep(*writer, 0); !kept) return kept;
    slots_.clear();
    used_bytes_ = 0;
    return merge_full_levels();
  }

  // Neighbouring runs alone are merged, so that the order of adding stays the order of the runs.
  std::expected<void, SortError> merge_full_levels() {
    while (runs_.size() >= fan_in && runs_[runs_.size() - fan_in].level == runs_.back().level) {
      if (auto merged = merge_last(fan_in); !merged) return merged;
    }
    return {};
  }

  std::expected<void, SortError> merge_last(std::size_t count) {
    buffer_.reset();
    const std::size_t level = runs_.back().level + 1;
    RunMerge merge(take_last(count), share_bytes());
    auto writer = new_run();
    if (!writer) return std::unexpected(writer.error());
    while (true) {
      const auto record = merge.next();
      if (!record) return std::unexpected(record.error());
      if (!*record) break;
      if (auto written = writer->append(**record); !written) return written;
    }
    return keep(*writer, level);
  }

  std::vector<RunFile> take_last(std::size_t count) {
    std::vector<RunFile> taken;
    taken.reserve(count);
    for (Run& run : std::span(runs_).last(count)) taken.push_back(std::move(run.file));
    runs_.erase(runs_.end() - static_cast<std::ptrdiff_t>(count), runs_.end());
    return taken;
  }

  std::expected<void, SortError> begin_reading() {
    sorted_ = true;
    if (runs_.empty()) {
      sort_slots();
      return {};
    }
    if (auto spilled = spill(); !spilled) return spilled;
    while (runs_.size() > buffer_shares - 1) {
      if (auto merged = merge_last(fan_in); !merged) return merged;
    }
    buffer_.reset();
    slots_ = {};
    merge_.emplace(take_last(runs_.size()), share_bytes());
    return {};
  }

  ExternalSortOptions options_;
  std::unique_ptr<char[]> buffer_;
  std::size_t used_bytes_ = 0;
  std::vector<Slot> slots_;
  std::vector<Run> runs_;  // oldest first; levels never rise
  std::optional<RunMerge> merge_;
  bool sorted_ = false;
  std::size_t given_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t spilled_bytes_ = 0;
};

ExternalSorter::ExternalSorter(ExternalSortOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}
ExternalSorter::~ExternalSorter() = default;

std::expected<void, SortError> ExternalSorter::add(std::string_view key, std::string_view payload) {
  return state_->add(key, payload);
}
std::expected<std::optional<SortedRecord>, SortError> ExternalSorter::next() {
  return state_->next();
}
std::uint64_t ExternalSorter::records() const { return state_->records(); }
std::uint64_t ExternalSorter::spilled_bytes() const { return state_->spilled_bytes(); }

}  // namespace huiyin::import
