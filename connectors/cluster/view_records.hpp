// What a batch changes in the views that other programs read from Kafka.
#pragma once

#include <span>
#include <vector>

#include "kafka/kafka_log.hpp"
#include "kafka/topics.hpp"
#include "projections/load_counts.hpp"
#include "projections/view_store.hpp"

namespace huiyin::cluster {

// A case's first state before a batch and its last after; what lies between is nobody's business.
struct NetChange {
  const projections::CaseState* before = nullptr;  // null: new
  const projections::CaseState* after = nullptr;
};
// A case may be in `changes` more than once, in order; they outlive the result.
std::vector<NetChange> net_changes(std::span<const projections::CaseChange> changes);

// Rows of PREFIX.view.status, .overdue and .load; a row that is gone is a tombstone. `load` takes
// the changes in.
void append_view_records(std::vector<kafka::ExtraRecord>& records,
                         const kafka::KafkaSettings& settings, events::Partition partition,
                         std::span<const NetChange> changes, projections::LoadCounts& load);
// What a transaction that failed had counted.
void take_back(std::span<const NetChange> changes, projections::LoadCounts& load);

}  // namespace huiyin::cluster
