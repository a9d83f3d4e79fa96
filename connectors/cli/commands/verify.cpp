// huiyin verify: whether the log is whole and the views are what it says.
#include <memory>

#include <unistd.h>

#include "commands.hpp"
#include "console/format.hpp"
#include "cut_views.hpp"
#include "events/json_text.hpp"
#include "output.hpp"
#include "projections/fingerprint.hpp"

namespace huiyin::cli {
namespace {

namespace fs = std::filesystem;
using projections::ViewStore;

struct Report {
  std::uint64_t events = 0, cases = 0, behind = 0;
  std::string problem;  // the first that was found
  std::vector<projections::Difference> differences;
  projections::Fingerprints views;  // what node and node compare
  std::uint64_t registry_events = 0;
  std::optional<projections::Fingerprint> registry;  // none: no registry

  bool ok() const { return problem.empty(); }
};

// Of all views of a partition: equal on every node that stands at the same position.
projections::Fingerprint whole(
    const std::array<projections::Fingerprint, projections::family_count>& families) {
  projections::Fingerprint sum;
  for (const auto& one : families) sum += one;
  return sum;
}

std::string fingerprints_json(const projections::Fingerprints& views) {
  std::string out = R"(,"fingerprints":[)";
  for (std::size_t i = 0; i < views.partitions.size(); ++i) {
    if (i > 0) out.push_back(',');
    out += R"({"position":")" + events::format_position(views.applied[i]) + R"(","views":")" +
           projections::format_fingerprint(whole(views.partitions[i])) + R"("})";
  }
  return out + "]";
}

std::string to_json(const Report& report) {
  std::string out = std::string(R"({"ok":)") + (report.ok() ? "true" : "false") + R"(,"events":)" +
                    std::to_string(report.events) + R"(,"cases":)" + std::to_string(report.cases) +
                    R"(,"views_behind":)" + std::to_string(report.behind);
  if (!report.ok()) {
    out += R"(,"problem":)";
    events::append_json_string(out, report.problem);
  }
  out += fingerprints_json(report.views);
  if (report.registry) {
    out += R"(,"registry":{"events":)" + std::to_string(report.registry_events) + R"(,"views":")" +
           projections::format_fingerprint(*report.registry) + R"("})";
  }
  out += R"(,"differences":[)";
  for (const auto& difference : report.differences) {
    if (out.back() != '[') out.push_back(',');
    out += R"({"partition":)" + std::to_string(difference.partition) + R"(,"family":")" +
           std::string(events::name_of(difference.family)) + R"(","log":")" +
           projections::format_fingerprint(difference.left) + R"(","views":")" +
           projections::format_fingerprint(difference.right) + R"(","keys":[)";
    for (std::size_t i = 0; i < difference.keys.size(); ++i) {
      if (i > 0) out.push_back(',');
      events::append_json_string(out, difference.keys[i]);
    }
    out += "]}";
  }
  return out + "]}";
}

