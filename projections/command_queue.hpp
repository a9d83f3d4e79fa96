// The commands of a partition while it is rebuilt, as the rows that they will be: most of them are
// forgotten by log time before they are written, so they should cost nothing.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "events/envelope.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

class CommandQueue {
 public:
  explicit CommandQueue(Partition partition) : partition_(partition) {}

  // Takes an event in: it carries on the newest command, or begins one.
  void add(const events::EnvelopeView& envelope);
  // Drops from the front what is too old to be remembered at this log time.
  void forget(Instant now);

  std::size_t size() const { return items_.size(); }
  std::string_view front_key() const { return {bytes_.data() + front_, items_.front().key_size}; }
  std::string_view front_value() const {
    return {bytes_.data() + front_ + items_.front().key_size, items_.front().value_size};
  }
  void pop();

 private:
  struct Item {
    Instant time;
    std::uint32_t key_size, value_size;
  };

  Partition partition_;
  std::string bytes_;  // keys and values in order, from front_ on
  std::size_t front_ = 0;
  std::deque<Item> items_;
  bool open_ = false;  // the last event carried the newest command's id
};

}  // namespace huiyin::projections
