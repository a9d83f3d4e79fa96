#include "outlet/bridge.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "events/case_codec.hpp"
#include "events/json_text.hpp"
#include "http_client.hpp"
#include "import/csv.hpp"
#include "import/open_input.hpp"
#include "ledger.hpp"
#include "payload.hpp"
#include "results.hpp"

namespace huiyin::outlet {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto first_pause = 1s;      // after a failure; doubled up to
constexpr auto longest_pause = 5min;  // so that nobody is asked for nothing all day
constexpr auto refused_pause = 1h;    // of one case that the outlet refuses: a person has to look
constexpr auto look = 100ms;          // how late an interruption is noticed

// A failure that another try may mend, or one that needs a person.
struct Trouble {
  std::string words;
  bool again = true;
  std::optional<std::chrono::seconds> after{};
};
template <class T>
using Try = std::expected<T, Trouble>;

std::unexpected<Trouble> trouble(std::string words, bool again = true) {
  return std::unexpected(Trouble{std::move(words), again, {}});
}

bool is_passing(int status) { return status == 429 || status >= 500 || status == 408; }

std::expected<void, std::string> write_durably(const std::filesystem::path& file,
                                               const std::string& text) {
  const auto part = std::filesystem::path(file.string() + ".part");
  const int out = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return std::unexpected("cannot write " + part.string());
  std::string_view left = text;
  while (!left.empty()) {
    const auto count = ::write(out, left.data(), left.size());
    if (count <= 0) break;
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  const bool good = left.empty() && ::fsync(out) == 0;
  ::close(out);
  std::error_code error;
  if (good) std::filesystem::rename(part, file, error);
  if (!good || error) return std::unexpected("cannot write " + file.string());
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const int names = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (names >= 0) {
    ::fsync(names);
    ::close(names);
  }
  return {};
}

// "08:05:00"
std::string time_of_day(std::chrono::milliseconds since_midnight) {
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(since_midnight));
  std::string out;
  for (const auto part : {time.hours().count(), static_cast<long>(time.minutes().count()),
                          static_cast<long>(time.seconds().count())}) {
    if (!out.empty()) out.push_back(':');
    out += (part < 10 ? "0" : "") + std::to_string(part);
  }
  return out;
}

class Rejects {
 public:
  std::expected<void, std::string> open(const std::filesystem::path& path) {
    path_ = path;
    if (path.empty()) return {};
    file_.open(path, std::ios::binary | std::ios::trunc);
    file_ << "row,key,reason,detail,raw\n";
    if (!file_) return std::unexpected("cannot write " + path.string());
    return {};
  }
  void add(std::uint64_t row, const std::string& key, const Reject& reject,
           const std::string& raw) {
    if (path_.empty()) return;
    file_ << to_csv({std::to_string(row), key, reject.reason, reject.detail, raw});
  }
  std::expected<void, std::string> close() {
    if (path_.empty()) return {};
    file_.close();
    if (!file_) return std::unexpected("cannot write " + path_.string());
    return {};
  }

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

// Waits longer after each failure.
class Pause {
 public:
  bool over() const { return Clock::now() >= until_; }
  void failed(std::optional<std::chrono::seconds> asked) {
    until_ = Clock::now() + std::max<Clock::duration>(length_, asked.value_or(0s));
    length_ = std::min<Clock::duration>(length_ * 2, longest_pause);
  }
  void worked(Clock::duration next = 0s) {
    until_ = Clock::now() + next;
    length_ = first_pause;
  }

 private:
  Clock::time_point until_ = Clock::now();
  Clock::duration length_ = first_pause;
};

}  // namespace

class Bridge::Parts {
 public:
  Parts(const Outlet& outlet, BridgeOptions options, Ledger ledger)
      : outlet_(outlet),
        options_(std::move(options)),
        ledger_(std::move(ledger)),
        ours_({.timeout = 30s, .ca_file = {}, .interrupt = options_.interrupt}) {
    if (outlet.endpoint)
      theirs_.emplace(HttpClient::Options{.timeout = outlet.endpoint->timeout,
                                          .ca_file = outlet.endpoint->ca_file,
                                          .interrupt = options_.interrupt});
  }

  std::expected<void, std::string> read_secrets() {
    const auto token = outlet_.server.token.read();
    if (!token) return std::unexpected("server.token: " + token.error());
    our_headers_ = {{"Authorization", "Bearer " + *token}};
    if (!outlet_.endpoint) return {};
    for (const auto& [name, secret] : outlet_.endpoint->headers) {
      const auto value = secret.read();
      if (!value) return std::unexpected("http.headers." + name + ": " + value.error());
      their_headers_.emplace_back(name, *value);
    }
    return {};
  }

