#include "import/registry_import.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "events/case_codec.hpp"
#include "events/json_text.hpp"
#include "import/csv.hpp"
#include "import/open_input.hpp"
#include "rejects.hpp"

namespace huiyin::import {
namespace {

using engine::RegistryCommand;
using events::SubjectKind;

// Rows whose commands are made durable together: some hundred milliseconds of work.
constexpr std::size_t wave_rows = 2'000;
constexpr char list_separator = ';';
constexpr char part_separator = ':';  // within an item: "report:2024-07"
constexpr std::chrono::seconds views_patience{60};

enum class ColumnType : std::uint8_t { text, number, flag, list, records };
struct Column {
  std::string_view name;
  ColumnType type = ColumnType::text;
  std::vector<Column> parts;  // of each record, in order
};

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

// The archive that asks a body for its fields.
class ColumnsOf {
 public:
  template <class... Fields>
  void operator()(Fields&&... fields) {
    (field(fields), ...);
  }
  std::vector<Column> columns;

 private:
  template <class T>
  void field(const events::Field<T>& field) {
    if (field.presence == events::Presence::decided) return;
    ColumnType type = ColumnType::text;
    if constexpr (std::is_same_v<T, bool>) {
      type = ColumnType::flag;
    } else if constexpr (std::is_integral_v<T>) {
      type = ColumnType::number;
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      type = ColumnType::list;
    } else if constexpr (is_list<T>) {
      if constexpr (std::is_class_v<typename T::value_type>) {
        typename T::value_type record{};
        ColumnsOf parts;
        record.serialize(parts);
        columns.push_back({field.name, ColumnType::records, std::move(parts.columns)});
        return;
      } else {
        type = ColumnType::list;
      }
    }
    columns.push_back({field.name, type, {}});
  }
};

template <std::size_t Index>
std::vector<Column> columns_of_body() {
  std::variant_alternative_t<Index, events::RegistryEventAlternatives> body{};
  ColumnsOf archive;
  body.serialize(archive);
  return archive.columns;
}
template <std::size_t... Index>
std::vector<Column> columns_of(std::size_t event, std::index_sequence<Index...>) {
  static constexpr std::array makers{&columns_of_body<Index>...};
  return makers[event]();
}

// One command of a row. With `each`, one per item of that column, as the body's field `item`.
struct Step {
  std::size_t event = 0;
  std::vector<Column> columns;
  std::string_view each, item;
  std::string_view flag;  // a column that asks for it where its own columns are empty
};

Step step(SubjectKind kind, std::string_view command, std::string_view each = {},
          std::string_view item = {}, std::string_view flag = {}) {
  Step out;
  out.event = *events::registry_command_index(kind, command);
  out.columns = columns_of(out.event, std::make_index_sequence<events::registry_event_count>{});
  out.each = each;
  out.item = item;
  out.flag = flag;
  return out;
}

std::vector<Step> steps_of(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::region:
      return {step(kind, "add")};
    case SubjectKind::organ:
      return {step(kind, "register")};
    case SubjectKind::congress:
      return {step(kind, "establish"), step(kind, "open-term")};
    case SubjectKind::deputy:
      return {step(kind, "register"), step(kind, "begin-mandate"),
              step(kind, "enrol", "stations", "station")};
    case SubjectKind::station:
      return {step(kind, "open"), step(kind, "assess")};
    case SubjectKind::group:
      return {step(kind, "form"), step(kind, "join", "members", "deputy")};
    case SubjectKind::activity:
      return {step(kind, "plan"), step(kind, "announce"), step(kind, "hold", {}, {}, "held")};
    case SubjectKind::campaign:
      return {step(kind, "open"), step(kind, "select")};
    case SubjectKind::project:
      return {step(kind, "propose"), step(kind, "vote")};
    case SubjectKind::periodical:
      return {step(kind, "establish")};
    case SubjectKind::duty:
      break;  // the engine's own
  }
  return {};
}

// The words of mapping files (docs/import.md).
std::optional<bool> flag_of(std::string_view text) {
  constexpr std::array yes{"true", "yes", "y", "1", "是"};
  constexpr std::array no{"false", "no", "n", "0", "否"};
  std::string small(text);
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (std::ranges::find(yes, small) != yes.end()) return true;
  if (std::ranges::find(no, small) != no.end()) return false;
  return std::nullopt;
}

std::vector<std::string_view> items_of(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(list_separator), list.size());
    if (end > 0) out.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

void append_value(std::string& out, const Column& column, std::string_view text) {
  switch (column.type) {
    case ColumnType::records:
      out.push_back('[');
      for (std::string_view item : items_of(text)) {
        if (out.back() != '[') out.push_back(',');
        out.push_back('{');
        for (const Column& part : column.parts) {
          const std::size_t end = item.find(part_separator);
          if (const auto own = item.substr(0, end); !own.empty()) {
            if (out.back() != '{') out.push_back(',');
            events::append_json_string(out, part.name);
            out.push_back(':');
            append_value(out, part, own);
          }
          item.remove_prefix(end == std::string_view::npos ? item.size() : end + 1);
        }
        out.push_back('}');
      }
      out.push_back(']');
      return;
    case ColumnType::flag:
      // What is no flag is left to the reader, which says so with the field's name.
      if (const auto flag = flag_of(text)) {
        out += *flag ? "true" : "false";
      } else {
        events::append_json_string(out, text);
      }
      return;
    case ColumnType::number: {
      std::int64_t number = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
      // Likewise.
      if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) {
        out += text;
      } else {
        events::append_json_string(out, text);
      }
      return;
    }
    case ColumnType::list:
      out.push_back('[');
      for (const auto item : items_of(text)) {
        if (out.back() != '[') out.push_back(',');
        events::append_json_string(out, item);
      }
      out.push_back(']');
      return;
    case ColumnType::text:
      events::append_json_string(out, text);
      return;
  }
}

