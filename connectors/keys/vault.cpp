#include "keys/vault.hpp"

#include <array>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <openssl/crypto.h>

#include "aead.hpp"
#include "crypto/base64.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "key_table.hpp"

namespace huiyin::keys {
namespace {

struct DataKey {
  std::string id;
  SecretKey key;
};

using Error = std::unexpected<VaultError>;

Error refuse(VaultErrorCode code, std::string detail) {
  return Error(VaultError{code, std::move(detail)});
}

constexpr std::string_view check_text = "huiyin vault 1";

// Persons whose unwrapped keys are kept; about 200 bytes each.
constexpr std::size_t cached_keys = 16'384;

std::string joined(std::string_view left, std::string_view right, std::string_view last = {}) {
  std::string all(left);
  all += '\0';
  all += right;
  all += '\0';
  all += last;
  return all;
}

std::string wrap(const SecretKey& master, std::string_view bound, std::string_view bytes) {
  const Sealed sealed = seal(master, bound, bytes);
  return sealed.nonce + sealed.ciphertext;
}

std::optional<std::string> unwrap(const SecretKey& master, std::string_view bound,
                                  std::string_view wrapped) {
  if (wrapped.size() < nonce_bytes) return std::nullopt;
  return keys::open(master, bound, wrapped.substr(0, nonce_bytes), wrapped.substr(nonce_bytes));
}

std::string new_id() {
  std::array<std::uint8_t, 16> bytes;
  crypto::fill_random(bytes);
  return crypto::to_hex(bytes);
}

std::string_view text_of(const SecretKey& key) {
  return {reinterpret_cast<const char*>(key.bytes().data()), SecretKey::size};
}

}  // namespace

struct Vault::State {
  State(KeyTable opened, const SecretKey& given) : table(std::move(opened)), master(given) {}

  std::expected<void, VaultError> check_master();
  bool opens_check(std::string_view check) const {
    return unwrap(master, "check", check) == check_text;
  }
  std::expected<SecretKey, VaultError> unwrapped(const std::string& id, const std::string& person,
                                                 const std::string& wrapped) const;
  // These three lock by themselves.
  std::expected<void, VaultError> prepare(std::span<const std::string> persons);
  std::expected<std::optional<DataKey>, VaultError> find_person(const std::string& person);
  std::expected<DataKey, VaultError> of_person(const std::string& person);
  std::expected<SecretKey, VaultError> by_id(const std::string& id, const std::string& person);
  std::expected<void, VaultError> destroy(std::span<const std::string> ids);