  std::expected<ExportSummary, std::string> export_to(const std::filesystem::path& given);
  std::expected<ImportSummary, std::string> import_from(const std::string& file,
                                                        const std::filesystem::path& rejects);
  std::expected<void, std::string> run();
  Result<Ledger::Counts> counts() { return ledger_.counts(); }

 private:
  using Field = std::function<std::string(std::string_view)>;

  bool interrupted() const { return options_.interrupt && options_.interrupt(); }
  void say(Weight weight, std::string_view what, const std::string& detail) const {
    if (options_.say) options_.say(weight, what, detail);
  }

  Try<void> follow();
  Try<void> take_page(events::json::Value page, bool& more);
  Try<std::vector<std::string>> filled(const Passed& passed);
  std::expected<std::uint64_t, std::string> write_batch(const std::string& file,
                                                        const std::vector<Passed>& batch);
  Try<void> take(const Field& field, ImportSummary& summary, Rejects& rejects,
                 const std::string& raw);
  Try<Reject> give_back(const TakeBack& result, const Passed& whose);
  Try<void> take_list(events::json::Value list, ImportSummary& summary, Rejects& rejects);
  Try<void> send_one(const Passed& passed);
  Try<void> send();
  Try<void> fetch();
  Try<HttpAnswer> ask_ours(const std::string& path, const HttpHeaders& more = {},
                           std::optional<std::string_view> body = std::nullopt);

  const Outlet& outlet_;
  const BridgeOptions options_;
  Ledger ledger_;
  HttpClient ours_;
  std::optional<HttpClient> theirs_;
  HttpHeaders our_headers_, their_headers_;
  std::map<std::int64_t, Clock::time_point> refused_;  // passing to when it is tried again
};

// ---- What the server says

Try<HttpAnswer> Bridge::Parts::ask_ours(const std::string& path, const HttpHeaders& more,
                                        std::optional<std::string_view> body) {
  HttpHeaders headers = our_headers_;
  headers.insert(headers.end(), more.begin(), more.end());
  std::string_view base = outlet_.server.url;
  while (base.ends_with('/')) base.remove_suffix(1);
  auto answer = ours_.ask(std::string(base) + path, headers, body);
  if (!answer) return trouble("the Huiyin server: " + answer.error());
  if (is_passing(answer->status)) {
    return std::unexpected(Trouble{"the Huiyin server answered " + std::to_string(answer->status),
                                   true, answer->retry_after});
  }
  if (answer->status == 401)
    return trouble("the Huiyin server does not know the token (server.token)", false);
  return std::move(*answer);
}

// What was passed on since the last time, into the ledger.
Try<void> Bridge::Parts::follow() {
  events::json::Parser parser;
  for (bool more = true; more && !interrupted();) {
    const auto cursor = ledger_.meta("feed");
    if (!cursor) return trouble(cursor.error(), false);
    const auto answer = ask_ours("/v1/events?limit=500" +
                                 (cursor->empty() ? "" : "&after=" + url_encoded(*cursor)));
    if (!answer) return std::unexpected(answer.error());
    if (answer->status != 200) {
      return trouble("the events are not open to this token (role integrator): " +
                         std::to_string(answer->status),
                     false);
    }
    const auto page = parser.parse(answer->body);
    if (!page) return trouble("the Huiyin server's events cannot be read");
    if (auto taken = take_page(*page, more); !taken) return taken;
  }
  return {};
}

Try<void> Bridge::Parts::take_page(events::json::Value page, bool& more) {
  struct Found {
    const Outlet& outlet;
    std::vector<Passed> passed;
    std::vector<Answered> answered;
  } found{outlet_, {}, {}};
  const auto list = page.find("events");
  const std::string next = text_at(page, "next");
  if (!list || next.empty()) return trouble("the Huiyin server's events cannot be read");
  list->each_element(&found, [](void* context, events::json::Value event) {
    auto& f = *static_cast<Found*>(context);
    const std::string type = text_at(event, "type");
    const std::string case_id = text_at(event, "subject");
    if (type == "huiyin.case.passed-on.v1") {
      if (text_at(event, "data.outlet") != events::name_of(f.outlet.outlet)) return true;
      Passed passed{.id = text_at(event, "id"), .case_id = case_id};
      passed.at = events::parse_instant(text_at(event, "data.occurred_at")).value_or(passed.at);
      passed.note = text_at(event, "data.note");
      passed.external_id = text_at(event, "data.external_id");
      // Who gave the outlet's number has registered it there by hand.
      passed.sent = !passed.external_id.empty() ||
                    (f.outlet.since && f.outlet.zone.local_day(passed.at) < *f.outlet.since);
      f.passed.push_back(std::move(passed));
    } else if (type == "huiyin.case.outlet-answered.v1") {
      const auto result = events::parse_enum<events::OutletResult>(text_at(event, "data.result"));
      if (result) f.answered.push_back({case_id, digest_of(*result, text_at(event, "data.text"))});
    }
    return true;
  });
  more = list->size() > 0;
  if (auto done = ledger_.take(found.passed, found.answered, next); !done)
    return trouble(done.error(), false);
  return {};
}

// The case in the outlet's words.
Try<std::vector<std::string>> Bridge::Parts::filled(const Passed& passed) {
  const auto answer = ask_ours("/v1/cases/" + url_encoded(passed.case_id) + "?texts=true" +
                               (outlet_.payload.petitioner ? "&petitioner=true" : ""));
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 404) return trouble("this token may not see the case", false);
  if (answer->status == 403)
    return trouble("this token's role may not open the petitioner's details", false);
  events::json::Parser parser;
  const auto state = parser.parse(answer->body);
  if (answer->status != 200 || !state)
    return trouble("the Huiyin server answered " + std::to_string(answer->status), false);
  Words words;
  for (const auto name : payload_words()) words[std::string(name)] = text_at(*state, name);
  if (!outlet_.payload.petitioner)
    for (auto& [name, text] : words)
      if (name.starts_with("petitioner.")) text.clear();
  words["passing"] = passed.id;
  words["body"] = text_at(*state, "texts.body");
  words["note"] = passed.note;
  words["external_id"] = passed.external_id;
  const auto day = outlet_.zone.local_day(passed.at);
  words["passed_on"] = events::format_date(day);
  words["passed_at"] =
      words["passed_on"] + " " + time_of_day(passed.at - outlet_.zone.at(day, 0ms));
  if (const auto deputies = state->find("deputies")) {
    deputies->each_element(&words["deputy"], [](void* into, events::json::Value one) {
      auto& lead = *static_cast<std::string*>(into);
      if (lead.empty() || text_at(one, "part") == "lead") lead = text_at(one, "deputy");
      return true;
    });
  }
  auto values = fill(outlet_.payload, words);
  if (!values) return trouble(values.error(), false);
  return std::move(*values);
}

