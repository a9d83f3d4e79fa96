#include "node/node.hpp"

#include <cstdlib>

#include "engine/definition_toml.hpp"
#include "ids.hpp"
#include "keys/master_key.hpp"
#include "local_log/local_log.hpp"
#include "node/cluster.hpp"
#include "node/duty_watch.hpp"
#include "node/facts.hpp"
#include "node/logging.hpp"
#include "text_follower.hpp"

namespace huiyin::node {
namespace {

constexpr std::chrono::seconds cluster_patience{30};  // for a broker: longer than an election

std::expected<engine::Definitions, std::string> read_definitions(
    const std::filesystem::path& config, const std::string& profile) {
  if (config.empty()) {
    return std::unexpected(
        "no folder with processes/ and calendars/ was found: name it as `config` in the settings "
        "or in "
        "HUIYIN_CONFIG_DIR");
  }
  auto loaded = engine::load_definitions(config / "processes", config / "calendars", profile);
  if (loaded) return std::move(*loaded);
  return std::unexpected(engine::to_text(loaded.error()));
}

// From the environment, else from its file, which is made at the first start.
std::expected<keys::SecretKey, std::string> read_master_key(const Settings& settings) {
  const auto fail = [](const keys::VaultError& error) { return std::unexpected(error.detail); };
  if (const char* given = std::getenv("HUIYIN_MASTER_KEY")) {  // NOLINT(concurrency-mt-unsafe)
    auto key = keys::parse_master_key(given);
    if (!key) return fail(key.error());
    return *key;
  }
  const auto file =
      settings.master_key.empty() ? settings.data / "master.key" : settings.master_key;
  if (!std::filesystem::exists(file)) {
    auto made = keys::create_master_key(file);
    if (!made) return fail(made.error());
    log(LogLevel::warning, "made a new master key: keep a copy of it apart from the data",
        {{"file", file.string()}});
    return *made;
  }
  auto key = keys::read_master_key(file);
  if (!key) return fail(key.error());
  return *key;
}

}  // namespace

Node::Node(Settings settings)
    : settings_(std::move(settings)), ids_(std::make_unique<SystemIds>()) {}

Node::~Node() { stop(std::chrono::seconds(5)); }

std::expected<std::unique_ptr<Node>, std::string> Node::open(Settings settings, Access access) {
  if (settings.config.empty()) settings.config = find_config_folder();
  if (settings.kafka && access == Access::write) {
    return std::unexpected(
        "the log of these settings is in Kafka: do this in a data folder of its own, then move it "
        "there with `huiyin log copy`");
  }
  std::unique_ptr<Node> node(new Node(std::move(settings)));
  auto definitions = read_definitions(node->settings_.config, node->settings_.profile);
  if (!definitions) return std::unexpected(definitions.error());
  node->definitions_ = std::move(*definitions);
  if (!node->settings_.principals.empty()) {
    auto principals = Principals::load(node->settings_.principals);
    if (!principals) return std::unexpected(to_text(principals.error()));
    node->principals_ = std::move(*principals);
  }
  if (auto opened = node->open_stores(access); !opened) return std::unexpected(opened.error());
  node->access_ = access;
  if (access == Access::serve) {
    if (auto opened = node->open_registry(); !opened) return std::unexpected(opened.error());
    if (node->registry_ != nullptr && node->settings_.has(ClusterRole::engine))
      node->duty_watch_ = std::make_unique<DutyWatch>(*node->registry_, *node->ids_);
  }
  if (access != Access::read) {
    if (auto started = node->start_runtime(access); !started)
      return std::unexpected(started.error());
  }
  return node;
}

std::expected<void, std::string> Node::open_stores(Access access) {
  const bool reads = access == Access::read;
  std::error_code error;
  if (!reads) std::filesystem::create_directories(settings_.data, error);
  if (error)
    return std::unexpected("cannot make " + settings_.data.string() + ": " + error.message());

  if (auto opened = open_log(reads); !opened) return opened;

  const auto views_path = settings_.data / "views";
  auto views = reads ? projections::ViewStore::open_read_only(views_path, log_->partitions())
                     : projections::ViewStore::open(views_path, log_->partitions());
  if (!views) return std::unexpected(views.error().detail);
  views_ = std::move(*views);
  if (reads) {
    // A writer may have gone on between the two: the log must hold what the views point to.
    if (auto opened = open_log(reads); !opened) return opened;
  }

  auto text = text_search::TextIndex::open(settings_.data);
  if (!text && text.error().code == text_search::Code::damaged && !reads) {
    text_search::TextIndex::erase(settings_.data);
    text = text_search::TextIndex::open(settings_.data);
  }
  if (!text) return std::unexpected(text.error().message);
  text_ = std::make_unique<text_search::TextIndex>(std::move(*text));
  return {};
}

// A log on this machine, or a mirror of the one in Kafka; who only reads reads either as it lies.
std::expected<void, std::string> Node::open_log(bool reads) {
  if (settings_.kafka && !reads) {
    auto opened = open_kafka_log(settings_, cluster_patience);
    if (!opened) return std::unexpected(opened.error());
    log_ = std::move(*opened);
    return {};
  }
  auto log = local_log::LocalLog::open(
      settings_.data / "log", reads ? local_log::OpenMode::read_only : local_log::OpenMode::create,
      {.partitions = settings_.partitions});
  if (!log) {
    if (log.error().code == events::LogErrorCode::missing) {
      return std::unexpected("there is no data in " + settings_.data.string() + " (" +
                             log.error().detail + ")");
    }
    return std::unexpected(log.error().detail);
  }
  log_ = std::move(*log);
  return {};
}

Registry* Node::registry() {
  if (access_ != Access::serve && !asked_for_registry_) {
    asked_for_registry_ = true;
    if (const auto opened = open_registry(); !opened)
      node::log(LogLevel::error, "the registry cannot be opened", {{"error", opened.error()}});
  }
  return registry_.get();
}

std::expected<void, std::string> Node::open_registry() {
  const auto rules = settings_.config / "registry";
  std::error_code ignored;
  if (!std::filesystem::exists(rules, ignored)) return {};
  Registry::Options options{.directory = settings_.data / "registry",
                            .rules = rules,
                            .source = "/huiyin/" + settings_.deployment,
                            .read_only = access_ == Access::read,
                            .kafka = {},
                            .deployment = settings_.deployment,
                            .patience = cluster_patience,
                            .problem = {}};
  if (settings_.kafka) {
    options.kafka = with_log(*settings_.kafka);
    options.problem = [said = std::make_shared<Complaints>()](std::string_view detail) {
      if (said->due(detail))
        node::log(LogLevel::error, "the registry stands still", {{"detail", std::string(detail)}});
    };
  }
  auto registry = Registry::open(*ids_, std::move(options));
  if (!registry) return std::unexpected(registry.error());
  registry_ = std::move(*registry);
  return {};
}

void Node::committed() {
  const std::lock_guard lock(listeners_mutex_);
  text_follower_->wake();
  if (on_commit_) on_commit_();
}

std::expected<void, std::string> Node::start_runtime(Access access) {
  auto master = read_master_key(settings_);
  if (!master) return std::unexpected(master.error());
  auto vault = keys::Vault::open(settings_.data / "keys", *master);
  if (!vault) return std::unexpected(vault.error().detail);
  vault_ = std::move(*vault);

  text_follower_ = std::make_unique<TextFollower>(*log_, *text_);
  auto* const in_kafka = dynamic_cast<kafka::KafkaLog*>(log_.get());
  if (in_kafka == nullptr) return start_local(access);
  auto cluster = Cluster::start(
      settings_,
      {*in_kafka, *views_, definitions_, *ids_, *vault_,
       [this, all = std::make_shared<const engine::Facts>(principals_.facts())](
           engine::Command& command) { return facts_for(registry_.get(), all, command); },
       [this] { committed(); }});
  if (!cluster) return std::unexpected(cluster.error());
  cluster_ = std::move(*cluster);
  return {};
}

std::expected<void, std::string> Node::start_local(Access access) {
  engine::RuntimeOptions options;
  options.processor.source = "/huiyin/" + settings_.deployment;
  options.processor.on_commit = [this] { committed(); };
  options.settlement_file = settings_.data / "imports-settled";
  options.wall_clock = access == Access::serve;
  auto runtime = engine::Runtime::start(*log_, *views_, definitions_, *ids_, std::move(options));
  if (!runtime) return std::unexpected(runtime.error());
  runtime_ = std::move(*runtime);
  return {};
}

engine::CaseCommands& Node::commands() {
  return cluster_ ? cluster_->commands() : runtime_->processor();
}

engine::RuntimeSnapshot Node::snapshot() const {
  return cluster_ ? cluster_->snapshot() : runtime_->snapshot();
}

std::optional<std::string> Node::not_ready() const {
  constexpr std::uint64_t max_lag = 100'000;  // some seconds of views to write
  if (snapshot().views_lag > max_lag) return "the views are far behind the log";
  return cluster_ ? cluster_->not_ready() : std::nullopt;
}

std::vector<std::pair<std::string, std::uint64_t>> Node::log_figures() const {
  const auto* local = dynamic_cast<const local_log::LocalLog*>(log_.get());
  if (local == nullptr) return {};
  const auto f = local->figures();
  return {{"table_bytes", f.table_bytes},
          {"memory_bytes", f.memory_bytes},
          {"pending_compaction_bytes", f.pending_compaction_bytes},
          {"background_errors", f.background_errors}};
}

void Node::on_commit(std::function<void()> listener) {
  const std::lock_guard lock(listeners_mutex_);
  on_commit_ = std::move(listener);
}

bool Node::wait_for_text(std::chrono::steady_clock::time_point deadline) {
  return text_follower_ == nullptr || text_follower_->wait(deadline);
}

void Node::stop(std::chrono::milliseconds deadline) {
  if (runtime_ != nullptr) runtime_->stop(deadline);
  if (cluster_ != nullptr) cluster_->stop(deadline);
  duty_watch_.reset();
  if (registry_ != nullptr) registry_->stop(deadline);
  text_follower_.reset();
}

}  // namespace huiyin::node
