#include "node/registry.hpp"

#include "events/envelope.hpp"
#include "local_log/local_log.hpp"

namespace huiyin::node {
namespace {

std::expected<engine::RegistryRules, std::string> read_rules(const std::filesystem::path& folder) {
  auto loaded = engine::load_registry_rules(folder);
  if (loaded) return std::move(*loaded);
  return std::unexpected(engine::to_text(loaded.error(), folder));
}

// How long a broker may be away before whoever has a command is told so.
constexpr std::chrono::seconds write_patience{10};

// Null: nobody ever wrote.
std::expected<std::unique_ptr<events::EventLog>, std::string> open_log(
    const Registry::Options& options) {
  if (options.kafka && !options.read_only) {
    auto log =
        kafka::KafkaLog::open(*options.kafka, {.topic = kafka::Topic::registry,
                                               .mirror = options.directory / "log",
                                               .deployment = options.deployment + ".registry",
                                               .partitions = 1,
                                               .connect_patience = options.patience,
                                               .fence_patience = write_patience,
                                               .stall_patience = write_patience,
                                               .commit_patience = write_patience});
    if (!log) return std::unexpected(log.error().detail);
    return std::move(*log);
  }
  const auto mode =
      options.read_only ? local_log::OpenMode::read_only : local_log::OpenMode::create;
  auto log = local_log::LocalLog::open(options.directory / "log", mode, {.partitions = 1});
  if (log) return std::move(*log);
  if (options.read_only && log.error().code == events::LogErrorCode::missing)
    return std::unique_ptr<events::EventLog>();
  return std::unexpected(log.error().detail);
}

}  // namespace

std::string format_registry_position(events::Sequence sequence) {
  return "r:" + std::to_string(sequence);
}

Registry::Registry(engine::RegistryRules rules, std::unique_ptr<events::EventLog> log,
                   std::unique_ptr<projections::RegistryStore> store)
    : rules_(std::move(rules)), log_(std::move(log)), store_(std::move(store)), board_(*store_) {}

Registry::~Registry() { stop(std::chrono::seconds(5)); }

std::expected<std::unique_ptr<Registry>, std::string> Registry::open(engine::IdSource& ids,
                                                                     Options options) {
  auto rules = read_rules(options.rules);
  if (!rules) return std::unexpected(rules.error());
  auto log = open_log(options);
  if (!log) return std::unexpected(log.error());
  if (*log == nullptr) return nullptr;
  const auto views = options.directory / "views";
  auto store = options.read_only ? projections::RegistryStore::open_read_only(views)
                                 : projections::RegistryStore::open(views);
  if (!store) return std::unexpected(views.string() + ": " + store.error().detail);
  std::unique_ptr<Registry> registry(
      new Registry(std::move(*rules), std::move(*log), std::move(*store)));
  if (options.read_only) return registry;
  engine::ProcessorOptions processing;
  processing.source = std::move(options.source);
  if (auto* const shared = dynamic_cast<kafka::KafkaLog*>(registry->log_.get())) {
    auto owner = RegistryOwner::start(*shared, *registry->store_, registry->rules_, ids,
                                      std::move(processing), std::move(options.problem));
    if (!owner) return std::unexpected("the registry: " + owner.error());
    registry->owner_ = std::move(*owner);
    return registry;
  }
  auto processor = engine::RegistryProcessor::start(*registry->log_, *registry->store_,
                                                    registry->rules_, ids, std::move(processing));
  if (!processor) return std::unexpected("the registry: " + processor.error());
  registry->processor_ = std::move(*processor);
  return registry;
}

engine::CommandPort<engine::RegistryCommand>& Registry::commands() {
  if (owner_) return *owner_;
  return *processor_;
}

engine::Answer Registry::execute(engine::RegistryCommand command) {
  return owner_ ? owner_->execute(command) : processor_->execute(std::move(command));
}

std::expected<std::optional<std::string>, std::string> Registry::history_json(
    std::string_view id) const {
  constexpr std::size_t page = 10'000;  // a subject of the registry has a life of hundreds
  const auto entries = store_->history(id, 1, page);
  if (!entries) return std::unexpected(entries.error().detail);
  if (entries->empty()) return std::nullopt;
  std::string out = R"({"items":[)";
  for (const auto& entry : *entries) {
    const auto frame = log_->get({0, entry.sequence});
    if (!frame) return std::unexpected(frame.error().detail);
    const auto decoded = events::decode_frame(*frame);
    if (!decoded) return std::unexpected(decoded.error());
    if (out.back() != '[') out.push_back(',');
    events::append_cloud_event(out, decoded->envelope, decoded->data);
  }
  return out + "]}";
}

void Registry::stop(std::chrono::milliseconds deadline) {
  if (processor_ != nullptr) processor_->stop(deadline);
  if (owner_ != nullptr) owner_->stop(deadline);
}

}  // namespace huiyin::node