// ---- Into a file

std::expected<std::uint64_t, std::string> Bridge::Parts::write_batch(
    const std::string& file, const std::vector<Passed>& batch) {
  std::string text;
  if (outlet_.payload.format == Format::csv) {
    std::vector<std::string> names;
    names.reserve(outlet_.payload.fields.size());
    for (const auto& field : outlet_.payload.fields) names.push_back(field.name);
    text = to_csv(names);
  } else {
    text = "[";
  }
  for (const Passed& passed : batch) {
    const auto values = filled(passed);
    if (!values) return std::unexpected("case " + passed.case_id + ": " + values.error().words);
    if (outlet_.payload.format == Format::csv) {
      text += to_csv(*values);
    } else {
      text += (text.size() == 1 ? "\n" : ",\n") + to_json(outlet_.payload, *values);
    }
  }
  if (outlet_.payload.format == Format::json) text += "\n]\n";
  if (auto written = write_durably(file, text); !written) return std::unexpected(written.error());
  if (auto done = ledger_.finish_batch(file); !done) return std::unexpected(done.error());
  return batch.size();
}

std::expected<ExportSummary, std::string> Bridge::Parts::export_to(
    const std::filesystem::path& given) {
  const std::string file = std::filesystem::absolute(given).lexically_normal().string();
  ExportSummary summary;
  // What an earlier run began: the file is whole (it got its name last), or it is written again.
  const auto unfinished = ledger_.unfinished();
  if (!unfinished) return std::unexpected(unfinished.error());
  for (const auto& begun : *unfinished) {
    if (std::filesystem::exists(begun)) {
      if (auto done = ledger_.finish_batch(begun); !done) return std::unexpected(done.error());
      if (begun == file) return summary;
      continue;
    }
    const auto batch = ledger_.unsent(begun);
    if (!batch) return std::unexpected(batch.error());
    const auto written = write_batch(begun, *batch);
    if (!written) return std::unexpected(written.error());
    summary.written += *written;
    say(Weight::news, "finished what an earlier run began", begun);
    if (begun == file) return summary;
  }
  if (auto followed = follow(); !followed) return std::unexpected(followed.error().words);
  const auto unsent = ledger_.unsent();
  if (!unsent) return std::unexpected(unsent.error());
  std::vector<Passed> batch;
  for (const Passed& passed : *unsent) {
    if (interrupted()) return std::unexpected("interrupted: nothing was written");
    const auto values = filled(passed);
    if (values) {
      batch.push_back(passed);
    } else if (values.error().again) {
      return std::unexpected(values.error().words);
    } else {
      summary.left[passed.case_id] = values.error().words;
    }
  }
  if (batch.empty()) return summary;
  if (std::filesystem::exists(file))
    return std::unexpected(file + " is there already: each export is a file of its own");
  if (auto begun = ledger_.begin_batch(file, batch); !begun) return std::unexpected(begun.error());
  const auto written = write_batch(file, batch);
  if (!written) return std::unexpected(written.error());
  summary.written += *written;
  return summary;
}