  // Before `mutex`, which is never held while others are told: that may take seconds.
  std::mutex making;  // so that nobody gets two keys here
  std::mutex mutex;   // of all below
  KeyTable table;
  SecretKey master;
  KeyShare* share = nullptr;
  std::unordered_map<std::string, DataKey> by_person;  // a cache, emptied when it is full
};

// The first opening leaves a known text under the master key; later ones must be able to read it.
std::expected<void, VaultError> Vault::State::check_master() {
  const auto stored = table.meta("check");
  if (!stored) return Error(stored.error());
  if (!*stored) return table.set_meta("check", wrap(master, "check", check_text));
  if (opens_check(**stored)) return {};
  return refuse(VaultErrorCode::wrong_key,
                "the master key is not the one that this vault was made with");
}

std::expected<SecretKey, VaultError> Vault::State::unwrapped(const std::string& id,
                                                             const std::string& person,
                                                             const std::string& wrapped) const {
  auto bytes = unwrap(master, joined(id, person), wrapped);
  if (!bytes || bytes->size() != SecretKey::size) {
    return refuse(VaultErrorCode::tampered,
                  "key " + id + " is damaged, or is another person's than the sealed text says");
  }
  SecretKey key{std::span<const std::uint8_t, SecretKey::size>(
      reinterpret_cast<const std::uint8_t*>(bytes->data()), SecretKey::size)};
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return key;
}

std::expected<void, VaultError> Vault::State::prepare(std::span<const std::string> persons) {
  const std::scoped_lock one_at_a_time(making);
  std::vector<KeyRow> fresh;
  KeyShare* to = nullptr;
  {
    const std::scoped_lock lock(mutex);
    to = share;
    std::unordered_set<std::string_view> asked;
    for (const std::string& person : persons) {
      if (person.empty()) return refuse(VaultErrorCode::invalid, "a person has a name");
      if (by_person.contains(person) || !asked.insert(person).second) continue;
      const auto there = table.of_person(person);
      if (!there) return Error(there.error());
      if (*there) continue;
      const std::string id = new_id();
      fresh.push_back({id, person, wrap(master, joined(id, person), text_of(SecretKey::random()))});
    }
  }
  if (fresh.empty()) return {};
  if (to != nullptr) {
    if (auto published = to->publish(fresh); !published) return published;
  }
  const std::scoped_lock lock(mutex);
  return table.add(fresh);
}

std::expected<std::optional<DataKey>, VaultError> Vault::State::find_person(
    const std::string& person) {
  const std::scoped_lock lock(mutex);
  if (const auto cached = by_person.find(person); cached != by_person.end()) return cached->second;
  const auto row = table.of_person(person);
  if (!row) return Error(row.error());
  if (!*row) return std::nullopt;
  const auto key = unwrapped((*row)->id, person, (*row)->wrapped);
  if (!key) return Error(key.error());
  if (by_person.size() >= cached_keys) by_person.clear();
  return by_person.emplace(person, DataKey{(*row)->id, *key}).first->second;
}

std::expected<DataKey, VaultError> Vault::State::of_person(const std::string& person) {
  auto found = find_person(person);
  if (found && !*found) {
    if (auto made = prepare({&person, 1}); !made) return Error(made.error());
    // Read back rather than remembered: another process may have been first.
    found = find_person(person);
  }
  if (!found) return Error(found.error());
  if (!*found) return refuse(VaultErrorCode::unavailable, "a key that was added is not there");
  return **found;
}

std::expected<SecretKey, VaultError> Vault::State::by_id(const std::string& id,
                                                         const std::string& person) {
  const auto stored = table.by_id(id);
  if (!stored) return Error(stored.error());
  if (!*stored) return refuse(VaultErrorCode::unknown_key, "this vault never had the key " + id);
  if (!(*stored)->wrapped) {
    return refuse(VaultErrorCode::forgotten, "the key " + id + " was destroyed");
  }
  return unwrapped(id, person, *(*stored)->wrapped);
}

std::expected<void, VaultError> Vault::State::destroy(std::span<const std::string> ids) {
  const std::unordered_set<std::string_view> going(ids.begin(), ids.end());
  std::erase_if(by_person, [&](const auto& one) { return going.contains(one.second.id); });
  return table.forget(ids);
}

Vault::Vault(std::unique_ptr<State> state) : state_(std::move(state)) {}
Vault::~Vault() = default;

std::expected<std::unique_ptr<Vault>, VaultError> Vault::open(
    const std::filesystem::path& directory, const SecretKey& master) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) {
    return refuse(VaultErrorCode::unavailable, directory.string() + ": " + failed.message());
  }
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
  auto table = KeyTable::open(directory / "keys.sqlite");
  if (!table) return Error(table.error());
  auto state = std::make_unique<State>(std::move(*table), master);
  if (auto checked = state->check_master(); !checked) {
    return refuse(checked.error().code, directory.string() + ": " + checked.error().detail);
  }
  return std::unique_ptr<Vault>(new Vault(std::move(state)));
}

std::expected<void, VaultError> Vault::prepare(std::span<const std::string> persons) {
  return state_->prepare(persons);
}

std::expected<events::Petitioner, VaultError> Vault::seal(const std::string& person,
                                                          std::string_view subject,
                                                          std::string_view text) {
  if (subject.empty()) return refuse(VaultErrorCode::invalid, "a case has a name");
  const auto key = state_->of_person(person);
  if (!key) return Error(key.error());
  const Sealed sealed = keys::seal(key->key, joined(subject, person, key->id), text);
  events::Petitioner petitioner;
  petitioner.person = person;
  petitioner.key = key->id;
  petitioner.nonce = crypto::to_base64(sealed.nonce);
  petitioner.ciphertext = crypto::to_base64(sealed.ciphertext);
  return petitioner;
}

