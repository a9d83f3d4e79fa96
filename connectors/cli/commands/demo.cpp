// huiyin demo: the sample cases, served, with commands to try.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <utility>

#include <stdlib.h>
#include <sys/stat.h>

#include "commands.hpp"
#include "console/format.hpp"
#include "events/json_text.hpp"
#include "generate/samples.hpp"
#include "node/logging.hpp"
#include "output.hpp"
#include "serving.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

namespace fs = std::filesystem;

constexpr int port_attempts = 20;  // from the port asked for upwards

struct DemoArguments {
  std::uint64_t port = 8420;
  bool once = false;
};

struct Token {
  std::string id, roles, token;
};

// The data folder that was named, else one below the temporary folder that goes with the demo.
class Folder {
 public:
  static Result<Folder> choose(const Context& context) {
    if (!context.data.empty() || !context.config.empty()) return Folder({}, false);
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "huiyin-demo-XXXXXX").string();
    if (error || ::mkdtemp(pattern.data()) == nullptr)
      return fail("cannot-write", "cannot make a temporary folder: name one with --data");
    return Folder(pattern, true);
  }
  Folder(Folder&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}
  Folder& operator=(Folder&&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (temporary_) fs::remove_all(path_, ignored);
  }
  bool temporary() const { return temporary_; }
  const fs::path& path() const { return path_; }

 private:
  Folder(fs::path path, bool temporary) : path_(std::move(path)), temporary_(temporary) {}
  fs::path path_;
  bool temporary_;
};

// Fresh tokens for everybody in the samples, at every start: only hashes are kept between starts.
Result<std::vector<Token>> make_tokens(const std::vector<generate::SamplePrincipal>& principals,
                                       const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
  std::vector<Token> out;
  for (const auto& p : principals) {
    const auto token =
        node::add_principal(file, {p.id, p.roles, p.organ, p.station, p.region, p.congresses});
    if (!token) return fail("cannot-write", token.error());
    std::string roles;
    for (const auto role : p.roles)
      roles += (roles.empty() ? "" : " ") + std::string(events::name_of(role));
    out.push_back({p.id, roles, *token});
  }
  return out;
}

Done write_tokens(const std::vector<Token>& tokens, const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
  const auto mask = ::umask(077);
  std::ofstream out(file);
  ::umask(mask);
  for (const auto& token : tokens)
    out << token.id << "\t" << token.roles << "\t" << token.token << "\n";
  out.close();
  if (!out) return fail("cannot-write", "cannot write " + file.string());
  return {};
}

std::string token_with(const std::vector<Token>& tokens, std::string_view role) {
  const auto found = std::ranges::find(tokens, role, &Token::roles);
  return found == tokens.end() ? "" : found->token;
}

std::string program() {
  std::error_code ignored;
  const auto path = fs::read_symlink("/proc/self/exe", ignored);
  const auto relative = fs::relative(path, fs::current_path(ignored), ignored).string();
  return relative.empty() || relative.starts_with("..") ? path.string() : "./" + relative;
}

std::vector<std::string> commands_to_try(const std::string& url, const fs::path& data,
                                         const std::vector<Token>& tokens) {
  const std::string curl = "curl -s -H 'Authorization: Bearer ";
  const std::string own = program() + " --data " + data.string();
  return {
      own + " overdue",
      own + " history sample-m01",
      curl + token_with(tokens, "auditor") + "' '" + url +
          "/v1/cases?q=%E6%8E%92%E6%B0%B4&limit=5'",
      curl + token_with(tokens, "deputy") +
          "' -H 'Content-Type: application/json' -H 'Idempotency-Key: try-1' -d "
          "'{\"kind\":\"matter\"," +
          "\"title\":\"路灯不亮\",\"body\":\"小区门口的路灯已三天不亮。\",\"channel\":\"in-"
          "person\"}' " +
          url + "/v1/cases",
      curl + token_with(tokens, "auditor") + "' '" + url + "/v1/stats?by=kind'",
  };
}

// As the gateway would: details are sealed before any log sees them.
Done seal_petitioners(keys::Vault& vault, std::vector<engine::Command>& commands) {
  for (engine::Command& command : commands) {
    auto* collected = std::get_if<events::Collected>(&command.body);
    if (collected == nullptr || !collected->petitioner || collected->petitioner->anonymous)
      continue;
    const std::string person = collected->petitioner->person;
    std::string details = R"({"person":)";
    events::append_json_string(details, person);
    details += R"(,"name":"示例群众"})";
    auto sealed = vault.seal(person, command.case_id, details);
    if (!sealed) return fail("keys-unavailable", sealed.error().detail);
    collected->petitioner = std::move(*sealed);
  }
  return {};
}

