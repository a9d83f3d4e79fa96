#include "generate/samples.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <thread>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "crypto/uuid.hpp"
#include "events/case_codec.hpp"

namespace huiyin::generate {
namespace {

using namespace std::chrono_literals;
using events::Instant;

constexpr auto china = 8h;

std::string place_of(const toml::node& node) {
  const auto& source = node.source();
  return (source.path ? *source.path : std::string("samples")) + ":" +
         std::to_string(source.begin.line) + ": ";
}

std::string text(const toml::table& table, std::string_view key) {
  return table[key].value_or(std::string());
}

std::vector<std::string> texts(const toml::table& table, std::string_view key) {
  std::vector<std::string> out;
  if (const auto* list = table[key].as_array()) {
    for (const auto& item : *list) out.push_back(item.value_or(std::string()));
  }
  return out;
}

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::chrono::sys_days local_day(Instant now) {
  return std::chrono::floor<std::chrono::days>(now + china);
}

// "-85d 09:30"
std::optional<Instant> instant_of(std::string_view at, Instant now) {
  const auto unit = at.find("d ");
  if (!at.starts_with('-') || unit == std::string_view::npos || at.size() != unit + 7)
    return std::nullopt;
  const auto days = number(at.substr(1, unit - 1));
  const auto hour = number(at.substr(unit + 2, 2));
  const auto minute = number(at.substr(unit + 5, 2));
  if (!days || !hour || !minute || at[unit + 4] != ':') return std::nullopt;
  return Instant{local_day(now) - std::chrono::days{*days}} - china + std::chrono::hours{*hour} +
         std::chrono::minutes{*minute};
}

// Every "@+60d" of a body becomes that day.
std::expected<std::string, std::string> with_days(std::string json, Instant now) {
  for (std::size_t at = 0; (at = json.find("\"@", at)) != std::string::npos;) {
    const std::size_t end = json.find("d\"", at);
    if (end == std::string::npos) return std::unexpected("a day that does not end: " + json);
    std::string_view digits = std::string_view(json).substr(at + 2, end - at - 2);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto days = number(digits);
    if (!days) return std::unexpected("no number of days: " + json);
    const events::Date day{local_day(now) + std::chrono::days{*days}};
    json.replace(at, end + 2 - at, "\"" + events::format_date(day) + "\"");
  }
  return json;
}

std::string json_of(const toml::table& table) {
  std::ostringstream out;
  out << toml::json_formatter{table};
  return out.str();
}

class Reader {
 public:
  explicit Reader(Instant now) : now_(now) {}

  std::expected<Samples, std::string> read(const std::filesystem::path& folder) {
    if (auto read = read_principals(folder / "principals.toml"); !read)
      return std::unexpected(read.error());
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      const auto name = entry.path().filename();
      if (entry.path().extension() == ".toml" && name != "principals.toml" &&
          name != "registry.toml")
        files.push_back(entry.path());
    }
    if (error) return std::unexpected(folder.string() + ": " + error.message());
    if (auto read = read_registry(folder / "registry.toml"); !read)
      return std::unexpected(read.error());
    std::ranges::sort(files);
    for (const auto& file : files) {
      if (auto read = read_cases(file); !read) return std::unexpected(read.error());
    }
    // By time; steps of one time as they stand. There are some hundreds.
    auto& commands = samples_.commands;
    for (auto it = commands.begin(); it != commands.end(); ++it) {
      std::rotate(std::ranges::upper_bound(commands.begin(), it, it->occurred_at, {},
                                           &engine::Command::occurred_at),
                  it, it + 1);
    }
    return std::move(samples_);
  }

 private:
  using Done = std::expected<void, std::string>;

