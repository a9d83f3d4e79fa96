#include <fstream>
#include <iterator>

// Mistakes are results, not exceptions.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "events/enum_names.hpp"
#include "events/json_text.hpp"
#include "mapping_problems.hpp"

namespace huiyin::import {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view file) {
    problems_.file = file;
    mapping_.file = file;
  }

  std::expected<Mapping, std::vector<MappingError>> read(std::string_view text) {
    const toml::parse_result parsed = toml::parse(text, problems_.file);
    if (!parsed) {
      problems_.add(static_cast<int>(parsed.error().source().begin.line), "",
                    std::string(parsed.error().description()));
      return std::unexpected(std::move(problems_.all));
    }
    root_ = &parsed.table();
    read_root();
    if (problems_.all.empty()) check_bodies(mapping_, problems_);
    if (!problems_.all.empty()) return std::unexpected(std::move(problems_.all));
    return std::move(mapping_);
  }

 private:
  static int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

  void only(const toml::table& table, const std::string& path,
            const std::vector<std::string_view>& known) {
    for (const auto& [key, value] : table) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      problems_.add(static_cast<int>(key.source().begin.line), path + std::string(key.str()),
                    "unknown key" + one_of(known));
    }
  }

  std::string text(const toml::table& table, std::string_view key, const std::string& path,
                   bool needed) {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      if (needed) problems_.add(line_of(table), path + std::string(key), "is missing");
      return {};
    }
    if (const auto* found = node->as_string();
        found != nullptr && !(needed && found->get().empty()))
      return found->get();
    problems_.add(line_of(*node), path + std::string(key), "must be a text");
    return {};
  }

  std::vector<std::string> texts(const toml::table& table, std::string_view key,
                                 const std::string& path) {
    std::vector<std::string> out;
    const toml::node* node = table.get(key);
    if (node == nullptr) return out;
    if (const auto* one = node->as_string()) return {one->get()};
    const auto* list = node->as_array();
    bool good = list != nullptr;
    if (good) {
      for (const auto& item : *list) {
        if (const auto* one = item.as_string()) {
          out.push_back(one->get());
        } else {
          good = false;
        }
      }
    }
    if (!good) problems_.add(line_of(*node), path + std::string(key), "must be a list of texts");
    return out;
  }

  const toml::table* table(const toml::table& of, std::string_view key, const std::string& path,
                           bool needed) {
    const toml::node* node = of.get(key);
    if (node == nullptr) {
      if (needed)
        problems_.add(0, path + std::string(key),
                      "the table [" + std::string(key) + "] is missing");
      return nullptr;
    }
    if (const auto* found = node->as_table()) return found;
    problems_.add(line_of(*node), path + std::string(key), "must be a table");
    return nullptr;
  }

  ColumnIndex column(std::string_view name, int line) {
    const auto found = std::ranges::find(mapping_.columns, name);
    if (found != mapping_.columns.end())
      return static_cast<ColumnIndex>(found - mapping_.columns.begin());
    mapping_.columns.emplace_back(name);
    mapping_.column_lines.push_back(line);
    return static_cast<ColumnIndex>(mapping_.columns.size() - 1);
  }

  std::vector<DateFormat> formats(const toml::table& of, std::string_view key,
                                  const std::string& path) {
    std::vector<DateFormat> out;
    for (const auto& pattern : texts(of, key, path)) {
      auto format = DateFormat::parse(pattern);
      if (format) {
        out.push_back(*std::move(format));
      } else {
        problems_.add(line_of(*of.get(key)), path + std::string(key),
                      "\"" + pattern + "\": " + format.error());
      }
    }
    return out;
  }

  void read_root() {
    only(*root_, "", {"id", "process", "actor", "zone", "input", "key", "command", "map"});
    mapping_.id = text(*root_, "id", "", true);
    mapping_.process = text(*root_, "process", "", true);
    mapping_.actor = text(*root_, "actor", "", true);
    const std::string zone = text(*root_, "zone", "", true);
    if (!zone.empty()) {
      if (auto loaded = engine::Zone::load(zone)) {
        mapping_.zone = *std::move(loaded);
      } else {
        problems_.add(line_of(*root_->get("zone")), "zone", loaded.error().message);
      }
    }
    read_input();
    read_key();
    read_commands();
  }

  void read_input() {
    const toml::table* input = table(*root_, "input", "", true);
    if (input == nullptr) return;
    only(*input, "input.", {"delimiter", "encoding", "header", "columns", "empty", "dates"});
    if (input->contains("delimiter")) {
      const std::string delimiter = text(*input, "delimiter", "input.", true);
      if (delimiter.size() == 1 && delimiter != "\"" && delimiter != "\n" && delimiter != "\r") {
        mapping_.csv.delimiter = delimiter.front();
      } else {
        problems_.add(line_of(*input->get("delimiter")), "input.delimiter",
                      "must be one ASCII character, for example \",\", \";\" or \"\\t\"");
      }
    }
    if (input->contains("encoding")) {
      const std::string name = text(*input, "encoding", "input.", true);
      if (const auto encoding = parse_encoding(name)) {
        mapping_.encoding = *encoding;
      } else {
        problems_.add(line_of(*input->get("encoding")), "input.encoding",
                      "\"" + name + "\" is none of: utf-8, gb18030, gbk, gb2312");
      }
    }
    if (const toml::node* header = input->get("header")) {
      if (const auto* flag = header->as_boolean()) {
        mapping_.csv.has_header = flag->get();
      } else {
        problems_.add(line_of(*header), "input.header", "must be true or false");
      }
    }
    mapping_.header = texts(*input, "columns", "input.");
    if (mapping_.csv.has_header != mapping_.header.empty()) {
      problems_.add(
          line_of(*input), "input.columns",
          "names the columns of a file without a header (header = false), and of no other");
    }
    mapping_.empty = texts(*input, "empty", "input.");
    mapping_.formats = formats(*input, "dates", "input.");
    if (mapping_.formats.empty() && !input->contains("dates"))
      problems_.add(line_of(*input), "input.dates", "is missing: how dates are written");
  }

  void read_key() {
    const toml::table* key = table(*root_, "key", "", true);
    if (key == nullptr) return;
    only(*key, "key.", {"columns", "prefix"});
    mapping_.key_prefix = text(*key, "prefix", "key.", false);
    for (const auto& name : texts(*key, "columns", "key."))
      mapping_.key.push_back(column(name, line_of(*key)));
    if (mapping_.key.empty())
      problems_.add(line_of(*key), "key.columns", "name at least one column");
  }

  void read_commands() {
    const toml::node* node = root_->get("command");
    const auto* list = node == nullptr ? nullptr : node->as_array();
    if (list == nullptr || list->empty()) {
      problems_.add(0, "command", "there must be at least one [[command]]");
      return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string path = "command[" + std::to_string(i + 1) + "].";
      if (const auto* one = (*list)[i].as_table()) read_command(*one, path, i);
    }
  }

  void read_command(const toml::table& from, const std::string& path, std::size_t index) {
    only(from, path, {"command", "at", "when", "body"});
    CommandMapping out;
    out.line = line_of(from);
    const std::string word = text(from, "command", path, true);
    if (const auto type = events::parse_enum<engine::CommandType>(word);
        type && !engine::is_internal(*type)) {
      out.type = *type;
    } else if (!word.empty()) {
      problems_.add(line_of(*from.get("command")), path + "command",
                    "unknown command \"" + word + "\"" + one_of(names(engine::CommandType{})));
    }
    if (!word.empty() && (index == 0) != (word == "collect")) {
      problems_.add(out.line, path + "command",
                    "the first command of a mapping is collect, and no other is");
    }
    read_at(from, path, out);
    if (from.contains("when")) read_when(from, path, out);
    out.body = {.form = FieldValue::Form::object, .line = out.line};
    if (const toml::table* body = table(from, "body", path, false))
      out.body = object(*body, path + "body.");
    mapping_.commands.push_back(std::move(out));
  }

  void read_at(const toml::table& from, const std::string& path, CommandMapping& out) {
    const toml::node* at = from.get("at");
    if (at != nullptr && at->is_table()) {
      const toml::table& given = *at->as_table();
      only(given, path + "at.", {"column", "dates"});
      out.at = column(text(given, "column", path + "at.", true), line_of(given));
      out.formats = formats(given, "dates", path + "at.");
    } else {
      const std::string name = text(from, "at", path, true);
      if (!name.empty()) out.at = column(name, line_of(*at));
    }
  }

  void read_when(const toml::table& from, const std::string& path, CommandMapping& out) {
    const toml::table* when = table(from, "when", path, true);
    if (when == nullptr) return;
    only(*when, path + "when.", {"column", "is", "not"});
    if (out.type == engine::CommandType::collect)
      problems_.add(line_of(*when), path + "when", "every row is collected: collect has no when");
    Condition condition;
    condition.column = column(text(*when, "column", path + "when.", true), line_of(*when));
    condition.negated = when->contains("not");
    condition.words = texts(*when, condition.negated ? "not" : "is", path + "when.");
    if (when->contains("is") == when->contains("not"))
      problems_.add(line_of(*when), path + "when", "say either `is` or `not`");
    out.when = std::move(condition);
  }

  FieldValue object(const toml::table& from, const std::string& path) {
    FieldValue out{.form = FieldValue::Form::object, .line = line_of(from)};
    for (const auto& [key, node] : from) {
      const std::string name(key.str());
      out.members.push_back({name, value(node, path + name)});
    }
    return out;
  }

  FieldValue value(const toml::node& node, const std::string& path) {
    FieldValue out{.line = line_of(node)};
    if (const auto* text = node.as_string()) {
      out.parts = parts(text->get(), out.line, path);
    } else if (const auto* flag = node.as_boolean()) {
      out.form = FieldValue::Form::constant;
      out.constant = flag->get() ? "true" : "false";
    } else if (const auto* number = node.as_integer()) {
      out.form = FieldValue::Form::constant;
      out.constant = std::to_string(number->get());
    } else if (const auto* list = node.as_array()) {
      out.form = FieldValue::Form::list;
      for (const auto& item : *list) out.items.push_back(value(item, path + "[]"));
    } else if (const auto* inner = node.as_table()) {
      return inner->contains("value") ? looked_up(*inner, path) : object(*inner, path + ".");
    } else {
      problems_.add(out.line, path, "must be a text, a number, true or false, a list or a table");
    }
    return out;
  }

  FieldValue looked_up(const toml::table& from, const std::string& path) {
    only(from, path + ".", {"value", "map", "default", "type", "cut", "dates"});
    FieldValue out{.line = line_of(from)};
    out.parts = parts(text(from, "value", path + ".", true), out.line, path);
    if (from.contains("type")) {
      const std::string word = text(from, "type", path + ".", true);
      if (const auto type = events::parse_enum<ValueType>(word)) {
        out.type = *type;
      } else {
        problems_.add(out.line, path + ".type", "unknown type" + one_of(names(ValueType{})));
      }
    }
    for (const auto& other : texts(from, "default", path + "."))
      out.otherwise.push_back(parts(other, out.line, path + ".default"));
    if (const toml::node* cut = from.get("cut")) {
      const auto* count = cut->as_integer();
      if (count != nullptr && count->get() > 0) {
        out.cut = static_cast<std::size_t>(count->get());
      } else {
        problems_.add(line_of(*cut), path + ".cut", "must be a number of characters");
      }
    }
    out.formats = formats(from, "dates", path + ".");
    if (const toml::node* map = from.get("map")) read_map(*map, path, out);
    return out;
  }

  // A table in place, or the name of a [map.NAME].
  void read_map(const toml::node& node, const std::string& path, FieldValue& out) {
    const toml::table* from = node.as_table();
    if (const auto* name = node.as_string()) {
      const toml::table* maps = table(*root_, "map", "", false);
      from = maps == nullptr ? nullptr : maps->get_as<toml::table>(name->get());
      if (from == nullptr) {
        problems_.add(line_of(node), path + ".map", "there is no [map." + name->get() + "]");
        return;
      }
    }
    if (from == nullptr) {
      problems_.add(line_of(node), path + ".map", "must be a table, or the name of a [map.NAME]");
      return;
    }
    out.lookup.emplace();
    for (const auto& [key, word] : *from) {
      if (const auto* found = word.as_string()) {
        out.lookup->emplace(key.str(), found->get());
      } else {
        problems_.add(line_of(word), "map." + std::string(key.str()), "must be a text");
      }
    }
  }

  // "{column}" is the column's value, "{{" and "}}" are braces.
  std::vector<TemplatePart> parts(std::string_view from, int line, const std::string& path) {
    std::vector<TemplatePart> out;
    std::string literal;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const char c = from[i];
      if ((c == '{' || c == '}') && i + 1 < from.size() && from[i + 1] == c) {
        literal.push_back(c);
        ++i;
      } else if (c == '{') {
        const std::size_t end = from.find('}', i);
        if (end == std::string_view::npos || end == i + 1) {
          problems_.add(line, path, "a brace opens no {column}; write {{ for the brace itself");
          return out;
        }
        out.push_back({std::move(literal), column(from.substr(i + 1, end - i - 1), line)});
        literal.clear();
        i = end;
      } else if (c == '}') {
        problems_.add(line, path, "a brace closes nothing; write }} for the brace itself");
        return out;
      } else {
        literal.push_back(c);
      }
    }
    if (!literal.empty() || out.empty()) out.push_back({std::move(literal), std::nullopt});
    return out;
  }

  MappingProblems problems_;
  Mapping mapping_;
  const toml::table* root_ = nullptr;
};

}  // namespace

