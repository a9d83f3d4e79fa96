#include "log_support.hpp"

namespace huiyin::conformance {
namespace {

class LocalHarness {
 public:
  explicit LocalHarness(events::Partition partitions) : partitions_(partitions) { reopen(); }
  events::EventLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    log_ = local_log::open_or_fail(directory_.path() / "log", local_log::OpenMode::create,
                                   {.partitions = partitions_});
  }

 private:
  events::Partition partitions_;
  local_log::TemporaryDirectory directory_;
  std::unique_ptr<local_log::LocalLog> log_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Local, LogConformance, LocalHarness);

}  // namespace
}  // namespace huiyin::conformance
