// One ordered stream of the rows under some prefixes, over all partitions: keys are compared
// without partition and prefix. A row that lies under several prefixes comes once.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "database.hpp"

namespace huiyin::projections {

class MergedScan {
 public:
  // `prefixes` lack the partition. Starts behind the suffix `after`, where that is not empty.
  // `only`: one partition alone, for sampling.
  struct Range {
    Family family;
    std::vector<std::string> prefixes;
    bool descending = false;
    std::string after;
    std::optional<Partition> only;
  };
  MergedScan(const ViewStore& store, const Snapshot& snapshot, Range range);
  ~MergedScan();

  // False at the end. What suffix() gives is valid until the next call.
  bool next();
  std::string_view suffix() const { return suffix_; }
  Partition partition() const { return partition_; }
  rocksdb::Status status() const;

 private:
  struct Stream;
  void push(Stream* stream);
  bool later(const Stream* a, const Stream* b) const;

  bool descending_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<Stream*> heap_;
  std::string suffix_;
  Partition partition_ = 0;
};

}  // namespace huiyin::projections
