#include "import/importer.hpp"

#include <chrono>

#include "already_there.hpp"
#include "console/progress.hpp"
#include "crypto/digest.hpp"
#include "events/json_text.hpp"
#include "feed.hpp"
#include "import/external_sort.hpp"
#include "rejects.hpp"
#include "render.hpp"

namespace huiyin::import {
namespace {

constexpr std::uint64_t interrupt_every = 1'024;  // rows between questions

std::string lines_of(const std::vector<MappingError>& errors) {
  std::string out;
  for (const auto& error : errors) out += (out.empty() ? "" : "\n") + to_text(error);
  return out;
}

std::string hash_of(std::string_view body) {
  const crypto::Digest digest = crypto::sha256(body);
  return crypto::to_hex(std::span(digest).first(16));
}

class Import {
 public:
  Import(const Mapping& mapping, ImportTarget target, const ImportOptions& options)
      : mapping_(mapping),
        target_(target),
        options_(options),
        by_key_({options.sort_memory_bytes, options.temporary_directory}),
        by_time_({options.sort_memory_bytes, options.temporary_directory}),
        there_(target.log, target.views) {}

  std::expected<ImportSummary, std::string> run() {
    const auto begun = std::chrono::steady_clock::now();
    if (auto done = check_process(); !done) return std::unexpected(done.error());
    if (auto done = target_.runtime.begin_import(); !done) return std::unexpected(done.error());
    for (const auto pass : {&Import::read, &Import::sort, &Import::send}) {
      if (auto done = (this->*pass)(); !done) return std::unexpected(done.error());
    }
    if (auto closed = rejects_.close(); !closed) return std::unexpected(closed.error());
    summary_.rejected_total = rejects_.total();
    summary_.rejected = rejects_.by_reason();
    summary_.events =
        AlreadyThere(target_.log, target_.views).events_before() - there_.events_before();
    summary_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return std::move(summary_);
  }

 private:
  using Done = std::expected<void, std::string>;

  // What every row would be refused for is said once, before the first.
  Done check_process() const {
    const std::string named = target_.definitions.meant_by(mapping_.process);
    for (const CommandMapping& command : mapping_.commands) {
      bool process = false;
      bool allowed = false;
      for (const auto& definition : target_.definitions.all()) {
        if (definition->name != named) continue;
        process = true;
        for (const auto& transition : definition->transitions) {
          allowed = allowed || (transition.command == command.type &&
                                transition.by.has(events::Role::importer));
        }
      }
      const auto fail = [&](int line, const char* key, const std::string& message) {
        return std::unexpected(to_text(MappingError{mapping_.file, line, key, message}));
      };
      if (!process) return fail(0, "process", "there is no process \"" + mapping_.process + "\"");
      if (!allowed) {
        return fail(command.line, "command",
                    "process " + mapping_.process + " lets no importer " +
                        std::string(events::name_of(command.type)));
      }
    }
    return {};
  }

  bool interrupted() const { return options_.interrupt && options_.interrupt(); }
  static std::unexpected<std::string> stopped() {
    return std::unexpected<std::string>(
        "interrupted; run the import again, it goes on where it stopped");
  }

  Done open(CsvReader& reader) {
    std::vector<std::string> header = mapping_.header;
    if (mapping_.csv.has_header) {
      const auto read = reader.header();
      if (!read) return std::unexpected(read.error().message);
      header.assign(read->begin(), read->end());
    }
    auto places = bind_columns(mapping_, header);
    if (!places) return std::unexpected(lines_of(places.error()));
    columns_ = header.size();
    places_ = *std::move(places);
    renderer_.emplace(mapping_, places_);
    auto rejects = RejectsFile::create(options_.rejects, header);
    if (!rejects) return std::unexpected(rejects.error());
    rejects_ = *std::move(rejects);
    return {};
  }

  console::ProgressOptions bar() const {
    return options_.progress ? console::ProgressOptions{}
                             : console::ProgressOptions{.shown = false};
  }

