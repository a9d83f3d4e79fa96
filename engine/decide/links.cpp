// Cases that touch other cases (DESIGN.md section 7): the step here carries follow-ups, the other
// case's answer comes back as `settle`.
#include <algorithm>
#include <charconv>

#include "handlers.hpp"

namespace huiyin::engine {

using namespace events;

namespace {

std::string follow_up_id(const CaseState& state, std::size_t index) {
  return state.id + ":" + std::to_string(state.version + 1) + ":" + std::to_string(index);
}

// The target's version that a relay's id carries; later news have higher ones.
std::uint32_t version_of(std::string_view follow_up) {
  const auto last = follow_up.rfind(':');
  const auto first =
      last == std::string_view::npos || last == 0 ? last : follow_up.rfind(':', last - 1);
  std::uint32_t version = 0;
  if (first != std::string_view::npos && first != last) {
    std::from_chars(follow_up.data() + first + 1, follow_up.data() + last, version);
  }
  return version;
}

std::expected<void, Refusal> check_target(const Context& c, const std::string& into) {
  if (into.empty()) return invalid("into", "name the case in `into`");
  if (into == c.state.id) return invalid("into", "a case cannot be linked to itself");
  return {};
}

FollowUp join(const Context& c, const std::string& into, LinkKind link) {
  return {.id = follow_up_id(c.state, 0),
          .target = into,
          .action = FollowUpAction::join,
          .link = link,
          .petitioner = projections::owes_feedback(c.state)};
}

const FollowUp* find_follow_up(const CaseState& state, const std::string& id) {
  const auto found = std::ranges::find(state.outbox, id, &FollowUp::id);
  return found == state.outbox.end() ? nullptr : &*found;
}

}  // namespace

bool has_stage(const Definition& definition, std::string_view stage) {
  return std::ranges::any_of(definition.transitions,
                             [&](const Transition& t) { return t.to == stage; });
}

std::vector<FollowUp> relay(const CaseState& state, SettledResult result, const Lane* of_record,
                            std::size_t first_index) {
  std::vector<FollowUp> out;
  for (const auto& source : state.sources) {
    FollowUp news{.id = follow_up_id(state, first_index + out.size()),
                  .target = source.id,
                  .action = FollowUpAction::relay,
                  .link = source.link,
                  .result = result};
    if (of_record != nullptr) {
      news.class_code = of_record->class_code;
      news.meaning = of_record->meaning;
    }
    out.push_back(std::move(news));
  }
  return out;
}

Handled handle(const Context& c, const Merged& body) {
  if (auto checked = check_target(c, body.into); !checked) return std::unexpected(checked.error());
  Draft draft{.body = body};
  draft.follow_ups.push_back(join(c, body.into, LinkKind::merge));
  return draft;
}

Handled handle(const Context& c, const Unmerged& body) {
  Unmerged event = body;
  event.from = c.state.target->id;  // there is a confirmed merge: checked before
  Draft draft{.body = event, .stage = c.state.target->stage_before};
  draft.follow_ups.push_back({.id = follow_up_id(c.state, 0),
                              .target = event.from,
                              .action = FollowUpAction::leave,
                              .link = LinkKind::merge});
  return draft;
}

Handled handle(const Context& c, const Converted& body) {
  if (auto checked = check_target(c, body.into); !checked) return std::unexpected(checked.error());
  Draft draft{.body = body};
  FollowUp step = join(c, body.into, LinkKind::convert);
  if (body.draft) {
    if (body.draft->petitioner) {
      return invalid("draft", "a draft has no petitioner of its own: the matter's is linked to it");
    }
    if (auto checked = check_proposal(*body.draft, c.command.known()); !checked) {
      return std::unexpected(checked.error());
    }
    if (c.definitions.in_force("", body.draft->kind, c.day) == nullptr) {
      return refuse(RefusalCode::unknown_process, "draft", "no process is in force for that kind");
    }
    step.action = FollowUpAction::collect;
    step.draft = body.draft;
    step.draft->sources = {c.state.id};
    step.draft->source_petitioner = step.petitioner;
  }
  draft.follow_ups.push_back(std::move(step));
  return draft;
}

Handled handle(const Context& c, const Join& body) {
  const auto known = std::ranges::find(c.state.sources, body.source, &projections::Source::id);
  if (known != c.state.sources.end()) {
    return refuse(RefusalCode::guard_failed, already_done, "it is linked already");
  }
  if (c.state.ended) return refuse(RefusalCode::wrong_stage, "link", "the case has ended");
  if (c.state.target) {
    return refuse(RefusalCode::guard_failed, "link",
                  "the case itself waits for " + c.state.target->id);
  }
  if (body.link == LinkKind::merge) {
    return Draft{.body = Merged{.source = body.source, .petitioner = body.petitioner}};
  }
  return Draft{.body = Converted{.source = body.source, .petitioner = body.petitioner}};
}

Handled handle(const Context& c, const Leave& body) {
  const auto known = std::ranges::find(c.state.sources, body.source, &projections::Source::id);
  if (known == c.state.sources.end()) {
    return refuse(RefusalCode::guard_failed, already_done, "it is not linked");
  }
  return Draft{.body = Unmerged{.source = body.source}};
}

Handled handle(const Context& c, const Settled& body) {
  const bool answer =
      body.result == SettledResult::accepted || body.result == SettledResult::refused;
  if (answer) {
    const FollowUp* asked = find_follow_up(c.state, body.follow_up);
    if (asked == nullptr)
      return refuse(RefusalCode::guard_failed, already_done, "it is settled already");
    Draft draft{.body = body};
    const bool undoes = body.result == SettledResult::refused && c.state.target &&
                        c.state.target->follow_up == body.follow_up;
    if (undoes) draft.stage = c.state.target->stage_before;
    return draft;
  }
  if (!c.state.target || c.state.target->id != body.by) {
    return refuse(RefusalCode::guard_failed, already_done, "the case does not wait for " + body.by);
  }
  if (version_of(body.follow_up) <= c.state.target->relayed) {
    return refuse(RefusalCode::guard_failed, already_done, "these news came before");
  }
  Draft draft{.body = body};
  const bool failed =
      body.result == SettledResult::rejected || body.result == SettledResult::withdrawn;
  if (failed) {
    // If the target fails, sources return to `analysed`; where the process has no such stage, to
    // where they came from.
    draft.stage = has_stage(c.definition, "analysed") ? "analysed" : c.state.target->stage_before;
  } else if (body.result == SettledResult::replied && !c.state.ended &&
             has_stage(c.definition, "replied")) {
    draft.stage = "replied";
  }
  // Cases that were merged into this one before it joined another hear the same.
  if (!failed) {
    draft.follow_ups = relay(c.state, body.result, nullptr, 0);
    for (FollowUp& news : draft.follow_ups) {
      news.class_code = body.class_code;
      news.meaning = body.meaning;
    }
  }
  return draft;
}

}  // namespace huiyin::engine
