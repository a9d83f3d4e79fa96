#include "engine/toml_table.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>

#include "definition_reader.hpp"

namespace huiyin::engine {
namespace {

// Levenshtein's distance: letters to insert, delete or replace.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string to_text(const DefinitionError& error) {
  std::string text = error.file;
  if (error.line != 0) text += ":" + std::to_string(error.line);
  if (!error.key.empty()) text += ": " + error.key;
  return text + ": " + error.message;
}

std::string to_text(std::span<const DefinitionError> errors, const std::filesystem::path& folder) {
  std::string out;
  for (DefinitionError error : errors) {
    if (!folder.empty()) error.file = (folder / error.file).string();
    out += (out.empty() ? "" : "\n") + to_text(error);
  }
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  // A third of the letters may be wrong; more is another word.
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t found = distance(word, candidate);
    if (found < best_distance && found < candidate.size()) {
      best = candidate;
      best_distance = found;
    }
  }
  return best.empty() ? "" : "; did you mean \"" + std::string(best) + "\"?";
}

std::string Table::file_of(const toml::source_region& source) const {
  return source.path ? *source.path : problems_->file;
}

void Table::locate(DefinitionError& error) const {
  const toml::node* node = table_->get(error.key);
  const toml::source_region& source = node != nullptr ? node->source() : table_->source();
  error.file = file_of(source);
  error.line = static_cast<int>(source.begin.line);
}

std::string Table::path_of(std::string_view key) const {
  if (path_.empty() || key.empty()) return path_ + std::string(key);
  return path_ + "." + std::string(key);
}

int Table::line() const { return static_cast<int>(table_->source().begin.line); }
std::string Table::file() const { return file_of(table_->source()); }
bool Table::has(std::string_view key) const { return table_->contains(key); }

void Table::fail(std::string_view key, std::string message) const {
  DefinitionError error{.key = std::string(key), .message = std::move(message)};
  locate(error);
  error.key = path_of(key);
  problems_->all.push_back(std::move(error));
}

void Table::only(const std::vector<std::string_view>& known) const {
  for (const auto& [key, value] : *table_) {
    if (std::ranges::find(known, key.str()) != known.end()) continue;
    problems_->all.push_back({file_of(key.source()), static_cast<int>(key.source().begin.line),
                              path_of(key.str()), "unknown key" + did_you_mean(key.str(), known)});
  }
}

std::string Table::text(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return {};
  const auto value = node->value_exact<std::string>();
  if (!value || value->empty()) fail(key, "a text is needed here");
  return value.value_or("");
}

std::string Table::needed_text(std::string_view key) const {
  if (!has(key)) fail(key, "is missing");
  return text(key);
}

bool Table::flag(std::string_view key, bool otherwise) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return otherwise;
  const auto value = node->value_exact<bool>();
  if (!value) fail(key, "neither true nor false");
  return value.value_or(otherwise);
}

std::optional<std::int64_t> Table::number(std::string_view key, std::int64_t low,
                                          std::int64_t high) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= low && *value <= high) return value;
  fail(key,
       "a number from " + std::to_string(low) + " to " + std::to_string(high) + " is needed here");
  return std::nullopt;
}

std::optional<Date> Table::date(std::string_view key) const {
  const toml::node* node = table_->get(key);
  const auto value = node != nullptr ? node->value_exact<toml::date>() : std::nullopt;
  if (!value) {
    fail(key, "a date such as 2024-02-10 is needed here");
    return std::nullopt;
  }
  return Date{std::chrono::year{value->year}, std::chrono::month{value->month},
              std::chrono::day{value->day}};
}

std::vector<std::string> Table::texts(std::string_view key) const {
  std::vector<std::string> out;
  const toml::node* node = table_->get(key);
  if (node == nullptr) return out;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    fail(key, "a list of texts is needed here");
    return out;
  }
  for (const toml::node& entry : *list) {
    const auto value = entry.value_exact<std::string>();
    if (!value) {
      fail(key, "a list of texts is needed here");
    } else if (std::ranges::find(out, *value) != out.end()) {
      fail(key, "\"" + *value + "\" is given twice");
    } else {
      out.push_back(*value);
    }
  }
  return out;
}

std::optional<Table> Table::table(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (const toml::table* inner = node->as_table()) return Table(*inner, path_of(key), *problems_);
  fail(key, "a table is needed here");
  return std::nullopt;
}

std::vector<Table> Table::tables(std::string_view key) const {
  std::vector<Table> out;
  const toml::node* node = table_->get(key);
  if (node == nullptr) return out;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    fail(key, "a list of tables is needed here");
    return out;
  }
  std::size_t index = 0;
  for (const toml::node& entry : *list) {
    const std::string path = path_of(key) + "[" + std::to_string(index++) + "]";
    if (const toml::table* inner = entry.as_table()) {
      out.emplace_back(*inner, path, *problems_);
    } else {
      fail(key, "a list of tables is needed here");
    }
  }
  return out;
}

std::vector<std::string> Table::keys() const {
  std::vector<std::string> out;
  for (const auto& [key, value] : *table_) out.emplace_back(key.str());
  return out;
}

std::optional<Duration> Table::duration() const {
  std::string_view unit;
  for (const std::string_view key : duration_keys) {
    if (!has(key)) continue;
    if (!unit.empty() && !(unit == "months" && key == "every")) {
      fail(key, "one length is enough: " + std::string(unit) + " is given too");
      return std::nullopt;
    }
    unit = key;
  }
  if (unit.empty()) {
    fail("", "a length is needed here: months, days, working_days or every");
    return std::nullopt;
  }
  std::expected<Duration, DurationError> made = std::unexpected(DurationError::not_a_month_day);
  if (unit == "every") {
    made = make_fixed_day(text(unit));
    const auto months = number("months", 0, max_duration_months);
    if (made && months) std::get<FixedDay>(*made).months = static_cast<int>(*months);
  } else {
    const auto count = number(unit, 0, max_duration_days);
    if (!count) return std::nullopt;
    made = make_duration(unit, *count);
  }
  if (made) return *made;
  fail(unit, std::string(message(made.error())));
  return std::nullopt;
}

std::vector<DefinitionError> parse_error(std::string_view file, const toml::parse_error& error) {
  return {{std::string(file), static_cast<int>(error.source().begin.line), "",
           std::string(error.description())}};
}

void read_toml(std::string_view text, std::string_view file, std::vector<DefinitionError>& errors,
               const std::function<void(const Table&)>& read) {
  const auto parsed = toml::parse(text, std::string(file));
  if (!parsed) {
    const auto wrong = parse_error(file, parsed.error());
    errors.insert(errors.end(), wrong.begin(), wrong.end());
    return;
  }
  Problems problems{std::string(file), {}};
  read(Table(parsed.table(), "", problems));
  errors.insert(errors.end(), problems.all.begin(), problems.all.end());
}

void read_toml_file(const std::filesystem::path& file, std::vector<DefinitionError>& errors,
                    const std::function<void(const Table&)>& read) {
  const std::string name = file.filename().string();
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    errors.push_back({name, 0, "", "cannot be read"});
    return;
  }
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  read_toml(bytes, name, errors, read);
}

}  // namespace huiyin::engine
