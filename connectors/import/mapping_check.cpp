// The bodies of a mapping's commands against the commands' own schemas: what the engine would
// refuse for every row is refused once, with a line.
#include "engine/command.hpp"
#include "events/date.hpp"
#include "events/json_value.hpp"
#include "mapping_problems.hpp"

namespace huiyin::import {
namespace {

using events::json::Value;

std::vector<std::string_view> keys_of(Value object) {
  std::vector<std::string_view> out;
  object.each_member(&out, [](void* context, std::string_view key, Value) {
    static_cast<std::vector<std::string_view>*>(context)->push_back(key);
    return true;
  });
  return out;
}

std::vector<std::string_view> words_of(Value schema, std::string_view key) {
  std::vector<std::string_view> out;
  const auto list = schema.find(key);
  if (!list) return out;
  list->each_element(&out, [](void* context, Value item) {
    static_cast<std::vector<std::string_view>*>(context)->push_back(
        item.as_string().value_or(std::string_view{}));
    return true;
  });
  return out;
}

std::string_view type_of(Value schema) {
  const auto type = schema.find("type");
  return type ? type->as_string().value_or("") : "";
}

bool is_constant(const std::vector<TemplatePart>& parts) {
  return std::ranges::none_of(parts, [](const auto& part) { return part.column.has_value(); });
}

class Checker {
 public:
  Checker(std::string path, MappingProblems& problems)
      : path_(std::move(path)), problems_(problems) {}

  void object(const FieldValue& value, Value schema, const std::string& path) {
    const auto properties = schema.find("properties");
    if (!properties) return;
    const auto known = keys_of(*properties);
    for (const auto& [name, field] : value.members) {
      const auto found = properties->find(name);
      const std::string inner = path + "." + name;
      if (found) {
        check(field, *found, inner);
      } else {
        fail(field, inner, "this command has no such field" + one_of(known));
      }
    }
    for (const auto name : words_of(schema, "required")) {
      const bool given = std::ranges::any_of(
          value.members, [&](const auto& member) { return member.name == name; });
      if (!given) fail(value, path + "." + std::string(name), "is missing, and needed");
    }
  }

 private:
  void fail(const FieldValue& value, const std::string& path, std::string message) {
    problems_.add(value.line, path_ + path, std::move(message));
  }

  void check(const FieldValue& value, Value schema, const std::string& path) {
    const std::string_view type = type_of(schema);
    if (type == "object") {
      if (value.form == FieldValue::Form::object) return object(value, schema, path);
      return fail(value, path, "must be a table of its own fields");
    }
    if (type == "array") {
      if (value.form != FieldValue::Form::list) return fail(value, path, "must be a list: [ … ]");
      for (const FieldValue& item : value.items) check(item, *schema.find("items"), path + "[]");
      return;
    }
    if (value.form == FieldValue::Form::list || value.form == FieldValue::Form::object)
      return fail(value, path, "must be a single value");
    if (type == "integer" || type == "boolean") return check_plain(value, type, path);
    check_text(value, schema, path);
  }

  void check_plain(const FieldValue& value, std::string_view type, const std::string& path) {
    if (value.form == FieldValue::Form::constant) {
      const bool flag = value.constant == "true" || value.constant == "false";
      if (flag != (type == "boolean")) fail(value, path, "must be of type " + std::string(type));
      return;
    }
    const ValueType wanted = type == "boolean" ? ValueType::boolean : ValueType::integer;
    if (value.type != wanted) {
      fail(value, path,
           "is of type " + std::string(type) + ": write { value = \"{column}\", type = \"" +
               std::string(type) + "\" }");
    }
  }

  void check_text(const FieldValue& value, Value schema, const std::string& path) {
    if (value.form == FieldValue::Form::constant) return fail(value, path, "must be a text");
    const auto format = schema.find("format");
    const std::string_view wanted = format ? format->as_string().value_or("") : "";
    const bool plain = value.type == ValueType::text;
    if (wanted == "date" && value.type != ValueType::date &&
        !(is_constant(value.parts) && events::parse_date(value.parts.front().literal))) {
      return fail(value, path, "is a date: write { value = \"{column}\", type = \"date\" }");
    }
    if (wanted == "date-time" && value.type != ValueType::time)
      return fail(value, path, "is a time: write { value = \"{column}\", type = \"time\" }");
    if (wanted.empty() && (value.type == ValueType::integer || value.type == ValueType::boolean))
      return fail(value, path, "must be of type text");
    const auto words = words_of(schema, "enum");
    if (words.empty() || !plain) return;
    const auto check_word = [&](std::string_view word) {
      if (std::ranges::find(words, word) == words.end())
        fail(value, path,
             "\"" + std::string(word) + "\" is no value of this field" + one_of(words));
    };
    if (is_constant(value.parts) && !value.lookup) check_word(value.parts.front().literal);
    if (value.lookup) {
      for (const auto& [from, to] : *value.lookup) check_word(to);
    }
    for (const auto& parts : value.otherwise) {
      if (is_constant(parts) && !parts.front().literal.empty()) check_word(parts.front().literal);
    }
  }

  std::string path_;
  MappingProblems& problems_;
};

// Citizens' details are sealed at the gateway; a file that holds them cannot be imported as it is.
void check_petitioner(const FieldValue& body, const std::string& path, MappingProblems& problems) {
  for (const auto& [name, field] : body.members) {
    if (name != "petitioner") continue;
    for (const auto& [inner, value] : field.members) {
      if (inner == "anonymous") continue;
      problems.add(value.line, path + ".petitioner." + inner,
                   "a mapping can only say that there is a petitioner (anonymous = true): personal "
                   "details are not imported");
    }
  }
}

}  // namespace

void check_bodies(const Mapping& mapping, MappingProblems& problems) {
  events::json::Parser parser;
  for (std::size_t i = 0; i < mapping.commands.size(); ++i) {
    const CommandMapping& command = mapping.commands[i];
    const std::string path = "command[" + std::to_string(i + 1) + "].body";
    for (const auto& [name, field] : command.body.members) {
      if (name == "occurred_at" || name == "process" || name == "behalf")
        problems.add(field.line, path + "." + name,
                     "is not part of the body: see `at` and `process`");
    }
    const std::string text = engine::command_schema(command.type);
    if (const auto schema = parser.parse(text))
      Checker(path, problems).object(command.body, *schema, "");
    check_petitioner(command.body, path, problems);
  }
}

}  // namespace huiyin::import
