#include "record_codec.hpp"

#include <cstring>
#include <istream>
#include <ostream>
#include <streambuf>

#include "events/binary_archive.hpp"

namespace huiyin::projections {
namespace {

constexpr char record_format = 1;

// Stream buffers over memory: cereal through a stringstream costs twice as much.
class AppendBuffer : public std::streambuf {
 public:
  void set(std::string& out) { out_ = &out; }

 protected:
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    out_->append(bytes, static_cast<std::size_t>(count));
    return count;
  }
  int_type overflow(int_type c) override {
    out_->push_back(static_cast<char>(c));
    return c;
  }

 private:
  std::string* out_ = nullptr;
};

// A stream costs more to make than a small record to write: one per thread.
struct Encoder {
  AppendBuffer buffer;
  std::ostream stream{&buffer};
};

class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view bytes) {
    // Only read from: streambuf has no const form.
    char* const begin = const_cast<char*>(bytes.data());
    setg(begin, begin, begin + bytes.size());
  }

 protected:
  std::streamsize xsgetn(char* into, std::streamsize count) override {
    const std::streamsize taken = std::min(count, egptr() - gptr());
    std::memcpy(into, gptr(), static_cast<std::size_t>(taken));
    setg(eback(), gptr() + taken, egptr());
    return taken;
  }
};

template <class Record>
void encode(std::string& out, const Record& record) {
  out.push_back(record_format);
  thread_local Encoder encoder;
  encoder.buffer.set(out);
  cereal::PortableBinaryOutputArchive archive(encoder.stream);
  const_cast<Record&>(record).serialize(archive);  // writes only
}

template <class Record>
bool decode(std::string_view bytes, Record& record) {
  if (bytes.empty() || bytes.front() != record_format) return false;
  ViewBuffer buffer(bytes.substr(1));
  std::istream stream(&buffer);
  try {
    cereal::PortableBinaryInputArchive archive(stream);
    record.serialize(archive);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

void encode_record(std::string& out, const CaseState& state) { encode(out, state); }
void encode_record(std::string& out, const StatusRow& row) { encode(out, row); }
void encode_record(std::string& out, const OverdueRow& row) { encode(out, row); }
void encode_record(std::string& out, const SubjectState& state) { encode(out, state); }
bool decode_record(std::string_view bytes, CaseState& state) { return decode(bytes, state); }
bool decode_record(std::string_view bytes, StatusRow& row) { return decode(bytes, row); }
bool decode_record(std::string_view bytes, OverdueRow& row) { return decode(bytes, row); }
bool decode_record(std::string_view bytes, SubjectState& state) { return decode(bytes, state); }

}  // namespace huiyin::projections