// ---- Results

// An empty reason: it was taken.
Try<Reject> Bridge::Parts::give_back(const TakeBack& result, const Passed& whose) {
  std::string body = R"({"result":)";
  const auto add = [&body](std::string_view name, std::string_view value) {
    body += ",\"" + std::string(name) + "\":";
    events::append_json_string(body, value);
  };
  events::append_json_string(body, events::name_of(result.result));
  add("text", result.text);
  if (!result.external_id.empty()) add("external_id", result.external_id);
  // Clocks differ, and some outlets say the day alone: not before it was passed on.
  if (result.at) add("occurred_at", events::format_instant(std::max(*result.at, whose.at)));
  body += "}";
  const std::string digest = digest_of(result.result, result.text);
  const auto answer = ask_ours("/v1/cases/" + url_encoded(whose.case_id) + "/take-back",
                               {{"Idempotency-Key", whose.id + "-" + digest.substr(0, 16)}}, body);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 200) {
    if (auto done = ledger_.answered(whose.number, digest); !done)
      return trouble(done.error(), false);
    return Reject{};
  }
  events::json::Parser parser;
  const auto problem = parser.parse(answer->body);
  if (!problem) return Reject{"refused", "status " + std::to_string(answer->status)};
  const std::string rule = text_at(*problem, "rule");
  return Reject{text_at(*problem, "code"),
                (rule.empty() ? "" : rule + ": ") + text_at(*problem, "detail")};
}

Try<void> Bridge::Parts::take(const Field& field, ImportSummary& summary, Rejects& rejects,
                              const std::string& raw) {
  ++summary.rows;
  std::string key;
  const auto reject = [&](const Reject& why) {
    ++summary.rejected[why.reason];
    rejects.add(summary.rows, key, why, raw);
    say(Weight::trouble, "a result was not taken", key + ": " + why.reason + ", " + why.detail);
  };
  const auto result = read_result(outlet_.results, outlet_.zone, field);
  if (!result) {
    reject(result.error());
    return {};
  }
  if (!*result) {
    ++summary.not_yet;
    return {};
  }
  const TakeBack& back = **result;
  key = back.case_id.empty() ? back.external_id : back.case_id;
  const auto whose =
      back.case_id.empty() ? ledger_.of_external(back.external_id) : ledger_.of_case(back.case_id);
  if (!whose) return trouble(whose.error(), false);
  if (!*whose) {
    reject({"unknown-case", "nothing of that number was passed on to this outlet"});
    return {};
  }
  const auto before = ledger_.has_answer((*whose)->number, digest_of(back.result, back.text));
  if (!before) return trouble(before.error(), false);
  if (*before) {
    ++summary.already_there;
    return {};
  }
  const auto done = give_back(back, **whose);
  if (!done) {
    --summary.rows;  // it was not looked at: it comes again
    return std::unexpected(done.error());
  }
  if (!done->reason.empty()) {
    reject(*done);
    return {};
  }
  ++summary.taken;
  return {};
}