  Done read_principals(const std::filesystem::path& file) {
    const auto parsed = toml::parse_file(file.string());
    if (!parsed) return broken(file, parsed.error());
    const auto* list = parsed.table()["principal"].as_array();
    if (list == nullptr) return std::unexpected(file.string() + ": no [[principal]]");
    for (const auto& node : *list) {
      const toml::table& from = *node.as_table();
      SamplePrincipal out{.id = text(from, "id"),
                          .name = text(from, "name"),
                          .roles = {},
                          .organ = text(from, "organ"),
                          .station = text(from, "station"),
                          .region = text(from, "region"),
                          .congresses = texts(from, "congresses")};
      for (const auto& word : texts(from, "roles")) {
        const auto role = events::parse_enum<engine::Role>(word);
        if (!role) return std::unexpected(place_of(node) + "unknown role " + word);
        out.roles.push_back(*role);
        const bool never_handles = *role == engine::Role::deputy || *role == engine::Role::officer;
        if (never_handles) facts_->persons.insert(out.id);
        if (*role == engine::Role::deputy) facts_->mandates[out.id] = out.congresses;
      }
      if (out.id.empty() || out.roles.empty())
        return std::unexpected(place_of(node) + "a principal has an id and roles");
      samples_.principals.push_back(std::move(out));
    }
    return {};
  }

  static Done broken(const std::filesystem::path& file, const toml::parse_error& error) {
    return std::unexpected(file.string() + ":" + std::to_string(error.source().begin.line) + ": " +
                           std::string(error.description()));
  }

  Done read_cases(const std::filesystem::path& file) {
    const auto parsed = toml::parse_file(file.string());
    if (!parsed) return broken(file, parsed.error());
    const auto* cases = parsed.table()["case"].as_array();
    if (cases == nullptr) return std::unexpected(file.string() + ": no [[case]]");
    for (const auto& node : *cases) {
      const toml::table& from = *node.as_table();
      ++samples_.cases;
      const auto* steps = from["step"].as_array();
      if (steps == nullptr) return std::unexpected(place_of(node) + "a case without a step");
      for (const auto& step : *steps) {
        auto command = read_step(*step.as_table(), text(from, "id"));
        if (!command) return std::unexpected(place_of(step) + command.error());
        samples_.commands.push_back(*std::move(command));
      }
    }
    return {};
  }

  Done read_registry(const std::filesystem::path& file) {
    const auto parsed = toml::parse_file(file.string());
    if (!parsed) return broken(file, parsed.error());
    const auto* subjects = parsed.table()["subject"].as_array();
    if (subjects == nullptr) return std::unexpected(file.string() + ": no [[subject]]");
    for (const auto& node : *subjects) {
      const toml::table& from = *node.as_table();
      const auto kind = events::parse_enum<events::SubjectKind>(text(from, "kind"));
      if (!kind) return std::unexpected(place_of(node) + "unknown kind " + text(from, "kind"));
      const auto founding = std::ranges::find_if(events::registry_words, [&](const auto& word) {
        return word.kind == *kind && word.founds;
      });
      if (auto read = read_subject_step(from, *kind, founding->command, text(from, "id")); !read)
        return std::unexpected(place_of(node) + read.error());
      const auto* steps = from["step"].as_array();
      if (steps == nullptr) continue;
      for (const auto& step : *steps) {
        const toml::table& own = *step.as_table();
        if (auto read = read_subject_step(own, *kind, text(own, "command"), text(from, "id"));
            !read)
          return std::unexpected(place_of(step) + read.error());
      }
    }
    return {};
  }

  std::expected<void, std::string> read_subject_step(const toml::table& from,
                                                     events::SubjectKind kind,
                                                     std::string_view word,
                                                     const std::string& subject) {
    const auto event = events::registry_command_index(kind, word);
    if (!event) return std::unexpected("unknown command " + std::string(word));
    const auto at = instant_of(text(from, "at"), now_);
    if (!at) return std::unexpected("`at` is a day and a time like \"-85d 09:30\"");
    const auto* body = from["body"].as_table();
    auto json = with_days(body == nullptr ? "{}" : json_of(*body), now_);
    if (!json) return std::unexpected(json.error());
    const auto parsed = events::parse_json(parser_, *json);
    if (!parsed) return std::unexpected(parsed.error().detail);
    auto command = engine::decode_registry_command(*event, *parsed);
    if (!command) return std::unexpected(command.error().pointer + ": " + command.error().detail);
    const std::string place = subject + "|" + std::to_string(samples_.registry.size());
    const std::array<std::string_view, 2> texts{"sample-registry", place};
    engine::RegistryCommand out = *std::move(command);
    out.id = crypto::uuid_v8(texts);
    out.hash = out.id;
    out.case_id = subject;
    out.actor = {.id = "coordinator-city", .role = engine::Role::coordinator};
    out.occurred_at = *at;
    samples_.registry.push_back(std::move(out));
    return {};
  }

