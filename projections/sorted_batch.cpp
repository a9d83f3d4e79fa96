#include "sorted_batch.hpp"

#include <algorithm>

#include "keys.hpp"

namespace huiyin::projections {
namespace {

constexpr std::size_t kept_bytes = 16U << 20U;  // of memory, from one batch to the next

std::uint64_t first_bytes(std::string_view text) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < sizeof(out); ++i) {
    out = out << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  return out;
}

}  // namespace

void SortedBatch::put(Family family, std::string_view key, std::string_view value) {
  add(family, key, value, false);
}

void SortedBatch::remove(Family family, std::string_view key) { add(family, key, {}, true); }

void SortedBatch::add(Family family, std::string_view key, std::string_view value, bool removed) {
  const events::Partition partition = KeyReader(key).u16();
  rows_.push_back({first_bytes(key.substr(std::min(key.size(), sizeof(partition)))),
                   static_cast<std::uint32_t>(bytes_.size()),
                   static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size()),
                   partition, family, removed});
  bytes_ += key;
  bytes_ += value;
}

rocksdb::Status SortedBatch::move_to(rocksdb::WriteBatch& batch, const Database& database) {
  std::ranges::sort(rows_, [&](const Row& a, const Row& b) {
    if (a.family != b.family) return a.family < b.family;
    if (a.partition != b.partition) return a.partition < b.partition;
    return a.start != b.start ? a.start < b.start : key(a) < key(b);
  });
  rocksdb::Status status;
  for (const Row& row : rows_) {
    if (!status.ok()) break;
    auto* const family = database.family(row.family);
    const std::string_view value{bytes_.data() + row.at + row.key_size, row.value_size};
    status = row.removed ? batch.Delete(family, slice(key(row)))
                         : batch.Put(family, slice(key(row)), slice(value));
  }
  rows_.clear();
  bytes_.clear();
  if (bytes_.capacity() > kept_bytes) {
    bytes_.shrink_to_fit();
    rows_.shrink_to_fit();
  }
  return status;
}

}  // namespace huiyin::projections
