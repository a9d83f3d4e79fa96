#include "node/cluster.hpp"

#include <algorithm>
#include <limits>

#include "kafka/topics.hpp"
#include "node/logging.hpp"

namespace huiyin::node {
namespace {

// Records, and events: less than a second of reading, which a take-over does for itself.
constexpr std::uint64_t max_behind_to_join = 10'000;

// librdkafka tries again for as long as it takes, and says each time how long it has tried.
std::string_view without_times(std::string_view words) {
  return words.substr(0, words.find(" (after "));
}

// A missing right, for example, is met twice a second.
void complain(Complaints& said, LogLevel level, std::string_view event, std::string_view detail,
              std::optional<int> partition = std::nullopt) {
  const std::string of = partition ? std::to_string(*partition) : std::string();
  if (!said.due(std::string(event) + " " + of + " " + std::string(detail))) return;
  if (partition)
    log(level, event, {{"partition", of}, {"detail", std::string(detail)}});
  else
    log(level, event, {{"detail", std::string(detail)}});
}

}  // namespace

kafka::KafkaSettings with_log(kafka::KafkaSettings settings) {
  settings.on_log = [said = std::make_shared<Complaints>()](kafka::LogLevel level,
                                                            std::string_view text) {
    const auto ours = level == kafka::LogLevel::error     ? LogLevel::error
                      : level == kafka::LogLevel::warning ? LogLevel::warning
                                                          : LogLevel::debug;
    if (ours != LogLevel::debug && !said->due(without_times(text))) return;
    log(ours, "librdkafka", {{"words", std::string(text)}});
  };
  return settings;
}

std::expected<std::unique_ptr<kafka::KafkaLog>, std::string> open_kafka_log(
    const Settings& settings, std::chrono::milliseconds patience) {
  auto opened = kafka::KafkaLog::open(with_log(*settings.kafka), {.mirror = settings.data / "log",
                                                                  .deployment = settings.deployment,
                                                                  .connect_patience = patience});
  if (!opened) return std::unexpected(opened.error().detail);
  return std::move(*opened);
}

Cluster::Cluster(const Settings& settings, World world)
    : settings_(settings), world_(std::move(world)) {}

Cluster::~Cluster() { stop(std::chrono::seconds(0)); }

std::expected<std::unique_ptr<Cluster>, std::string> Cluster::start(const Settings& settings,
                                                                    World world) {
  std::unique_ptr<Cluster> cluster(new Cluster(settings, std::move(world)));
  if (auto begun = cluster->begin(); !begun) return std::unexpected(begun.error());
  return cluster;
}

std::expected<void, std::string> Cluster::begin() {
  const auto kafka = with_log(*settings_.kafka);
  follower_ = std::make_unique<cluster::ViewFollower>(
      world_.log, world_.views, [this](events::Partition partition, const std::string& detail) {
        complain(complaints_, LogLevel::error, "views stand still", detail, partition);
      });
  if (settings_.has(ClusterRole::query)) {
    std::vector<events::Partition> all(world_.log.partitions());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<events::Partition>(i);
    kafka::FollowListener listener;
    listener.on_end = [this](events::Partition partition, events::Sequence) {
      follower_->grown(partition);
      world_.grown();
    };
    listener.on_problem = [this](events::Partition partition, const events::LogError& error) {
      complain(complaints_, LogLevel::error, "the log cannot be followed", error.detail, partition);
    };
    if (auto followed = world_.log.follow(std::move(all), std::move(listener)); !followed)
      return std::unexpected(followed.error().detail);
  }
  if (settings_.has(ClusterRole::gateway) || settings_.has(ClusterRole::query)) {
    auto keys = cluster::KeyTopic::start(kafka, world_.vault, [this](const std::string& detail) {
      complain(complaints_, LogLevel::error, "petitioners' keys", detail);
    });
    if (!keys) return std::unexpected("petitioners' keys: " + keys.error());
    keys_ = std::move(*keys);
  }
  auto watch = cluster::BrokerWatch::start(kafka);
  if (!watch) return std::unexpected(watch.error().detail);
  watch_ = std::move(*watch);
  auto gateway = cluster::Gateway::start(kafka, world_.log.partitions(), world_.ids.fresh_id());
  if (!gateway) return std::unexpected(gateway.error().detail);
  gateway_ = std::move(*gateway);
  if (!settings_.has(ClusterRole::engine)) return {};
  // An engine alone mirrors what it decides: it has to join first.
  if (!settings_.has(ClusterRole::query)) return join();
  joining_ = std::jthread([this](const std::stop_token& stop) { join_when_current(stop); });
  return {};
}

// A partition decides nothing while its new owner fetches what it lacks, which takes minutes where
// there is no mirror yet. So whoever mirrors everything anyway does that first, while the others
// decide. What comes no nearer is waited for no longer: views of one partition may stand still.
void Cluster::join_when_current(const std::stop_token& stop) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds look{50};
  constexpr std::chrono::seconds patience{10};
  std::uint64_t most = 0, least = std::numeric_limits<std::uint64_t>::max();
  auto nearer = Clock::now();
  for (; !stop.stop_requested(); std::this_thread::sleep_for(look)) {
    std::uint64_t mirrored = 0, lag = 0;
    for (events::Partition p = 0; p < world_.log.partitions(); ++p) {
      const auto end = world_.log.end(p);
      mirrored += end;
      lag += end - std::min(end, world_.views.applied(p));
    }
    const auto behind = world_.log.behind();
    if (behind && *behind <= max_behind_to_join && lag <= max_behind_to_join) break;
    // How far the topic goes is not known before each partition was looked at.
    if (behind ? *behind + lag < least : mirrored > most) nearer = Clock::now();
    if (behind) least = std::min(least, *behind + lag);
    most = mirrored;
    if (Clock::now() - nearer > patience) break;
  }
  while (!stop.stop_requested()) {
    const auto joined = join();
    if (joined) return;
    complain(complaints_, LogLevel::error, "the engines cannot be joined", joined.error());
    std::this_thread::sleep_for(look);
  }
}

