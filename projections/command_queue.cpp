#include "command_queue.hpp"

#include "keys.hpp"
#include "meta.hpp"

namespace huiyin::projections {
namespace {

constexpr std::size_t worth_moving = 1U << 20U;  // bytes popped before the rest moves down

}  // namespace

void CommandQueue::add(const events::EnvelopeView& envelope) {
  if (!can_repeat(envelope.command_id)) {
    open_ = false;
    return;
  }
  if (open_ && !items_.empty()) {
    const Item& newest = items_.back();
    const std::size_t value_at = bytes_.size() - newest.value_size;
    const std::string_view id = std::string_view(bytes_).substr(
        value_at - newest.key_size + sizeof(Partition), newest.key_size - sizeof(Partition));
    if (id == envelope.command_id) {
      add_to_count(bytes_, value_at);
      return;
    }
  }
  const std::size_t start = bytes_.size();
  put_u16(bytes_, partition_);
  bytes_ += envelope.command_id;
  const std::size_t value_at = bytes_.size();
  encode_command(bytes_,
                 {envelope.time, envelope.sequence, 1, envelope.subject, envelope.command_hash});
  items_.push_back({envelope.time, static_cast<std::uint32_t>(value_at - start),
                    static_cast<std::uint32_t>(bytes_.size() - value_at)});
  open_ = true;
}

void CommandQueue::forget(Instant now) {
  // The newest may still go on.
  while (items_.size() > 1 && items_.front().time + command_memory < now) pop();
}

void CommandQueue::pop() {
  front_ += items_.front().key_size + items_.front().value_size;
  items_.pop_front();
  if (front_ > worth_moving && front_ > bytes_.size() / 2) {
    bytes_.erase(0, front_);
    front_ = 0;
  }
}

}  // namespace huiyin::projections
