#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

// Mistakes are results, not exceptions.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "events/enum_names.hpp"
#include "outlet/outlet.hpp"

namespace huiyin::outlet {
namespace {

constexpr std::array<std::string_view, 21> words{"case",
                                                 "passing",
                                                 "kind",
                                                 "title",
                                                 "body",
                                                 "category",
                                                 "place",
                                                 "region",
                                                 "station",
                                                 "channel",
                                                 "occasion",
                                                 "congress",
                                                 "deputy",
                                                 "note",
                                                 "collected",
                                                 "passed_on",
                                                 "passed_at",
                                                 "external_id",
                                                 "petitioner.name",
                                                 "petitioner.phone",
                                                 "petitioner.address"};

// " (one of: a, b, c)"
template <class Words>
std::string one_of(const Words& known) {
  std::string out = " (one of:";
  for (const auto& word : known) out += (out.ends_with(':') ? " " : ", ") + std::string(word);
  return out + ")";
}

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

// Tokens do not travel in clear, but on this machine.
bool is_safe_url(std::string_view url) {
  if (url.starts_with("https://")) return true;
  for (const std::string_view own : {"http://127.0.0.1", "http://[::1]", "http://localhost"}) {
    if (!url.starts_with(own)) continue;
    const std::string_view rest = url.substr(own.size());
    return rest.empty() || rest.front() == ':' || rest.front() == '/';
  }
  return false;
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : folder_(file.parent_path()) {
    out_.file = file.string();
    out_.name = file.stem().string();
  }

  std::expected<Outlet, OutletErrors> read(std::string_view text) {
    const toml::parse_result parsed = toml::parse(text, out_.file);
    if (!parsed) {
      add(static_cast<int>(parsed.error().source().begin.line), "",
          std::string(parsed.error().description()));
      return std::unexpected(std::move(errors_));
    }
    root_ = &parsed.table();
    read_root();
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    return std::move(out_);
  }

 private:
  void add(int line, std::string key, std::string message) {
    errors_.push_back({out_.file, line, std::move(key), std::move(message)});
  }

  void only(const toml::table& table, const std::string& path,
            std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : table) {
      if (std::ranges::find(known, key.str()) == known.end())
        add(static_cast<int>(key.source().begin.line), path + std::string(key.str()),
            "unknown key" + one_of(known));
    }
  }

  std::string text(const toml::table& table, std::string_view key, const std::string& path,
                   bool needed = false) {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      if (needed) add(line_of(table), path + std::string(key), "is missing");
      return {};
    }
    const auto* found = node->as_string();
    if (found != nullptr && !(needed && found->get().empty())) return found->get();
    add(line_of(*node), path + std::string(key), "must be a text");
    return {};
  }

  std::vector<std::string> texts(const toml::table& table, std::string_view key,
                                 const std::string& path) {
    std::vector<std::string> out;
    const toml::node* node = table.get(key);
    if (node == nullptr) return out;
    if (const auto* list = node->as_array()) {
      for (const auto& item : *list)
        if (const auto* one = item.as_string()) out.push_back(one->get());
      if (out.size() == list->size()) return out;
    }
    add(line_of(*node), path + std::string(key), "must be a list of texts");
    return {};
  }

  const toml::table* table(const toml::table& of, std::string_view key, const std::string& path,
                           bool needed = false) {
    const toml::node* node = of.get(key);
    if (node == nullptr) {
      if (needed) add(0, path + std::string(key), "the table is missing");
      return nullptr;
    }
    if (const auto* found = node->as_table()) return found;
    add(line_of(*node), path + std::string(key), "must be a table");
    return nullptr;
  }

  template <class Enum>
  std::optional<Enum> word(const toml::table& table, std::string_view key,
                           const std::string& path) {
    const std::string found = text(table, key, path, true);
    if (found.empty()) return std::nullopt;
    const auto known = events::parse_enum<Enum>(found);
    if (!known)
      add(line_of(*table.get(key)), path + std::string(key),
          "there is no \"" + found + "\"" + one_of(names(Enum{})));
    return known;
  }

