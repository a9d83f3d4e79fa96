#include "follower.hpp"

#include <algorithm>

#include "log_errors.hpp"

namespace huiyin::kafka {
namespace {

constexpr Feed::Milliseconds one_look{100};
// After a full disk, or a mirror that cannot be written.
constexpr std::chrono::milliseconds rest{1'000};

}  // namespace

Follower::Follower(Feed feed, Mirror& mirror, std::vector<events::Partition> partitions,
                   std::function<bool(events::Partition)> owned, FollowListener listener)
    : feed_(std::move(feed)),
      mirror_(mirror),
      partitions_(std::move(partitions)),
      owned_(std::move(owned)),
      listener_(std::move(listener)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Follower::~Follower() = default;

std::optional<std::uint64_t> Follower::behind() const {
  const std::int64_t value = behind_;
  if (value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

void Follower::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (made_ != wanted_) assign();
    take(gather(feed_, one_look), stop);
    measure();
  }
}

void Follower::assign() {
  made_ = wanted_;
  reading_.clear();
  seen_.clear();
  std::vector<FeedStart> starts;
  for (const events::Partition p : partitions_) {
    if (owned_(p) || given_up_.contains(p)) continue;
    reading_.push_back(p);
    starts.push_back({p, std::max<std::int64_t>(mirror_.mark(p).offset, 0)});
  }
  const auto assigned = feed_.assign(starts);
  if (assigned) return;
  for (const events::Partition p : reading_) give_up(p, to_log_error(assigned.error()));
}

void Follower::take(Intake intake, const std::stop_token& stop) {
  // What was fetched for an earlier assignment may still come; the mirror skips what it has, but a
  // partition that was given up stays as it is.
  std::erase_if(intake.records,
                [this](const Incoming& record) { return given_up_.contains(record.partition); });
  for (const Incoming& record : intake.records) seen_.insert(record.partition);
  for (const auto& [partition, offset] : intake.ends) seen_.insert(partition);
  std::vector<events::Sequence> before;
  before.reserve(partitions_.size());
  for (const events::Partition p : partitions_) before.push_back(mirror_.log().end(p));
  const auto taken = mirror_.take(intake.records);
  if (!taken) {
    if (listener_.on_problem && !intake.records.empty())
      listener_.on_problem(intake.records.front().partition, taken.error());
    for (auto left = rest; left.count() > 0 && !stop.stop_requested(); left -= one_look)
      std::this_thread::sleep_for(one_look);
    refresh();  // reads it all again
    return;
  }
  for (std::size_t i = 0; i < partitions_.size(); ++i)
    events_ += mirror_.log().end(partitions_[i]) - before[i];
  for (const events::Partition p : taken->grown) {
    if (listener_.on_end) listener_.on_end(p, mirror_.log().end(p));
  }
  for (const auto& [partition, error] : taken->refused) give_up(partition, error);
  for (const auto& [partition, error] : intake.problems) give_up(partition, error);
}

void Follower::give_up(events::Partition partition, const events::LogError& error) {
  if (error.code == events::LogErrorCode::corrupt) {
    given_up_.insert(partition);
    refresh();
  }
  if (listener_.on_problem) listener_.on_problem(partition, error);
}

void Follower::measure() {
  std::int64_t sum = 0;
  for (const events::Partition p : reading_) {
    if (!seen_.contains(p)) return;
    sum += feed_.distance(p);
  }
  behind_ = sum;
}

}  // namespace huiyin::kafka