// Folds the whole log into views of its own and compares those with the ones that are served.
Done check(const events::EventLog& log, const ViewStore& views, const fs::path& shadow_path,
           Report& report) {
  projections::Cut cut;
  for (events::Partition p = 0; p < log.partitions(); ++p) {
    if (views.applied(p) > log.end(p)) {
      report.problem = "the views are ahead of the log in partition " + std::to_string(p) +
                       ": the log has lost events";
      return {};
    }
    cut.upto.push_back(views.applied(p));
    report.behind += log.end(p) - views.applied(p);
  }
  auto shadow = ViewStore::open(shadow_path, log.partitions());
  if (!shadow) return std::unexpected(to_failure(shadow.error()));
  const auto filled = fill(log, **shadow, cut);
  if (!filled && filled.error().code != "log-damaged") return std::unexpected(filled.error());
  if (!filled) {
    report.problem = filled.error().detail;
    return {};
  }
  report.events = filled->events;
  report.cases = filled->cases;
  auto comparison = projections::compare(**shadow, views);
  if (!comparison) return std::unexpected(to_failure(comparison.error()));
  report.differences = std::move(comparison->differences);
  auto fingerprints = projections::fingerprints(views);
  if (!fingerprints) return std::unexpected(to_failure(fingerprints.error()));
  report.views = std::move(*fingerprints);
  if (!report.differences.empty()) {
    const auto& first = report.differences.front();
    report.problem = "the views differ from the log, first in " +
                     std::string(events::name_of(first.family)) + " of partition " +
                     std::to_string(first.partition);
    for (const auto& key : first.keys) report.problem += ", " + key;
  } else if (!comparison->comparable) {
    report.problem = "the views do not say where they stand";
  }
  // What the views do not have yet is checked too.
  const auto rest = projections::catch_up(log, **shadow);
  if (!rest && rest.error().code == projections::ReplayErrorCode::store)
    return std::unexpected(to_failure(rest.error()));
  if (!rest && report.ok()) report.problem = rest.error().detail;
  if (rest) report.events += *rest;
  return {};
}

// The same of the registry, which has a log of its own.
Done check_registry(const node::Registry& registry, const fs::path& shadow_path, Report& report) {
  const auto& views = registry.store();
  auto shadow = projections::RegistryStore::open(shadow_path);
  if (!shadow) return std::unexpected(to_failure(shadow.error()));
  projections::CatchUpOptions options;
  options.upto = views.applied(0);
  const auto filled = projections::catch_up(registry.log(), **shadow, options);
  if (!filled) {
    if (report.ok()) report.problem = "the registry: " + filled.error().detail;
    return {};
  }
  const auto ours = views.fingerprint();
  const auto fresh = (*shadow)->fingerprint();
  if (!ours) return std::unexpected(to_failure(ours.error()));
  if (!fresh) return std::unexpected(to_failure(fresh.error()));
  report.registry = *ours;
  report.registry_events = *filled;
  if (*ours != *fresh && report.ok()) report.problem = "the registry's views differ from its log";
  // What the views do not have yet is checked too.
  options.upto.reset();
  const auto rest = projections::catch_up(registry.log(), **shadow, options);
  if (!rest && report.ok()) report.problem = "the registry: " + rest.error().detail;
  if (rest) report.registry_events += *rest;
  return {};
}

Done run_verify(const Context& context) {
  const auto reading = open_log_reading(context, {});
  if (!reading) return std::unexpected(reading.error());
  const auto scratch = scratch_folder(reading->node->settings().data);
  if (!scratch) return std::unexpected(scratch.error());
  const fs::path shadow = *scratch / ("verify." + std::to_string(::getpid()));
  Report report;
  auto checked = check(reading->node->log(), reading->node->views(), shadow / "cases", report);
  if (auto* registry = reading->node->registry(); checked && registry != nullptr)
    checked = check_registry(*registry, shadow / "registry", report);
  std::error_code ignored;
  fs::remove_all(shadow, ignored);
  if (!checked) return checked;
  if (!report.ok()) {
    return std::unexpected(Failure{"not-verified", report.problem, failed, to_json(report)});
  }
  if (context.json) {
    print_line(to_json(report));
    return {};
  }
  print_line("ok: " + console::format_count(report.events) + " events, " +
             console::format_count(report.cases) + " cases; the views are what the log says");
  if (report.registry)
    print_line("ok: " + console::format_count(report.registry_events) + " events of the registry");
  if (report.behind > 0) {
    note("the views have not taken the last " + console::format_count(report.behind) +
         " events yet");
  }
  return {};
}

}  // namespace

void add_verify(Arguments& root, const Context& context) {
  root.command(
          "verify",
          "Check the log (whole, readable, foldable) and the views against it; may run beside a "
          "server",
          "  huiyin verify --json")
      .run([&context] { return run_verify(context); });
}

}  // namespace huiyin::cli
