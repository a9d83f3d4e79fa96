// A load of many keep-alive connections on one thread. Each connection has one request under way;
// what it sends next follows from its own count, so that lives go step by step.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace huiyin::bench {

struct LoadResult {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;  // any status but 2xx
  std::string first_failure;
  double seconds = 0;
  std::vector<float> latencies_ms;  // one per request, sorted
  double quantile(double q) const;
};

// The n-th request of a connection, head and body; appended to `out`.
using MakeRequest = std::function<void(std::string& out, unsigned connection, std::uint64_t n)>;

// Sends until `total` requests are answered. Aborts when it cannot connect.
LoadResult run_load(std::uint16_t port, unsigned connections, std::uint64_t total,
                    const MakeRequest& make);

}  // namespace huiyin::bench
