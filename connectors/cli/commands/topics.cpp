// huiyin topics create, huiyin topics check: the topics of a cluster.
#include "kafka/topics.hpp"

#include <memory>

#include "commands.hpp"
#include "events/json_text.hpp"
#include "kafka_settings.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

struct TopicsArguments {
  std::optional<std::uint64_t> replication, partitions;
};

struct Asked {
  kafka::KafkaSettings kafka;
  kafka::TopicsRequest request;
};

Result<Asked> asked(const Context& context, const TopicsArguments& arguments) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  auto cluster = kafka_settings(*settings);
  if (!cluster) return std::unexpected(cluster.error());
  constexpr std::uint64_t most_copies = 64;
  constexpr std::uint64_t most_partitions = 256;
  const auto copies = arguments.replication.value_or(cluster->replication);
  const auto partitions = arguments.partitions.value_or(settings->partitions);
  if (copies > most_copies) return misuse("--replication: at most 64");
  if (partitions < 1 || partitions > most_partitions)
    return misuse("--partitions: between 1 and 256");
  cluster->replication = static_cast<std::uint16_t>(copies);
  return Asked{std::move(*cluster), {.partitions = static_cast<events::Partition>(partitions)}};
}

std::string to_json(const std::vector<std::string>& created,
                    const std::vector<kafka::TopicDifference>& differences) {
  std::string out = std::string(R"({"ok":)") + (differences.empty() ? "true" : "false");
  out += R"(,"created":[)";
  for (const auto& name : created) {
    if (out.back() != '[') out.push_back(',');
    events::append_json_string(out, name);
  }
  out += R"(],"differences":[)";
  const auto member = [&out](std::string_view name, std::string_view value) {
    out.append(R"(,")").append(name).append(R"(":)");
    events::append_json_string(out, value);
  };
  for (const auto& difference : differences) {
    if (out.back() != '[') out.push_back(',');
    out += R"({"vital":)";
    out += difference.vital ? "true" : "false";
    member("topic", difference.topic);
    member("setting", difference.setting);
    member("is", difference.is);
    member("must_be", difference.should_be);
    out.push_back('}');
  }
  return out + "]}";
}

Done say(const Context& context, const std::vector<std::string>& created,
         const std::vector<kafka::TopicDifference>& differences) {
  if (differences.empty()) {
    if (context.json) {
      print_line(to_json(created, differences));
      return {};
    }
    for (const auto& name : created) print_line("made " + name);
    print_line("ok: all " + std::to_string(kafka::topic_count) + " topics are what they must be");
    return {};
  }
  if (!context.json) {
    for (const auto& name : created) print_line("made " + name);
    for (const auto& difference : differences) print_line(to_text(difference));
  }
  const std::string count = std::to_string(differences.size());
  return std::unexpected(Failure{
      "topics-differ", differences.size() == 1 ? "one thing differs" : count + " things differ",
      failed, to_json(created, differences)});
}

Done run_check(const Context& context, const TopicsArguments& arguments) {
  const auto what = asked(context, arguments);
  if (!what) return std::unexpected(what.error());
  const auto differences = kafka::check_topics(what->kafka, what->request);
  if (!differences) return std::unexpected(to_failure(differences.error()));
  return say(context, {}, *differences);
}

Done run_create(const Context& context, const TopicsArguments& arguments) {
  const auto what = asked(context, arguments);
  if (!what) return std::unexpected(what.error());
  const auto made = kafka::create_topics(what->kafka, what->request);
  if (!made) return std::unexpected(to_failure(made.error()));
  return say(context, made->created, made->differences);
}

}  // namespace

void add_topics(Arguments& root, const Context& context) {
  Arguments topics = root.command("topics", "The topics of the cluster that the settings name");
  const auto arguments = std::make_shared<TopicsArguments>();
  const auto declare = [&arguments](Arguments& command) {
    command.option("--replication", arguments->replication,
                   "copies of each (three, or as many as there are brokers)");
    command.option("--partitions", arguments->partitions,
                   "of the log, where the settings' are not meant; never changes afterwards");
  };
  Arguments create = topics.command(
      "create", "Make the topics that are missing, then check all; what is there stays as it is",
      "  huiyin --config huiyin.toml topics create");
  declare(create);
  create.run([&context, arguments] { return run_create(context, *arguments); });
  Arguments check = topics.command("check", "Say what differs from what they must be",
                                   "  huiyin --config huiyin.toml topics check --json");
  declare(check);
  check.run([&context, arguments] { return run_check(context, *arguments); });
}

}  // namespace huiyin::cli