  void read_root() {
    only(*root_, "",
         {"outlet", "since", "zone", "scope", "payload", "results", "server", "http", "map"});
    if (const auto outlet = word<events::Outlet>(*root_, "outlet", "")) out_.outlet = *outlet;
    if (const toml::node* since = root_->get("since")) {
      const auto* date = since->as_date();
      if (date != nullptr) {
        const auto& day = date->get();
        out_.since = events::Date{std::chrono::year{day.year}, std::chrono::month{day.month},
                                  std::chrono::day{day.day}};
      } else {
        add(line_of(*since), "since", "must be a date such as 2026-01-01");
      }
    }
    const std::string zone = text(*root_, "zone", "");
    auto loaded = engine::Zone::load(zone.empty() ? engine::default_zone : zone);
    if (loaded)
      out_.zone = *std::move(loaded);
    else
      add(zone.empty() ? 0 : line_of(*root_->get("zone")), "zone", loaded.error().message);
    if (const auto* scope = table(*root_, "scope", "")) read_scope(*scope);
    if (const auto* payload = table(*root_, "payload", "", true)) read_payload(*payload);
    if (const auto* results = table(*root_, "results", "", true)) read_results(*results);
    if (const auto* server = table(*root_, "server", "", true)) {
      only(*server, "server.", {"url", "token"});
      out_.server.url = url(*server, "url", "server.", true);
      if (const auto* token = server->get("token"))
        out_.server.token = secret(*token, "server.token", false);
      else
        add(line_of(*server), "server.token", "is missing");
    }
    if (const auto* http = table(*root_, "http", "")) read_http(*http);
  }

  void read_scope(const toml::table& scope) {
    only(scope, "scope.", {"kinds", "categories", "not_taken"});
    for (const auto& name : texts(scope, "kinds", "scope.")) {
      if (const auto kind = events::parse_enum<events::Kind>(name))
        out_.scope.kinds.push_back(*kind);
      else
        add(line_of(*scope.get("kinds")), "scope.kinds",
            "there is no \"" + name + "\"" + one_of(names(events::Kind{})));
    }
    out_.scope.categories = texts(scope, "categories", "scope.");
    const toml::node* list = scope.get("not_taken");
    if (list == nullptr) return;
    if (list->as_array() == nullptr)
      return add(line_of(*list), "scope.not_taken", "must be a list of tables");
    for (const auto& item : *list->as_array()) {
      const auto* one = item.as_table();
      if (one == nullptr) {
        add(line_of(item), "scope.not_taken", "must be { category = …, why = … }");
        continue;
      }
      only(*one, "scope.not_taken.", {"category", "why"});
      out_.scope.not_taken.push_back({text(*one, "category", "scope.not_taken.", true),
                                      text(*one, "why", "scope.not_taken.", true)});
    }
  }

  void read_payload(const toml::table& payload) {
    only(payload, "payload.", {"format", "petitioner", "fields"});
    if (const auto format = word<Format>(payload, "format", "payload."))
      out_.payload.format = *format;
    if (const toml::node* flag = payload.get("petitioner")) {
      if (const auto* given = flag->as_boolean())
        out_.payload.petitioner = given->get();
      else
        add(line_of(*flag), "payload.petitioner", "must be true or false");
    }
    const auto* fields = table(payload, "fields", "payload.", true);
    if (fields == nullptr) return;
    for (const auto& [name, node] : *fields) read_field(std::string(name.str()), node);
    // TOML tables have no order: the file's own is kept, which columns follow.
    std::ranges::sort(out_.payload.fields, {}, [&](const PayloadField& field) {
      const auto& begin = fields->get(field.name)->source().begin;
      return std::pair{begin.line, begin.column};
    });
    if (out_.payload.fields.empty()) add(line_of(*fields), "payload.fields", "names no field");
  }

