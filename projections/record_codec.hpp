// Derived records as bytes: a format byte, then cereal's portable binary of their `serialize`.
// cereal stays in the .cpp.
#pragma once

#include <string>
#include <string_view>

#include "projections/case_state.hpp"
#include "projections/registry_state.hpp"
#include "projections/status_row.hpp"

namespace huiyin::projections {

void encode_record(std::string& out, const CaseState& state);
void encode_record(std::string& out, const StatusRow& row);
void encode_record(std::string& out, const OverdueRow& row);
void encode_record(std::string& out, const SubjectState& state);

// False when the bytes are not such a record. Only for bytes that RocksDB's checksums vouch for.
bool decode_record(std::string_view bytes, CaseState& state);
bool decode_record(std::string_view bytes, StatusRow& row);
bool decode_record(std::string_view bytes, OverdueRow& row);
bool decode_record(std::string_view bytes, SubjectState& state);

}  // namespace huiyin::projections
