// How a region's stations stand: where one is missing or doubled, which host all levels, which are
// used (S1-11, S1-15, S2-2, S3-10).
#pragma once

#include <string>
#include <vector>

#include "projections/registry_store.hpp"

namespace huiyin::supervision {

using events::Date;

struct DoubledStations {
  std::string region;
  std::vector<std::string> stations;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("region", region), required("stations", stations));
  }
};

struct StationUse {
  std::string station, name;
  std::uint64_t receptions = 0;  // and other activities held there

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("station", station), required("name", name), required("activities", receptions));
  }
};

struct StationCheck {
  Date from{}, to{};
  std::uint64_t stations = 0, townships = 0, activities = 0;
  std::vector<std::string> without;      // townships that have no standard station of their own
  std::vector<DoubledStations> doubled;  // several of one tier and form in one region
  std::vector<std::string> five_levels;  // where deputies of all five levels are enrolled
  std::vector<StationUse> unused;        // nothing was held there in these days
  std::vector<StationUse> most_used;     // the first twenty

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("from", from), required("to", to), required("stations", stations),
       required("townships", townships), required("activities", activities),
       required("without", without), required("doubled", doubled),
       required("five_levels", five_levels), required("unused", unused),
       required("most_used", most_used));
  }
};

// Of the stations that are there on `to`; empty region: all. Thread-safe.
StationCheck check_stations(const projections::RegistryStore& registry, const std::string& region,
                            Date from, Date to);

}  // namespace huiyin::supervision
