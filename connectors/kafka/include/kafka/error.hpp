// What went wrong at the cluster, in librdkafka's own classes.
#pragma once

#include <cstdint>
#include <string>

namespace huiyin::kafka {

enum class ErrorClass : std::uint8_t {
  retriable,  // call the same function again: it goes on where it was
  abortable,  // abort the transaction; the producer stays good
  fatal,      // the producer is done for: destroy it
  other,      // none of these bits; of a transaction's calls it counts as fatal
};

struct Error {
  ErrorClass kind = ErrorClass::other;
  int code = 0;        // rd_kafka_resp_err_t
  std::string name;    // "_FENCED", "TOPIC_ALREADY_EXISTS" …
  std::string detail;  // what was tried, and librdkafka's words; never a secret

  // Another producer with the same transactional.id has begun.
  bool fenced() const;
  // The consumer group has moved on: what was consumed belongs to another member by now.
  bool rebalanced() const;
  bool timed_out() const;
};

std::string to_text(const Error& error);

}  // namespace huiyin::kafka
