// One handler per command: it checks the body against the case and makes the event. Stage, role and
// the definition's guards have been checked before; what stands here no configuration can switch
// off.
#pragma once

#include "context.hpp"

namespace huiyin::engine {

// intake.cpp
Handled handle(const Context& context, const events::Collected& body);
Handled handle(const Context& context, const events::Transferred& body);
Handled handle(const Context& context, const events::AnsweredOnSpot& body);
Handled handle(const Context& context, const events::Redirected& body);
Handled handle(const Context& context, const events::DeedRecorded& body);
Handled handle(const Context& context, const events::PassedOn& body);
Handled handle(const Context& context, const events::OutletAnswered& body);
Handled handle(const Context& context, const events::Adopted& body);
// proposing.cpp
Handled handle(const Context& context, const Review& body);
Handled handle(const Context& context, const events::Revised& body);
Handled handle(const Context& context, const events::Withdrawn& body);
Handled handle(const Context& context, const events::Cosigned& body);
Handled handle(const Context& context, const events::Accepted& body);
Handled handle(const Context& context, const events::Rejected& body);
Handled handle(const Context& context, const events::Analysed& body);
// links.cpp
Handled handle(const Context& context, const events::Merged& body);
Handled handle(const Context& context, const events::Unmerged& body);
Handled handle(const Context& context, const events::Converted& body);
Handled handle(const Context& context, const events::Settled& body);
Handled handle(const Context& context, const Join& body);
Handled handle(const Context& context, const Leave& body);
// handling.cpp
Handled handle(const Context& context, const events::MarkedKey& body);
Handled handle(const Context& context, const events::SupervisorAssigned& body);
Handled handle(const Context& context, const events::HandedOff& body);
Handled handle(const Context& context, const events::Signed& body);
Handled handle(const Context& context, const events::ReturnRequested& body);
Handled handle(const Context& context, const events::ReturnDecided& body);
Handled handle(const Context& context, const events::Reassigned& body);
Handled handle(const Context& context, const events::Contacted& body);
Handled handle(const Context& context, const events::OpinionGiven& body);
Handled handle(const Context& context, const events::ExtensionRequested& body);
Handled handle(const Context& context, const events::ExtensionDecided& body);
Handled handle(const Context& context, const events::Urged& body);
Handled handle(const Context& context, const events::Supervised& body);
// outcome.cpp
Handled handle(const Context& context, const events::Replied& body);
Handled handle(const Context& context, const events::Rated& body);
Handled handle(const Context& context, const events::RehandlingOrdered& body);
Handled handle(const Context& context, const events::Revisited& body);
Handled handle(const Context& context, const events::FedBack& body);
Handled handle(const Context& context, const events::Published& body);
Handled handle(const Context& context, const events::Closed& body);
Handled handle(const Context& context, const events::Reopened& body);
Handled handle(const Context& context, const events::Archived& body);
// record.cpp
Handled handle(const Context& context, const events::Annotated& body);
Handled handle(const Context& context, const events::Corrected& body);
Handled handle(const Context& context, const events::Rescheduled& body);
Handled handle(const Context& context, const events::Migrated& body);

// Whether some transition leads to the stage.
bool has_stage(const Definition& definition, std::string_view stage);

// A proposal's shape: one leading deputy, a congress, mandates in it (S4-17). Used by collect and
// by the draft of convert.
std::expected<void, Refusal> check_proposal(const events::Collected& body, const Facts& facts);

// S4-14: no deputy and no liaison officer is ever the handling organ.
std::expected<void, Refusal> check_handler(const Context& context, const std::string& organ);

// Feed-back that a command must carry because it ends a case whose citizen has heard nothing.
std::expected<void, Refusal> check_feedback(const Context& context,
                                            const std::optional<events::Feedback>& feedback);

// What happened here, told to every case that waits for this one.
std::vector<events::FollowUp> relay(const CaseState& state, events::SettledResult result,
                                    const Lane* of_record, std::size_t first_index);

}  // namespace huiyin::engine
