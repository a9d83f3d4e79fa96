// What a batch changes in the views that other programs read from Kafka.
#pragma once

#include <span>
#include <vector>

#include "kafka/kafka_log.hpp"
#include "kafka/topics.hpp"
#include "projections/view_store.hpp"

namespace huiyin::cluster {

// Rows of PREFIX.view.status and PREFIX.view.overdue; a row that is gone is a tombstone. A case may
// be in `changes` more than once, in order.
void append_view_records(std::vector<kafka::ExtraRecord>& records,
                         const kafka::KafkaSettings& settings, events::Partition partition,
                         std::span<const projections::CaseChange> changes);

}  // namespace huiyin::cluster
