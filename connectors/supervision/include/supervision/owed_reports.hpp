// Reports that organisers owe the deputy-work organ on their contacts with deputies, and who writes
// one where no committee took part (S0-10, S0-11).
#pragma once

#include <string>
#include <vector>

#include "engine/registry_rules.hpp"
#include "projections/registry_store.hpp"

namespace huiyin::supervision {

using events::Date;

struct OwedReport {
  std::string activity, form, title, organiser;
  std::string reporter;  // the organiser where it is a committee or working organ, else the office
  Date held{}, due{};
  bool overdue = false;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("activity", activity), required("form", form), optional("title", title),
       required("organiser", organiser), required("reporter", reporter), required("held", held),
       required("due", due), optional("overdue", overdue));
  }
};

// Of activities held from one day to another and not reported, the first due first. Thread-safe.
std::vector<OwedReport> owed_reports(const projections::RegistryStore& registry,
                                     const engine::RegistryRules& rules, const std::string& region,
                                     Date from, Date to);

}  // namespace huiyin::supervision
