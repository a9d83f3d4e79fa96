// The HTTP rows of DESIGN.md section 10: durable commands and case reads over 64 keep-alive
// connections, each beside a bare Beast server that answers the same bytes, in the same run; and
// the same again with ten times the cases behind it.
//   http_bench DIR [COMMANDS]
//   http_bench DIR COMMANDS lives   only our own commands: lives a second, for another's baseline
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "api/api_server.hpp"
#include "bench/bare_server.hpp"
#include "client.hpp"
#include "node/logging.hpp"

namespace {

using namespace huiyin;
using bench::LoadResult;

constexpr unsigned connections = 64;
constexpr std::uint64_t steps = 5;
constexpr unsigned turns = 5;
constexpr std::uint64_t read_lives = 20;  // of each connection's first turn

void print(const char* what, const LoadResult& result) {
  std::printf("%-34s %9.0f /s   p50 %6.2f ms   p99 %6.2f ms\n", what,
              static_cast<double>(result.requests) / result.seconds, result.quantile(0.5),
              result.quantile(0.99));
  if (result.failed > 0) {
    std::printf("  %llu failed, the first: %s\n", static_cast<unsigned long long>(result.failed),
                result.first_failure.c_str());
  }
}

double rate(const LoadResult& result) {
  return static_cast<double>(result.requests) / result.seconds;
}

// A life's requests: the n-th of a connection is step n % 5 of its life n / 5.
class Lives {
 public:
  Lives(std::string token, std::string run) : token_(std::move(token)), run_(std::move(run)) {}

  std::string case_id(unsigned connection, std::uint64_t life) const {
    return "life-" + run_ + "-" + std::to_string(connection) + "-" + std::to_string(life);
  }
  void make(std::string& out, unsigned connection, std::uint64_t n) const {
    const std::string id = case_id(connection, n / steps);
    switch (n % steps) {
      case 0:
        return post(
            out, "/v1/cases",
            R"({"case":")" + id +
                R"(","kind":"matter","title":"关于疏通升平路排水管道的建议","body":"每逢大雨，路面积水严重，居民出行不便。",)"
                R"("channel":"in-person","station":"station-1","region":"431002"})");
      case 1:
        return post(out, "/v1/cases/" + id + "/accept", "{}");
      case 2:
        return post(out, "/v1/cases/" + id + "/hand-off", R"({"lead":"organ-1"})");
      case 3:
        return post(out, "/v1/cases/" + id + "/reply",
                    R"({"class":"A","text":"已组织疏通，并列入日常养护。"})");
      default:
        return post(out, "/v1/cases/" + id + "/rate", R"({"result":"satisfied"})");
    }
  }
  void read(std::string& out, const std::string& id) const {
    out += "GET /v1/cases/" + id + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token_ +
           "\r\n\r\n";
  }

 private:
  void post(std::string& out, const std::string& path, const std::string& body) const {
    out += "POST " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token_ +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  std::string token_, run_;
};

std::unique_ptr<node::Node> open_node(const std::filesystem::path& directory, std::string& token) {
  const std::filesystem::path source = HUIYIN_SOURCE_DIR;
  const auto config = directory / "config";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(config / "processes");
  std::filesystem::copy(source / "config/calendars", config / "calendars");
  std::filesystem::copy(source / "tests/bench/http/lifecycle.toml", config / "processes");
  node::Principal all_roles{
      .id = "deputy-1",
      .roles = {engine::Role::deputy, engine::Role::coordinator, engine::Role::organ},
      .organ = "organ-1",
      .station = {},
      .region = {},
      .congresses = {}};
  const auto added = node::add_principal(directory / "principals.toml", all_roles);
  if (!added) std::abort();
  token = *added;
  node::Settings settings;
  settings.data = directory / "data";
  settings.config = config;
  settings.principals = directory / "principals.toml";
  auto node = node::Node::open(std::move(settings), node::Access::serve);
  if (!node) {
    std::fprintf(stderr, "%s\n", node.error().c_str());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe)
  }
  return std::move(*node);
}

LoadResult commands(std::uint16_t port, const Lives& lives, std::uint64_t total) {
  return bench::run_load(port, connections, total,
                         [&](std::string& out, unsigned connection, std::uint64_t n) {
                           lives.make(out, connection, n);
                         });
}

