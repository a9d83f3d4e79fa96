// Every bound of the HTTP server, each with its reason. Past a bound the client gets the named
// status (or is closed); memory stays flat.
#pragma once

#include <chrono>
#include <cstddef>

namespace huiyin::http {

struct Limits {
  // Request line and fields together; browsers and proxies stay below 8 KiB. Past it: 431.
  std::size_t header_bytes = 8 * 1024;
  // One command is small (DESIGN §9). Past it: 413. A route may have a bound of its own.
  std::size_t body_bytes = 64 * 1024;
  // Unanswered requests of one connection: enough to fill a commit batch by pipelining, and a
  // bound on what one client can queue. Past it the connection is not read any further.
  std::size_t requests_in_flight = 64;
  // An idle connection costs about 2 KiB; the bound is on file descriptors. Past it: 503.
  std::size_t connections = 16'384;
  // Connections past the bound that are kept just long enough to be told 503.
  std::size_t connections_being_refused = 256;
  // Unread bytes that a slow stream client may leave before it is dropped.
  std::size_t stream_queue_bytes = 256 * 1024;
  // Responses are joined into one write up to about this size: one system call per batch.
  std::size_t write_batch_bytes = 32 * 1024;

  // From the first byte of a request to the end of its header; trickling does not renew it. 408.
  std::chrono::milliseconds header_time{10'000};
  // From the first byte of a request to the last of its body. 408.
  std::chrono::milliseconds request_time{30'000};
  // From the complete request to its answer: above every wait that a handler may do. 504.
  std::chrono::milliseconds answer_time{30'000};
  // Without a request, before the connection is closed; longer than usual proxies' 60 s, so that
  // they close first and do not lose a request to a race.
  std::chrono::milliseconds idle_time{75'000};
  // For the client to take 64 KiB of a response. Then the connection is closed.
  std::chrono::milliseconds write_time{30'000};
  // After the last response, for the client to read it before a hard close could destroy it.
  std::chrono::milliseconds linger_time{1'000};
  // Between comment lines on a silent stream: below the idle time of usual proxies.
  std::chrono::milliseconds heartbeat_time{15'000};
  // From stop() to the end of the last thread, in all.
  std::chrono::milliseconds stop_time{5'000};
  // After accept failed for want of descriptors or memory, before it is tried again.
  std::chrono::milliseconds accept_backoff_time{100};
};

}  // namespace huiyin::http
