// huiyin bulletin: a period's figures, counted from the log, in the words of its template.
#include <fstream>
#include <memory>

#include "bulletin/draft.hpp"
#include "bulletin/render.hpp"
#include "commands.hpp"
#include "console/format.hpp"
#include "crypto/uuid.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

namespace fs = std::filesystem;

struct BulletinArguments {
  TimeOptions times;
  std::string which, period, region, periodical, date, behind;
  std::vector<std::string> set;
  fs::path out;
  bool list = false, issue = false;
};

Result<bulletin::Template> read_template(const fs::path& file, const BulletinArguments& arguments) {
  bulletin::Parameters parameters;
  if (!arguments.region.empty()) parameters["region"] = arguments.region;
  for (const std::string& one : arguments.set) {
    const std::size_t sign = one.find('=');
    if (sign == std::string::npos || sign == 0) return misuse("--set: NAME=VALUE");
    parameters[one.substr(0, sign)] = one.substr(sign + 1);
  }
  auto read = bulletin::load_template(file, parameters);
  if (!read) return fail("bad-template", engine::to_text(read.error(), file.parent_path()));
  return std::move(*read);
}

Done run_list(const fs::path& folder) {
  console::Table table({{"bulletin"}, {"asks for"}});
  for (const auto& id : bulletin::template_ids(folder)) {
    const auto asked = bulletin::parameters_of(folder / (id + ".toml"));
    if (!asked) return fail("bad-template", engine::to_text(asked.error(), folder));
    std::string all;
    for (const auto& one : *asked) all += (all.empty() ? "" : ", ") + one;
    table.add({{id}, {all}});
  }
  print_table(table);
  return {};
}

// Where the figures come from, and of when.
struct Opened {
  Reading reading;
  bulletin::Request request;

  bulletin::Sources sources() const {
    const auto* registry = reading.node->registry();
    if (registry == nullptr) return {reading.views(), nullptr, nullptr, nullptr};
    return {reading.views(), &registry->store(), &registry->rules(), &registry->duties()};
  }
};

Result<Opened> open(const Context& context, const BulletinArguments& arguments) {
  const auto period = bulletin::parse_period(arguments.period);
  if (!period)
    return misuse("--period: such as 2024, 2024-Q2, 2024-07, 2018..2022, 2021-11-01..2024-07-30");
  const auto date = parse_day("--date", arguments.date);
  if (!date) return std::unexpected(date.error());
  auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  Opened out{std::move(*reading), {}};
  const auto* registry = out.reading.node->registry();
  const auto zone = engine::Zone::load(arguments.times.zone);
  if (!zone) return misuse("--zone: " + zone.error().message);
  out.request.period = *period;
  out.request.as_of = zone->local_day(out.reading.now());
  out.request.at = bulletin::positions(out.sources());
  if (!arguments.periodical.empty()) {
    if (registry == nullptr) return fail("no-registry", "no periodical is registered here");
    auto head = bulletin::next_issue(registry->store(), arguments.periodical,
                                     date->value_or(out.request.as_of));
    if (!head) return fail("not-found", head.error());
    out.request.head = std::move(*head);
  }
  return out;
}

Done write(const fs::path& file, const bulletin::Draft& draft) {
  const std::string html = bulletin::to_html(draft.title, draft.markdown);
  if (file.extension() == ".pdf") {
    if (auto done = bulletin::write_pdf(html, file); !done) return fail("no-pdf", done.error());
  } else {
    std::ofstream out(file, std::ios::binary);
    out << (file.extension() == ".html" ? html : draft.markdown);
    if (!out.flush()) return fail("cannot-write", "cannot write " + file.string());
  }
  note("wrote " + file.string());
  return {};
}

