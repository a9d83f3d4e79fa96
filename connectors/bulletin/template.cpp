#include "bulletin/template.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>

#include "engine/toml_table.hpp"

namespace huiyin::bulletin {
namespace {

using namespace std::chrono;
using engine::DefinitionError;
using engine::Table;
using Errors = std::vector<DefinitionError>;

std::optional<int> number(std::string_view digits, int low, int high) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value < low || value > high)
    return std::nullopt;
  return value;
}

// "2024", "2024-Q2", "2024-07", "2024-07-30"
std::optional<Period> one_period(std::string_view text) {
  constexpr std::size_t year_digits = 4;
  if (text.size() > year_digits + 3) {
    const auto day = events::parse_date(text);
    if (!day) return std::nullopt;
    return Period{*day, *day};
  }
  const auto y = number(text.substr(0, year_digits), 1900, 2200);
  if (!y || text.size() < year_digits) return std::nullopt;
  const year of{*y};
  if (text.size() == year_digits) return Period{of / January / 1, of / December / 31};
  if (text[year_digits] != '-') return std::nullopt;
  const std::string_view rest = text.substr(year_digits + 1);
  if (rest.starts_with('Q')) {
    const auto quarter = number(rest.substr(1), 1, 4);
    if (!quarter) return std::nullopt;
    const unsigned first = (static_cast<unsigned>(*quarter) - 1) * 3 + 1;
    return Period{of / month{first} / 1, Date{sys_days{of / month{first + 2} / last}}};
  }
  const auto m = rest.size() == 2 ? number(rest, 1, 12) : std::nullopt;
  if (!m) return std::nullopt;
  const month of_year{static_cast<unsigned>(*m)};
  return Period{of / of_year / 1, Date{sys_days{of / of_year / last}}};
}

// A parameter's value stands in TOML texts and is compared with ids and names.
bool is_value(std::string_view text) {
  constexpr std::size_t longest = 64;
  return text.size() <= longest && std::ranges::none_of(text, [](char c) {
           return c == '"' || c == '\'' || c == '\\' || c == '{' || c == '}' || (c >= 0 && c < ' ');
         });
}

std::expected<std::string, Errors> bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected(Errors{{file.filename().string(), 0, "", "cannot be read"}});
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

std::optional<bool> maybe_flag(const Table& table, std::string_view key) {
  if (!table.has(key)) return std::nullopt;
  return table.flag(key, false);
}

Where read_where(const Table& figure, Source source) {
  Where out;
  const auto table = figure.table("where");
  if (!table) return out;
  out.region = table->text("region");
  out.congress = table->text("congress");
  out.organ = table->text("organ");
  switch (source) {
    case Source::cases:
      table->only({"region",
                   "congress",
                   "organ",
                   "supervisor",
                   "process",
                   "campaign",
                   "occasion",
                   "category",
                   "kind",
                   "channel",
                   "mode",
                   "outlet",
                   "class",
                   "first_class",
                   "stage",
                   "whole_delegation",
                   "key",
                   "inter_session",
                   "led",
                   "supervised_by_leader",
                   "handled_by_leader",
                   "dissatisfied",
                   "rehandled",
                   "still_dissatisfied",
                   "revisited",
                   "ended",
                   "solved",
                   "at_station",
                   "adopted",
                   "from_others"});
      out.supervisor = table->text("supervisor");
      out.process = table->text("process");
      out.campaign = table->text("campaign");
      out.occasion = table->text("occasion");
      out.category = table->text("category");
      out.kinds = table->words<events::Kind>("kind", "kind");
      out.channels = table->words<events::Channel>("channel", "channel");
      out.modes = table->words<events::ContactMode>("mode", "mode of contact");
      out.outlet = table->word<events::Outlet>("outlet", "outlet");
      out.classes = table->texts("class");
      out.first_classes = table->texts("first_class");
      out.stages = table->texts("stage");
      out.whole_delegation = maybe_flag(*table, "whole_delegation");
      out.inter_session = maybe_flag(*table, "inter_session");
      out.key = maybe_flag(*table, "key");
      out.led = maybe_flag(*table, "led");
      out.supervised_by_leader = maybe_flag(*table, "supervised_by_leader");
      out.handled_by_leader = maybe_flag(*table, "handled_by_leader");
      out.dissatisfied = maybe_flag(*table, "dissatisfied");
      out.rehandled = maybe_flag(*table, "rehandled");
      out.still_dissatisfied = maybe_flag(*table, "still_dissatisfied");
      out.revisited = maybe_flag(*table, "revisited");
      out.ended = maybe_flag(*table, "ended");
      out.solved = maybe_flag(*table, "solved");
      out.at_station = maybe_flag(*table, "at_station");
      out.adopted = maybe_flag(*table, "adopted");
      out.from_others = maybe_flag(*table, "from_others");
      break;
    case Source::activities:
      table->only({"region", "organ", "form", "output", "level", "leading_cadre", "grass_roots"});
      out.forms = table->texts("form");
      out.outputs = table->texts("output");
      break;
    case Source::registry:
      table->only({"region", "congress", "organ", "level", "leading_cadre", "grass_roots",
                   "enrolled", "professional", "standard", "tier", "form", "organ_kind", "post",
                   "stage", "duty"});
      out.duty = table->text("duty");
      out.stages = table->texts("stage");
      out.enrolled = maybe_flag(*table, "enrolled");
      out.professional = maybe_flag(*table, "professional");
      out.standard = maybe_flag(*table, "standard");
      out.tiers = table->words<events::StationTier>("tier", "tier");
      out.station_forms = table->words<events::StationForm>("form", "form of station");
      out.organ_kinds = table->words<events::OrganKind>("organ_kind", "kind of organ");
      out.posts = table->words<events::OrganPost>("post", "post");
      break;
  }
  if (source != Source::cases) {
    out.levels = table->words<events::Level>("level", "level");
    out.leading_cadre = maybe_flag(*table, "leading_cadre");
    out.grass_roots = maybe_flag(*table, "grass_roots");
  }
  return out;
}