  void read_field(std::string name, const toml::node& node) {
    const std::string path = "payload.fields." + name;
    PayloadField field{.name = std::move(name)};
    if (const auto* plain = node.as_string()) {
      field.parts = parts(plain->get(), line_of(node), path);
    } else if (const auto* from = node.as_table()) {
      only(*from, path + ".", {"value", "map", "default", "cut"});
      field.parts = parts(text(*from, "value", path + ".", true), line_of(node), path);
      if (from->contains("default")) field.otherwise = text(*from, "default", path + ".");
      if (from->contains("map")) field.codes = codes(*from, path);
      if (const toml::node* cut = from->get("cut")) {
        const auto* count = cut->as_integer();
        if (count != nullptr && count->get() > 0)
          field.cut = static_cast<std::size_t>(count->get());
        else
          add(line_of(*cut), path + ".cut", "must be a number of characters");
      }
    } else {
      add(line_of(node), path, "must be a text, or { value = …, map = …, default = …, cut = … }");
    }
    out_.payload.fields.push_back(std::move(field));
  }

  // The name of a [map.NAME].
  std::optional<Lookup> codes(const toml::table& field, const std::string& path) {
    const std::string name = text(field, "map", path + ".", true);
    if (name.empty()) return std::nullopt;
    const auto* maps = root_->get_as<toml::table>("map");
    const auto* map = maps == nullptr ? nullptr : maps->get_as<toml::table>(name);
    if (map == nullptr) {
      add(line_of(*field.get("map")), path + ".map", "there is no [map." + name + "]");
      return std::nullopt;
    }
    Lookup out;
    for (const auto& [key, value] : *map) {
      if (const auto* code = value.as_string())
        out.emplace(key.str(), code->get());
      else
        add(line_of(value), "map." + name + "." + std::string(key.str()), "must be a text");
    }
    return out;
  }

