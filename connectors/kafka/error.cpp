#include <algorithm>
#include <array>

#include "errors.hpp"

namespace huiyin::kafka {
namespace {

ErrorClass class_of(rd_kafka_resp_err_t code) {
  // Only what passes by itself once brokers answer again.
  constexpr std::array passing{RD_KAFKA_RESP_ERR__TIMED_OUT,
                               RD_KAFKA_RESP_ERR__TRANSPORT,
                               RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
                               RD_KAFKA_RESP_ERR__WAIT_COORD,
                               RD_KAFKA_RESP_ERR__RESOLVE,
                               RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                               RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                               RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                               RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                               RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                               RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                               RD_KAFKA_RESP_ERR_NOT_CONTROLLER};
  if (code == RD_KAFKA_RESP_ERR__FATAL) return ErrorClass::fatal;
  return std::ranges::find(passing, code) != passing.end() ? ErrorClass::retriable
                                                           : ErrorClass::other;
}

}  // namespace

bool Error::fenced() const {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

bool Error::rebalanced() const {
  return code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
         code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
         code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS ||
         code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

bool Error::timed_out() const { return code == RD_KAFKA_RESP_ERR__TIMED_OUT; }

std::string to_text(const Error& error) { return error.detail + " (" + error.name + ")"; }

Error to_error(const rd_kafka_error_t& error, std::string_view tried) {
  Error out;
  out.code = rd_kafka_error_code(&error);
  out.name = rd_kafka_error_name(&error);
  out.detail = std::string(tried) + ": " + rd_kafka_error_string(&error);
  if (rd_kafka_error_is_fatal(&error) != 0)
    out.kind = ErrorClass::fatal;
  else if (rd_kafka_error_txn_requires_abort(&error) != 0)
    out.kind = ErrorClass::abortable;
  else if (rd_kafka_error_is_retriable(&error) != 0)
    out.kind = ErrorClass::retriable;
  return out;
}

Error to_error(rd_kafka_resp_err_t code, std::string_view tried, const char* words) {
  const bool given = words != nullptr && *words != '\0';
  return {.kind = class_of(code),
          .code = code,
          .name = rd_kafka_err2name(code),
          .detail = std::string(tried) + ": " + (given ? words : rd_kafka_err2str(code))};
}

std::optional<Error> take(rd_kafka_error_t* given, std::string_view tried) {
  const ErrorHandle error(given);
  if (!error) return std::nullopt;
  return to_error(*error, tried);
}

}  // namespace huiyin::kafka
