#include "supervision/performance_file.hpp"

#include <algorithm>
#include <map>

#include "projections/list_query.hpp"

namespace huiyin::supervision {
namespace {

using projections::ActivityState;
using projections::StoreError;

constexpr std::size_t all_of_them = std::size_t{1} << 20U;

std::expected<std::vector<std::string>, StoreError> cases_of(const projections::ViewStore& views,
                                                             const std::string& deputy, Date from,
                                                             Date to) {
  projections::ListQuery query;
  query.filter.deputy = deputy;
  query.scope = projections::Scope::all();
  query.limit = projections::max_page;
  std::vector<std::string> out;
  do {
    const auto page = projections::list(views, query);
    if (!page) return std::unexpected(page.error());
    for (const auto& row : page->items) {
      const auto state = views.load_state(row.id);
      if (!state) return std::unexpected(state.error());
      if (*state != nullptr && (*state)->collected >= from && (*state)->collected <= to)
        out.push_back(row.id);
    }
    query.cursor = page->next;
  } while (!query.cursor.empty());
  std::ranges::sort(out);
  return out;
}

void add_activities(const FileSources& sources, PerformanceFile& file,
                    std::vector<std::uint64_t>& counted) {
  std::map<std::pair<projections::ActivityPart, std::string>, FileLine> lines;
  for (const auto& link :
       sources.registry.activities_of(file.deputy, file.from, file.to, all_of_them)) {
    const auto activity = sources.registry.find(link.activity);
    const auto* own = activity ? std::get_if<ActivityState>(&activity->body) : nullptr;
    if (own == nullptr || activity->stage != "held") continue;
    std::string outputs;
    for (const auto& output : own->held.outputs) outputs += output.kind + '\0';
    for (const auto part : link.parts) {
      FileLine& line = lines[{part, own->plan.form}];
      line.part = part;
      line.form = own->plan.form;
      ++line.times;
      line.visits += own->held.visits;
      line.persons += own->held.persons;
      line.matters += own->held.matters;
      line.solved += own->held.solved;
      line.amount_yuan += own->held.amount_yuan;
      line.activities.push_back(link.activity);
      const projections::Done done{part,          link.day,
                                   file.deputy,   own->plan.form,
                                   link.activity, static_cast<std::uint32_t>(own->held.solved),
                                   outputs};
      for (std::size_t i = 0; i < counted.size(); ++i) {
        for (const auto& count : sources.rules.scores[i].counts)
          counted[i] += engine::worth(count, done);
      }
    }
  }
  for (auto& [key, line] : lines) file.activities.push_back(std::move(line));
}

// The deputy's region and those above it.
std::vector<std::pair<std::string, events::RegionKind>> regions_of(
    const projections::RegistryStore& registry, std::string region) {
  constexpr int max_depth = 16;
  std::vector<std::pair<std::string, events::RegionKind>> out;
  for (int depth = 0; depth < max_depth && !region.empty(); ++depth) {
    const auto state = registry.find(region);
    const auto* own = state ? std::get_if<projections::RegionState>(&state->body) : nullptr;
    if (own == nullptr) break;
    out.emplace_back(region, own->kind);
    region = own->parent;
  }
  return out;
}

template <class T>
bool has(const std::vector<T>& all, const T& one) {
  return std::ranges::find(all, one) != all.end();
}

std::vector<std::string> reported_to(const FileSources& sources,
                                     const projections::SubjectState& deputy, Date day) {
  const auto& own = std::get<projections::DeputyState>(deputy.body);
  const auto regions = regions_of(sources.registry, own.profile.region);
  std::vector<std::string> out;
  sources.registry.each(events::SubjectKind::organ, "", [&](const auto& organ) {
    const auto& state = std::get<projections::OrganState>(organ->body);
    const bool asked = std::ranges::any_of(sources.rules.routes, [&](const auto& route) {
      return has(route.organs, state.kind) &&
             std::ranges::any_of(own.mandates,
                                 [&](const auto& mandate) {
                                   return has(route.levels, mandate.level) && mandate.from <= day &&
                                          (!mandate.to || *mandate.to > day);
                                 }) &&
             std::ranges::any_of(regions, [&](const auto& region) {
               return region.first == state.region && has(route.regions, region.second);
             });
    });
    if (asked && engine::active_on(*organ, day)) out.push_back(organ->id);
    return true;
  });
  return out;
}

}  // namespace

std::expected<PerformanceFile, StoreError> performance_file(const FileSources& sources,
                                                            const projections::SubjectState& deputy,
                                                            Date from, Date to) {
  PerformanceFile file;
  file.deputy = deputy.id;
  file.name = deputy.name();
  file.from = from;
  file.to = to;
  file.mandates = std::get<projections::DeputyState>(deputy.body).mandates;
  file.reported_to = reported_to(sources, deputy, to);
  std::vector<std::uint64_t> counted(sources.rules.scores.size(), 0);
  add_activities(sources, file, counted);
  auto cases = cases_of(sources.cases, deputy.id, from, to);
  if (!cases) return std::unexpected(cases.error());
  file.cases = std::move(*cases);
  for (const auto& duty : sources.rules.duties) {
    const auto entry = sources.duties.of_subject(duty, deputy.id, to);
    if (!entry) continue;
    file.duties.push_back(
        {duty.id, engine::period_of(duty.period, to).label, entry->done, entry->minimum});
  }
  for (std::size_t i = 0; i < counted.size(); ++i) {
    const auto& part = sources.rules.scores[i];
    if (part.cases) counted[i] = file.cases.size();
    const auto points =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(counted[i] * part.points, part.most));
    file.scores.push_back({part.id, part.name, counted[i], points, part.most});
    file.points += points;
  }
  return file;
}

std::vector<std::shared_ptr<const projections::SubjectState>> deputies_of(
    const projections::RegistryStore& registry, std::string_view congress, std::uint16_t term,
    Date day) {
  std::vector<std::shared_ptr<const projections::SubjectState>> out;
  registry.each(events::SubjectKind::deputy, "", [&](const auto& state) {
    const auto& own = std::get<projections::DeputyState>(state->body);
    const bool held = std::ranges::any_of(own.mandates, [&](const auto& mandate) {
      return mandate.congress == congress && (term == 0 || mandate.term == term) &&
             mandate.from <= day && (!mandate.to || *mandate.to > day);
    });
    if (held) out.push_back(state);
    return true;
  });
  return out;
}

}  // namespace huiyin::supervision
