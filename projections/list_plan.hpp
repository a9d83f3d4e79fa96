// Which index a list reads: of all the conditions that have one, the one with the fewest rows.
#pragma once

#include <string>
#include <vector>

#include "database.hpp"
#include "projections/list_query.hpp"

namespace huiyin::projections {

struct ListPlan {
  std::vector<std::string> prefixes;  // of Family::index, without the partition
  bool covers = false;                // every row there matches: counting needs no look at it
};

ListPlan plan_list(const ViewStore& store, const Snapshot& snapshot, const ListQuery& query);

bool matches(const ListFilter& filter, const StatusRow& row);

}  // namespace huiyin::projections
