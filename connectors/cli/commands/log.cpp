// huiyin log copy: the logs to another place, local or Kafka, every event at its position.
#include <algorithm>
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "console/progress.hpp"
#include "copy_log.hpp"
#include "cut_views.hpp"
#include "kafka/kafka_log.hpp"
#include "kafka/topics.hpp"
#include "kafka_settings.hpp"
#include "local_log/local_log.hpp"
#include "output.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view cluster_word = "kafka:";

struct CopyArguments {
  std::string from, to;
};

// The two logs of a deployment: of cases, and of the registry.
struct Which {
  kafka::Topic topic;
  std::string_view folder;  // below a data folder
  std::string_view suffix;  // of the deployment, in transactional ids
};
constexpr Which of_cases{kafka::Topic::events, "log", ""};
constexpr Which of_registry{kafka::Topic::registry, "registry/log", ".registry"};

// The topic's mirror lies beside the local side, and goes when the copy is whole; after an
// interruption it saves fetching everything again.
struct Scratch {
  fs::path folder;

  void remove() const {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
};

Result<Scratch> scratch_beside(const fs::path& data, const kafka::KafkaSettings& settings,
                               const Which& which) {
  const auto folder = scratch_folder(data);
  if (!folder) return std::unexpected(folder.error());
  return Scratch{*folder / ("copy-" + settings.prefix + std::string(which.suffix))};
}

Result<std::unique_ptr<kafka::KafkaLog>> open_cluster(const node::Settings& settings,
                                                      const kafka::KafkaSettings& cluster,
                                                      const fs::path& mirror, const Which& which) {
  auto log = kafka::KafkaLog::open(cluster,
                                   {.topic = which.topic,
                                    .mirror = mirror,
                                    .deployment = settings.deployment + std::string(which.suffix)});
  if (!log) return std::unexpected(to_failure(log.error()));
  return std::move(*log);
}

// Up to where the topic is written now, without fencing whoever writes it.
Done fetch(kafka::KafkaLog& log) {
  console::Progress bar("fetch", 0);
  const Interruption interruption;
  const auto look = [&] {
    std::uint64_t events = 0;
    for (const events::Sequence end : ends_of(log)) events += end;
    bar.update(events);
    return interruption.flag().load();
  };
  for (events::Partition p = 0; p < log.partitions(); ++p) {
    const auto done = log.catch_up(p, look);
    if (interruption.flag()) return fail("interrupted", "nothing was copied");
    if (!done) return std::unexpected(to_failure(done.error()));
  }
  return {};
}

// Nothing: the topic is empty, and there is nothing to be a copy of.
bool is_empty(const events::EventLog& log) {
  return std::ranges::all_of(ends_of(log), [](events::Sequence end) { return end == 0; });
}

Result<std::uint64_t> from_cluster(const node::Settings& settings,
                                   const kafka::KafkaSettings& cluster, const fs::path& data,
                                   const Which& which) {
  std::error_code error;
  fs::create_directories((data / which.folder).parent_path(), error);
  const auto scratch = scratch_beside(data, cluster, which);
  if (!scratch) return std::unexpected(scratch.error());
  std::uint64_t copied = 0;
  {
    const auto from = open_cluster(settings, cluster, scratch->folder, which);
    if (!from) return std::unexpected(from.error());
    if (auto fetched = fetch(**from); !fetched) return std::unexpected(fetched.error());
    if (which.topic == kafka::Topic::registry && is_empty(**from)) return std::uint64_t{0};
    auto to = local_log::LocalLog::open(data / which.folder, local_log::OpenMode::create,
                                        {.partitions = (*from)->partitions()});
    if (!to) return std::unexpected(to_failure(to.error()));
    if (auto fits = check_continues(**from, **to); !fits) return std::unexpected(fits.error());
    const auto done = copy_events(**from, ends_of(**from), **to);
    if (!done) return done;
    copied = *done;
  }
  scratch->remove();
  return copied;
}

// Nobody ever registered anything there.
bool has_none(const Which& which, const events::LogError& error) {
  return which.topic == kafka::Topic::registry && error.code == events::LogErrorCode::missing;
}

// Takes the partitions over only once it is clear that the topic continues.
Result<std::uint64_t> to_cluster(const node::Settings& settings,
                                 const kafka::KafkaSettings& cluster, const fs::path& data,
                                 const Which& which) {
  const auto from = local_log::LocalLog::open(data / which.folder, local_log::OpenMode::read_only);
  if (!from && has_none(which, from.error())) return std::uint64_t{0};
  if (!from) return std::unexpected(to_failure(from.error()));
  if (which.topic == kafka::Topic::events) {
    const auto refusal = kafka::check_for_start(cluster, {.partitions = (*from)->partitions()});
    if (!refusal) return std::unexpected(to_failure(refusal.error()));
    if (*refusal) return fail("topics-differ", **refusal);
  }
  const auto scratch = scratch_beside(data, cluster, which);
  if (!scratch) return std::unexpected(scratch.error());
  std::uint64_t copied = 0;
  {
    const auto to = open_cluster(settings, cluster, scratch->folder, which);
    if (!to) return std::unexpected(to.error());
    if (auto fetched = fetch(**to); !fetched) return std::unexpected(fetched.error());
    if (auto fits = check_continues(**from, **to); !fits) return std::unexpected(fits.error());
    for (events::Partition p = 0; p < (*to)->partitions(); ++p) {
      if (auto taken = (*to)->take_over(p); !taken)
        return std::unexpected(to_failure(taken.error()));
    }
    const auto done = copy_events(**from, ends_of(**from), **to);
    if (!done) return done;
    copied = *done;
  }
  scratch->remove();
  return copied;
}

Result<std::uint64_t> local_to_local(const fs::path& source, const fs::path& target,
                                     const Which& which) {
  const auto from =
      local_log::LocalLog::open(source / which.folder, local_log::OpenMode::read_only);
  if (!from && has_none(which, from.error())) return std::uint64_t{0};
  if (!from) return std::unexpected(to_failure(from.error()));
  std::error_code ignored;
  fs::create_directories((target / which.folder).parent_path(), ignored);
  auto to = local_log::LocalLog::open(target / which.folder, local_log::OpenMode::create,
                                      {.partitions = (*from)->partitions()});
  if (!to) return std::unexpected(to_failure(to.error()));
  if (auto fits = check_continues(**from, **to); !fits) return std::unexpected(fits.error());
  return copy_events(**from, ends_of(**from), **to);
}

Result<std::uint64_t> copy(const Context& context, const CopyArguments& arguments,
                           const Which& which) {
  const bool from_kafka = arguments.from == cluster_word;
  const bool to_kafka = arguments.to == cluster_word;
  if (from_kafka && to_kafka) return misuse("FROM and TO are both kafka:");
  if (!from_kafka && !to_kafka) return local_to_local(arguments.from, arguments.to, which);
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  const auto cluster = kafka_settings(*settings);
  if (!cluster) return std::unexpected(cluster.error());
  return from_kafka ? from_cluster(*settings, *cluster, arguments.to, which)
                    : to_cluster(*settings, *cluster, arguments.from, which);
}

Done run_copy(const Context& context, const CopyArguments& arguments) {
  const auto copied = copy(context, arguments, of_cases);
  if (!copied) return std::unexpected(copied.error());
  const auto registered = copy(context, arguments, of_registry);
  if (!registered) return std::unexpected(registered.error());
  if (context.json)
    print_line("{\"events\":" + std::to_string(*copied) +
               ",\"registry_events\":" + std::to_string(*registered) + "}");
  else
    print_line(console::format_count(*copied) + " events and " +
               console::format_count(*registered) + " of the registry copied; both end alike");
  note("Keys, principals and imports-settled are not in the log: `huiyin backup` has them.");
  return {};
}

}  // namespace

void add_log(Arguments& root, const Context& context) {
  Arguments log = root.command("log", "The log of record");
  const auto arguments = std::make_shared<CopyArguments>();
  Arguments command = log.command(
      "copy",
      "Copy a log, keeping every position; FROM and TO are data folders, or kafka: for the cluster "
      "of the settings. TO must be empty, or hold a beginning of FROM",
      "  huiyin --config huiyin.toml log copy huiyin-data kafka:\n"
      "  huiyin --config huiyin.toml log copy kafka: copy-of-it");
  command.option("FROM", arguments->from, "a data folder, or kafka:");
  command.require("FROM");
  command.option("TO", arguments->to, "a data folder, or kafka:");
  command.require("TO");
  command.run([&context, arguments] { return run_copy(context, *arguments); });
}

}  // namespace huiyin::cli
