// A handling organ's year: what it replied, how it was rated, what committees and deputies gave it
// (S2-34, S3-27 to S3-30). Every figure has its unit, every rate names what it divides.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "engine/registry_rules.hpp"
#include "projections/registry_store.hpp"
#include "projections/stats_query.hpp"

namespace huiyin::supervision {

// The scores of one form of activity: an appraisal meeting, a committee's assessment, an inquiry.
struct ScoreLine {
  std::string form, name;
  std::uint64_t scores = 0;
  std::uint64_t by = 0;                 // deputies or committees that gave them
  std::uint64_t per_myriad = 0;         // their mean, of ten thousand, rounded
  std::vector<std::string> activities;  // in which they were given

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("form", form), required("name", name), required("scores", scores),
       required("by", by), required("per_myriad", per_myriad), required("activities", activities));
  }
};

struct OrganSheet {
  std::string organ, name;
  std::uint16_t year = 0;
  std::vector<projections::Figure> figures;
  std::vector<projections::Rate> rates;
  std::vector<ScoreLine> scores;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("organ", organ), required("name", name), required("year", year),
       required("figures", figures), required("rates", rates), required("scores", scores));
  }
};

// The registry may be absent: then there are no scores, and the id for a name. Thread-safe.
std::expected<OrganSheet, projections::StoreError> organ_sheet(
    const projections::ViewStore& views, const projections::RegistryStore* registry,
    const engine::RegistryRules* rules, const std::string& organ, std::uint16_t year);

// Of every organ that a reply or a score is there of, by id; the same for an export.
std::expected<std::vector<OrganSheet>, projections::StoreError> organ_sheets(
    const projections::ViewStore& views, const projections::RegistryStore* registry,
    const engine::RegistryRules* rules, std::uint16_t year);

}  // namespace huiyin::supervision