  Done read() {
    auto source = open_input(options_.input, mapping_.encoding);
    if (!source) return std::unexpected(source.error().message);
    CsvReader reader(*std::move(source), mapping_.csv);
    if (auto opened = open(reader); !opened) return opened;
    console::Progress progress("read", 0, console::Unit::bytes, bar());
    Row row;
    std::string bytes;
    for (;;) {
      const auto more = reader.next();
      if (more && !*more) return {};
      row.number = ++summary_.rows;
      row.line = more ? reader.line() : more.error().line;
      row.key = {};
      row.fields.clear();
      if (!more) {
        if (more.error().kind == CsvError::Kind::file) return std::unexpected(more.error().message);
        rejects_.add(row, {"bad-row", more.error().message}, reader.raw());
        continue;
      }
      const auto fields = reader.row();
      row.fields.assign(fields.begin(), fields.end());
      std::string key;
      if (auto taken = take(row, key); !taken) {
        rejects_.add(row, taken.error());
      } else {
        row.key = key;
        bytes.clear();
        append_row(bytes, row);
        if (auto added = by_key_.add(key, bytes); !added)
          return std::unexpected(added.error().message);
      }
      if (row.number % interrupt_every != 0) continue;
      const InputProgress at = reader.progress();
      progress.update(at.bytes_read, at.bytes_total);
      if (interrupted()) return stopped();
    }
  }

  // All that can be said of a row by itself: its key, its times, and that its commands are well
  // formed.
  std::expected<void, Reject> take(Row& row, std::string& key) {
    if (row.fields.size() != columns_) {
      return std::unexpected(Reject{"bad-row", std::to_string(row.fields.size()) + " fields, not " +
                                                   std::to_string(columns_)});
    }
    for (const auto field : row.fields) {
      if (!events::is_valid_utf8(field))
        return std::unexpected(Reject{"bad-text", "bytes that are no text in the encoding"});
    }
    renderer_->row(row.fields);
    auto made = renderer_->key();
    if (!made) return std::unexpected(made.error());
    key = *std::move(made);
    row.key = key;
    if (auto timed = renderer_->times(row.times_ms); !timed) return timed;
    const std::int64_t now = target_.ids.now().time_since_epoch().count();
    for (std::size_t i = 0; i < row.times_ms.size(); ++i) {
      if (row.times_ms[i] == not_made) continue;
      if (row.times_ms[i] > now) {
        return std::unexpected(Reject{
            "bad-date",
            std::string(events::name_of(mapping_.commands[i].type)) + " lies in the future"});
      }
      if (auto command = renderer_->command(i); !command) return std::unexpected(command.error());
    }
    return {};
  }

  Done sort() {
    console::Progress progress("sort", by_key_.records(), console::Unit::items, bar());
    Row row;
    std::string last;
    bool first = true;
    for (std::uint64_t done = 0;; ++done) {
      const auto record = by_key_.next();
      if (!record) return std::unexpected(record.error().message);
      if (!*record) return {};
      const auto& [key, payload] = **record;
      read_row(payload, mapping_.commands.size(), row);
      if (!first && key == last) {
        rejects_.add(row, {"repeated-key", "an earlier row has this key"});
        continue;
      }
      first = false;
      last = key;
      if (auto added = add_times(row, payload); !added) return added;
      progress.update(done);
      if (done % interrupt_every == 0 && interrupted()) return stopped();
    }
  }

  // One record for each of the row's times: commands of one time stay together, in their order.
  Done add_times(const Row& row, std::string_view payload) {
    for (std::size_t i = 0; i < row.times_ms.size(); ++i) {
      const std::int64_t time = row.times_ms[i];
      const auto earlier = row.times_ms.begin() + static_cast<std::ptrdiff_t>(i);
      if (time == not_made || std::find(row.times_ms.begin(), earlier, time) != earlier) continue;
      if (auto added = by_time_.add(time_key(time, row.number), payload); !added)
        return std::unexpected(added.error().message);
    }
    return {};
  }

