#include "generate/generate.hpp"

#include <chrono>
#include <ostream>

#include "console/progress.hpp"
#include "events/json_writer.hpp"
#include "import/external_sort.hpp"
#include "life.hpp"
#include "simulate.hpp"

namespace huiyin::generate {
namespace {

using namespace std::chrono_literals;
using Done = std::expected<void, std::string>;

constexpr std::size_t append_bytes = std::size_t{8} << 20;  // made durable at once
constexpr std::size_t append_records = 16'384;
constexpr std::uint64_t families_between_looks = 64;
constexpr auto china = 8h;

std::unexpected<std::string> fail(std::string_view what) {
  return std::unexpected(std::string(what));
}

// Order by time, then as made.
std::string key_of(Instant at) {
  auto value = static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ std::uint64_t{1} << 63U;
  std::string key(8, '\0');
  for (auto place = key.rbegin(); place != key.rend(); ++place, value >>= 8U)
    *place = static_cast<char>(value);
  return key;
}

// Every family's turn, until there are as many cases as asked for.
Done each_life(const GenerateOptions& options, const std::function<Done(const Life&)>& use) {
  console::Progress progress(
      "generate", options.cases, console::Unit::items,
      options.progress ? console::ProgressOptions{} : console::ProgressOptions{.shown = false});
  const auto last = std::chrono::sys_days{options.until} + std::chrono::days{1};
  const Instant begin = last - std::chrono::days{options.days} - china;
  const auto span_ms = std::chrono::milliseconds{std::chrono::days{options.days}}.count();
  std::uint64_t made = 0;
  for (std::uint64_t family = 0; made < options.cases; ++family) {
    const auto part = static_cast<std::int64_t>(
        static_cast<unsigned __int128>(made) * static_cast<std::uint64_t>(span_ms) / options.cases);
    const Turn turn{.family = family,
                    .first_case = made + 1,
                    .collected = begin + std::chrono::milliseconds{part},
                    .alone = options.cases - made == 1};
    const Life life = plan_life(options, turn);
    made += life.cases.size();
    if (auto used = use(life); !used) return used;
    if (family % families_between_looks != 0) continue;
    progress.update(made);
    if (options.interrupt && options.interrupt()) return fail("interrupted");
  }
  return {};
}

Instant end_of(const GenerateOptions& options) {
  return std::chrono::sys_days{options.until} + std::chrono::days{1} - china - 1ms;
}

Done check(const GenerateOptions& options) {
  if (options.cases == 0 || options.cases > 100'000'000) return fail("1 to 100,000,000 cases");
  if (options.days < 1 || options.days > 3'660) return fail("1 to 3,660 days");
  if (!options.until.ok()) return fail("until is no date");
  return {};
}

class LogWriter {
 public:
  LogWriter(events::EventLog& log, GenerateSummary& summary)
      : log_(log), summary_(summary), ends_(log.partitions()) {}

  Done add(std::string_view frame) {
    const auto decoded = events::decode_frame(frame);
    if (!decoded) return std::unexpected(decoded.error());
    events::EnvelopeView view = decoded->envelope;
    const auto partition = events::partition_of(view.subject, log_.partitions());
    events::Envelope envelope = events::to_owned(view);
    envelope.sequence = ++ends_[partition];
    events::LogRecord record{{partition, envelope.sequence}, {}};
    record.frame.reserve(frame.size() + 24);
    events::append_frame(record.frame, envelope, decoded->data);
    bytes_ += record.frame.size();
    records_.push_back(std::move(record));
    ++summary_.events;
    return bytes_ < append_bytes && records_.size() < append_records ? Done{} : flush();
  }

  Done flush() {
    if (records_.empty()) return {};
    auto appended = log_.append(records_);
    records_.clear();
    bytes_ = 0;
    if (!appended) return std::unexpected(appended.error().detail);
    return {};
  }

 private:
  events::EventLog& log_;
  GenerateSummary& summary_;
  std::vector<events::Sequence> ends_;
  std::vector<events::LogRecord> records_;
  std::size_t bytes_ = 0;
};

// All records, in order.
Done each_sorted(import::ExternalSorter& sorter, const GenerateOptions& options, const char* label,
                 const std::function<Done(std::string_view)>& use) {
  console::Progress progress(
      label, sorter.records(), console::Unit::items,
      options.progress ? console::ProgressOptions{} : console::ProgressOptions{.shown = false});
  for (std::uint64_t done = 0;; ++done) {
    const auto record = sorter.next();
    if (!record) return std::unexpected(record.error().message);
    if (!*record) return {};
    if (auto used = use((*record)->payload); !used) return used;
    progress.update(done);
    if (done % 4'096 == 0 && options.interrupt && options.interrupt()) return fail("interrupted");
  }
}

void append_command(std::string& out, const Life& life, const Step& step) {
  const auto text = [&](const char* name, std::string_view value) {
    if (value.empty()) return;
    out += out.back() == '{' ? "\"" : ",\"";
    out.append(name).append("\":");
    events::append_json_string(out, value);
  };
  const auto type = static_cast<engine::CommandType>(step.body.index());
  out.push_back('{');
  text("case", life.cases[step.subject]);
  text("command", events::name_of(type));
  text("actor", step.actor.id);
  text("role", events::name_of(step.actor.role));
  text("organ", step.actor.organ);
  text("station", step.actor.station);
  text("region", step.actor.region);
  text("behalf", step.behalf);
  text("occurred_at", events::format_instant(step.at));
  out += ",\"body\":";
  std::visit([&](const auto& body) { out += events::to_json(body); }, step.body);
  out += "}\n";
}

}  // namespace

std::expected<GenerateSummary, std::string> generate_log(const GenerateOptions& options,
                                                         const engine::Definitions& definitions,
                                                         events::EventLog& log) {
  const auto begun = std::chrono::steady_clock::now();
  if (auto checked = check(options); !checked) return std::unexpected(checked.error());
  for (events::Partition partition = 0; partition < log.partitions(); ++partition) {
    if (log.end(partition) != 0) return fail("the log is not empty: generate into a new one");
  }
  GenerateSummary summary;
  import::ExternalSorter sorter({options.sort_memory_bytes, options.temporary_directory});
  std::string frame;
  Simulator simulator(definitions, options.source,
                      [&](const events::Envelope& envelope, std::string_view data) -> Done {
                        const auto name = envelope.type.substr(sizeof("huiyin.case.") - 1);
                        ++summary.by_event[name.substr(0, name.rfind('.'))];
                        frame.clear();
                        events::append_frame(frame, envelope, data);
                        auto added = sorter.add(key_of(envelope.time), frame);
                        return added ? Done{} : std::unexpected(added.error().message);
                      });
  const Instant until = end_of(options);
  auto lived = each_life(options, [&](const Life& life) {
    summary.cases += life.cases.size();
    return simulator.live(life, until);
  });
  if (!lived) return std::unexpected(lived.error());
  summary.commands = simulator.commands();
  LogWriter writer(log, summary);
  auto written = each_sorted(sorter, options, "append",
                             [&](std::string_view bytes) { return writer.add(bytes); });
  if (written) written = writer.flush();
  if (!written) return std::unexpected(written.error());
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return summary;
}

std::expected<GenerateSummary, std::string> generate_commands(const GenerateOptions& options,
                                                              std::ostream& out) {
  const auto begun = std::chrono::steady_clock::now();
  if (auto checked = check(options); !checked) return std::unexpected(checked.error());
  GenerateSummary summary;
  import::ExternalSorter sorter({options.sort_memory_bytes, options.temporary_directory});
  const Instant until = end_of(options);
  std::string line;
  auto lived = each_life(options, [&](const Life& life) -> Done {
    summary.cases += life.cases.size();
    for (const Step& step : life.steps) {
      if (step.at > until) break;
      ++summary.commands;
      line.clear();
      append_command(line, life, step);
      if (auto added = sorter.add(key_of(step.at), line); !added)
        return std::unexpected(added.error().message);
    }
    return {};
  });
  if (lived) {
    lived = each_sorted(sorter, options, "write", [&](std::string_view bytes) -> Done {
      out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      return out ? Done{} : fail("the commands cannot be written");
    });
  }
  if (!lived) return std::unexpected(lived.error());
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return summary;
}

void append_json(std::string& out, const GenerateSummary& summary) {
  out += "{\"cases\":" + std::to_string(summary.cases) +
         ",\"commands\":" + std::to_string(summary.commands) +
         ",\"events\":" + std::to_string(summary.events) + ",\"by_event\":{";
  for (const auto& [name, count] : summary.by_event) {
    out += (out.back() == '{' ? "\"" : ",\"") + name + "\":" + std::to_string(count);
  }
  out += "},\"seconds\":" + std::to_string(summary.seconds) + "}";
}

}  // namespace huiyin::generate
