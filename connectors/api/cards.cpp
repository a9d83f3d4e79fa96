#include "cards.hpp"

#include <algorithm>

namespace huiyin::api {

void keep_card(projections::DeputyState& deputy) {
  const bool shows_all =
      std::ranges::any_of(deputy.mandates, [](const projections::Mandate& mandate) {
        return !mandate.to &&
               (mandate.level == events::Level::county || mandate.level == events::Level::township);
      });
  if (shows_all) return;
  using events::CardField;
  const auto hide = [&](CardField field, std::string& text) {
    if (std::ranges::find(deputy.disclosed, field) == deputy.disclosed.end()) text.clear();
  };
  hide(CardField::photo, deputy.profile.photo);
  hide(CardField::unit, deputy.profile.unit);
  hide(CardField::position, deputy.profile.position);
  hide(CardField::contact, deputy.profile.contact);
}

}  // namespace huiyin::api