Try<void> Bridge::Parts::take_list(events::json::Value list, ImportSummary& summary,
                                   Rejects& rejects) {
  struct Each {
    Parts& parts;
    ImportSummary& summary;
    Rejects& rejects;
    Try<void> done;
  } each{*this, summary, rejects, {}};
  const bool is_list = list.each_element(&each, [](void* context, events::json::Value row) {
    auto& e = *static_cast<Each*>(context);
    const auto field = [row](std::string_view name) { return text_at(row, name); };
    e.done = e.parts.take(field, e.summary, e.rejects, "");
    return e.done.has_value() && !e.parts.interrupted();
  });
  if (!is_list) return trouble("the results are no list (results.list)", false);
  return each.done;
}

std::expected<ImportSummary, std::string> Bridge::Parts::import_from(
    const std::string& file, const std::filesystem::path& path) {
  if (auto followed = follow(); !followed) return std::unexpected(followed.error().words);
  auto input = import::open_input(file);
  if (!input) return std::unexpected(input.error().message);
  Rejects rejects;
  if (auto opened = rejects.open(path); !opened) return std::unexpected(opened.error());
  ImportSummary summary;
  if (outlet_.results.format == Format::json) {
    std::string text;
    std::array<char, 65'536> bytes{};
    for (;;) {
      const auto count = (*input)->read(bytes);
      if (!count) return std::unexpected(count.error().message);
      if (*count == 0) break;
      text.append(bytes.data(), *count);
    }
    events::json::Parser parser;
    const auto parsed = parser.parse(text);
    if (!parsed)
      return std::unexpected(file + " is no JSON: " + std::string(parsed.error().detail));
    const auto list = at_path(*parsed, outlet_.results.list);
    if (!list)
      return std::unexpected(file + " has no \"" + outlet_.results.list + "\" (results.list)");
    if (auto taken = take_list(*list, summary, rejects); !taken)
      return std::unexpected(taken.error().words);
  } else {
    import::CsvReader reader(std::move(*input));
    const auto header = reader.header();
    if (!header) return std::unexpected(header.error().message);
    const std::vector<std::string> names(header->begin(), header->end());
    for (const auto& needed :
         {outlet_.results.case_id, outlet_.results.external_id, outlet_.results.result,
          outlet_.results.text, outlet_.results.time}) {
      if (!needed.empty() && std::ranges::find(names, needed) == names.end())
        return std::unexpected(file + " has no column \"" + needed + "\"");
    }
    while (!interrupted()) {
      const auto next = reader.next();
      if (!next && next.error().kind == import::CsvError::Kind::file)
        return std::unexpected(next.error().message);
      if (!next) {
        ++summary.rows;
        ++summary.rejected["bad-row"];
        rejects.add(summary.rows, "", {"bad-row", next.error().message}, std::string(reader.raw()));
        continue;
      }
      if (!*next) break;
      const auto field = [&](std::string_view name) {
        const auto at = std::ranges::find(names, name);
        return at == names.end()
                   ? std::string()
                   : std::string(reader.row()[static_cast<std::size_t>(at - names.begin())]);
      };
      if (auto taken = take(field, summary, rejects, std::string(reader.raw())); !taken)
        return std::unexpected(taken.error().words);
    }
  }
  if (auto closed = rejects.close(); !closed) return std::unexpected(closed.error());
  if (interrupted()) return std::unexpected("interrupted: repeat it, and it goes on");
  return summary;
}

// ---- Over HTTP

Try<void> Bridge::Parts::send_one(const Passed& passed) {
  const auto values = filled(passed);
  if (!values) return std::unexpected(values.error());
  HttpHeaders headers = their_headers_;
  headers.emplace_back("Idempotency-Key", passed.id);
  const auto answer =
      theirs_->ask(outlet_.endpoint->send, headers, to_json(outlet_.payload, *values));
  if (!answer) return trouble("the outlet: " + answer.error());
  if (is_passing(answer->status)) {
    return std::unexpected(Trouble{"the outlet answered " + std::to_string(answer->status), true,
                                   answer->retry_after});
  }
  if (answer->status < 200 || answer->status > 299)
    return trouble("the outlet answered " + std::to_string(answer->status), false);
  std::string external_id;
  if (!outlet_.endpoint->external_id.empty()) {
    events::json::Parser parser;
    const auto body = parser.parse(answer->body);
    if (body) external_id = text_at(*body, outlet_.endpoint->external_id);
    // It has the case, under a number that nobody knows: sent again, it says the number again.
    if (external_id.empty())
      return trouble("the outlet's answer has no " + outlet_.endpoint->external_id);
  }
  if (auto done = ledger_.sent(passed.number, external_id); !done)
    return trouble(done.error(), false);
  say(Weight::news, "sent", passed.case_id + (external_id.empty() ? "" : " is " + external_id));
  return {};
}

