// GET and POST /intake: where the QR codes of stations and deputies lead (S2-5). Open to everybody,
// so it is off unless the settings name a principal of the role citizen in whose name it collects.
#include <algorithm>

#include "cards.hpp"
#include "collecting.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "events/json_text.hpp"
#include "events/json_value.hpp"
#include "facts.hpp"
#include "http/percent.hpp"
#include "http/problem.hpp"
#include "intake_page.hpp"

namespace huiyin::api {
namespace {

using events::SubjectKind;

// A form's fields are percent-encoded: nine bytes for a Chinese character.
constexpr std::size_t form_bytes = 48 * 1024;
constexpr std::size_t key_bytes = 16;

// ---- The bound on how many matters come in

// A minute's worth may come at once. Whoever sits before this server can bound single addresses.
class Rate {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Rate(unsigned per_minute) : most_(per_minute), left_(per_minute) {}

  bool take() {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const double minutes = std::chrono::duration<double, std::ratio<60>>(now - filled_).count();
    left_ = std::min(most_, left_ + minutes * most_);
    filled_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  std::mutex mutex_;
  const double most_;
  double left_;
  Clock::time_point filled_ = Clock::now();
};

// ---- Whom it is addressed to

std::optional<IntakeAddressee> addressee(const Api& api, SubjectKind kind, const std::string& id) {
  const auto state = api.node.registry()->store().find(id);
  if (state == nullptr || state->kind != kind || !state->active()) return std::nullopt;
  IntakeAddressee out{.kind = std::string(events::name_of(kind)), .id = id, .name = state->name()};
  const auto show = [&](std::string_view label, const std::string& text) {
    if (!text.empty()) out.card.emplace_back(label, text);
  };
  if (const auto* station = std::get_if<projections::StationState>(&state->body)) {
    show("地址", station->address);
    return out;
  }
  auto deputy = std::get<projections::DeputyState>(state->body);
  // Somebody whose mandates have all ended takes nothing in any more.
  if (!deputy.mandates.empty() && std::ranges::all_of(deputy.mandates, [](const auto& mandate) {
        return mandate.to.has_value();
      }))
    return std::nullopt;
  keep_card(deputy);  // S4-8
  show("单位", deputy.profile.unit);
  show("职务", deputy.profile.position);
  show("联系方式", deputy.profile.contact);
  return out;
}

// ---- The form

std::optional<std::string> value_of(std::string_view encoded) {
  // Lines are the only control characters that a text may have: it is decoded line by line.
  std::string out;
  while (true) {
    const auto is_break = [&](std::size_t at) {
      const auto three = encoded.substr(at, 3);
      return three == "%0A" || three == "%0D" || three == "%0a" || three == "%0d";
    };
    std::size_t end = 0;
    while (end < encoded.size() && !is_break(end)) ++end;
    const auto line = http::percent_decode(encoded.substr(0, end), http::Plus::space);
    if (!line) return std::nullopt;
    out += *line;
    if (end == encoded.size()) return out;
    const bool pair = encoded.size() >= end + 6 && is_break(end + 3) &&
                      encoded.substr(end, 3) != encoded.substr(end + 3, 3);
    encoded.remove_prefix(end + (pair ? 6 : 3));
    out.push_back('\n');
  }
}

struct Form {
  std::string station, deputy, via, key, title, body, place, name, phone;
};

// The error is a sentence for the citizen.
std::expected<Form, std::string_view> read_form(std::string_view text) {
  Form form;
  struct Known {
    std::string_view name;
    std::string& into;
    std::size_t characters;
  };
  const std::array known{Known{"station", form.station, 64},
                         Known{"deputy", form.deputy, 64},
                         Known{"via", form.via, 8},
                         Known{"key", form.key, 2 * key_bytes},
                         Known{"title", form.title, intake_title_characters},
                         Known{"body", form.body, intake_body_characters},
                         Known{"place", form.place, intake_short_characters},
                         Known{"name", form.name, intake_short_characters},
                         Known{"phone", form.phone, intake_short_characters}};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto field = std::ranges::find(known, pair.substr(0, equals), &Known::name);
    if (field == known.end()) return std::unexpected("表单中有未知的内容。");
    auto value = value_of(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return std::unexpected("表单的文字无法识别，请重新填写。");
    if (events::count_characters(*value) > field->characters)
      return std::unexpected("内容过长，请精简后再提交。");
    field->into = std::move(*value);
  }
  if (form.title.find_first_not_of(" \n") == std::string::npos)
    return std::unexpected("请写明您要反映什么。");
  if (form.key.size() != 2 * key_bytes || !crypto::from_hex(form.key))
    return std::unexpected("请重新打开页面后再提交。");
  if (form.station.empty() == form.deputy.empty())
    return std::unexpected("请重新扫描二维码后再提交。");
  return form;
}

// The body of the collect that the form asks for.
std::string collect_body(const Api& api, const Form& form) {
  std::string out = R"({"kind":"matter","channel":")";
  out += form.via == "qr" ? "qr\"" : "web\"";
  const auto add = [&out](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += ",\"" + std::string(name) + "\":";
    events::append_json_string(out, value);
  };
  add("title", form.title);
  add("body", form.body);
  add("place", form.place);
  add("station", form.station);
  add("chosen_deputy", form.deputy);
  const auto state =
      api.node.registry()->store().find(form.station.empty() ? form.deputy : form.station);
  if (state != nullptr) add("region", state->region());
  if (form.name.empty() && form.phone.empty()) return out + R"(,"petitioner":{"anonymous":true}})";
  out += R"(,"petitioner":{"anonymous":false)";
  add("name", form.name);
  add("phone", form.phone);
  return out + "}}";
}

// ---- The answer, as a page

http::Response page_of(const http::Response& answer) {
  if (answer.status == 201) {
    events::json::Parser parser;
    if (const auto body = events::parse_json(parser, answer.body)) {
      if (const auto receipt = body->find("case")) {
        if (const auto text = receipt->as_string()) return intake_receipt(*text);
      }
    }
  }
  switch (answer.status) {
    case 422:
      return intake_problem(422, "这份表单已经提交过，请重新打开页面。");
    case 429:
    case 503:
    case 504:
      return intake_problem(answer.status, "现在很忙，请稍后再提交一次；重复提交不会重复登记。");
    default:
      return intake_problem(answer.status, "提交的内容未被受理，请核对后再试。");
  }
}

// Stands where the connection stands for the API's answer, and hands on the page made of it.
class PageSink final : public http::ResponseSink {
 public:
  explicit PageSink(http::Responder responder) : responder_(std::move(responder)) {}