Print read_print(const Table& of) {
  Print out;
  const auto table = of.table("print");
  if (!table) return out;
  constexpr std::int64_t most = 1'000'000'000;
  table->only({"floor", "divide", "decimals", "unit", "above"});
  out.floor = table->number("floor", 1, most).value_or(0);
  out.divide = table->number("divide", 1, most).value_or(1);
  out.decimals = static_cast<std::int32_t>(table->number("decimals", 0, 6).value_or(0));
  out.unit = table->text("unit");
  if (const auto above = table->number("above", 0, 100))
    out.above = static_cast<std::int32_t>(*above);
  return out;
}

Figure read_figure(const Table& table) {
  table.only({"id", "name", "unit", "count", "where", "day", "during", "print", "note"});
  Figure out;
  out.line = table.line();
  out.id = table.needed_text("id");
  out.name = table.needed_text("name");
  out.unit = table.needed_text("unit");
  table.needed_text("count");
  if (const auto count = table.word<Count>("count", "thing to count")) out.count = *count;
  out.where = read_where(table, source_of(out.count));
  if (const auto day = table.word<CaseDay>("day", "day")) out.day = *day;
  if (table.has("during")) {
    out.during = parse_period(table.text("during"));
    if (!out.during) table.fail("during", "a period such as 2022 or 2018..2022");
  }
  const bool of_duty = out.count == Count::duty_done || out.count == Count::duty_subjects;
  if (of_duty && out.where.duty.empty()) table.fail("where", "which duty? where = { duty = … }");
  out.print = read_print(table);
  out.note = table.text("note");
  return out;
}

Rate read_rate(const Table& table) {
  table.only({"id", "name", "numerator", "denominator", "print", "note"});
  Rate out;
  out.line = table.line();
  out.id = table.needed_text("id");
  out.name = table.needed_text("name");
  out.numerator = table.texts("numerator");
  out.denominator = table.texts("denominator");
  out.print = read_print(table);
  out.note = table.text("note");
  return out;
}

// The ids that a text's {…} name.
std::vector<std::string> named_in(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    out.emplace_back(text.substr(at + 1, end - at - 1));
  }
  return out;
}

