// Who and what there is in the synthetic province. Region codes are those of Hunan's prefectures
// (GB/T 2260); everything below them is made up, and says so by being a number.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "random.hpp"

namespace huiyin::generate {

struct Region {
  std::string_view code;
  std::string_view name;
};
inline constexpr std::array<Region, 14> regions{{{"430100", "长沙市"},
                                                 {"430200", "株洲市"},
                                                 {"430300", "湘潭市"},
                                                 {"430400", "衡阳市"},
                                                 {"430500", "邵阳市"},
                                                 {"430600", "岳阳市"},
                                                 {"430700", "常德市"},
                                                 {"430800", "张家界市"},
                                                 {"430900", "益阳市"},
                                                 {"431000", "郴州市"},
                                                 {"431100", "永州市"},
                                                 {"431200", "怀化市"},
                                                 {"431300", "娄底市"},
                                                 {"433100", "湘西州"}}};
inline constexpr std::string_view province_code = "430000";

// How many of each there are in a region. S3-8: 10,425 stations in the province; S3-5, S3-4: the
// deputies who bring suggestions are those of the province (755) and the cities.
inline constexpr unsigned stations_per_region = 745;
inline constexpr unsigned deputies_per_region = 400;
inline constexpr unsigned organs_per_region = 40;
inline constexpr unsigned provincial_deputies = 755;
inline constexpr unsigned provincial_organs = 60;
inline constexpr unsigned committees = 8;

// What matters are about, with what makes a title of it.
struct Topic {
  std::string_view category;
  std::string_view object;
  std::string_view trouble;
  unsigned organ;  // of the region's organs: whose business it is
};
extern const std::array<Topic, 24> topics;

std::string numbered(std::string_view kind, std::string_view region, unsigned number,
                     unsigned digits);
inline std::string deputy_id(std::string_view region, unsigned n) {
  return numbered("dep", region, n, 4);
}
inline std::string organ_id(std::string_view region, unsigned n) {
  return numbered("organ", region, n, 2);
}
inline std::string station_id(std::string_view region, unsigned n) {
  return numbered("station", region, n, 4);
}
// "committee-430100-3": the congress's own, which supervise.
inline std::string committee_id(std::string_view region, unsigned n) {
  return numbered("committee", region, n, 1);
}
// The congress of a region: "430000-14", "430100-16".
std::string congress_of(std::string_view region);

}  // namespace huiyin::generate
