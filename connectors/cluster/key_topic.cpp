#include "cluster/key_topic.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "crypto/base64.hpp"
#include "errors.hpp"
#include "events/json_reader.hpp"
#include "events/json_writer.hpp"
#include "events/position.hpp"
#include "feed.hpp"
#include "kafka/topics.hpp"
#include "records.hpp"

namespace huiyin::cluster {
namespace {

using Clock = std::chrono::steady_clock;
using keys::VaultError;
using keys::VaultErrorCode;

constexpr std::chrono::milliseconds poll_step{100};
constexpr std::chrono::milliseconds patience{10'000};  // for the cluster to answer
// For the start: longer than brokers take to notice that one died, and to elect (some 16 s).
constexpr std::chrono::milliseconds start_patience{30'000};
constexpr std::chrono::milliseconds rest{1'000};  // after a full disk, for example
constexpr std::size_t most_keys = 1'000;          // learned with one fsync
// Of one topic there are few enough keys for one partition, and then they have an order.
constexpr events::Partition only_partition = 0;

constexpr std::string_view master_id = "master-key";

struct Value {
  std::string person, wrapped;
  bool forgotten = false;
  std::string check;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    ar(optional("person", person), optional("wrapped", wrapped), optional("forgotten", forgotten),
       optional("check", check));
  }
};

std::unexpected<VaultError> unavailable(std::string detail) {
  return std::unexpected(VaultError{VaultErrorCode::unavailable, std::move(detail)});
}

}  // namespace

class KeyTopic::Parts {
 public:
  Parts(const kafka::KafkaSettings& settings, keys::Vault& vault,
        std::function<void(const std::string&)> on_problem)
      : settings_(settings),
        topic_(kafka::topic_name(settings, kafka::Topic::keys)),
        vault_(vault),
        on_problem_(std::move(on_problem)) {}

  ~Parts() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }

  std::expected<void, std::string> start(KeyTopic& share) {
    auto producer = kafka::Client::make(
        settings_,
        {.kind = kafka::ClientKind::producer,
         .defaults = {{"linger.ms", "0"}, {"message.timeout.ms", std::to_string(patience.count())}},
         .fixed = {{"enable.idempotence", "true"}, {"acks", "all"}},
         .on_delivery = [this](const rd_kafka_message_t& message) {
           if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) delivery_failed_ = message.err;
         }});
    if (!producer) return std::unexpected(producer.error().detail);
    producer_.emplace(std::move(*producer));
    auto feed = kafka::Feed::open(settings_, topic_, kafka::Isolation::committed, poll_step);
    if (!feed) return std::unexpected(feed.error().detail);
    feed_.emplace(std::move(*feed));
    const kafka::FeedStart begin{only_partition, 0};
    if (auto assigned = feed_->assign({&begin, 1}); !assigned)
      return std::unexpected(assigned.error().detail);
    if (auto read = read_all(); !read) return read;
    if (auto agreed = agree_on_master(); !agreed) return agreed;
    if (auto shared = vault_.share_with(share, seen_); !shared)
      return std::unexpected(shared.error().detail);
    seen_.clear();
    seen_.shrink_to_fit();
    thread_ = std::thread([this] { follow(); });
    return {};
  }

  std::expected<void, VaultError> publish(
      std::span<const std::pair<std::string, std::string>> rows) {
    const std::lock_guard one_at_a_time(publishing_);
    delivery_failed_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (const auto& [id, value] : rows) {
      for (;;) {
        const auto code = rd_kafka_producev(
            producer_->handle(), RD_KAFKA_VTYPE_TOPIC, topic_.c_str(), RD_KAFKA_VTYPE_PARTITION,
            static_cast<std::int32_t>(only_partition), RD_KAFKA_VTYPE_KEY, id.data(), id.size(),
            RD_KAFKA_VTYPE_VALUE, value.data(), value.size(), RD_KAFKA_VTYPE_MSGFLAGS,
            RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_END);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return unavailable(rd_kafka_err2str(code));
        rd_kafka_poll(producer_->handle(), static_cast<int>(poll_step.count()));
      }
    }
    const auto flushed =
        rd_kafka_flush(producer_->handle(), static_cast<int>((patience + poll_step).count()));
    const auto failed = flushed != RD_KAFKA_RESP_ERR_NO_ERROR ? flushed : delivery_failed_.load();
    if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return unavailable(std::string("the cluster did not take a key: ") + rd_kafka_err2str(failed));
  }

