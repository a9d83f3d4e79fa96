#include "events/case_event.hpp"

namespace huiyin::events {

CaseEventBody::CaseEventBody() noexcept = default;
CaseEventBody::CaseEventBody(const CaseEventBody&) = default;
CaseEventBody::CaseEventBody(CaseEventBody&&) noexcept = default;
CaseEventBody& CaseEventBody::operator=(const CaseEventBody&) = default;
CaseEventBody& CaseEventBody::operator=(CaseEventBody&&) noexcept = default;
CaseEventBody::~CaseEventBody() = default;

bool CaseEventBody::operator==(const CaseEventBody& other) const {
  return static_cast<const variant&>(*this) == static_cast<const variant&>(other);
}

}  // namespace huiyin::events
