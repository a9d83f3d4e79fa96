// GET /station?id=ID: what hangs on a station's wall, for everybody (S2-4, S1-14, S4-13): what it
// is for, who its deputies are, when they are there, and what came of what was brought up.
#include "cards.hpp"
#include "facts.hpp"
#include "http/percent.hpp"
#include "projections/list_query.hpp"
#include "public_page.hpp"
#include "registry_plan.hpp"

namespace huiyin::api {
namespace {

using events::Date;
using projections::ActivityState;
using projections::RegistryStore;
using projections::StationState;
using projections::SubjectState;

constexpr std::size_t shown_results = 20;
constexpr std::size_t shown_receptions = 20;

std::string section(std::string_view title, const std::string& content) {
  return content.empty() ? "" : "<h2>" + escaped(title) + "</h2>" + content;
}

std::string paragraph(const std::string& text) {
  return text.empty() ? "" : "<p style=\"white-space:pre-line\">" + escaped(text) + "</p>";
}

// Cards show what each deputy shows (S0-22, S4-8).
std::string deputies(const RegistryStore& registry, const std::string& station, Date today) {
  std::string out;
  std::vector<std::shared_ptr<const SubjectState>> enrolled;
  registry.each(events::SubjectKind::deputy, "", [&](const auto& deputy) {
    const auto& own = std::get<projections::DeputyState>(deputy->body);
    for (const auto& one : own.stations) {
      if (one.station == station && one.from <= today && (!one.to || *one.to > today)) {
        enrolled.push_back(deputy);
        break;
      }
    }
    return true;
  });
  for (const auto& deputy : enrolled) {
    auto own = std::get<projections::DeputyState>(deputy->body);
    keep_card(own);
    out += "<li><a href=\"/intake?deputy=" + http::percent_encode(deputy->id) + "\">" +
           escaped(own.profile.name) + "</a>";
    for (const auto* text : {&own.profile.unit, &own.profile.position, &own.profile.contact}) {
      if (!text->empty()) out += "，" + escaped(*text);
    }
    out += "</li>";
  }
  return out.empty() ? "" : "<ul>" + out + "</ul>";
}

// Those announced for the days to come, the next first (S2-25, S4-11).
std::string receptions(const RegistryStore& registry, const std::string& station, Date today) {
  std::string out;
  auto links = registry.activities_of(station, today, last_day, shown_receptions * 10);
  std::ranges::reverse(links);
  std::size_t shown = 0;
  for (const auto& link : links) {
    const auto activity = registry.find(link.activity);
    const auto* own = activity ? std::get_if<ActivityState>(&activity->body) : nullptr;
    if (own == nullptr || activity->stage != "announced" || shown == shown_receptions) continue;
    ++shown;
    out += "<li>" + events::format_date(own->plan.date) + " " + escaped(own->plan.title);
    if (!own->plan.place.empty()) out += "，" + escaped(own->plan.place);
    for (const auto& id : own->plan.invited) {
      const auto deputy = registry.find(id);
      if (deputy != nullptr) out += "，" + escaped(deputy->name());
    }
    out += "</li>";
  }
  return out.empty() ? "" : "<ul>" + out + "</ul>";
}

// What was published of what came in here, the newest first (S4-20).
std::string results(const projections::ViewStore& views, const std::string& station) {
  projections::ListQuery query;
  query.filter.station = station;
  query.scope = projections::Scope::all();
  query.limit = projections::max_page;
  const auto page = projections::list(views, query);
  if (!page) return {};
  std::string out;
  std::size_t shown = 0;
  for (const auto& row : page->items) {
    const auto state = views.load_state(row.id);
    if (!state || *state == nullptr || !(*state)->days.published || (*state)->withheld) continue;
    if (shown++ == shown_results) break;
    out += "<li>" + escaped((*state)->title) + "（" +
           events::format_date(*(*state)->days.published) + "公开）</li>";
  }
  return out.empty() ? "" : "<ul>" + out + "</ul>";
}

http::Response page_of(Api& api, const std::string& id) {
  if (const auto behind = registry_behind(api)) wait_for_registry(api, *behind);
  // What was just published is there, unless the views are unwell.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(250);
  for (events::Partition p = 0; p < api.node.views().partitions(); ++p)
    api.node.views().wait_applied({p, api.node.log().end(p)}, deadline);
  const auto& registry = api.node.registry()->store();
  const auto state = registry.find(id);
  const auto* own = state ? std::get_if<StationState>(&state->body) : nullptr;
  if (own == nullptr || !state->active())
    return public_page(404, "没有这个联络站", "<p>没有这个联络站，或者已经撤销。</p>");
  const Date day = today(api);
  std::string out = own->address.empty() ? "" : "<p>" + escaped(own->address) + "</p>";
  out += "<p><a href=\"/intake?station=" + http::percent_encode(id) + "\">向本站反映问题</a></p>";
  out += section("工作职责", paragraph(own->text.duties));
  out += section("工作程序", paragraph(own->text.procedure));
  out += section("规章制度", paragraph(own->text.rules));
  out += section("进站代表", deputies(registry, id, day));
  out += section("接待安排", receptions(registry, id, day));
  out += section("办理答复", results(api.node.views(), id));
  return public_page(200, state->name(), out);
}

}  // namespace

void add_station_page(http::Router& router, Api& api) {
  router.add("GET", "/station", [&api](http::Request&& request, http::Responder&& responder) {
    const std::string id(request.query_value("id").value_or(""));
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    const bool taken = api.workers.run([&api, shared, id] { (*shared)(page_of(api, id)); });
    if (!taken) (*shared)(public_page(503, "很忙", "<p>现在很忙，请稍后再试。</p>"));
  });
}

}  // namespace huiyin::api