  // "{title}" is the case's title; "{{" and "}}" are braces.
  std::vector<TemplatePart> parts(std::string_view from, int line, const std::string& path) {
    std::vector<TemplatePart> out;
    TemplatePart part;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const char c = from[i];
      if (c != '{' && c != '}') {
        part.literal.push_back(c);
      } else if (i + 1 < from.size() && from[i + 1] == c) {
        part.literal.push_back(c);
        ++i;
      } else {
        const std::size_t end = c == '{' ? from.find('}', i) : std::string_view::npos;
        if (end == std::string_view::npos) {
          add(line, path, "a brace alone; write {{ or }} for the brace itself");
          return out;
        }
        part.field = from.substr(i + 1, end - i - 1);
        check_word(part.field, line, path);
        out.push_back(std::exchange(part, {}));
        i = end;
      }
    }
    if (!part.literal.empty()) out.push_back(std::move(part));
    return out;
  }

  void check_word(std::string_view name, int line, const std::string& path) {
    if (std::ranges::find(words, name) == words.end())
      return add(line, path, "there is no {" + std::string(name) + "}" + one_of(words));
    if (name.starts_with("petitioner.") && !out_.payload.petitioner)
      add(line, path, "a petitioner's details leave only with payload.petitioner = true");
  }

  void read_results(const toml::table& results) {
    only(results, "results.",
         {"format", "list", "case", "external_id", "result", "text", "time", "dates", "words"});
    auto& out = out_.results;
    if (const auto format = word<Format>(results, "format", "results.")) out.format = *format;
    out.list = text(results, "list", "results.");
    out.case_id = text(results, "case", "results.");
    out.external_id = text(results, "external_id", "results.");
    out.result = text(results, "result", "results.", true);
    out.text = text(results, "text", "results.", true);
    out.time = text(results, "time", "results.");
    if (out.case_id.empty() && out.external_id.empty())
      add(line_of(results), "results", "needs `case` or `external_id`: whose result it is");
    for (const auto& pattern : texts(results, "dates", "results.")) {
      if (auto format = import::DateFormat::parse(pattern))
        out.dates.push_back(*std::move(format));
      else
        add(line_of(*results.get("dates")), "results.dates", pattern + ": " + format.error());
    }
    if (!out.time.empty() && out.dates.empty())
      add(line_of(results), "results.dates", "is missing: how `time` is written");
    const auto* words_table = table(results, "words", "results.", true);
    if (words_table == nullptr) return;
    for (const auto& [key, value] : *words_table) {
      const auto* meant = value.as_string();
      const auto known =
          meant == nullptr ? std::nullopt : events::parse_enum<events::OutletResult>(meant->get());
      if (known || (meant != nullptr && meant->get() == "not-yet"))
        out.words.emplace(key.str(), known);
      else
        add(line_of(value), "results.words." + std::string(key.str()),
            "must be one of: done, not-done, out-of-scope, not-yet");
    }
    if (words_table->empty()) add(line_of(*words_table), "results.words", "names no word");
  }

  void read_http(const toml::table& http) {
    only(http, "http.",
         {"send", "external_id", "results", "next", "headers", "ca_file", "every_seconds",
          "timeout_seconds"});
    auto& out = out_.endpoint.emplace();
    out.send = url(http, "send", "http.", true);
    out.results = url(http, "results", "http.", false);
    out.external_id = text(http, "external_id", "http.");
    out.next = text(http, "next", "http.");
    if (const std::string file = text(http, "ca_file", "http."); !file.empty())
      out.ca_file = folder_ / file;
    seconds(http, "every_seconds", out.every);
    seconds(http, "timeout_seconds", out.timeout);
    if (out_.payload.format != Format::json)
      add(line_of(http), "http", "a matter is sent as JSON: payload.format = \"json\"");
    if (!out.results.empty() && out_.results.format != Format::json)
      add(line_of(http), "http.results", "are read as JSON: results.format = \"json\"");
    if (!out.next.empty() && !out.results.contains("{cursor}"))
      add(line_of(http), "http.next", "is of no use where http.results has no {cursor}");
    const auto* headers = table(http, "headers", "http.");
    if (headers == nullptr) return;
    for (const auto& [name, value] : *headers) {
      const std::string key(name.str());
      out.headers.emplace_back(key, secret(value, "http.headers." + key, true));
    }
  }

  std::string url(const toml::table& of, std::string_view key, const std::string& path,
                  bool needed) {
    std::string found = text(of, key, path, needed);
    if (!found.empty() && !is_safe_url(found))
      add(line_of(*of.get(key)), path + std::string(key),
          "must begin with https:// (http:// only to this machine)");
    return found;
  }

  void seconds(const toml::table& of, std::string_view key, std::chrono::milliseconds& into) {
    const toml::node* node = of.get(key);
    if (node == nullptr) return;
    const auto* count = node->as_integer();
    if (count != nullptr && count->get() >= 1 && count->get() <= 86'400)
      into = std::chrono::seconds(count->get());
    else
      add(line_of(*node), "http." + std::string(key), "must be a number from 1 to 86400");
  }

  // "text" (where it may stand in the open), { env = "NAME" } or { file = "path" }.
  Secret secret(const toml::node& node, const std::string& path, bool open) {
    Secret out;
    if (const auto* plain = node.as_string(); plain != nullptr && open) {
      out.value = plain->get();
    } else if (const auto* from = node.as_table(); from != nullptr && from->size() == 1) {
      only(*from, path + ".", {"env", "file"});
      out.env = text(*from, "env", path + ".");
      if (const std::string file = text(*from, "file", path + "."); !file.empty())
        out.file = folder_ / file;
    }
    if (out.value.empty() && out.env.empty() && out.file.empty())
      add(line_of(node), path,
          std::string("must be ") + (open ? "a text, " : "") +
              "{ env = \"NAME\" } or { file = \"PATH\" }");
    return out;
  }

  const std::filesystem::path folder_;
  const toml::table* root_ = nullptr;
  Outlet out_;
  OutletErrors errors_;
};

}  // namespace

std::vector<std::string_view> payload_words() { return {words.begin(), words.end()}; }

std::expected<Outlet, OutletErrors> parse_outlet(std::string_view toml,
                                                 const std::filesystem::path& file) {
  return Reader(file).read(toml);
}

std::expected<Outlet, OutletErrors> load_outlet(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) return std::unexpected(OutletErrors{{file.string(), 0, "", "cannot be read"}});
  return parse_outlet(text, file);
}

}  // namespace huiyin::outlet