// One piece of work beside the bare server, in turns: the machine is not the same from one second
// to the next, and both should see it alike.
struct Beside {
  double bare = 0, ours = 0;  // requests a second, of the middle turn
  double ratio = 0;           // of the middle turn
  std::uint64_t failed = 0;
};

template <class Bare, class Ours>
Beside in_turns(const char* what, std::uint64_t total, Bare bare, Ours ours) {
  std::vector<Beside> each;
  std::uint64_t failed = 0;
  for (unsigned turn = 0; turn < turns; ++turn) {
    const LoadResult theirs = bare(total / turns, turn);
    const LoadResult mine = ours(total / turns, turn);
    failed += mine.failed;
    each.push_back({rate(theirs), rate(mine), rate(mine) / rate(theirs), 0});
    if (turn + 1 == turns) {
      print("  last turn: bare Beast server", theirs);
      print("  last turn: ours", mine);
    }
  }
  std::ranges::sort(each, {}, &Beside::ratio);
  Beside middle = each[each.size() / 2];
  middle.failed = failed;
  std::printf("%-34s %9.0f /s beside %.0f /s: ratio %.2f (%.2f to %.2f)\n", what, middle.ours,
              middle.bare, middle.ratio, each.front().ratio, each.back().ratio);
  return middle;
}

int run_lives(std::uint16_t port, const std::string& token, std::uint64_t total) {
  commands(port, Lives(token, "warm"), total / 10);
  const LoadResult result = commands(port, Lives(token, "lives"), total);
  print("durable commands", result);
  std::printf("%.0f lives/s\n", rate(result) / steps);
  return result.failed == 0 ? 0 : 1;
}

int run(const std::filesystem::path& directory, std::uint64_t total, bool lives_alone) {
  node::start_logging(false, "error");
  std::string token;
  auto node = open_node(directory, token);
  auto server = api::ApiServer::start(*node, {});
  if (!server) return 1;
  const std::uint16_t port = (*server)->port();
  if (lives_alone) return run_lives(port, token, total);
  // What an answer to a command and a case look like, for the bare server to say the same.
  const std::string outcome =
      R"({"case":"life-a-12-345","version":5,"stage":"rated","position":"7:12345","events":[{"id":"01a1fc14-7e36-7000-ac43-)"
      R"(c48a0128b2ed","type":"huiyin.case.rated.v1","subjectversion":5}]})";
  bench::BareServer bare_commands(outcome, "application/json", 1);
  const auto beside_bare = [&](const char* what, const std::string& name) {
    return in_turns(
        what, total,
        [&](std::uint64_t count, unsigned turn) {
          return commands(bare_commands.port(), Lives(token, name + std::to_string(turn)), count);
        },
        [&](std::uint64_t count, unsigned turn) {
          return commands(port, Lives(token, name + std::to_string(turn)), count);
        });
  };
  commands(port, Lives(token, "warm"), total / 10);
  const Beside first = beside_bare("durable commands", "first");

  const Lives known(token, "first0");
  const auto view = node->views().case_view(known.case_id(3, 2));
  if (!view || *view == nullptr) return 1;
  bench::BareServer bare_reads((*view)->json, "application/json", 1);
  const auto reads = [&](std::uint16_t to, std::uint64_t count) {
    return bench::run_load(to, connections, count,
                           [&](std::string& out, unsigned connection, std::uint64_t n) {
                             known.read(out, known.case_id(connection, n % read_lives));
                           });
  };
  const Beside read = in_turns(
      "a case read", 2 * total,
      [&](std::uint64_t count, unsigned) { return reads(bare_reads.port(), count); },
      [&](std::uint64_t count, unsigned) { return reads(port, count); });

  commands(port, Lives(token, "grown"), 9 * total);
  const Beside later = beside_bare("durable commands, 10 times retained", "later");
  std::printf("10 times / 1 time = %.2f (each beside the bare server of its time)\n",
              later.ratio / first.ratio);
  (*server)->stop();
  node->stop(std::chrono::seconds(5));
  return first.failed + read.failed + later.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: http_bench DIR [COMMANDS [lives]]\n");
    return 2;
  }
  return run(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000,
             argc > 3 && std::string_view(argv[3]) == "lives");
}