  void answer(std::uint64_t, http::Response&& response) noexcept override {
    http::Response page = page_of(response);
    for (const auto& header : response.headers)
      if (header.name == "Retry-After") page.headers.push_back(header);
    responder_(std::move(page));
  }
  void open_stream(std::uint64_t, http::StreamHead&&,
                   std::shared_ptr<http::StreamChannel>) noexcept override {}
  void stream_ready(std::uint64_t) noexcept override {}
  std::size_t stream_queue_bytes() const noexcept override { return 0; }

 private:
  http::Responder responder_;
};

// ---- The routes

void show(const Api& api, const http::Request& request, http::Responder&& responder) {
  const auto station = request.query_value("station"), deputy = request.query_value("deputy");
  if (station.has_value() == deputy.has_value())
    return responder(intake_problem(400, "请扫描联络站或者代表的二维码打开本页。"));
  // Whoever was just registered is found.
  if (const auto behind = registry_behind(api)) wait_for_registry(api, *behind);
  const auto to = addressee(api, station ? SubjectKind::station : SubjectKind::deputy,
                            std::string(station ? *station : *deputy));
  if (!to) return responder(intake_problem(404, "没有这个联络站或者代表，二维码可能已经失效。"));
  std::array<std::uint8_t, key_bytes> key{};
  crypto::fill_random(key);
  responder(
      intake_form(*to, request.query_value("via") == "qr" ? "qr" : "web", crypto::to_hex(key)));
}

void take(Api& api, const node::Principal& desk, Rate& rate, http::Request&& request,
          http::Responder&& responder) {
  const auto type = request.header("Content-Type");
  if (!type || !type->starts_with("application/x-www-form-urlencoded"))
    return responder(intake_problem(415, "请用本页的表单提交。"));
  const auto form = read_form(request.body);
  if (!form) return responder(intake_problem(400, form.error()));
  const bool to_station = !form->station.empty();
  if (!addressee(api, to_station ? SubjectKind::station : SubjectKind::deputy,
                 to_station ? form->station : form->deputy))
    return responder(intake_problem(404, "没有这个联络站或者代表，二维码可能已经失效。"));
  if (!rate.take()) {
    auto busy = intake_problem(429, "现在提交的人很多，请一分钟后再试。");
    busy.headers.push_back({"Retry-After", "60"});
    return responder(std::move(busy));
  }
  http::Request collect;
  collect.method = "POST";
  collect.headers.add("Idempotency-Key", form->key);
  collect.body = collect_body(api, *form);
  auto sink = std::make_shared<PageSink>(std::move(responder));
  collect_for(api, {&desk, engine::Role::citizen}, std::move(collect), http::Responder(sink, 0));
}

}  // namespace

std::expected<void, std::string> add_intake_routes(http::Router& router, Api& api) {
  const auto& settings = api.node.settings();
  if (settings.public_intake.empty()) {
    const auto closed = [](http::Request&&, http::Responder&& responder) {
      responder(http::problem(404, "no-public-intake",
                              "the public intake is off: public_intake of [http] in the settings"));
    };
    router.add("GET", "/intake", closed);
    router.add("POST", "/intake", closed);
    return {};
  }
  const auto* desk = api.node.principals().by_id(settings.public_intake);
  if (desk == nullptr || !desk->has(engine::Role::citizen)) {
    return std::unexpected("http.public_intake: no principal " + settings.public_intake +
                           " holds the role citizen");
  }
  if (api.node.registry() == nullptr)
    return std::unexpected("http.public_intake: there is no registry of stations and deputies");
  router.add("GET", "/intake", [&api](http::Request&& request, http::Responder&& responder) {
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    const bool taken = api.workers.run(
        [&api, shared, asked = std::move(request)] { show(api, asked, std::move(*shared)); });
    if (!taken) (*shared)(intake_problem(503, "现在很忙，请稍后再试。"));
  });
  add_station_page(router, api);
  const auto rate = std::make_shared<Rate>(settings.intake_per_minute);
  router.add("POST", "/intake",
             [&api, desk, rate](http::Request&& request, http::Responder&& responder) {
               take(api, *desk, *rate, std::move(request), std::move(responder));
             },
             {.body_bytes = form_bytes});
  return {};
}

}  // namespace huiyin::api