// Loads the samples where the folder holds no cases yet.
Result<std::size_t> load(node::Settings settings, generate::Samples samples) {
  const std::size_t cases = samples.cases;
  auto node = open_writing(std::move(settings), node::Access::write);
  if (!node) return std::unexpected(node.error());
  const events::EventLog& log = (*node)->log();
  for (events::Partition p = 0; p < log.partitions(); ++p) {
    if (log.end(p) > 0) return std::size_t{0};
  }
  if (auto done = seal_petitioners((*node)->vault(), samples.commands); !done) {
    return std::unexpected(done.error());
  }
  if (auto* registry = (*node)->registry()) {
    const auto refused = generate::load_registry_samples(std::move(samples.registry),
                                                         registry->processor(), registry->store());
    if (!refused) return fail("samples", refused.error());
    for (const auto& one : *refused) note("refused: " + one);
  }
  const auto loaded =
      generate::load_samples(std::move(samples), (*node)->runtime(), (*node)->ids());
  if (!loaded) return fail("samples", loaded.error());
  for (const auto& refused : loaded->refused) note("refused: " + refused);
  (*node)->wait_for_text(std::chrono::steady_clock::now() + std::chrono::seconds(10));
  return cases;
}

Result<std::unique_ptr<api::ApiServer>> serve_nearby(node::Node& node, std::uint64_t port) {
  Failure last;
  for (int i = 0; i < port_attempts && port + static_cast<std::uint64_t>(i) <= 65'535; ++i) {
    auto server =
        start_serving(node, static_cast<std::uint16_t>(port + static_cast<std::uint64_t>(i)));
    if (server) return server;
    last = server.error();
  }
  return std::unexpected(last);
}

void print_demo(const Context& context, const std::string& url, const fs::path& data,
                std::size_t cases, const std::vector<Token>& tokens, bool once) {
  const auto commands = commands_to_try(url, data, tokens);
  if (context.json) {
    std::string json = R"({"url":)";
    events::append_json_string(json, once ? "" : url);
    json += R"(,"data":)";
    events::append_json_string(json, data.string());
    json += R"(,"cases":)" + std::to_string(cases) + R"(,"try":[)";
    for (const auto& command : commands) {
      if (json.back() != '[') json.push_back(',');
      events::append_json_string(json, command);
    }
    print_line(json + "]}");
  } else {
    print_line((cases > 0 ? std::to_string(cases) + " sample cases" : "the cases of before") +
               " in " + data.string());
    if (!once) print_line("serving " + url);
    print_line("tokens of everybody in the samples: " + (data / "demo-tokens.txt").string());
    print_line("\nTry, in another terminal:\n");
    for (const auto& command : commands) print_line("  " + command + "\n");
    if (!once) print_line("Ctrl-C ends it.");
  }
  std::fflush(stdout);
}

Done run_demo(const Context& context, const DemoArguments& arguments) {
  if (arguments.port == 0 || arguments.port > 65'535) return misuse("--port: from 1 to 65535");
  auto settings = settings_of_samples(context);
  if (!settings) return std::unexpected(settings.error());
  const auto folder = Folder::choose(context);
  if (!folder) return std::unexpected(folder.error());
  if (folder->temporary()) settings->data = folder->path();
  if (settings->config.empty())
    return misuse(
        "no folder with processes/ and calendars/ was found: name it in HUIYIN_CONFIG_DIR");
  block_stop_signals();
  node::start_logging(settings->log_json, "error");  // what is shown is what to try
  auto samples = generate::read_samples(
      settings->config / "samples",
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  if (!samples) return fail("samples", samples.error());
  std::error_code error;
  fs::create_directories(settings->data, error);
  settings->principals = settings->data / "demo-principals.toml";
  const auto tokens = make_tokens(samples->principals, settings->principals);
  if (!tokens) return std::unexpected(tokens.error());
  if (const auto kept = write_tokens(*tokens, settings->data / "demo-tokens.txt"); !kept)
    return kept;
  const auto cases = load(*settings, std::move(*samples));
  if (!cases) return std::unexpected(cases.error());
  if (arguments.once) {
    print_demo(context, url_of(settings->address, static_cast<std::uint16_t>(arguments.port)),
               settings->data, *cases, *tokens, true);
    return {};
  }
  auto node = open_writing(*settings, node::Access::serve);
  if (!node) return std::unexpected(node.error());
  auto server = serve_nearby(**node, arguments.port);
  if (!server) return std::unexpected(server.error());
  print_demo(context, url_of(settings->address, (*server)->port()), settings->data, *cases, *tokens,
             false);
  wait_for_stop();
  stop_serving(std::move(*server), **node);
  return {};
}

}  // namespace

void add_demo(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<DemoArguments>();
  Arguments demo =
      root.command("demo", "Load the sample cases, print commands to try, and serve until Ctrl-C",
                   "  huiyin demo\n"
                   "  huiyin --data demo-data demo --port 9000    (keeps what is done with it)");
  demo.option("--port", arguments->port, "to listen on, or the next one that is free");
  demo.flag("--once", arguments->once, "load and print, do not serve");
  demo.run([&context, arguments] { return run_demo(context, *arguments); });
}

}  // namespace huiyin::cli