// What only shows once all of it is read.
void check(const Table& root, const Template& of) {
  std::set<std::string> ids;
  for (const auto& figure : of.figures) {
    if (!ids.insert(figure.id).second) root.fail("figure", "\"" + figure.id + "\" is there twice");
  }
  for (const auto& rate : of.rates) {
    if (!ids.insert(rate.id).second) root.fail("rate", "\"" + rate.id + "\" is there twice");
    std::set<std::string> units;
    if (rate.numerator.empty() || rate.denominator.empty())
      root.fail("rate", rate.id + ": a rate has a numerator and a denominator");
    for (const auto* side : {&rate.numerator, &rate.denominator}) {
      std::set<std::string> own;
      for (const auto& id : *side) {
        const Figure* figure = of.figure(id);
        if (figure == nullptr) {
          root.fail("rate", rate.id + ": there is no figure \"" + id + "\"");
        } else {
          own.insert(figure->unit);
        }
      }
      if (own.size() > 1)
        root.fail("rate", rate.id + ": figures of different units are never added (S1-31)");
    }
  }
  for (const auto& section : of.sections) {
    for (const auto* names : {&section.table}) {
      for (const auto& id : *names) {
        if (!ids.contains(id)) root.fail("section", "there is no figure or rate \"" + id + "\"");
      }
    }
    for (const auto& id : named_in(section.text)) {
      if (!ids.contains(id) && id != "from" && id != "to" && id != "as_of")
        root.fail("section", "{" + id + "} is no figure or rate, nor from, to, as_of");
    }
  }
}

Template read_template(const Table& root) {
  root.only({"id", "name", "title", "parameters", "figure", "rate", "section", "open"});
  Template out;
  out.id = root.needed_text("id");
  out.name = root.needed_text("name");
  out.title = root.needed_text("title");
  for (const Table& table : root.tables("figure")) out.figures.push_back(read_figure(table));
  for (const Table& table : root.tables("rate")) out.rates.push_back(read_rate(table));
  for (const Table& table : root.tables("section")) {
    table.only({"title", "text", "table"});
    out.sections.push_back({table.text("title"), table.text("text"), table.texts("table")});
  }
  for (const Table& table : root.tables("open")) {
    table.only({"rule", "text"});
    out.open.push_back({table.needed_text("rule"), table.needed_text("text")});
  }
  check(root, out);
  return out;
}

template <class T>
const T* find_in(const std::vector<T>& all, std::string_view id) {
  const auto found = std::ranges::find(all, id, &T::id);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

Source source_of(Count count) {
  if (count < Count::activities) return Source::cases;
  return count < Count::deputies ? Source::activities : Source::registry;
}

std::optional<Period> parse_period(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return one_period(text);
  const auto from = one_period(text.substr(0, dots)), to = one_period(text.substr(dots + 2));
  if (!from || !to || to->to < from->from) return std::nullopt;
  return Period{from->from, to->to};
}

const Figure* Template::figure(std::string_view wanted) const { return find_in(figures, wanted); }
const Rate* Template::rate(std::string_view wanted) const { return find_in(rates, wanted); }

std::expected<std::vector<std::string>, Errors> parameters_of(const std::filesystem::path& file) {
  const auto bytes = bytes_of(file);
  if (!bytes) return std::unexpected(bytes.error());
  Errors errors;
  std::vector<std::string> out;
  engine::read_toml(*bytes, file.filename().string(), errors,
                    [&](const Table& root) { out = root.texts("parameters"); });
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return out;
}

std::expected<Template, Errors> load_template(const std::filesystem::path& file,
                                              const Parameters& parameters) {
  const std::string name = file.filename().string();
  const auto asked = parameters_of(file);
  if (!asked) return std::unexpected(asked.error());
  Errors errors;
  for (const auto& parameter : *asked) {
    if (!parameters.contains(parameter))
      errors.push_back({name, 0, parameter, "the bulletin needs this parameter"});
  }
  auto text = *bytes_of(file);
  for (const auto& [parameter, value] : parameters) {
    if (std::ranges::find(*asked, parameter) == asked->end()) {
      errors.push_back({name, 0, parameter, "the bulletin has no such parameter"});
      continue;
    }
    if (!is_value(value)) {
      errors.push_back({name, 0, parameter, "up to 64 characters, no quotes or braces"});
      continue;
    }
    const std::string hole = "{" + parameter + "}";
    for (std::size_t at = 0; (at = text.find(hole, at)) != std::string::npos; at += value.size())
      text.replace(at, hole.size(), value);
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  Template out;
  engine::read_toml(text, name, errors, [&](const Table& root) { out = read_template(root); });
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return out;
}

std::vector<std::string> template_ids(const std::filesystem::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".toml") out.push_back(entry.path().stem().string());
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace huiyin::bulletin
