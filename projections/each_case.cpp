#include "projections/each_case.hpp"

#include "database.hpp"
#include "record_codec.hpp"

namespace huiyin::projections {

std::expected<void, StoreError> each_case(const ViewStore& store,
                                          const std::function<bool(const CaseState&)>& visit) {
  const Snapshot snapshot(store.database());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  options.fill_cache = false;
  const auto rows = store.database().iterate(options, Family::state);
  CaseState state;
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    state = {};
    if (!decode_record(text(rows->value()), state)) {
      return std::unexpected(
          StoreError{StoreErrorCode::corrupt, "the state of a case cannot be read"});
    }
    if (!visit(state)) return {};
  }
  if (!rows->status().ok()) return std::unexpected(to_error(rows->status()));
  return {};
}

}  // namespace huiyin::projections
