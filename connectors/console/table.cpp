#include "console/table.hpp"

#include <algorithm>
#include <numeric>

#include "console/width.hpp"

namespace huiyin::console {
namespace {

constexpr std::size_t gap_columns = 2;
constexpr std::size_t least_columns = 6;  // narrower a column says nothing any more

}  // namespace

void Table::add(std::vector<Cell> row) {
  row.resize(columns_.size());
  for (Cell& cell : row) cell.text = printable(cell.text);
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths(std::size_t bound) const {
  std::vector<std::size_t> widths;
  widths.reserve(columns_.size());
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  if (widths.empty() || bound == 0) return widths;
  std::size_t total = std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
                      gap_columns * (widths.size() - 1);
  while (total > bound) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= least_columns) break;
    --*widest;
    --total;
  }
  return widths;
}

void Table::append_line(std::string& out, const std::vector<Cell>& cells,
                        const std::vector<std::size_t>& widths, bool coloured) const {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text = shortened(cells[i].text, widths[i]);
    const std::string padding(widths[i] - display_width(text), ' ');
    if (columns_[i].align == Align::right) out += padding;
    out += painted(text, cells[i].style, coloured);
    if (i + 1 == cells.size()) break;
    if (columns_[i].align == Align::left) out += padding;
    out.append(gap_columns, ' ');
  }
  // No blanks at the end of a line, also where the last cells are empty.
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

std::string Table::text(TableLook look) const {
  const std::vector<std::size_t> column_widths = widths(look.columns);
  std::vector<Cell> titles;
  std::vector<Cell> rules;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back({columns_[i].title, Style::bold});
    std::string rule;
    for (std::size_t n = 0; n < column_widths[i]; ++n) rule += "─";
    rules.push_back({std::move(rule), Style::dim});
  }
  std::string out;
  append_line(out, titles, column_widths, look.coloured);
  append_line(out, rules, column_widths, look.coloured);
  for (const auto& row : rows_) append_line(out, row, column_widths, look.coloured);
  return out;
}

}  // namespace huiyin::console
