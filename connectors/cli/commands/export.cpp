// huiyin export: cases or events, as files that other programs read.
#include <cstdio>
#include <memory>
#include <utility>

#include "commands.hpp"
#include "console/progress.hpp"
#include "events/envelope.hpp"
#include "events/json_writer.hpp"
#include "output.hpp"
#include "projections/list_query.hpp"

namespace huiyin::cli {
namespace {

enum class Format : std::uint8_t { ndjson, csv };
constexpr auto names(Format) { return std::array<std::string_view, 2>{"ndjson", "csv"}; }

struct ExportArguments {
  TimeOptions times;
  Format format = Format::ndjson;
  std::filesystem::path output;
};

// Standard output, or a file.
class Sink {
 public:
  static Result<Sink> open(const std::filesystem::path& path) {
    if (path.empty()) return Sink(stdout);
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return fail("cannot-write", "cannot write " + path.string());
    return Sink(file);
  }
  Sink(Sink&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  Sink& operator=(Sink&&) = delete;
  ~Sink() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }

  void line(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), file_);
    std::fputc('\n', file_);
  }
  Done finish() {
    if (std::fflush(file_) == 0 && std::ferror(file_) == 0) return {};
    return fail("cannot-write", "the output could not be written whole");
  }

 private:
  explicit Sink(std::FILE* file) : file_(file) {}
  std::FILE* file_;
};

// RFC 4180. A cell that a spreadsheet would take for a formula gets a quote before it.
void append_cell(std::string& line, std::string_view text) {
  line.push_back(',');
  std::string cell(text);
  if (!cell.empty() && std::string_view("=+-@\t\r").contains(cell[0])) cell.insert(0, 1, '\'');
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    line += cell;
    return;
  }
  line.push_back('"');
  for (const char c : cell) {
    if (c == '"') line.push_back('"');
    line.push_back(c);
  }
  line.push_back('"');
}

std::string joined(const Words& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

constexpr std::string_view csv_header =
    "case,version,kind,stage,ended,title,station,region,category,class,organs,deputies,supervisor,"
    "collected_at,updated,due,colour,overdue,promised,key";

std::string csv_line(const projections::StatusRow& row) {
  std::string line;
  const auto cell = [&](std::string_view text) { append_cell(line, text); };
  const auto flag = [&](bool value) { cell(value ? "true" : "false"); };
  cell(row.id);
  cell(std::to_string(row.version));
  cell(events::name_of(row.kind));
  cell(row.stage);
  flag(row.ended);
  for (const auto& text : {row.title, row.station, row.region, row.category, row.class_code}) {
    cell(text);
  }
  cell(joined(row.organs));
  cell(joined(row.deputies));
  cell(row.supervisor);
  cell(events::format_instant(row.collected_at));
  cell(events::format_instant(row.updated));
  cell(row.due ? events::format_instant(*row.due) : "");
  cell(events::name_of(row.colour));
  flag(row.overdue);
  flag(row.promised);
  flag(row.key);
  return line.substr(1);  // each cell came with a comma before it
}

Done export_cases(const Context& context, const ExportArguments& arguments) {
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  auto sink = Sink::open(arguments.output);
  if (!sink) return std::unexpected(sink.error());
  const bool csv = arguments.format == Format::csv;
  if (csv) sink->line(csv_header);
  projections::ListQuery query;
  query.scope = projections::Scope::all();
  query.sort = projections::ListSort::oldest;
  query.limit = projections::max_page;
  console::Progress bar("export", 0);
  for (std::uint64_t exported = 0;;) {
    const auto page = projections::list(reading->views(), query);
    if (!page) return std::unexpected(to_failure(page.error()));
    for (const auto& row : page->items) {
      if (csv) {
        sink->line(csv_line(row));
        continue;
      }
      const auto view = reading->views().case_view(row.id);
      if (!view) return std::unexpected(to_failure(view.error()));
      if (*view != nullptr) sink->line((*view)->json);
    }
    bar.update(exported += page->items.size());
    if (page->next.empty()) break;
    query.cursor = page->next;
  }
  bar.finish();
  return sink->finish();
}

Done export_events(const Context& context, const std::filesystem::path& output) {
  const auto reading = open_log_reading(context, {});
  if (!reading) return std::unexpected(reading.error());
  auto sink = Sink::open(output);
  if (!sink) return std::unexpected(sink.error());
  const events::EventLog& log = reading->node->log();
  std::uint64_t total = 0;
  std::uint64_t exported = 0;
  for (events::Partition p = 0; p < log.partitions(); ++p) total += log.end(p);
  console::Progress bar("export", total);
  std::string line;
  for (events::Partition p = 0; p < log.partitions(); ++p) {
    const auto reader = log.read(p, 1);
    while (true) {
      const auto frame = reader->next();
      if (!frame) return std::unexpected(to_failure(frame.error()));
      if (!*frame) break;
      const auto view = events::decode_frame(**frame);
      if (!view) {
        return fail("log-damaged",
                    "event " + events::format_position(reader->position()) + ": " + view.error());
      }
      line.clear();
      events::append_cloud_event(line, view->envelope, view->data);
      sink->line(line);
      bar.update(++exported);
    }
  }
  bar.finish();
  return sink->finish();
}

}  // namespace

void add_export(Arguments& root, const Context& context) {
  Arguments both = root.command("export", "Cases or events, for other programs");
  const auto cases = std::make_shared<ExportArguments>();
  Arguments of_cases =
      both.command("cases", "Every case: its whole state (ndjson) or what lists show (csv)",
                   "  huiyin export cases --format csv --output cases.csv\n"
                   "  huiyin export cases --as-of 2024-12-31 | jq .stage");
  of_cases.choice("--format", cases->format, "ndjson (a JSON object a line) or csv");
  of_cases.option("-o,--output", cases->output, "a file instead of standard output");
  cases->times.declare(of_cases);
  of_cases.run([&context, cases] { return export_cases(context, *cases); });

  const auto events = std::make_shared<ExportArguments>();
  Arguments of_events =
      both.command("events", "Every event as a CloudEvent, a JSON object a line, by partition",
                   "  huiyin export events --output events.ndjson");
  of_events.option("-o,--output", events->output, "a file instead of standard output");
  of_events.run([&context, events] { return export_events(context, events->output); });
}

}  // namespace huiyin::cli