Try<void> Bridge::Parts::send() {
  if (auto followed = follow(); !followed) return followed;
  const auto unsent = ledger_.unsent();
  if (!unsent) return trouble(unsent.error(), false);
  for (const Passed& passed : *unsent) {
    if (interrupted()) return {};
    const auto refused = refused_.find(passed.number);
    if (refused != refused_.end() && Clock::now() < refused->second) continue;
    const auto done = send_one(passed);
    if (done) continue;
    if (done.error().again) return done;
    // This one alone: it must not hold up the others.
    refused_[passed.number] = Clock::now() + refused_pause;
    say(Weight::trouble, "not sent; tried again in an hour, or after a restart",
        passed.case_id + ": " + done.error().words);
  }
  return {};
}

Try<void> Bridge::Parts::fetch() {
  const Endpoint& endpoint = *outlet_.endpoint;
  events::json::Parser parser;
  while (!interrupted()) {
    const auto cursor = ledger_.meta("results");
    if (!cursor) return trouble(cursor.error(), false);
    std::string url = endpoint.results;
    if (const auto at = url.find("{cursor}"); at != std::string::npos)
      url.replace(at, std::string_view("{cursor}").size(), url_encoded(*cursor));
    const auto answer = theirs_->ask(url, their_headers_);
    if (!answer) return trouble("the outlet's results: " + answer.error());
    if (answer->status != 200) {
      return std::unexpected(
          Trouble{"the outlet's results answered " + std::to_string(answer->status), true,
                  answer->retry_after});
    }
    const auto body = parser.parse(answer->body);
    const auto list = body ? at_path(*body, outlet_.results.list) : std::nullopt;
    if (!list) return trouble("the outlet's results cannot be read (results.list)");
    ImportSummary summary;
    Rejects nowhere;
    if (auto taken = take_list(*list, summary, nowhere); !taken) return taken;
    if (interrupted()) return {};
    if (summary.taken > 0) say(Weight::news, "results taken", std::to_string(summary.taken));
    if (endpoint.next.empty()) return {};
    const std::string next = text_at(*body, endpoint.next);
    if (next.empty() || next == *cursor) return {};
    if (auto kept = ledger_.set_meta("results", next); !kept) return trouble(kept.error(), false);
  }
  return {};
}

std::expected<void, std::string> Bridge::Parts::run() {
  if (!theirs_) return std::unexpected(outlet_.file + ": [http] is missing: where it is sent to");
  Pause sending, fetching;
  const auto turn = [&](Pause& pause, std::string_view what, auto work) {
    if (!pause.over()) return;
    const Try<void> done = work();
    if (done) return pause.worked(outlet_.endpoint->every);
    if (interrupted()) return;
    say(Weight::trouble, what, done.error().words);
    pause.failed(done.error().after);
  };
  while (!interrupted()) {
    turn(sending, "sending waits", [this] { return send(); });
    if (!outlet_.endpoint->results.empty())
      turn(fetching, "fetching waits", [this] { return fetch(); });
    std::this_thread::sleep_for(look);
  }
  return {};
}

// ---- The outside

Bridge::Bridge(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Bridge::~Bridge() = default;

std::expected<std::unique_ptr<Bridge>, std::string> Bridge::open(const Outlet& outlet,
                                                                 BridgeOptions options) {
  auto ledger = Ledger::open(options.ledger);
  if (!ledger) return std::unexpected(ledger.error());
  auto parts = std::make_unique<Parts>(outlet, std::move(options), std::move(*ledger));
  if (auto read = parts->read_secrets(); !read) return std::unexpected(read.error());
  return std::unique_ptr<Bridge>(new Bridge(std::move(parts)));
}

std::expected<ExportSummary, std::string> Bridge::export_to(const std::filesystem::path& file) {
  return parts_->export_to(file);
}
std::expected<ImportSummary, std::string> Bridge::import_from(
    const std::string& file, const std::filesystem::path& rejects) {
  return parts_->import_from(file, rejects);
}
std::expected<void, std::string> Bridge::run() { return parts_->run(); }
std::expected<Counts, std::string> Bridge::counts() {
  const auto counted = parts_->counts();
  if (!counted) return std::unexpected(counted.error());
  return Counts{counted->passed, counted->unsent, counted->answered};
}

}  // namespace huiyin::outlet
