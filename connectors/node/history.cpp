#include "node/history.hpp"

#include <map>

#include "events/case_codec.hpp"
#include "events/envelope.hpp"
#include "events/json_writer.hpp"
#include "projections/case_fold.hpp"

namespace huiyin::node {
namespace {

using events::LogError;
using events::LogErrorCode;

// Read at once; longer histories come in pages of this.
constexpr std::size_t page = 1'000;

struct Item {
  std::uint32_t version = 0;
  events::Position position;
  std::string frame;
};

template <class T>
using Read = std::expected<T, LogError>;

LogError corrupt(events::Position position, const std::string& detail) {
  return {LogErrorCode::corrupt, "event " + events::format_position(position) + ": " + detail};
}

// Visits the events of a case in order until the cut or `visit` ends it.
template <class Visit>
Read<void> each_event(const events::EventLog& log, const projections::ViewStore& views,
                      const std::string& case_id, const projections::Cut& cut, Visit visit) {
  const events::Partition partition = events::partition_of(case_id, views.partitions());
  events::json::Parser parser;
  for (std::uint32_t from = 1;;) {
    const auto entries = views.history(case_id, from, page);
    if (!entries)
      return std::unexpected(LogError{LogErrorCode::unavailable, entries.error().detail});
    for (const auto& entry : *entries) {
      const events::Position position{partition, entry.sequence};
      const auto frame = log.get(position);
      if (!frame) return std::unexpected(frame.error());
      const auto view = events::decode_frame(*frame);
      if (!view) return std::unexpected(corrupt(position, view.error()));
      if (cut.known_at && view->envelope.time > *cut.known_at) return {};
      const auto event = events::decode_case_event(parser, view->envelope.type, view->data);
      if (!event) return std::unexpected(corrupt(position, event.error().detail));
      if (cut.as_of && event->common.occurred_at > *cut.as_of) return {};
      if (!visit(position, *view, *event)) return {};
    }
    if (entries->size() < page) return {};
    from = entries->back().version + 1;
  }
}

class HistoryWriter {
 public:
  explicit HistoryWriter(const HistoryOptions& options) : options_(options) {}

  bool add(events::Position position, const events::FrameView& frame,
           const events::CaseEvent& event) {
    const auto& envelope = frame.envelope;
    if (envelope.subject_version != last_version_ + 1) {
      gaps_.emplace_back(last_version_ + 1, envelope.subject_version - 1);
    }
    last_version_ = envelope.subject_version;
    if (const auto* corrected = std::get_if<events::Corrected>(&event.body)) {
      corrected_by_[corrected->of].push_back(envelope.subject_version);
    }
    if (options_.states) projections::fold(state_, envelope, event);
    if (envelope.subject_version <= options_.after) return true;
    if (items_.size() == options_.limit) {
      more_ = true;
      return true;  // later corrections still mark what is shown
    }
    items_.emplace_back(envelope.subject_version, text_of(position, frame, event));
    return true;
  }

  std::string finish(const std::string& case_id) const {
    std::string out = R"({"case":)";
    events::append_json_string(out, case_id);
    out += R"(,"events":[)";
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (i > 0) out.push_back(',');
      const auto& [version, text] = items_[i];
      out += text.substr(0, text.size() - 1);
      if (const auto found = corrected_by_.find(version); found != corrected_by_.end()) {
        out += R"(,"corrected_by":)" + events::to_json(found->second);
      }
      out.push_back('}');
    }
    out += R"(],"gaps":[)";
    for (std::size_t i = 0; i < gaps_.size(); ++i) {
      out += (i > 0 ? ",[" : "[") + std::to_string(gaps_[i].first) + "," +
             std::to_string(gaps_[i].second) + "]";
    }
    out += "]";
    if (more_) out += R"(,"next":)" + std::to_string(items_.back().first);
    return out + "}";
  }

  bool empty() const { return last_version_ == 0; }

