// Without a broker all tests of this program are skipped, and say why.
#include "cluster.hpp"

namespace huiyin::kafka {
namespace {

class NeedsCluster : public testing::Environment {
 public:
  void SetUp() override {
    if (test_bootstrap().empty()) {
      GTEST_SKIP() << "there is no broker: ./dev kafka start, then "
                      "HUIYIN_KAFKA_CLUSTER=build/kafka/default";
    }
  }
};

[[maybe_unused]] const auto* const needs_cluster =
    testing::AddGlobalTestEnvironment(new NeedsCluster);

}  // namespace
}  // namespace huiyin::kafka