  std::expected<engine::Command, std::string> read_step(const toml::table& from,
                                                        const std::string& case_id) {
    const auto type = events::parse_enum<engine::CommandType>(text(from, "command"));
    if (!type) return std::unexpected("unknown command " + text(from, "command"));
    const auto at = instant_of(text(from, "at"), now_);
    if (!at) return std::unexpected("`at` is a day and a time like \"-85d 09:30\"");
    const auto who = std::ranges::find(samples_.principals, text(from, "as"), &SamplePrincipal::id);
    if (who == samples_.principals.end())
      return std::unexpected("principals.toml has no " + text(from, "as"));
    engine::Role role = who->roles.front();
    if (from.contains("role")) {
      const auto asked = events::parse_enum<engine::Role>(text(from, "role"));
      if (!asked || std::ranges::find(who->roles, *asked) == who->roles.end())
        return std::unexpected(who->id + " has no role " + text(from, "role"));
      role = *asked;
    }
    const auto* body = from["body"].as_table();
    auto json = with_days(body == nullptr ? "{}" : json_of(*body), now_);
    if (!json) return std::unexpected(json.error());
    const auto parsed = events::parse_json(parser_, *json);
    if (!parsed) return std::unexpected(parsed.error().detail);
    auto command = engine::decode_command(*type, *parsed);
    if (!command) {
      return std::unexpected(command.error().pointer + ": " +
                             std::string(events::name_of(command.error().code)) + " " +
                             command.error().detail);
    }
    const std::string place = case_id + "|" + std::to_string(samples_.commands.size());
    const std::array<std::string_view, 2> texts{"sample", place};
    engine::Command out = *std::move(command);
    out.id = crypto::uuid_v8(texts);
    out.hash = out.id;
    out.case_id = case_id;
    out.actor = {who->id, role, who->organ, who->station, who->region};
    out.behalf = text(from, "behalf");
    out.occurred_at = *at;
    out.facts = facts_;
    return out;
  }

  Instant now_;
  Samples samples_;
  std::shared_ptr<engine::Facts> facts_ = std::make_shared<engine::Facts>();
  events::json::Parser parser_;
};

}  // namespace

std::expected<Samples, std::string> read_samples(const std::filesystem::path& folder, Instant now) {
  return Reader(now).read(folder);
}

std::expected<std::vector<std::string>, std::string> load_registry_samples(
    std::vector<engine::RegistryCommand> commands, engine::RegistryProcessor& processor,
    const projections::RegistryStore& store) {
  constexpr std::chrono::seconds patience{5};
  std::vector<std::string> refused;
  for (engine::RegistryCommand& command : commands) {
    const std::string what = command.case_id + ": " + std::string(command.word().command);
    engine::look_up(command, store);
    const engine::Answer answer = processor.execute(std::move(command));
    if (const auto* refusal = std::get_if<engine::Refusal>(&answer)) {
      refused.push_back(what + " (" + refusal->rule + "): " + refusal->detail);
    } else if (const auto* error = std::get_if<engine::RuntimeError>(&answer)) {
      return std::unexpected(what + ": " + error->detail);
    } else {
      // The next command may name this subject.
      store.wait_applied({0, std::get<engine::Outcome>(answer).position.sequence},
                         std::chrono::steady_clock::now() + patience);
    }
  }
  return refused;
}

std::expected<SamplesSummary, std::string> load_samples(Samples samples, engine::Runtime& runtime,
                                                        engine::IdSource& ids) {
  SamplesSummary out;
  for (engine::Command& command : samples.commands) {
    if (*command.occurred_at > ids.now()) continue;  // a step of today that is still to come
    const std::string what = command.case_id + ": " + std::string(events::name_of(command.type()));
    const engine::Answer answer = runtime.processor().execute(std::move(command));
    if (const auto* refusal = std::get_if<engine::Refusal>(&answer)) {
      out.refused.push_back(what + " (" + refusal->rule + "): " + refusal->detail);
    } else if (const auto* error = std::get_if<engine::RuntimeError>(&answer)) {
      return std::unexpected(what + ": " + error->detail);
    } else {
      ++out.commands;
    }
    while (!runtime.follow_ups().idle()) std::this_thread::sleep_for(1ms);
  }
  return out;
}

}  // namespace huiyin::generate