// The issue as an event: from now on its number is taken.
Done issue(const Context& context, const BulletinArguments& arguments, const bulletin::Draft& draft,
           const bulletin::Head& head) {
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  auto node = open_writing(std::move(*settings), node::Access::write);
  if (!node) return std::unexpected(node.error());
  auto* registry = (*node)->registry();
  if (registry == nullptr) return fail("no-registry", "no periodical is registered here");
  engine::RegistryCommand command;
  command.body = events::PeriodicalIssued{draft.title, head.date, draft.markdown, {}, {}, {}};
  command.case_id = arguments.periodical;
  command.actor = {.id = "huiyin bulletin", .role = engine::Role::admin};
  const std::string number = std::to_string(head.total);
  const std::array<std::string_view, 3> key{"bulletin", arguments.periodical, number};
  command.id = crypto::uuid_v8(key);
  command.hash = command.id;
  engine::look_up(command, registry->store());
  const auto answer = registry->execute(std::move(command));
  if (const auto* refusal = std::get_if<engine::Refusal>(&answer))
    return fail(refusal->rule, refusal->detail);
  if (const auto* error = std::get_if<engine::RuntimeError>(&answer))
    return fail("cannot-write", error->detail);
  note("issued as 第" + std::to_string(head.number) + "期（总第" + number + "期）");
  return {};
}

Done run_bulletin(const Context& context, const BulletinArguments& arguments) {
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  const fs::path folder = settings->config / "bulletins";
  if (arguments.list) return run_list(folder);
  if (arguments.which.empty()) return misuse("which bulletin? `huiyin bulletin --list` names them");
  if (arguments.issue && arguments.periodical.empty())
    return misuse("--issue: of which --periodical?");
  const fs::path file = folder / (arguments.which + ".toml");
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return misuse("there is no bulletin " + arguments.which);
  const auto of = read_template(file, arguments);
  if (!of) return std::unexpected(of.error());
  std::optional<bulletin::Draft> drafted;
  std::optional<bulletin::Head> head;
  {
    const auto opened = open(context, arguments);
    if (!opened) return std::unexpected(opened.error());
    if (!arguments.behind.empty()) {
      const auto ids = bulletin::behind(*of, arguments.behind, opened->sources(), opened->request);
      if (!ids) return misuse("--behind: " + ids.error());
      for (const auto& id : *ids) print_line(id);
      return {};
    }
    auto draft = bulletin::draft(*of, opened->sources(), opened->request);
    if (!draft) return fail("cannot-count", draft.error());
    drafted = std::move(*draft);
    head = opened->request.head;
  }
  if (!arguments.out.empty()) {
    if (auto done = write(arguments.out, *drafted); !done) return done;
  } else {
    print_line(context.json ? bulletin::to_json(*drafted) : drafted->markdown);
  }
  return arguments.issue ? issue(context, arguments, *drafted, *head) : Done{};
}

}  // namespace

void add_bulletin(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<BulletinArguments>();
  Arguments bulletin = root.command(
      "bulletin", "A period's figures in the words of a bulletin: Markdown, HTML or PDF",
      "  huiyin bulletin --list\n"
      "  huiyin bulletin suggestions --period 2024 --region 430000 --set congress=430000-14\n"
      "  huiyin bulletin stations --period 2024-Q2 --region 431000 --periodical liaison-news \\\n"
      "      --date 2024-07-30 --out bulletin.pdf --issue");
  bulletin.option("BULLETIN", arguments->which, "one of config/bulletins");
  bulletin.flag("--list", arguments->list, "which there are, and what they ask for");
  bulletin.option("--period", arguments->period, "of which period");
  bulletin.option("--region", arguments->region, "the parameter region, where it is asked for");
  bulletin.option("--set", arguments->set, "NAME=VALUE: another parameter of the bulletin");
  bulletin.option("--periodical", arguments->periodical,
                  "give it the head and the next number of this periodical");
  bulletin.option("--date", arguments->date, "the day printed on it (today)");
  bulletin.option("--out", arguments->out, "a file: .md, .html or .pdf");
  bulletin.option("--behind", arguments->behind,
                  "instead, the ids of what this figure counts, one a line");
  bulletin.flag("--issue", arguments->issue, "record it as issued: its number is taken");
  arguments->times.declare(bulletin);
  bulletin.run([&context, arguments] { return run_bulletin(context, *arguments); });
}

}  // namespace huiyin::cli
