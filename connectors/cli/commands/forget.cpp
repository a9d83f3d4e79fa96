// huiyin forget: destroys the key of a person's sealed details.
#include <memory>

#include "commands.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

Done run_forget(const Context& context, const std::string& person) {
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  if (!std::filesystem::exists(settings->data / "keys")) {
    return fail("no-such-person", "there are no petitioners' keys in " + settings->data.string());
  }
  // Opened for writing: a server that runs here keeps keys in memory, and is asked over HTTP.
  auto node = open_writing(std::move(*settings), node::Access::write);
  if (!node) {
    Failure failure = node.error();
    failure.detail +=
        " (while a server runs on this folder: POST /v1/persons/PERSON/forget, as an admin)";
    return std::unexpected(failure);
  }
  const auto forgotten = (*node)->vault().forget(person);
  if (!forgotten) return fail("keys-unavailable", forgotten.error().detail);
  if (!*forgotten) return fail("no-such-person", "nothing is sealed for " + person);
  if (context.json) {
    print_line(R"({"forgotten":true})");
    return {};
  }
  note("Forgotten: what was sealed for this person cannot be read again, here or in the log.");
  note("Backups made before still hold the key: destroy or renew them.");
  return {};
}

}  // namespace

void add_forget(Arguments& root, const Context& context) {
  const auto person = std::make_shared<std::string>();
  Arguments forget = root.command("forget", "Make a person's sealed details unreadable for ever",
                                  "  huiyin forget citizen:10233");
  forget.option("PERSON", *person, "the id under which their details were given");
  forget.require("PERSON");
  forget.run([&context, person] { return run_forget(context, *person); });
}

}  // namespace huiyin::cli