// A row on its way: its fields, and how far it has come.
struct Taken {
  std::uint64_t number = 0, line = 0;
  std::vector<std::string> fields;
  bool ended = false;  // rejected, or nothing is left to do
  bool waits = false;  // for a subject that is not there yet
  bool there = false;  // its subject was there before
};

class RegistryImport final : public engine::AnswerSink {
 public:
  RegistryImport(engine::RegistryProcessor& processor, const projections::RegistryStore& store,
                 const events::EventLog& log, engine::IdSource& ids,
                 const RegistryImportOptions& options)
      : processor_(processor),
        store_(store),
        log_(log),
        ids_(ids),
        options_(options),
        steps_(steps_of(options.kind)) {}

  std::expected<RegistryImportSummary, std::string> run();

  void answered(std::span<engine::Answered> answers) override {
    const std::lock_guard lock(mutex_);
    for (auto& answer : answers) {
      answers_.emplace_back(answer.token, std::move(answer.answer));
    }
    changed_.notify_all();
  }

 private:
  std::expected<void, std::string> read_header(CsvReader& reader);
  std::expected<void, std::string> run_wave(std::vector<Taken>& wave);
  std::expected<void, std::string> run_step(std::vector<Taken>& wave, const Step& step,
                                            bool founding);
  std::vector<std::string> bodies(const Taken& row, const Step& step) const;
  std::expected<RegistryCommand, std::string> command(const Taken& row, const Step& step,
                                                      std::string_view body);
  std::expected<void, std::string> settle(std::vector<Taken>& wave, std::size_t sent,
                                          bool founding);
  void reject(Taken& row, std::string reason, std::string detail);
  std::string_view field(const Taken& row, std::string_view name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? std::string_view{} : row.fields[found->second];
  }

  engine::RegistryProcessor& processor_;
  const projections::RegistryStore& store_;
  const events::EventLog& log_;
  engine::IdSource& ids_;
  const RegistryImportOptions& options_;
  const std::vector<Step> steps_;
  std::map<std::string, std::size_t, std::less<>> places_;
  RejectsFile rejects_;
  events::json::Parser parser_;
  RegistryImportSummary summary_;

  std::mutex mutex_;  // of the next
  std::condition_variable changed_;
  std::vector<std::pair<std::uint64_t, engine::Answer>> answers_;
};

void RegistryImport::reject(Taken& row, std::string reason, std::string detail) {
  row.ended = true;
  Row shown;
  shown.number = row.number;
  shown.line = row.line;
  shown.key = field(row, "id");
  for (const auto& text : row.fields) shown.fields.emplace_back(text);
  rejects_.add(shown, {std::move(reason), std::move(detail)});
}