std::expected<std::string, VaultError> Vault::open(const events::Petitioner& petitioner,
                                                   std::string_view subject) const {
  const auto nonce = crypto::from_base64(petitioner.nonce);
  const auto ciphertext = crypto::from_base64(petitioner.ciphertext);
  if (petitioner.anonymous || petitioner.key.empty() || !nonce || !ciphertext) {
    return refuse(VaultErrorCode::invalid, "there is no sealed text");
  }
  KeyShare* share = nullptr;
  const auto look = [&] {
    const std::scoped_lock lock(state_->mutex);
    share = state_->share;
    return state_->by_id(petitioner.key, petitioner.person);
  };
  auto key = look();
  if (!key && key.error().code == VaultErrorCode::unknown_key && share != nullptr) {
    // Another gateway may have made it a moment ago.
    if (auto caught_up = share->catch_up(); !caught_up) return Error(caught_up.error());
    key = look();
  }
  if (!key) return Error(key.error());
  auto text =
      keys::open(*key, joined(subject, petitioner.person, petitioner.key), *nonce, *ciphertext);
  if (!text) {
    return refuse(VaultErrorCode::tampered,
                  "what is sealed for " + std::string(subject) + " is not what was sealed");
  }
  return std::move(*text);
}

std::expected<bool, VaultError> Vault::forget(const std::string& person) {
  KeyShare* const share = [this] {
    const std::scoped_lock lock(state_->mutex);
    return state_->share;
  }();
  // Keys of this person that other gateways have made are to go, too.
  if (share != nullptr) {
    if (auto caught_up = share->catch_up(); !caught_up) return Error(caught_up.error());
  }
  const auto ids = [&] {
    const std::scoped_lock lock(state_->mutex);
    return state_->table.ids_of(person);
  }();
  if (!ids) return Error(ids.error());
  // First with the others: were they gone here already, nobody could try it again.
  if (share != nullptr && !ids->empty()) {
    if (auto published = share->publish_forgotten(*ids); !published)
      return Error(published.error());
  }
  const std::scoped_lock lock(state_->mutex);
  if (auto destroyed = state_->destroy(*ids); !destroyed) return Error(destroyed.error());
  return !ids->empty();
}

std::expected<void, VaultError> Vault::share_with(KeyShare& share,
                                                  std::span<const std::string> shared) {
  const std::scoped_lock lock(state_->mutex);
  auto rows = state_->table.all();
  if (!rows) return Error(rows.error());
  const std::unordered_set<std::string_view> known(shared.begin(), shared.end());
  std::erase_if(*rows, [&](const KeyRow& row) { return known.contains(row.id); });
  if (!rows->empty()) {
    if (auto published = share.publish(*rows); !published) return published;
  }
  state_->share = &share;
  return {};
}

std::expected<void, VaultError> Vault::learn(std::span<const KeyRow> rows,
                                             std::span<const std::string> forgotten) {
  const std::scoped_lock lock(state_->mutex);
  // First what is forgotten: a key that is in `rows` as well then never reaches the disk.
  if (!forgotten.empty()) {
    if (auto destroyed = state_->destroy(forgotten); !destroyed) return destroyed;
  }
  if (rows.empty()) return {};
  return state_->table.add(rows);
}

std::expected<std::string, VaultError> Vault::master_check() const {
  const std::scoped_lock lock(state_->mutex);
  auto check = state_->table.meta("check");
  if (!check) return Error(check.error());
  return check->value_or(std::string());
}

bool Vault::same_master(std::string_view check) const { return state_->opens_check(check); }

std::expected<void, VaultError> Vault::copy_to(const std::filesystem::path& directory) const {
  std::error_code failed;
  if (!std::filesystem::create_directory(directory, failed)) {
    return refuse(VaultErrorCode::unavailable,
                  directory.string() + (failed ? ": " + failed.message() : " exists"));
  }
  const std::scoped_lock lock(state_->mutex);
  return state_->table.copy_to(directory / "keys.sqlite");
}

}  // namespace huiyin::keys
