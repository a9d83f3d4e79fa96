#include "case_cache.hpp"

namespace huiyin::projections {
namespace {

// A state holds about as much text as its JSON, and its own struct beside it.
std::size_t cost(const CaseView& view) { return 2 * view.json.size() + sizeof(CaseState) + 256; }

}  // namespace

void CaseCache::Shard::drop(std::list<Entry>::iterator entry) {
  bytes -= entry->bytes;
  by_id.erase(entry->id);
  used.erase(entry);
}

std::shared_ptr<const CaseView> CaseCache::find(std::string_view case_id, std::uint64_t& ticket) {
  Shard& own = shard(case_id);
  const std::lock_guard lock(own.mutex);
  ticket = own.changes;
  const auto found = own.by_id.find(case_id);
  if (found == own.by_id.end()) return nullptr;
  own.used.splice(own.used.begin(), own.used, found->second);
  return found->second->view;
}

void CaseCache::keep(std::string_view case_id, std::uint64_t ticket,
                     std::shared_ptr<const CaseView> view) {
  Shard& own = shard(case_id);
  const std::lock_guard lock(own.mutex);
  if (own.changes != ticket || own.by_id.contains(case_id)) return;
  const std::size_t bytes = cost(*view);
  if (bytes > max_shard_bytes_) return;
  own.used.push_front({std::string(case_id), std::move(view), bytes});
  own.by_id.emplace(own.used.front().id, own.used.begin());
  own.bytes += bytes;
  while (own.bytes > max_shard_bytes_) own.drop(std::prev(own.used.end()));
}

void CaseCache::forget(std::string_view case_id) {
  Shard& own = shard(case_id);
  const std::lock_guard lock(own.mutex);
  ++own.changes;
  const auto found = own.by_id.find(case_id);
  if (found != own.by_id.end()) own.drop(found->second);
}

}  // namespace huiyin::projections
