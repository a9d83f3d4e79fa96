// 回头看: a campaign picks the promises of a term, a region or an organ, and follows what comes of
// each (S3-31, S3-32).
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "projections/registry_state.hpp"
#include "projections/scope.hpp"
#include "projections/view_store.hpp"

namespace huiyin::supervision {

// The cases that a campaign asks for and does not have yet, by id. Thread-safe.
std::expected<std::vector<std::string>, projections::StoreError> find_cases(
    const projections::ViewStore& views, const projections::CampaignState& campaign);

struct ClassCount {
  std::string class_code;
  std::uint64_t cases = 0;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("class", class_code), required("cases", cases));
  }
};

struct CampaignProgress {
  std::string campaign, name, stage;
  std::uint64_t cases = 0;      // selected
  std::uint64_t revisited = 0;  // of these, looked at again in this campaign
  std::uint64_t sampled = 0, sampled_revisited = 0;
  std::vector<ClassCount> now;    // the classes that those revisited bear now
  std::vector<std::string> open;  // not revisited yet: the first thousand, by id

  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("campaign", campaign), required("name", name), required("stage", stage),
       required("cases", cases), required("revisited", revisited), required("sampled", sampled),
       required("sampled_revisited", sampled_revisited), required("now", now),
       required("open", open));
  }
};

// `subject` is a campaign. Thread-safe.
std::expected<CampaignProgress, projections::StoreError> progress(
    const projections::ViewStore& views, const projections::SubjectState& subject);

}  // namespace huiyin::supervision
