// A table of text columns for terminals and pipes, aligned by the width that characters have there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "console/style.hpp"

namespace huiyin::console {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

struct Cell {
  std::string text;  // any text; see printable() in width.hpp
  Style style = Style::plain;
};

struct TableLook {
  std::size_t columns = 0;  // of the terminal: wide columns are shortened to fit; 0: no bound
  bool coloured = false;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Missing cells are empty; cells past the last column are left out.
  void add(std::vector<Cell> row);

  std::size_t rows() const { return rows_.size(); }

  // Title line, a rule, and a line for each row, each ended by a line feed.
  std::string text(TableLook look = {}) const;

 private:
  std::vector<std::size_t> widths(std::size_t bound) const;
  void append_line(std::string& out, const std::vector<Cell>& cells,
                   const std::vector<std::size_t>& widths, bool coloured) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace huiyin::console
