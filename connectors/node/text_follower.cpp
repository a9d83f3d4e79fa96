#include "text_follower.hpp"

#include "events/case_codec.hpp"
#include "events/envelope.hpp"
#include "node/logging.hpp"

namespace huiyin::node {
namespace {

// Per partition and transaction: large enough to pay for it, small enough to stop soon.
constexpr std::size_t step_events = 2'000;
// Between steps, unless someone waits: opening readers and a transaction cost more than a few
// texts.
constexpr std::chrono::milliseconds pause{100};

void fill(text_search::Document& document, const std::string& title, const std::string& body) {
  if (!title.empty()) document.title = title;
  if (!body.empty()) document.body = body;
}

// The text that an event brings; no subject for those without any.
text_search::Document text_of(const events::CaseEvent& event) {
  text_search::Document document;
  if (const auto* collected = std::get_if<events::Collected>(&event.body)) {
    fill(document, collected->title, collected->body);
  } else if (const auto* revised = std::get_if<events::Revised>(&event.body)) {
    fill(document, revised->title, revised->body);
  } else if (const auto* corrected = std::get_if<events::Corrected>(&event.body)) {
    fill(document, corrected->fields.title, corrected->fields.body);
  }
  return document;
}

bool has_text(std::string_view type) {
  return type.ends_with(".collected.v1") || type.ends_with(".revised.v1") ||
         type.ends_with(".corrected.v1");
}

}  // namespace

TextFollower::TextFollower(const events::EventLog& log, text_search::TextIndex& index)
    : log_(log), index_(index), thread_([this](const std::stop_token& stop) { run(stop); }) {}

TextFollower::~TextFollower() {
  thread_.request_stop();
  wake();
}

void TextFollower::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

bool TextFollower::is_behind(const std::vector<events::Sequence>& ends) const {
  for (std::size_t p = 0; p < ends.size(); ++p) {
    if (index_.applied(static_cast<events::Partition>(p)) < ends[p]) return true;
  }
  return false;
}

bool TextFollower::wait(std::chrono::steady_clock::time_point deadline) {
  std::vector<events::Sequence> ends(log_.partitions());
  for (events::Partition p = 0; p < log_.partitions(); ++p) ends[p] = log_.end(p);
  std::unique_lock lock(mutex_);
  hurry_ = true;
  changed_.notify_all();
  return changed_.wait_until(lock, deadline, [&] { return !is_behind(ends); });
}

TextFollower::Step TextFollower::step() {
  bool more = false;
  std::vector<text_search::Document> documents;
  std::vector<events::Position> positions;
  events::json::Parser parser;
  for (events::Partition p = 0; p < log_.partitions(); ++p) {
    const events::Sequence from = index_.applied(p) + 1;
    if (log_.end(p) < from) continue;
    const auto reader = log_.read(p, from);
    std::size_t taken = 0;
    for (; taken < step_events; ++taken) {
      const auto frame = reader->next();
      if (!frame || !*frame) break;
      const auto view = events::decode_frame(**frame);
      if (!view || !has_text(view->envelope.type)) continue;
      const auto event = events::decode_case_event(parser, view->envelope.type, view->data);
      if (!event) continue;
      auto document = text_of(*event);
      if (!document.title && !document.body) continue;
      document.subject = view->envelope.subject;
      documents.push_back(std::move(document));
    }
    more = more || taken == step_events;
    if (taken > 0) positions.push_back(reader->position());
  }
  if (positions.empty()) return Step::nothing;
  if (const auto applied = index_.apply(documents, positions); !applied) {
    log(LogLevel::error, "text index not written", {{"reason", applied.error().message}});
    return Step::nothing;
  }
  changed_.notify_all();
  return more ? Step::more : Step::all;
}

void TextFollower::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Step done = step();
    if (done == Step::more) continue;
    std::unique_lock lock(mutex_);
    if (done == Step::all) {
      changed_.wait_for(lock, stop, pause, [&] { return hurry_; });
    } else {
      // The time limit retries after a failed write.
      changed_.wait_for(lock, stop, std::chrono::seconds(1), [&] { return woken_ || hurry_; });
      woken_ = false;
    }
    hurry_ = false;
  }
}

}  // namespace huiyin::node
