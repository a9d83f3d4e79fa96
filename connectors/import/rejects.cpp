#include "rejects.hpp"

namespace huiyin::import {
namespace {

void append_field(std::string& out, std::string_view text) {
  if (!out.empty()) out.push_back(',');
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace

std::expected<RejectsFile, std::string> RejectsFile::create(
    const std::filesystem::path& path, const std::vector<std::string>& header) {
  RejectsFile out;
  out.columns_ = header.size();
  if (path.empty()) return out;
  out.path_ = path;
  out.file_.open(path, std::ios::binary | std::ios::trunc);
  std::string line = "row,line,key,reason,detail";
  for (const auto& name : header) append_field(line, name);
  out.file_ << line << ",raw\n";
  if (!out.file_) return std::unexpected("cannot write " + path.string());
  return out;
}

void RejectsFile::add(const Row& row, const Reject& reject, std::string_view raw) {
  ++total_;
  ++by_reason_[reject.reason];
  if (path_.empty()) return;
  std::string line = std::to_string(row.number);
  append_field(line, std::to_string(row.line));
  append_field(line, row.key);
  append_field(line, reject.reason);
  append_field(line, reject.detail);
  for (std::size_t i = 0; i < columns_; ++i)
    append_field(line, i < row.fields.size() ? row.fields[i] : std::string_view{});
  append_field(line, raw);
  file_ << line << '\n';
}

std::expected<void, std::string> RejectsFile::close() {
  if (path_.empty()) return {};
  file_.close();
  if (!file_) return std::unexpected("cannot write " + path_.string());
  return {};
}

}  // namespace huiyin::import