std::expected<void, std::string> RegistryImport::read_header(CsvReader& reader) {
  const auto header = reader.header();
  if (!header) return std::unexpected(header.error().message);
  std::vector<std::string_view> known{"id", "occurred_at"};
  for (const Step& one : steps_) {
    if (one.each.empty()) {
      for (const Column& column : one.columns) known.push_back(column.name);
    } else {
      known.push_back(one.each);
    }
    if (!one.flag.empty()) known.push_back(one.flag);
  }
  for (std::size_t i = 0; i < header->size(); ++i) {
    const std::string& name = (*header)[i];
    if (std::ranges::find(known, name) == known.end()) {
      std::string all;
      for (const auto word : known) all += (all.empty() ? "" : ", ") + std::string(word);
      return std::unexpected("unknown column \"" + name + "\"; known are " + all);
    }
    if (!places_.emplace(name, i).second)
      return std::unexpected("column \"" + name + "\" stands there twice");
  }
  if (!places_.contains("id")) return std::unexpected("there is no column \"id\"");
  auto rejects = RejectsFile::create(options_.rejects, {header->begin(), header->end()});
  if (!rejects) return std::unexpected(rejects.error());
  rejects_ = std::move(*rejects);
  return {};
}

// The bodies that a row has for a step: none where all of its columns are empty.
std::vector<std::string> RegistryImport::bodies(const Taken& row, const Step& step) const {
  std::vector<std::string> out;
  if (!step.each.empty()) {
    for (const auto item : items_of(field(row, step.each))) {
      std::string body = "{\"" + std::string(step.item) + "\":";
      events::append_json_string(body, item);
      out.push_back(body + "}");
    }
    return out;
  }
  std::string body = "{";
  for (const Column& column : step.columns) {
    const std::string_view text = field(row, column.name);
    if (text.empty()) continue;
    if (body.size() > 1) body.push_back(',');
    events::append_json_string(body, column.name);
    body.push_back(':');
    append_value(body, column, text);
  }
  const bool asked = !step.flag.empty() && flag_of(field(row, step.flag)).value_or(false);
  const bool founds = events::registry_words[step.event].founds;
  if (body.size() > 1 || asked || founds) out.push_back(body + "}");
  return out;
}

std::expected<RegistryCommand, std::string> RegistryImport::command(const Taken& row,
                                                                    const Step& step,
                                                                    std::string_view body) {
  const auto document = events::parse_json(parser_, body);
  if (!document) return std::unexpected(document.error().detail);
  auto command = engine::decode_registry_command(step.event, *document);
  if (!command) return std::unexpected(command.error().pointer + ": " + command.error().detail);
  std::string_view when = field(row, "occurred_at");
  if (when.empty()) when = field(row, "date");
  if (!when.empty()) {
    command->occurred_at = events::parse_instant(when);
    if (const auto day = events::parse_date(when)) {
      using namespace std::chrono;
      command->occurred_at = sys_days{*day} - hours{8};  // the day's beginning, in UTC+8
    }
    if (!command->occurred_at)
      return std::unexpected("occurred_at: a date, or an instant with its zone");
    if (*command->occurred_at > ids_.now()) command->occurred_at.reset();  // only planned
  }
  command->case_id = field(row, "id");
  command->id = ids_.fresh_id();
  command->actor.id = options_.importer;
  command->actor.role = engine::Role::importer;
  engine::look_up(*command, store_);
  return std::move(*command);
}

std::expected<void, std::string> RegistryImport::settle(std::vector<Taken>& wave, std::size_t sent,
                                                        bool founding) {
  std::vector<std::pair<std::uint64_t, engine::Answer>> answers;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answers_.size() == sent; });
    answers.swap(answers_);
  }
  for (auto& [token, answer] : answers) {
    Taken& row = wave[token];
    if (const auto* error = std::get_if<engine::RuntimeError>(&answer))
      return std::unexpected(error->detail);
    if (const auto* refusal = std::get_if<engine::Refusal>(&answer)) {
      if (founding && refusal->code == engine::RefusalCode::case_exists) {
        row.there = true;
      } else if (refusal->rule == "unknown-reference" && founding) {
        row.waits = true;
        row.ended = true;
      } else if (refusal->rule == engine::already_done ||
                 (row.there && refusal->rule == "wrong-stage")) {
        continue;  // an earlier run did it
      } else if (!row.ended) {
        reject(row, refusal->rule, refusal->detail);
      }
    } else {
      ++summary_.commands;
      if (founding) ++summary_.subjects;
    }
  }
  // The next step's commands are judged by what these did.
  const events::Position end{0, log_.end(0)};
  if (!store_.wait_applied(end, std::chrono::steady_clock::now() + views_patience))
    return std::unexpected("the views cannot be written");
  return {};
}

