#include "engine/runtime/node.hpp"

#include <map>

#include <gtest/gtest.h>

#include "events/case_codec.hpp"
#include "events/envelope.hpp"
#include "projections/fingerprint.hpp"
#include "projections/rebuild.hpp"

namespace huiyin::test {

using engine::Answer;
using engine::Command;

std::expected<void, events::LogError> FaultyLog::append(
    std::span<const events::LogRecord> records) {
  {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    --waiting_;
  }
  const Fault fault = fault_;
  if (fault == Fault::full) {
    return std::unexpected(events::LogError{events::LogErrorCode::full, "no room (injected)"});
  }
  if (fault == Fault::lost) {
    return std::unexpected(events::LogError{events::LogErrorCode::unavailable, "lost (injected)"});
  }
  auto appended = real_.append(records);
  if (!appended) return appended;
  {
    const std::lock_guard lock(mutex_);
    appends_.emplace_back(records.begin(), records.end());
  }
  if (fault == Fault::written) {
    return std::unexpected(
        events::LogError{events::LogErrorCode::unavailable, "no word from the disk (injected)"});
  }
  return {};
}

void FaultyLog::hold(bool held) {
  const std::lock_guard lock(mutex_);
  held_ = held;
  changed_.notify_all();
}

void FaultyLog::wait_for_append() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_ > 0; });
}

std::vector<std::vector<events::LogRecord>> FaultyLog::appends() const {
  const std::lock_guard lock(mutex_);
  return appends_;
}

const engine::Definitions& shipped_definitions() {
  static const engine::Definitions all = [] {
    const std::filesystem::path config = std::filesystem::path(HUIYIN_SOURCE_DIR) / "config";
    auto loaded = engine::load_definitions(config / "processes", config / "calendars");
    EXPECT_TRUE(loaded.has_value());
    return std::move(*loaded);
  }();
  return all;
}

Node::Node(NodeOptions how) : options(std::move(how)) {
  if (options.start) start();
}

Node::~Node() { stop(); }

void Node::start() {
  auto opened = local_log::LocalLog::open(directory.path() / "log", local_log::OpenMode::create,
                                          {.partitions = options.partitions});
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  real_log = std::move(*opened);
  log = std::make_unique<FaultyLog>(*real_log);
  auto store = projections::ViewStore::open(directory.path() / "views", options.partitions);
  ASSERT_TRUE(store.has_value()) << store.error().detail;
  views = std::move(*store);
  auto started = engine::Runtime::start(*log, *views, shipped_definitions(), ids,
                                        {.processor = {.source = "/huiyin/test",
                                                       .limits = options.limits,
                                                       .on_commit = {},
                                                       .in_order = options.in_order},
                                         .timers = options.timers,
                                         .settlement_file = directory.path() / "imports",
                                         .wall_clock = false});
  ASSERT_TRUE(started.has_value()) << started.error();
  runtime = std::move(*started);
}

void Node::stop() {
  runtime.reset();
  views.reset();
  log.reset();
  real_log.reset();
}

void Node::restart_from_the_log() {
  stop();
  std::filesystem::remove_all(directory.path() / "views");
  start();
}

void Node::settle_down() {
  using namespace std::chrono_literals;
  for (int i = 0; i < 3000 && !runtime->follow_ups().idle(); ++i) {
    std::this_thread::sleep_for(2ms);
  }
  ASSERT_TRUE(runtime->follow_ups().idle());
  ASSERT_TRUE(runtime->processor().wait_for_views(std::chrono::steady_clock::now() + 20s));
}

projections::CaseState Node::state(const std::string& case_id) const {
  const auto loaded = views->load_state(case_id);
  EXPECT_TRUE(loaded.has_value());
  return loaded && *loaded ? **loaded : projections::CaseState{};
}

std::vector<std::string> Node::history(const std::string& case_id) const {
  std::vector<std::string> out;
  const auto partition = events::partition_of(case_id, real_log->partitions());
  const auto reader = real_log->read(partition, 1);
  for (auto frame = reader->next(); frame && *frame; frame = reader->next()) {
    const auto decoded = events::decode_frame(**frame);
    EXPECT_TRUE(decoded.has_value());
    if (decoded->envelope.subject != case_id) continue;
    const auto index = events::case_event_index(decoded->envelope.type);
    out.push_back(std::to_string(decoded->envelope.subject_version) + " " +
                  std::string(events::case_event_names.at(index.value())));
    EXPECT_EQ(decoded->envelope.subject_version, out.size());
  }
  return out;
}

