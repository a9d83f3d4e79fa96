#include "supervision/commitments.hpp"

#include <algorithm>

#include "projections/list_query.hpp"

namespace huiyin::supervision {

using projections::CaseState;
using projections::StoreError;

std::vector<std::string> promising_classes(const engine::Definitions& definitions) {
  std::vector<std::string> out;
  for (const auto& definition : definitions.all()) {
    for (const auto& one : definition->classes) {
      if (events::promises(one.meaning)) out.push_back(one.code);
    }
  }
  std::ranges::sort(out);
  const auto doubled = std::ranges::unique(out);
  out.erase(doubled.begin(), doubled.end());
  return out;
}

std::expected<void, StoreError> each_of_class(const projections::ViewStore& views,
                                              const std::vector<std::string>& classes,
                                              const projections::Scope& scope,
                                              const std::function<void(const CaseState&)>& visit) {
  for (const auto& code : classes) {
    projections::ListQuery query;
    query.filter.class_code = code;
    query.scope = scope;
    query.limit = projections::max_page;
    do {
      const auto page = projections::list(views, query);
      if (!page) return std::unexpected(page.error());
      for (const auto& row : page->items) {
        const auto state = views.load_state(row.id);
        if (!state) return std::unexpected(state.error());
        if (*state != nullptr) visit(**state);
      }
      query.cursor = page->next;
    } while (!query.cursor.empty());
  }
  return {};
}

std::expected<CommitmentPage, StoreError> commitments(const projections::ViewStore& views,
                                                      const engine::Definitions& definitions,
                                                      const CommitmentFilter& filter,
                                                      const projections::Scope& scope, Date today,
                                                      std::size_t limit) {
  CommitmentPage page;
  const auto add = [&](const CaseState& state) {
    if (!filter.region.empty() && !projections::region_within(state.region, filter.region)) return;
    for (const auto& lane : state.lanes) {
      const bool open = projections::is_live(lane) && lane.meaning && promises(*lane.meaning);
      if (!open || (!filter.organ.empty() && lane.organ != filter.organ)) continue;
      if (lane.commitment && ((filter.from && *lane.commitment < *filter.from) ||
                              (filter.to && *lane.commitment > *filter.to))) {
        continue;
      }
      if (!lane.commitment && (filter.from || filter.to)) continue;
      Commitment one{state.id,  state.title,     lane.organ,       state.supervisor, state.region,
                     lane.lane, lane.class_code, lane.first_class, lane.commitment};
      one.revisits = state.revisits;
      if (lane.commitment) {
        one.days_left = static_cast<std::int32_t>(
            (std::chrono::sys_days{*lane.commitment} - std::chrono::sys_days{today}).count());
        one.overdue = one.days_left < 0;
      }
      if (filter.overdue && !one.overdue) continue;
      ++page.total;
      if (one.overdue) ++page.overdue;
      page.items.push_back(std::move(one));
    }
  };
  if (auto read = each_of_class(views, promising_classes(definitions), scope, add); !read)
    return std::unexpected(read.error());
  constexpr Date never{std::chrono::year{9999}, std::chrono::December, std::chrono::day{31}};
  std::ranges::sort(page.items, {}, [&](const Commitment& one) {
    return std::tuple(one.due.value_or(never), one.id, one.lane);
  });
  if (page.items.size() > limit) page.items.resize(limit);
  return page;
}

}  // namespace huiyin::supervision