std::expected<void, std::string> Cluster::join() {
  const auto kafka = with_log(*settings_.kafka);
  cluster::MemberOptions options;
  options.settings = kafka;
  options.deployment = settings_.deployment;
  options.source = "/huiyin/" + settings_.deployment;
  options.facts = world_.facts;
  options.settlement_file = settings_.data / "imports-settled";
  options.on_commit = world_.grown;
  options.on_event = [](std::string_view event, int partition, std::string_view detail) {
    log(LogLevel::info, event,
        {{"partition", std::to_string(partition)}, {"detail", std::string(detail)}});
  };
  options.on_problem = [this](std::string_view event, int partition, std::string_view detail) {
    complain(complaints_, LogLevel::warning, event, detail, partition);
  };
  auto member = cluster::Member::start(world_.log, world_.views, *follower_, world_.definitions,
                                       world_.ids, *gateway_, std::move(options));
  if (!member) return std::unexpected(member.error().detail);
  member_ = std::move(*member);
  joined_ = true;
  return {};
}

engine::RuntimeSnapshot Cluster::snapshot() const {
  engine::RuntimeSnapshot out;
  if (const auto* own = member()) out = own->figures().runtime;
  for (events::Partition p = 0; p < world_.log.partitions(); ++p) {
    const auto end = world_.log.end(p);
    const auto applied = world_.views.applied(p);
    out.log_end.push_back(end);
    out.views_applied.push_back(applied);
    out.views_lag += end - std::min(end, applied);
  }
  return out;
}

std::optional<std::string> Cluster::not_ready() const {
  // Longer than an election, and than one broker that does not answer.
  constexpr std::chrono::seconds max_silence{15};
  if (const auto silence = watch_->silence(); silence > max_silence)
    return "no broker has answered for " + std::to_string(silence.count()) + " s";
  if (settings_.has(ClusterRole::query)) {
    const auto behind = world_.log.behind();
    if (!behind) return "the log has not been looked at yet";
    constexpr std::uint64_t max_behind = 10'000;  // a second or two of reading
    if (*behind > max_behind)
      return "the mirror is " + std::to_string(*behind) + " records behind the log";
  }
  if (settings_.has(ClusterRole::engine)) {
    const auto* own = member();
    if (own == nullptr) return "the engines are joined once mirror and views are current";
    const auto figures = own->figures();
    if (!figures.taking.empty())
      return std::to_string(figures.taking.size()) + " partitions are being taken over";
  }
  return std::nullopt;
}

Cluster::Figures Cluster::figures() const {
  Figures out{gateway_->figures(), std::nullopt, world_.log.figures(), world_.log.behind()};
  // One that has not joined yet decides nothing, and says so.
  if (settings_.has(ClusterRole::engine)) out.member.emplace();
  if (const auto* own = member()) out.member = own->figures();
  return out;
}

void Cluster::stop(std::chrono::milliseconds deadline) {
  // What the gateway waits for may be decided here.
  joining_ = {};
  if (gateway_) gateway_->stop(deadline);
  if (member_) member_->stop();
  world_.log.end_follow();
}

}  // namespace huiyin::node