void Node::expect_sound() const {
  std::map<std::string, std::uint32_t, std::less<>> versions;
  for (events::Partition partition = 0; partition < real_log->partitions(); ++partition) {
    const auto reader = real_log->read(partition, 1);
    events::Sequence sequence = 0;
    events::Instant time{};
    for (auto frame = reader->next(); frame && *frame; frame = reader->next()) {
      const auto decoded = events::decode_frame(**frame);
      ASSERT_TRUE(decoded.has_value()) << decoded.error();
      const auto& envelope = decoded->envelope;
      ASSERT_EQ(envelope.sequence, ++sequence);
      ASSERT_EQ(envelope.subject_version, ++versions[std::string(envelope.subject)]);
      ASSERT_GE(envelope.time, time);
      time = envelope.time;
    }
    ASSERT_EQ(sequence, real_log->end(partition));
  }
  const TempDir shadow;
  auto fresh = projections::ViewStore::open(shadow.path() / "views", options.partitions);
  ASSERT_TRUE(fresh.has_value());
  ASSERT_TRUE(projections::catch_up(*real_log, **fresh).has_value());
  const auto compared = projections::compare(*views, **fresh);
  ASSERT_TRUE(compared.has_value()) << compared.error().detail;
  ASSERT_TRUE(compared->comparable);
  for (const auto& difference : compared->differences) {
    ADD_FAILURE() << "views differ from a rebuild in family " << events::name_of(difference.family)
                  << " of partition " << difference.partition << ": "
                  << (difference.keys.empty() ? "" : difference.keys.front());
  }
}

void Answers::answered(std::span<engine::Answered> answers) {
  const std::lock_guard lock(mutex_);
  for (auto& one : answers) answers_.push_back(std::move(one));
  changed_.notify_all();
}

std::vector<engine::Answered> Answers::wait(std::size_t count) {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(
      changed_.wait_for(lock, std::chrono::seconds(60), [&] { return answers_.size() >= count; }));
  return answers_;
}

std::size_t Answers::size() const {
  const std::lock_guard lock(mutex_);
  return answers_.size();
}

namespace {
std::string next_id() {
  static std::atomic<int> counter = 0;
  return "command-" + std::to_string(++counter);
}
}  // namespace

Command by_importer(const std::string& case_id, events::Instant at, engine::CommandBody body) {
  Command out;
  out.id = next_id();
  out.hash = "hash";
  out.case_id = case_id;
  out.actor = {.id = "importer-1", .role = engine::Role::importer};
  out.occurred_at = at;
  out.body = std::move(body);
  return out;
}

Command by(engine::Role role, const std::string& case_id, engine::CommandBody body) {
  Command out = by_importer(case_id, {}, std::move(body));
  out.actor = {.id = std::string(events::name_of(role)) + "-1", .role = role};
  out.occurred_at.reset();
  return out;
}

Command collect_casework(const std::string& case_id, events::Instant at) {
  events::Collected body;
  body.kind = events::Kind::matter;
  body.title = "street light out";
  body.channel = events::Channel::other;
  Command out = by_importer(case_id, at, std::move(body));
  out.process = "casework";
  return out;
}

Command collect_matter(const std::string& case_id) {
  events::Collected body;
  body.kind = events::Kind::matter;
  body.title = "升平路排水管堵塞";
  body.channel = events::Channel::in_person;
  return by(engine::Role::deputy, case_id, std::move(body));
}

const engine::Outcome& outcome(const Answer& answer) {
  static const engine::Outcome none;
  if (const auto* refused = std::get_if<engine::Refusal>(&answer)) {
    ADD_FAILURE() << "refused: " << refused->rule << ": " << refused->detail;
  } else if (const auto* failed = std::get_if<engine::RuntimeError>(&answer)) {
    ADD_FAILURE() << "failed: " << events::name_of(failed->code) << ": " << failed->detail;
  }
  const auto* found = std::get_if<engine::Outcome>(&answer);
  return found == nullptr ? none : *found;
}

std::string refusal(const Answer& answer) {
  const auto* found = std::get_if<engine::Refusal>(&answer);
  return found == nullptr ? "" : found->rule;
}

std::optional<engine::RuntimeErrorCode> error(const Answer& answer) {
  const auto* found = std::get_if<engine::RuntimeError>(&answer);
  if (found == nullptr) return std::nullopt;
  return found->code;
}

}  // namespace huiyin::test
