// RocksDB's warnings and errors, in memory: they name the file and offset that its Status leaves
// out. There is no file of them, which would be one more writer upon a full disk.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/listener.h>

namespace huiyin::local_log {

class Warnings final : public rocksdb::Logger {
 public:
  Warnings() : Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override;

  // The latest, oldest first, with "; " between; empty when there was none. Thread-safe.
  std::string text() const;

 private:
  static constexpr std::size_t kept = 8;
  mutable std::mutex mutex_;
  std::deque<std::string> lines_;
};

// Notices that a write, of a batch or of a table in the background, met a full disk. RocksDB would
// look for room by itself every five seconds and refuse Resume() meanwhile: the next append asks.
class FullDisk final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error,
                            bool* auto_recovery) override;

  std::atomic<bool> met = false;
};

}  // namespace huiyin::local_log