  Done send() {
    console::Progress progress("import", by_time_.records(), console::Unit::items, bar());
    Feed feed(
        target_.runtime.processor(), [this](const Sent& sent) { return make_again(sent); },
        [this](const Sent& sent, const engine::Refusal& refusal) { refused(sent, refusal); });
    Row row;
    for (std::uint64_t done = 0;; ++done) {
      const auto record = by_time_.next();
      if (!record) return std::unexpected(record.error().message);
      if (!*record) break;
      const auto& [key, payload] = **record;
      const std::int64_t time = time_of_key(key);
      read_row(payload, mapping_.commands.size(), row);
      renderer_->row(row.fields);
      for (std::size_t i = 0; i < row.times_ms.size(); ++i) {
        if (row.times_ms[i] != time) continue;
        std::string id = command_id(row.key, i);
        if (there_.holds(row.key, id)) {
          ++summary_.already_there;
          continue;
        }
        auto sent = feed.send(make(*renderer_, row.key, i, time, std::move(id)),
                              {std::string(payload), i, time});
        if (!sent) return sent;
      }
      progress.update(done);
      if (done % interrupt_every == 0 && interrupted()) return stopped();
    }
    auto finished = feed.finish();
    summary_.commands = feed.accepted();
    summary_.cases = feed.collected();
    // Whoever settles deadlines next looks for them in the views.
    while (finished && !target_.runtime.processor().wait_for_views(
                           std::chrono::steady_clock::now() + std::chrono::seconds(1))) {
      if (interrupted()) return stopped();
    }
    return finished;
  }

  std::string command_id(std::string_view key, std::size_t index) const {
    return target_.ids.derived_id("import|" + mapping_.id + "|" + std::string(key) + "|" +
                                  std::to_string(index));
  }

  // The renderer holds the row already.
  engine::Command make(Renderer& renderer, std::string_view key, std::size_t index,
                       std::int64_t time, std::string id) const {
    auto made = renderer.command(index);
    engine::Command command = *std::move(made);  // checked when the row was read
    command.id = std::move(id);
    command.hash = hash_of(renderer.body_text());
    command.case_id = key;
    command.actor = {.id = mapping_.actor, .role = events::Role::importer};
    command.occurred_at = events::Instant{std::chrono::milliseconds{time}};
    if (command.type() == engine::CommandType::collect) command.process = mapping_.process;
    return command;
  }

  engine::Command make_again(const Sent& sent) {
    Row row;
    read_row(sent.row, mapping_.commands.size(), row);
    Renderer renderer(mapping_, places_);
    renderer.row(row.fields);
    return make(renderer, row.key, sent.command, sent.at_ms, command_id(row.key, sent.command));
  }

  void refused(const Sent& sent, const engine::Refusal& refusal) {
    // Its collect was refused, and is in the file already.
    if (refusal.code == engine::RefusalCode::no_such_case) return;
    Row row;
    read_row(sent.row, mapping_.commands.size(), row);
    const auto type = mapping_.commands[sent.command].type;
    rejects_.add(row, {"refused", std::string(events::name_of(type)) + " (" + refusal.rule +
                                      "): " + refusal.detail});
  }

  const Mapping& mapping_;
  ImportTarget target_;
  const ImportOptions& options_;
  ExternalSorter by_key_, by_time_;
  AlreadyThere there_;
  std::size_t columns_ = 0;
  std::vector<std::size_t> places_;
  std::optional<Renderer> renderer_;
  RejectsFile rejects_;
  ImportSummary summary_;
};

}  // namespace

std::expected<ImportSummary, std::string> run_import(const Mapping& mapping, ImportTarget target,
                                                     const ImportOptions& options) {
  return Import(mapping, target, options).run();
}

void append_json(std::string& out, const ImportSummary& summary) {
  const auto field = [&](const char* name, std::uint64_t count) {
    out += (out.back() == '{' ? "\"" : ",\"") + std::string(name) + "\":" + std::to_string(count);
  };
  out.push_back('{');
  field("rows", summary.rows);
  field("cases", summary.cases);
  field("commands", summary.commands);
  field("already_there", summary.already_there);
  field("events", summary.events);
  out += ",\"rejected\":{";
  field("total", summary.rejected_total);
  out += ",\"reasons\":{";
  for (const auto& [reason, count] : summary.rejected) field(reason.c_str(), count);
  out += "}},\"seconds\":" + std::to_string(summary.seconds) + "}";
}

}  // namespace huiyin::import