 private:
  std::string text_of(events::Position position, const events::FrameView& frame,
                      const events::CaseEvent& event) const {
    const auto& e = frame.envelope;
    std::string out = R"({"version":)" + std::to_string(e.subject_version) + R"(,"position":")" +
                      events::format_position(position) + R"(","id":)";
    const auto put = [&](std::string_view name, std::string_view value) {
      if (value.empty()) return;
      out.append(",\"").append(name).append("\":");
      events::append_json_string(out, value);
    };
    events::append_json_string(out, e.id);
    put("type", e.type);
    put("event", event.name());
    put("time", events::format_instant(e.time));
    put("occurred_at", events::format_instant(event.common.occurred_at));
    put("stage", event.common.stage);
    put("actor", e.actor);
    put("role", events::name_of(e.role));
    put("behalf", e.behalf);
    put("process", e.process);
    put("commandid", e.command_id);
    out += R"(,"data":)";
    out += frame.data;
    if (options_.states) out += R"(,"state":)" + events::to_json(state_);
    return out + "}";
  }

  const HistoryOptions& options_;
  std::vector<std::pair<std::uint32_t, std::string>> items_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> corrected_by_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> gaps_;
  projections::CaseState state_;
  std::uint32_t last_version_ = 0;
  bool more_ = false;
};

// The text that one event of the case brought, by what `pick` finds in it.
template <class Pick>
Read<std::string> text_of_version(const events::EventLog& log, const projections::ViewStore& views,
                                  const projections::CaseState& state, std::uint32_t version,
                                  Pick pick) {
  if (version == 0) return std::string();
  const auto entries = views.history(state.id, version, 1);
  if (!entries) return std::unexpected(LogError{LogErrorCode::unavailable, entries.error().detail});
  if (entries->empty()) return std::string();
  const events::Position position{events::partition_of(state.id, views.partitions()),
                                  entries->front().sequence};
  const auto frame = log.get(position);
  if (!frame) return std::unexpected(frame.error());
  const auto view = events::decode_frame(*frame);
  if (!view) return std::unexpected(corrupt(position, view.error()));
  events::json::Parser parser;
  const auto event = events::decode_case_event(parser, view->envelope.type, view->data);
  if (!event) return std::unexpected(corrupt(position, event.error().detail));
  return pick(*event);
}

std::string body_in(const events::CaseEvent& event) {
  if (const auto* collected = std::get_if<events::Collected>(&event.body)) return collected->body;
  if (const auto* revised = std::get_if<events::Revised>(&event.body)) return revised->body;
  if (const auto* corrected = std::get_if<events::Corrected>(&event.body))
    return corrected->fields.body;
  return {};
}

std::string reply_in(const events::CaseEvent& event) {
  const auto* replied = std::get_if<events::Replied>(&event.body);
  return replied != nullptr ? replied->text : std::string();
}

}  // namespace

Read<std::optional<std::string>> history_json(const events::EventLog& log,
                                              const projections::ViewStore& views,
                                              const std::string& case_id,
                                              const HistoryOptions& options) {
  HistoryWriter writer(options);
  const auto read = each_event(
      log, views, case_id, options.cut,
      [&](events::Position position, const events::FrameView& frame,
          const events::CaseEvent& event) { return writer.add(position, frame, event); });
  if (!read) return std::unexpected(read.error());
  if (writer.empty()) return std::nullopt;
  return writer.finish(case_id);
}

Read<std::optional<projections::CaseState>> state_at(const events::EventLog& log,
                                                     const projections::ViewStore& views,
                                                     const std::string& case_id,
                                                     const projections::Cut& cut) {
  projections::CaseState state;
  const auto read = each_event(
      log, views, case_id, cut,
      [&](events::Position, const events::FrameView& frame, const events::CaseEvent& event) {
        projections::fold(state, frame.envelope, event);
        return true;
      });
  if (!read) return std::unexpected(read.error());
  if (state.version == 0) return std::nullopt;
  return state;
}

Read<std::string> texts_json(const events::EventLog& log, const projections::ViewStore& views,
                             const projections::CaseState& state) {
  const auto body = text_of_version(log, views, state, state.body_version, body_in);
  if (!body) return std::unexpected(body.error());
  std::string out = R"({"body":)";
  events::append_json_string(out, *body);
  out += R"(,"replies":{)";
  for (const auto& lane : state.lanes) {
    if (lane.reply_version == 0) continue;
    const auto reply = text_of_version(log, views, state, lane.reply_version, reply_in);
    if (!reply) return std::unexpected(reply.error());
    if (out.back() != '{') out.push_back(',');
    out += "\"" + std::to_string(lane.lane) + "\":";
    events::append_json_string(out, *reply);
  }
  return out + "}}";
}

}  // namespace huiyin::node
