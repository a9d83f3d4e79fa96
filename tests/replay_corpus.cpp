// Runs a fuzz target over every file of its corpus and over 20,000 mutations of them, in builds
// without libFuzzer, so that an input that once broke a decoder is tried by every compiler and
// preset. HUIYIN_FUZZ_SEED repeats the mutations of a run that failed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int mutations = 20'000;

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

class Mutator {
 public:
  Mutator(std::uint64_t seed, std::vector<std::string> corpus)
      : random_(seed), corpus_(std::move(corpus)) {}

  // One to six changes of a file: bytes changed, cut out, doubled, or taken from another file.
  std::string next() {
    std::string bytes = any_file();
    for (std::size_t change = 0, changes = 1 + below(6); change < changes; ++change) {
      const std::size_t at = below(bytes.size() + 1);
      const std::size_t count = std::min(below(12), bytes.size() - at);
      switch (below(5)) {
        case 0:
          if (at < bytes.size()) bytes[at] = any_byte();
          break;
        case 1:
          bytes.insert(at, 1 + below(4), any_byte());
          break;
        case 2:
          bytes.erase(at, count);
          break;
        case 3:
          bytes.insert(at, bytes.substr(at, count));
          break;
        default: {
          const std::string& other = any_file();
          const std::size_t from = below(other.size() + 1);
          bytes.insert(at, other.substr(from, below(40)));
        }
      }
    }
    return bytes;
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  const std::string& any_file() { return corpus_[below(corpus_.size())]; }
  char any_byte() {
    // What formats are made of, more often than chance would have it.
    using namespace std::string_literals;  // with its zero
    static const std::string telling = "\0\x01\x7F\x80\xFF{}[]\",:\\/-.09eZT \n\xE5"s;
    return below(2) == 0 ? telling[below(telling.size())] : static_cast<char>(random_());
  }

  std::mt19937_64 random_;
  std::vector<std::string> corpus_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " CORPUS_DIRECTORY\n";
    return 2;
  }
  std::vector<std::string> corpus;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    std::cout << entry.path().filename().string() << std::endl;  // flushed: names what crashes
    run(corpus.back());
  }
  std::cout << corpus.size() << " inputs replayed\n";
  if (corpus.empty()) return 1;
  std::sort(corpus.begin(), corpus.end());  // the order of a directory is no part of the seed

  const char* const given = std::getenv("HUIYIN_FUZZ_SEED");  // NOLINT(concurrency-mt-unsafe)
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << mutations << " mutations, HUIYIN_FUZZ_SEED=" << seed << std::endl;
  Mutator mutator(seed, std::move(corpus));
  for (int i = 0; i < mutations; ++i) run(mutator.next());
  return 0;
}
