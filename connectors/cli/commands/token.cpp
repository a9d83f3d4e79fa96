// huiyin token add: somebody who may use the HTTP interface.
#include <memory>

#include "commands.hpp"
#include "events/json_text.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

struct TokenArguments {
  node::Principal principal;
  Words roles;
};

Done run_token(const Context& context, TokenArguments arguments) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  auto& principal = arguments.principal;
  for (const auto& word : arguments.roles) {
    const auto role = events::parse_enum<engine::Role>(word);
    if (!role || *role == engine::Role::timer) {
      std::string known;
      for (const auto name : names(engine::Role{}))
        if (name != "timer") known.append(known.empty() ? "" : ", ").append(name);
      return misuse("--role: there is no role " + word + "; the roles are " + known);
    }
    principal.roles.push_back(*role);
  }
  if (principal.has(engine::Role::organ) && principal.organ.empty())
    return misuse("the role organ needs --organ: whose clerk it is");
  auto file = settings->principals;
  if (file.empty()) {
    std::error_code error;
    std::filesystem::create_directories(settings->data, error);
    if (error)
      return fail("cannot-write",
                  "cannot make " + settings->data.string() + ": " + error.message());
    file = settings->data / "principals.toml";
  }
  const auto token = node::add_principal(file, principal);
  if (!token) return fail("cannot-write", token.error());
  if (context.json) {
    std::string json = R"({"id":)";
    events::append_json_string(json, principal.id);
    json += R"(,"token":)";
    events::append_json_string(json, *token);
    print_line(json + "}");
    return {};
  }
  print_line(*token);
  note("Shown this once: " + file.string() +
       " holds its hash alone. A server that runs knows it after a restart.");
  return {};
}

}  // namespace

void add_token(Arguments& root, const Context& context) {
  Arguments token = root.command("token", "Who may use the HTTP interface");
  const auto arguments = std::make_shared<TokenArguments>();
  Arguments add =
      token.command("add", "Add a principal with a fresh token, which is shown once",
                    "  huiyin token add deputy:1001 --role deputy --congress 430000-14\n"
                    "  huiyin token add clerk:water --role organ --organ organ:water\n"
                    "  huiyin token add auditor --role auditor");
  auto& p = arguments->principal;
  add.option("ID", p.id, "its id, as events will name it");
  add.require("ID");
  add.option("--role", arguments->roles, "what it may act as; several may be given");
  add.require("--role");
  add.option("--organ", p.organ, "of organs', dispatchers' and supervisors' clerks");
  add.option("--station", p.station, "of officers");
  add.option("--region", p.region, "what a supervisor or coordinator answers for");
  add.option("--congress", p.congresses, "of deputies: whose mandates they hold");
  add.run([&context, arguments] { return run_token(context, *arguments); });
}

}  // namespace huiyin::cli
