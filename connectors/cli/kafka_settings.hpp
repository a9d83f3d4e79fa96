// What commands share about a cluster.
#pragma once

#include "kafka/error.hpp"
#include "kafka/settings.hpp"
#include "node/settings.hpp"
#include "outcome.hpp"

namespace huiyin::cli {

// The table [kafka], or `bad-settings`: this command needs a cluster. librdkafka's warnings and
// errors go to stderr.
Result<kafka::KafkaSettings> kafka_settings(const node::Settings& settings);

Failure to_failure(const kafka::Error& error);

}  // namespace huiyin::cli
