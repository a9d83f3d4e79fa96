// The ledger of promises: what organs said they would do, by when, and what came of it (S3-31).
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "engine/definition.hpp"
#include "projections/scope.hpp"
#include "projections/view_store.hpp"

namespace huiyin::supervision {

using events::Date;

struct CommitmentFilter {
  std::string organ, region;     // empty: any
  std::optional<Date> from, to;  // when it falls due
  bool overdue = false;          // only those whose day has passed
};

// One lane's promise that is not kept yet.
struct Commitment {
  std::string id, title, organ, supervisor, region;
  std::uint16_t lane = 0;
  std::string class_code, first_class;
  std::optional<Date> due;  // unknown for some that were imported
  std::int32_t days_left = 0;
  bool overdue = false;
  std::uint16_t revisits = 0;  // of the case so far

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("case", id), required("title", title), required("organ", organ),
       required("lane", lane), required("class", class_code), optional("first_class", first_class),
       optional("due", due), required("days_left", days_left), optional("overdue", overdue),
       optional("supervisor", supervisor), optional("region", region),
       optional("revisits", revisits));
  }
};

struct CommitmentPage {
  std::vector<Commitment> items;  // the first due first
  std::uint64_t total = 0, overdue = 0;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("items", items), required("total", total), required("overdue", overdue));
  }
};

// Reads the cases of those classes of replies that promise. Thread-safe.
std::expected<CommitmentPage, projections::StoreError> commitments(
    const projections::ViewStore& views, const engine::Definitions& definitions,
    const CommitmentFilter& filter, const projections::Scope& scope, Date today, std::size_t limit);

// Every class of replies, of any definition, that promises.
std::vector<std::string> promising_classes(const engine::Definitions& definitions);

// Calls visit(state) for the cases that now bear one of the classes.
std::expected<void, projections::StoreError> each_of_class(
    const projections::ViewStore& views, const std::vector<std::string>& classes,
    const projections::Scope& scope,
    const std::function<void(const projections::CaseState&)>& visit);

}  // namespace huiyin::supervision