std::expected<void, std::string> RegistryImport::run_step(std::vector<Taken>& wave,
                                                          const Step& step, bool founding) {
  std::size_t sent = 0;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    if (wave[i].ended) continue;
    for (const std::string& body : bodies(wave[i], step)) {
      auto made = command(wave[i], step, body);
      if (!made) {
        reject(wave[i], "invalid", made.error());
        break;
      }
      for (;;) {
        const auto taken = processor_.submit(*made, i, *this, body.size());
        if (taken) break;
        if (taken.error().code != engine::RuntimeErrorCode::queue_full)
          return std::unexpected(taken.error().detail);
        processor_.wait_for_room(std::chrono::steady_clock::now() + std::chrono::seconds(1));
      }
      ++sent;
    }
  }
  return settle(wave, sent, founding);
}

std::expected<void, std::string> RegistryImport::run_wave(std::vector<Taken>& wave) {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (auto done = run_step(wave, steps_[i], i == 0); !done) return done;
  }
  for (const Taken& row : wave) {
    if (row.there && !row.waits) ++summary_.already_there;
  }
  return {};
}

std::expected<RegistryImportSummary, std::string> RegistryImport::run() {
  const auto begun = std::chrono::steady_clock::now();
  auto source = open_input(options_.input);
  if (!source) return std::unexpected(options_.input + ": " + source.error().message);
  CsvReader reader(std::move(*source));
  if (auto read = read_header(reader); !read)
    return std::unexpected(options_.input + ": " + read.error());
  std::vector<Taken> wave, waiting;
  const auto interrupted = [&] { return options_.interrupt && options_.interrupt(); };
  const auto finish_wave = [&]() -> std::expected<void, std::string> {
    if (auto done = run_wave(wave); !done) return done;
    for (Taken& row : wave) {
      if (row.waits) waiting.push_back(std::move(row));
    }
    wave.clear();
    return {};
  };
  for (;;) {
    const auto next = reader.next();
    if (!next && next.error().kind == CsvError::Kind::file)
      return std::unexpected(options_.input + ": " + next.error().message);
    if (next && !*next) break;
    ++summary_.rows;
    Taken row;
    row.number = summary_.rows;
    row.line = next ? reader.line() : next.error().line;
    if (!next) {
      rejects_.add({row.number, row.line, {}, {}, {}}, {"bad-row", next.error().message},
                   reader.raw());
      continue;
    }
    for (const auto text : reader.row()) row.fields.emplace_back(text);
    wave.push_back(std::move(row));
    if (wave.size() < wave_rows) continue;
    if (auto done = finish_wave(); !done) return std::unexpected(done.error());
    if (interrupted()) return std::unexpected("interrupted: run it again, it goes on");
  }
  if (auto done = finish_wave(); !done) return std::unexpected(done.error());
  // Those that named a subject further down, as long as it helps.
  while (!waiting.empty()) {
    const std::size_t before = waiting.size();
    wave.swap(waiting);
    waiting.clear();
    for (Taken& row : wave) row.ended = row.waits = false;
    if (auto done = finish_wave(); !done) return std::unexpected(done.error());
    if (waiting.size() == before) break;
  }
  for (Taken& row : waiting) reject(row, "unknown-reference", "names what is not there");
  summary_.rejected = rejects_.total();
  summary_.reasons = rejects_.by_reason();
  if (auto closed = rejects_.close(); !closed) return std::unexpected(closed.error());
  summary_.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return summary_;
}

}  // namespace

std::expected<RegistryImportSummary, std::string> import_registry(
    engine::RegistryProcessor& processor, const projections::RegistryStore& store,
    const events::EventLog& log, engine::IdSource& ids, const RegistryImportOptions& options) {
  return RegistryImport(processor, store, log, ids, options).run();
}

}  // namespace huiyin::import
