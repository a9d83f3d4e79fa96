// Every question that the views answer. The history of a case is ViewStore::history: positions,
// whose events the caller reads from the log and folds.
#pragma once

#include "projections/list_query.hpp"
#include "projections/load_query.hpp"
#include "projections/overdue_query.hpp"
#include "projections/stats_query.hpp"
