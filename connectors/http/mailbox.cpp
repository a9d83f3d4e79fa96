#include "mailbox.hpp"

#include "connection.hpp"

namespace huiyin::http {

void Mailbox::push(Delivery&& delivery) {
  const std::lock_guard lock(mutex_);
  if (!wake_) return;
  waiting_.push_back(std::move(delivery));
  if (waiting_.size() == 1) wake_();
}

void Mailbox::take(std::vector<Delivery>& batch) {
  const std::lock_guard lock(mutex_);
  batch.swap(waiting_);
}

void Mailbox::close() {
  std::vector<Delivery> dropped;
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  dropped.swap(waiting_);
}

}  // namespace huiyin::http
