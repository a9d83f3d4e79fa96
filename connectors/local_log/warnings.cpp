#include "warnings.hpp"

#include <array>
#include <cstdio>

namespace huiyin::local_log {

void Warnings::Logv(const char* format, va_list arguments) {
  std::array<char, 512> line;
  const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
  if (length <= 0) return;
  std::string text(line.data());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::scoped_lock lock(mutex_);
  lines_.push_back(std::move(text));
  if (lines_.size() > kept) lines_.pop_front();
}

std::string Warnings::text() const {
  const std::scoped_lock lock(mutex_);
  std::string all;
  for (const std::string& line : lines_) {
    if (!all.empty()) all += "; ";
    all += line;
  }
  return all;
}

void FullDisk::OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                                 rocksdb::Status* error) {
  if (error->IsNoSpace()) met = true;
}

void FullDisk::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                                    rocksdb::Status error, bool* auto_recovery) {
  if (error.IsNoSpace()) *auto_recovery = false;
}

}  // namespace huiyin::local_log