std::string to_text(const MappingError& error) {
  std::string text = error.file;
  if (error.line != 0) text += ":" + std::to_string(error.line);
  if (!error.key.empty()) text += ": " + error.key;
  return text + ": " + error.message;
}

std::expected<Mapping, std::vector<MappingError>> parse_mapping(std::string_view toml,
                                                                std::string_view file) {
  return Reader(file).read(toml);
}

std::expected<Mapping, std::vector<MappingError>> load_mapping(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in)
    return std::unexpected(std::vector{MappingError{file.string(), 0, "", "cannot be read"}});
  return parse_mapping(text, file.string());
}

std::expected<std::vector<std::size_t>, std::vector<MappingError>> bind_columns(
    const Mapping& mapping, const std::vector<std::string>& header) {
  MappingProblems problems{mapping.file, {}};
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    const auto found = std::ranges::find(header, mapping.columns[i]);
    if (found == header.end()) {
      problems.add(mapping.column_lines[i], "",
                   "the file has no column \"" + mapping.columns[i] + "\"" + one_of(header));
    } else if (std::ranges::find(found + 1, header.end(), mapping.columns[i]) != header.end()) {
      problems.add(mapping.column_lines[i], "",
                   "the file has more than one column \"" + mapping.columns[i] + "\"");
    }
    places.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  if (!problems.all.empty()) return std::unexpected(std::move(problems.all));
  return places;
}

}  // namespace huiyin::import
