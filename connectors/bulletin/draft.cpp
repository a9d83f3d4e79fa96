#include "bulletin/draft.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "count.hpp"
#include "events/json_writer.hpp"

namespace huiyin::bulletin {
namespace {

using events::Comparator;
using projections::PeriodicalState;

constexpr std::int64_t per_cent = 100;
constexpr std::int64_t per_myriad = 10'000;

// Words of Chinese bulletins: 余 after a lower bound, 约 before what is about it, 不到 below.
std::string with_words(Comparator comparator, const std::string& number, std::string_view unit) {
  switch (comparator) {
    case Comparator::equal:
      break;
    case Comparator::at_least: {
      // 5000余名, but 14万余名.
      for (const std::string_view myriads : {"万", "亿"}) {
        if (unit.starts_with(myriads))
          return number + std::string(myriads) + "余" + std::string(unit.substr(myriads.size()));
      }
      return number + "余" + std::string(unit);
    }
    case Comparator::about:
      return "约" + number + std::string(unit);
    case Comparator::below:
      return "不到" + number + std::string(unit);
  }
  return number + std::string(unit);
}

std::string decimal(std::int64_t value, std::int64_t divide, std::int32_t decimals) {
  std::string text =
      fmt::format("{:.{}f}", static_cast<double>(value) / static_cast<double>(divide), decimals);
  return text;
}

// Whether printing it so leaves nothing of it out.
bool exact(std::int64_t value, const Print& print) {
  std::int64_t step = print.divide;
  for (std::int32_t i = 0; i < print.decimals; ++i) step /= 10;
  return step <= 1 || value % step == 0;
}

Value value_of(const Tally& tally) {
  const Figure& figure = tally.figure;
  const Print& print = figure.print;
  Value out;
  out.id = figure.id;
  out.name = figure.name;
  out.unit = figure.unit;
  out.value = tally.value();
  out.comparator = out.shown_comparator = tally.comparator;
  out.period = tally.period;
  out.note = figure.note;
  std::int64_t shown = out.value;
  if (print.floor > 0 && shown % print.floor != 0 && shown > print.floor) {
    shown -= shown % print.floor;
    out.shown_comparator = Comparator::at_least;
  }
  if (!exact(shown, print) && out.shown_comparator == Comparator::equal)
    out.shown_comparator = Comparator::about;
  out.shown = with_words(out.shown_comparator, decimal(shown, print.divide, print.decimals),
                         print.unit.empty() ? figure.unit : print.unit);
  return out;
}

const Value* find(const std::vector<Value>& all, std::string_view id) {
  const auto found = std::ranges::find(all, id, &Value::id);
  return found == all.end() ? nullptr : &*found;
}

Value value_of(const Rate& rate, const std::vector<Value>& figures, const Period& period) {
  Value out;
  out.id = rate.id;
  out.name = rate.name;
  out.unit = "%";
  out.period = period;
  out.note = rate.note;
  for (const auto& id : rate.numerator) {
    const Value& one = *find(figures, id);
    out.numerator.push_back(one.name);
    out.of += one.value;
    out.comparator = one.comparator == Comparator::equal ? out.comparator : Comparator::about;
  }
  for (const auto& id : rate.denominator) {
    const Value& one = *find(figures, id);
    out.denominator.push_back(one.name);
    out.among += one.value;
    out.comparator = one.comparator == Comparator::equal ? out.comparator : Comparator::about;
  }
  out.shown_comparator = out.comparator;
  if (out.among == 0) {
    out.shown = "—";
    return out;
  }
  out.value = (out.of * per_myriad + out.among / 2) / out.among;
  if (rate.print.above && out.of * per_cent > out.among * *rate.print.above) {
    out.shown = fmt::format("超过{}%", *rate.print.above);
    out.shown_comparator = Comparator::at_least;
  } else {
    const std::int32_t decimals = rate.print.decimals == 0 ? 2 : rate.print.decimals;
    out.shown = decimal(out.value, per_cent, decimals) + "%";
  }
  return out;
}

std::string chinese(Date day) {
  return fmt::format("{}年{}月{}日", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string_view sign(Comparator comparator) {
  switch (comparator) {
    case Comparator::equal:
      break;
    case Comparator::at_least:
      return "≥";
    case Comparator::about:
      return "≈";
    case Comparator::below:
      return "<";
  }
  return "=";
}

// Texts of cases and people may hold what Markdown means something by.
std::string plain(std::string_view text) {
  constexpr std::string_view meant = "\\`*_{}[]<>#|~";
  std::string out;
  for (const char c : text) {
    if (meant.find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c == '\n' ? ' ' : c);
  }
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : "＋") + name;
  return out;
}

struct Writer {
  const Request& request;
  const Draft& draft;

  std::string fill(std::string_view text) const {
    std::string out;
    while (!text.empty()) {
      const std::size_t open = text.find('{');
      out += text.substr(0, open);
      if (open == std::string_view::npos) break;
      const std::size_t end = text.find('}', open);
      if (end == std::string_view::npos) return out + std::string(text.substr(open));
      const auto name = text.substr(open + 1, end - open - 1);
      if (name == "from") {
        out += chinese(draft.period.from);
      } else if (name == "to") {
        out += chinese(draft.period.to);
      } else if (name == "as_of") {
        out += chinese(draft.as_of);
      } else if (const Value* value = find(draft.values, name)) {
        out += value->shown;
      }
      text.remove_prefix(end + 1);
    }
    return out;
  }

  std::string table(const std::vector<std::string>& ids) const {
    std::string out = "| 指标 | 数值 | 口径 |\n|---|---|---|\n";
    for (const auto& id : ids) {
      const Value& value = *find(draft.values, id);
      std::string how;
      if (value.numerator.empty()) {
        how = std::string(sign(value.shown_comparator)) + "；" +
              (value.period == draft.period
                   ? std::string("本期")
                   : chinese(value.period.from) + "至" + chinese(value.period.to));
      } else {
        how = fmt::format("（{}）{} ÷（{}）{}", joined(value.numerator), value.of,
                          joined(value.denominator), value.among);
      }
      out += "| " + plain(value.name) + " | " + value.shown + " | " + plain(how) + " |\n";
    }
    return out;
  }

  std::string head() const {
    if (!request.head) return "*草稿，未编号*\n\n---\n\n";
    const Head& head = *request.head;
    std::string out = "# " + plain(head.name) + "\n\n";
    if (!head.marking.empty()) out += "*" + plain(head.marking) + "*\n\n";
    out += fmt::format("**第{}期（总第{}期）**\n\n", head.number, head.total);
    out += plain(head.organ) + "编　　" + chinese(head.date) + "\n\n";
    if (!head.approval.empty()) out += plain(head.approval) + "\n\n";
    return out + "---\n\n";
  }

  std::string markdown(const Template& of) const {
    std::string out = head() + "## " + fill(draft.title) + "\n\n";
    for (const auto& section : of.sections) {
      if (!section.title.empty()) out += "### " + section.title + "\n\n";
      if (!section.text.empty()) out += fill(section.text) + "\n\n";
      if (!section.table.empty()) out += table(section.table) + "\n";
    }
    std::string notes;
    for (const auto& value : draft.values) {
      if (!value.note.empty()) notes += "- " + plain(value.name) + "：" + value.note + "\n";
    }
    if (!notes.empty()) out += "### 统计口径\n\n" + notes + "\n";
    if (!of.open.empty()) {
      out += "### 原文未明之处\n\n";
      for (const auto& one : of.open) out += "- （" + one.rule + "）" + fill(one.text) + "\n";
      out += "\n";
    }
    out += "---\n\n统计期间：" + chinese(draft.period.from) + "至" + chinese(draft.period.to) +
           "；数据截至" + chinese(draft.as_of) + "；依据日志位置 " + plain(request.at) + "。\n";
    if (request.head && !request.head->recipients.empty()) {
      out += "\n送：";
      for (std::size_t i = 0; i < request.head->recipients.size(); ++i)
        out += (i == 0 ? "" : "，") + plain(request.head->recipients[i]);
      out += "。\n";
    }
    if (request.head && !request.head->editor.empty())
      out += "\n责任编辑：" + plain(request.head->editor) + "\n";
    return out;
  }
};

std::string name_on(const projections::SubjectState& organ, Date day) {
  const auto* own = std::get_if<projections::OrganState>(&organ.body);
  if (own == nullptr) return organ.name();
  std::string name = own->names.empty() ? organ.id : own->names.front().name;
  for (const auto& one : own->names) {
    if (one.from <= day) name = one.name;
  }
  return name;
}

}  // namespace

std::string positions(const Sources& sources) {
  std::uint64_t events = 0;
  for (events::Partition p = 0; p < sources.cases.partitions(); ++p)
    events += sources.cases.applied(p);
  std::string out = fmt::format("案件事件{}条", events);
  if (sources.registry != nullptr) out += fmt::format("、r:{}", sources.registry->applied(0));
  return out;
}

std::expected<Head, std::string> next_issue(const projections::RegistryStore& registry,
                                            std::string_view periodical, Date date) {
  const auto state = registry.find(periodical);
  const auto* own = state ? std::get_if<PeriodicalState>(&state->body) : nullptr;
  if (own == nullptr) return std::unexpected("there is no periodical " + std::string(periodical));
  Head out{own->head.name,      {}, own->head.approval, own->head.marking, own->head.editor,
           own->head.recipients};
  if (const auto organ = registry.find(own->head.organ)) out.organ = name_on(*organ, date);
  out.date = date;
  out.year = static_cast<std::uint16_t>(static_cast<int>(date.year()));
  out.number = out.year == own->year ? own->number + 1 : 1;
  out.total = own->total + 1;
  return out;
}

std::expected<Draft, std::string> draft(const Template& of, const Sources& sources,
                                        const Request& request) {
  std::vector<Tally> tallies;
  tallies.reserve(of.figures.size());
  for (const auto& figure : of.figures)
    tallies.emplace_back(figure, figure.during.value_or(request.period));
  if (auto done = count(tallies, sources, request.as_of); !done)
    return std::unexpected(done.error());
  Draft out;
  out.title = of.title;
  out.period = {request.period.from, std::min(request.period.to, request.as_of)};
  out.as_of = request.as_of;
  for (const auto& tally : tallies) out.values.push_back(value_of(tally));
  const std::vector<Value> figures = out.values;
  for (const auto& rate : of.rates) out.values.push_back(value_of(rate, figures, out.period));
  const Writer writer{request, out};
  out.title = writer.fill(of.title);
  out.markdown = writer.markdown(of);
  return out;
}

std::expected<std::vector<std::string>, std::string> behind(const Template& of,
                                                            std::string_view figure,
                                                            const Sources& sources,
                                                            const Request& request) {
  const Figure* asked = of.figure(figure);
  if (asked == nullptr) return std::unexpected("there is no figure " + std::string(figure));
  std::vector<Tally> tallies;
  tallies.emplace_back(*asked, asked->during.value_or(request.period), true);
  if (auto done = count(tallies, sources, request.as_of); !done)
    return std::unexpected(done.error());
  auto& out = tallies.front().behind;
  std::ranges::sort(out);
  return std::move(out);
}

std::string to_json(const Draft& draft) {
  std::string out = R"({"title":)";
  events::append_json_string(out, draft.title);
  out += R"(,"from":")" + events::format_date(draft.period.from) + R"(","to":")" +
         events::format_date(draft.period.to) + R"(","as_of":")" +
         events::format_date(draft.as_of) + R"(","figures":[)";
  for (const auto& value : draft.values) {
    if (out.back() != '[') out.push_back(',');
    out += events::to_json(value);
  }
  out += R"(],"markdown":)";
  events::append_json_string(out, draft.markdown);
  return out + "}";
}

}  // namespace huiyin::bulletin
