#include "projections/fingerprint.hpp"

#include <algorithm>
#include <cstdio>

#include <xxhash.h>

#include "database.hpp"
#include "keys.hpp"
#include "meta.hpp"

namespace huiyin::projections {
namespace {

constexpr std::size_t keys_shown = 5;

void add_hash(Fingerprint& sum, std::string_view key, std::string_view value,
              std::string& scratch) {
  scratch.clear();
  put_u32(scratch, static_cast<std::uint32_t>(key.size()));
  scratch += key;
  scratch += value;
  const XXH128_hash_t hash = XXH3_128bits(scratch.data(), scratch.size());
  sum += {hash.high64, hash.low64, 1};
}

// Calls visit(partition, key, value) for each logical row of a family: history by event, whatever
// its chunks are, commands as far as they are remembered.
template <class Visit>
rocksdb::Status each_row(const ViewStore& store, const Snapshot& snapshot, Family family,
                         Instant newest, Visit visit) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  options.fill_cache = false;
  const auto rows = store.database().iterate(options, family);
  std::string key, value;
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    const std::string_view stored = text(rows->key());
    const Partition partition = KeyReader(stored).u16();
    if (family == Family::command &&
        KeyReader(text(rows->value())).instant() + command_memory < newest) {
      continue;
    }
    if (family != Family::history) {
      visit(partition, stored, text(rows->value()));
      continue;
    }
    std::uint32_t version = KeyReader(stored.substr(stored.size() - 4)).u32();
    KeyReader sequences(text(rows->value()));
    for (Sequence sequence = 0; !sequences.rest().empty() && sequences.ok(); ++version) {
      sequence += sequences.varint();
      key.assign(stored.substr(0, stored.size() - 4));
      put_u32(key, version);
      value.clear();
      put_u64(value, sequence);
      visit(partition, key, value);
    }
  }
  return rows->status();
}

std::expected<Fingerprints, StoreError> take(const ViewStore& store, const Snapshot& snapshot) {
  const auto meta = read_meta(store.database(), store.partitions(), snapshot.get());
  if (!meta) return std::unexpected(meta.error());
  Fingerprints out;
  out.applied = meta->applied;
  out.partitions.resize(store.partitions());
  std::string scratch;
  for (std::size_t i = 0; i < family_count; ++i) {
    const auto family = static_cast<Family>(i);
    if (family == Family::meta) continue;
    const auto status =
        each_row(store, snapshot, family, meta->newest_time,
                 [&](Partition partition, std::string_view key, std::string_view value) {
                   if (partition < out.partitions.size()) {
                     add_hash(out.partitions[partition][i], key, value, scratch);
                   }
                 });
    if (!status.ok()) return std::unexpected(to_error(status));
  }
  return out;
}

std::string printable(std::string_view key) {
  std::string out;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F && byte != '\\') {
      out.push_back(c);
    } else {
      char hex[5];
      std::snprintf(hex, sizeof(hex), "\\x%02x", byte);
      out += hex;
    }
  }
  return out;
}

// The rows of one partition and family as sorted (key, hash), to find which differ.
using Hashes = std::vector<std::pair<std::string, std::uint64_t>>;
std::expected<Hashes, StoreError> hashes(const ViewStore& store, const Snapshot& snapshot,
                                         Family family, Partition wanted) {
  Hashes out;
  const auto status =
      each_row(store, snapshot, family, store.newest_time(),
               [&](Partition partition, std::string_view key, std::string_view value) {
                 if (partition == wanted) {
                   out.emplace_back(std::string(key), XXH3_64bits(value.data(), value.size()));
                 }
               });
  if (!status.ok()) return std::unexpected(to_error(status));
  std::ranges::sort(out);
  return out;
}

}  // namespace

Fingerprint& Fingerprint::operator+=(const Fingerprint& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1 : 0);
  rows += other.rows;
  return *this;
}

std::string format_fingerprint(const Fingerprint& fingerprint) {
  char out[40];
  std::snprintf(out, sizeof(out), "%016llx%016llx",
                static_cast<unsigned long long>(fingerprint.high),
                static_cast<unsigned long long>(fingerprint.low));
  return out;
}

std::expected<Fingerprints, StoreError> fingerprints(const ViewStore& store) {
  return take(store, Snapshot(store.database()));
}

std::expected<Comparison, StoreError> compare(const ViewStore& left, const ViewStore& right) {
  const Snapshot left_now(left.database());
  const Snapshot right_now(right.database());
  const auto a = take(left, left_now);
  if (!a) return std::unexpected(a.error());
  const auto b = take(right, right_now);
  if (!b) return std::unexpected(b.error());
  Comparison out;
  out.comparable = a->applied == b->applied;
  if (!out.comparable) return out;
  for (std::size_t partition = 0; partition < a->partitions.size(); ++partition) {
    for (std::size_t i = 0; i < family_count; ++i) {
      const Fingerprint& x = a->partitions[partition][i];
      const Fingerprint& y = b->partitions[partition][i];
      if (x == y) continue;
      Difference difference{static_cast<Partition>(partition), static_cast<Family>(i), x, y, {}};
      const auto mine = hashes(left, left_now, difference.family, difference.partition);
      if (!mine) return std::unexpected(mine.error());
      const auto theirs = hashes(right, right_now, difference.family, difference.partition);
      if (!theirs) return std::unexpected(theirs.error());
      Hashes odd;
      std::ranges::set_symmetric_difference(*mine, *theirs, std::back_inserter(odd));
      for (const auto& [key, hash] : odd) {
        if (difference.keys.size() == keys_shown) break;
        const std::string shown = printable(key);
        if (difference.keys.empty() || difference.keys.back() != shown) {
          difference.keys.push_back(shown);
        }
      }
      out.differences.push_back(std::move(difference));
    }
  }
  return out;
}

}  // namespace huiyin::projections
