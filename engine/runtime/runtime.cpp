#include "engine/runtime.hpp"

#include <algorithm>

#include "settlement_file.hpp"

namespace huiyin::engine {

Runtime::Runtime(IdSource& ids, RuntimeOptions options) : ids_(ids), options_(std::move(options)) {}

std::expected<std::unique_ptr<Runtime>, std::string> Runtime::start(events::EventLog& log,
                                                                    projections::ViewStore& views,
                                                                    const Definitions& definitions,
                                                                    IdSource& ids,
                                                                    RuntimeOptions options) {
  const auto settled = read_settlement(options.settlement_file);
  if (!settled) return std::unexpected(settled.error());
  std::unique_ptr<Runtime> out(new Runtime(ids, std::move(options)));
  const auto only = out->options_.processor.partition;
  auto processor = CaseProcessor::start(log, views, definitions, ids, out->options_.processor,
                                        out->options_.commit);
  if (!processor) return std::unexpected(processor.error());
  out->processor_ = std::move(*processor);
  CaseCommands& follow_ups_to =
      out->options_.follow_ups_to != nullptr ? *out->options_.follow_ups_to : *out->processor_;
  out->follow_ups_ = std::make_unique<FollowUps>(follow_ups_to, views, ids, only);
  out->processor_->set_follow_ups(out->follow_ups_.get());
  out->follow_ups_->resend();
  out->timers_ = std::make_unique<TimerLoop>(*out->processor_, views, ids, *settled,
                                             out->options_.timers, only);
  if (out->options_.wall_clock) {
    FollowUps* const follow_ups = out->follow_ups_.get();
    out->timers_->start([follow_ups] {
      if (follow_ups->owes_resend()) follow_ups->resend();
    });
  }
  return out;
}

Runtime::~Runtime() { stop(); }

std::expected<void, std::string> Runtime::begin_import() {
  timers_->set_imports_until(never_settled);
  return write_settlement(options_.settlement_file, never_settled);
}

std::expected<std::uint64_t, std::string> Runtime::settle_imports(
    std::optional<events::Instant> as_of) {
  const events::Instant now = ids_.now();
  auto fired = timers_->settle_imports(std::min(as_of.value_or(now), now));
  if (!fired) return fired;
  const events::Instant until = as_of.value_or(settled_for_good);
  if (auto written = write_settlement(options_.settlement_file, until); !written) {
    return std::unexpected(written.error());
  }
  timers_->set_imports_until(until);
  return fired;
}

RuntimeSnapshot Runtime::snapshot() const { return processor_->snapshot(); }

void Runtime::stop(std::chrono::milliseconds deadline) {
  if (timers_) timers_->stop();
  if (processor_) processor_->stop(deadline);
}

}  // namespace huiyin::engine
