#include "reader.hpp"

#include <algorithm>

#include "store.hpp"

namespace huiyin::local_log {

Reader::Reader(rocksdb::DB& database, rocksdb::ColumnFamilyHandle& family,
               const std::atomic<events::Sequence>& end, events::Partition partition,
               events::Sequence from)
    : database_(database),
      family_(family),
      end_(end),
      partition_(partition),
      next_(std::max<events::Sequence>(from, 1)) {}

std::expected<std::optional<std::string_view>, events::LogError> Reader::next() {
  if (next_ > seen_end_) {
    // An iterator pins the memory and files of its moment: it lives only while there is more.
    iterator_.reset();
    seen_end_ = end_.load(std::memory_order_acquire);
    if (next_ > seen_end_) return std::nullopt;
  }
  if (!iterator_) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 1 << 20;
    iterator_.reset(database_.NewIterator(options, &family_));
    iterator_->Seek(Key(next_).slice());
  } else {
    iterator_->Next();
  }
  if (!iterator_->Valid() || sequence_of(iterator_->key()) != next_) {
    events::LogError error = failure();
    iterator_.reset();  // asked again, it looks again
    return std::unexpected(std::move(error));
  }
  last_ = next_++;
  return iterator_->value().ToStringView();
}

events::LogError Reader::failure() const {
  const std::string expected = events::format_position({partition_, next_});
  if (!iterator_->status().ok()) return log_error(iterator_->status(), "reading " + expected);
  const std::string before =
      next_ > 1 ? "after " + events::format_position({partition_, next_ - 1}) : "at the beginning";
  if (!iterator_->Valid()) {
    return {events::LogErrorCode::corrupt, "hole " + before + ": " + expected +
                                               " is not stored, though the log ends at " +
                                               events::format_position({partition_, seen_end_})};
  }
  const auto found = sequence_of(iterator_->key());
  return {events::LogErrorCode::corrupt,
          "hole " + before + ": the next stored is " +
              (found ? events::format_position({partition_, *found}) : "no position")};
}

}  // namespace huiyin::local_log
