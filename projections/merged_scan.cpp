#include "merged_scan.hpp"

#include <algorithm>

#include "keys.hpp"

namespace huiyin::projections {

// RocksDB keeps pointers into the bounds, so a stream stays where it is made.
struct MergedScan::Stream {
  Partition partition;
  std::string lower, upper;
  rocksdb::Slice lower_bound, upper_bound;
  std::unique_ptr<rocksdb::Iterator> rows;

  std::string_view suffix() const { return text(rows->key()).substr(lower.size()); }
};

MergedScan::MergedScan(const ViewStore& store, const Snapshot& snapshot, Range range)
    : descending_(range.descending) {
  for (Partition partition = 0; partition < store.partitions(); ++partition) {
    if (range.only && *range.only != partition) continue;
    for (const std::string& prefix : range.prefixes) {
      auto& stream = *streams_.emplace_back(std::make_unique<Stream>());
      stream.partition = partition;
      stream.lower = partition_prefix(partition) + prefix;
      stream.upper = after_prefix(stream.lower);
      stream.lower_bound = slice(stream.lower);
      stream.upper_bound = slice(stream.upper);
      rocksdb::ReadOptions options;
      options.snapshot = snapshot.get();
      options.iterate_lower_bound = &stream.lower_bound;
      options.iterate_upper_bound = &stream.upper_bound;
      stream.rows = store.database().iterate(options, range.family);
      const std::string start = stream.lower + range.after;
      if (range.after.empty()) {
        descending_ ? stream.rows->SeekToLast() : stream.rows->SeekToFirst();
      } else {
        descending_ ? stream.rows->SeekForPrev(slice(start)) : stream.rows->Seek(slice(start));
        if (stream.rows->Valid() && stream.suffix() == range.after) {
          descending_ ? stream.rows->Prev() : stream.rows->Next();
        }
      }
      push(&stream);
    }
  }
}

MergedScan::~MergedScan() = default;

bool MergedScan::later(const Stream* a, const Stream* b) const {
  return descending_ ? a->suffix() < b->suffix() : a->suffix() > b->suffix();
}

void MergedScan::push(Stream* stream) {
  if (!stream->rows->Valid()) return;
  heap_.push_back(stream);
  std::ranges::push_heap(heap_, [&](auto* a, auto* b) { return later(a, b); });
}

bool MergedScan::next() {
  while (!heap_.empty()) {
    std::ranges::pop_heap(heap_, [&](auto* a, auto* b) { return later(a, b); });
    Stream* const first = heap_.back();
    heap_.pop_back();
    const bool again = first->suffix() == suffix_;
    suffix_ = first->suffix();
    partition_ = first->partition;
    descending_ ? first->rows->Prev() : first->rows->Next();
    push(first);
    if (!again) return true;
  }
  return false;
}

rocksdb::Status MergedScan::status() const {
  for (const auto& stream : streams_) {
    if (const auto status = stream->rows->status(); !status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

}  // namespace huiyin::projections
