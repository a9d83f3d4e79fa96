#include "projections/load_counts.hpp"

#include "counter_cache.hpp"
#include "database.hpp"
#include "keys.hpp"
#include "projections/rows.hpp"

namespace huiyin::projections {

bool HolderLoad::empty() const {
  return open == 0 && due_soon == 0 && overdue == 0 && unrated == 0 && promised == 0 &&
         rehandling == 0 && key == 0 && closed == 0;
}

std::expected<LoadCounts, StoreError> LoadCounts::read(const ViewStore& store,
                                                       Partition partition) {
  LoadCounts out(partition);
  const std::string prefix = partition_prefix(partition);
  const auto rows = store.database().iterate({}, Family::load);
  for (rows->Seek(slice(prefix)); rows->Valid(); rows->Next()) {
    if (!text(rows->key()).starts_with(prefix)) break;
    out.add(text(rows->key()), static_cast<std::int64_t>(read_count(text(rows->value()))));
  }
  if (!rows->status().ok()) return std::unexpected(to_error(rows->status()));
  out.touched_.clear();
  return out;
}

void LoadCounts::change(const CaseState* before, const CaseState* after) {
  if (before != nullptr) count(*before, -1);
  if (after != nullptr) count(*after, 1);
}

std::vector<HolderLoad> LoadCounts::take_touched() {
  std::vector<HolderLoad> out;
  out.reserve(touched_.size());
  for (const Key& key : touched_) {
    const auto found = holders_.find(key);
    if (found == holders_.end()) continue;
    out.push_back(found->second);
    if (found->second.empty()) holders_.erase(found);
  }
  touched_.clear();
  return out;
}

void LoadCounts::count(const CaseState& state, std::int64_t step) {
  RowSet rows(partition_);
  append_load_rows(rows, state);
  for (const RowSet::Row& row : rows.rows()) add(rows.key(row), step);
}

void LoadCounts::add(std::string_view key, std::int64_t count) {
  KeyReader reader(key.substr(sizeof(Partition)));
  const auto by = static_cast<LoadBy>(reader.u8());
  std::string holder = reader.text();
  const auto measure = static_cast<LoadMeasure>(reader.u8());
  const auto [at, fresh] = holders_.try_emplace({by, holder});
  touched_.insert(at->first);
  HolderLoad& load = at->second;
  if (fresh) {
    load.by = by;
    load.holder = std::move(holder);
  }
  switch (measure) {
    case LoadMeasure::open:
      load.open += count;
      break;
    case LoadMeasure::due_soon:
      load.due_soon += count;
      break;
    case LoadMeasure::overdue:
      load.overdue += count;
      break;
    case LoadMeasure::unrated:
      load.unrated += count;
      break;
    case LoadMeasure::promised:
      load.promised += count;
      break;
    case LoadMeasure::rehandling:
      load.rehandling += count;
      break;
    case LoadMeasure::key:
      load.key += count;
      break;
    case LoadMeasure::closed:
      load.closed += count;
      break;
    case LoadMeasure::age:
      break;  // of no use as a sum
  }
}

}  // namespace huiyin::projections