  std::expected<void, VaultError> catch_up() {
    const auto end = feed_->end(only_partition, patience);
    if (!end) return unavailable(end.error().detail);
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, patience, [&] { return reached_ >= *end; })) return {};
    return unavailable("the topic of keys cannot be read");
  }

 private:
  // Up to where the topic is written now; before the thread follows.
  std::expected<void, std::string> read_all() {
    const auto end = feed_->end(only_partition, start_patience);
    if (!end) return std::unexpected(end.error().detail);
    auto deadline = Clock::now() + start_patience;
    while (reached_ < *end) {
      const Gathered gathered = gather();
      if (auto learned = learn(gathered); !learned) return std::unexpected(learned.error().detail);
      for (const auto& row : gathered.rows) seen_.push_back(row.id);
      seen_.insert(seen_.end(), gathered.forgotten.begin(), gathered.forgotten.end());
      checks_.insert(checks_.end(), gathered.checks.begin(), gathered.checks.end());
      // As long as it comes further: there may be very many.
      if (const auto at = feed_->position(only_partition); at > reached_) {
        reached_ = at;
        deadline = Clock::now() + start_patience;
      }
      if (Clock::now() > deadline) return std::unexpected("the topic of keys cannot be read");
    }
    return {};
  }

  // The last check in the topic counts. Of two that began at once, each with a master key of its
  // own, the second one puts the first one's back.
  std::expected<void, std::string> agree_on_master() {
    if (!checks_.empty()) return same_master(checks_.back());
    const auto own = vault_.master_check();
    if (!own) return std::unexpected(own.error().detail);
    if (auto done = publish_check(*own); !done) return std::unexpected(done.error().detail);
    if (auto read = read_all(); !read) return read;
    if (checks_.empty()) return std::unexpected("the topic of keys cannot be read");
    auto same = same_master(checks_.front());
    if (!same) {
      if (auto done = publish_check(checks_.front()); !done)
        return std::unexpected(done.error().detail);
    }
    return same;
  }

  std::expected<void, std::string> same_master(std::string_view check) const {
    if (vault_.same_master(check)) return {};
    return std::unexpected(
        "this node's master key is not the one that the cluster's keys are wrapped with: give it "
        "that one (master_key in the settings, or HUIYIN_MASTER_KEY), and remove the keys/ that it "
        "made with its own");
  }

  std::expected<void, VaultError> publish_check(std::string_view check) {
    Value value;
    value.check = crypto::to_base64(check);
    const std::pair record{std::string(master_id), events::to_json(value)};
    return publish({&record, 1});
  }

  struct Gathered {
    std::vector<keys::KeyRow> rows;
    std::vector<std::string> forgotten;
    std::vector<std::string> checks;
  };

  void follow() {
    while (!stopping_) {
      const Gathered gathered = gather();
      for (const std::string& check : gathered.checks) {
        if (!vault_.same_master(check)) on_problem_("another node has another master key");
      }
      // What was not learned is never passed over: the disk may have room again.
      auto learned = learn(gathered);
      while (!learned && !stopping_) {
        on_problem_(learned.error().detail);
        for (auto left = rest; left.count() > 0 && !stopping_; left -= poll_step)
          std::this_thread::sleep_for(poll_step);
        learned = learn(gathered);
      }
      if (!learned) return;
      const std::int64_t at = feed_->position(only_partition);
      const std::lock_guard lock(mutex_);
      if (at > reached_) {
        reached_ = at;
        changed_.notify_all();
      }
    }
  }

  std::expected<void, VaultError> learn(const Gathered& gathered) {
    return vault_.learn(gathered.rows, gathered.forgotten);
  }

  // Waits for a first record, then takes what is there already.
  Gathered gather() {
    Gathered gathered;
    for (kafka::Message message = feed_->poll(poll_step); message;
         message = feed_->poll(std::chrono::milliseconds(0))) {
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) add(*message, gathered);
      if (gathered.rows.size() + gathered.forgotten.size() >= most_keys) break;
    }
    return gathered;
  }

  void add(const rd_kafka_message_t& message, Gathered& to) {
    std::string id(key_of(message));
    const auto document = parser_.parse(value_of(message));
    Value value;
    if (document) {
      events::JsonReader reader(*document, events::ReadMode::lenient);
      reader.fields_of(value);
      if (reader.error()) value = {};
    }
    if (id == master_id) {
      to.checks.push_back(crypto::from_base64(value.check).value_or(std::string()));
      return;
    }
    const auto wrapped = crypto::from_base64(value.wrapped);
    if (value.forgotten) {
      to.forgotten.push_back(std::move(id));
    } else if (value.person.empty() || !wrapped) {
      on_problem_("a record of " + topic_ + " cannot be read: " + id);
    } else {
      to.rows.push_back({std::move(id), value.person, *wrapped});
    }
  }

  const kafka::KafkaSettings settings_;
  const std::string topic_;
  keys::Vault& vault_;
  const std::function<void(const std::string&)> on_problem_;
  std::optional<kafka::Client> producer_;
  std::optional<kafka::Feed> feed_;
  events::json::Parser parser_;
  std::vector<std::string> seen_;    // until the vault shares
  std::vector<std::string> checks_;  // of master keys, in the topic's order; likewise
  std::mutex publishing_;
  std::atomic<rd_kafka_resp_err_t> delivery_failed_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::mutex mutex_;  // of the next
  std::int64_t reached_ = 0;
  std::condition_variable changed_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

KeyTopic::KeyTopic(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
KeyTopic::~KeyTopic() = default;

std::expected<std::unique_ptr<KeyTopic>, std::string> KeyTopic::start(
    const kafka::KafkaSettings& settings, keys::Vault& vault,
    std::function<void(const std::string&)> on_problem) {
  std::unique_ptr<KeyTopic> topic(
      new KeyTopic(std::make_unique<Parts>(settings, vault, std::move(on_problem))));
  if (auto started = topic->parts_->start(*topic); !started)
    return std::unexpected(started.error());
  return topic;
}

std::expected<void, VaultError> KeyTopic::publish(std::span<const keys::KeyRow> rows) {
  std::vector<std::pair<std::string, std::string>> records;
  records.reserve(rows.size());
  for (const auto& row : rows) {
    records.emplace_back(
        row.id, events::to_json(Value{row.person, crypto::to_base64(row.wrapped), false, {}}));
  }
  return parts_->publish(records);
}

std::expected<void, VaultError> KeyTopic::publish_forgotten(std::span<const std::string> ids) {
  std::vector<std::pair<std::string, std::string>> records;
  records.reserve(ids.size());
  for (const auto& id : ids) records.emplace_back(id, events::to_json(Value{{}, {}, true, {}}));
  return parts_->publish(records);
}

std::expected<void, VaultError> KeyTopic::catch_up() { return parts_->catch_up(); }

}  // namespace huiyin::cluster
