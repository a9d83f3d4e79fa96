// The baseline of the HTTP benchmarks: Beast as its own examples use it, answering the same bytes
// to everything. No routing, no limits, no pipelining: what a request costs at the least.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace huiyin::bench {

class BareServer {
 public:
  // Listens on a free port of 127.0.0.1, one event loop per thread. Aborts when it cannot.
  BareServer(std::string body, std::string content_type, unsigned threads);
  ~BareServer();

  std::uint16_t port() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace huiyin::bench
