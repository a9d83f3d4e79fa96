#include <algorithm>

#include "life.hpp"

namespace huiyin::generate {
namespace {

using namespace events;

// S3-22, S3-32. The shares of A, C and D are ours, so that "solved or planned" is over 80 %
// (S3-35).
constexpr Share whole_delegation(24, 7'287, 700), key_handling(136, 7'287, 31),
    dissatisfied(177, 7'287, 23), promised(1'263, 7'287, 901);
constexpr Share kept(1'049, 1'263, 5), given_up(115, 1'263 - 1'049, 40);
constexpr Share inter_session(121, 7'287, 350);                           // S3-15
constexpr Share not_now(9, 100, 40), for_reference(4, 100, 70);           // of the others
constexpr std::array gates{"pre-review", "first-check", "second-check"};  // S3-25

class Handling {
 public:
  Handling(Planner& plan, const std::vector<std::string>& deputies, std::uint64_t index,
           bool owes_feedback)
      : plan_(plan),
        deputies_(deputies),
        index_(index),
        owes_feedback_(owes_feedback),
        committee_(committee_id(plan.region.code,
                                static_cast<unsigned>(plan.random.pick(committees)) + 1)) {}

  void plan() {
    review();
    plan_.wait_days(0, 6);
    if (!owes_feedback_ && plan_.random.chance(2)) return reject();
    plan_.step(plan_.coordinator(), Accepted{});
    plan_.wait_days(0, 5);
    plan_.step(plan_.coordinator(), Analysed{.category = std::string(plan_.topic.category),
                                             .level = Level::city,
                                             .nature = "民生",
                                             .authority = "政府职能部门"});
    plan_.wait_minutes(20, 300);
    plan_.step(plan_.coordinator(), SupervisorAssigned{.organ = committee_});
    if (key_handling.has(index_)) mark_key();
    if (!owes_feedback_ && plan_.random.chance(1)) return withdraw();
    hand_off();
    handle();
    reply_and_rate();
    finish();
  }

 private:
  void review() {
    for (const char* gate : gates) {
      plan_.wait_days(0, 3);
      if (plan_.random.chance(4)) {
        plan_.step(plan_.reviewer(), engine::Review{gate, engine::ReviewOutcome::sent_back,
                                                    "请补充具体事实和建议内容。"});
        plan_.wait_days(1, 3);
        plan_.step(plan_.deputy(deputies_.front()), Revised{.body = plan_.text()});
        return review();
      }
      plan_.step(plan_.reviewer(), engine::Review{gate, engine::ReviewOutcome::passed, ""});
    }
  }

  void reject() {
    constexpr std::array reasons{"not-this-level", "repeated", "no-content"};
    plan_.step(plan_.coordinator(), Rejected{.reason = plan_.random.of(reasons),
                                             .explanation = "不作为代表建议处理，已与代表沟通。"});
  }

  void mark_key() {
    plan_.step(plan_.coordinator(),
               MarkedKey{.form = KeyForm::key_handling,
                         .category = "民生实事",
                         .supervising_leader = numbered("leader", plan_.region.code, 1, 1),
                         .handling_leader = numbered("leader", plan_.region.code, 2, 1)});
  }

  void withdraw() {
    for (const auto& deputy : deputies_) {
      plan_.wait_days(0, 2);
      plan_.step(
          plan_.deputy(deputy),
          Withdrawn{.deputy = deputy, .in_writing = true, .reason = "所提问题已列入年度计划。"});
    }
  }

  void hand_off() {
    plan_.wait_days(1, 8);
    HandedOff body{.lead = plan_.lead_organ,
                   .meeting = "meeting-" + format_date(plan_.day_after(0)).substr(0, 7)};
    joint_ = plan_.random.chance(35);
    co_ = plan_.other_organ(plan_.lead_organ);
    if (joint_) body.co.push_back(co_);
    plan_.step(plan_.coordinator(), std::move(body));
  }

  void handle() {
    const engine::Actor lead = plan_.organ(plan_.lead_organ);
    plan_.wait_days(0, plan_.random.chance(10) ? 5 : 1);
    plan_.step(lead, Signed{});
    if (joint_) {
      plan_.wait_minutes(5, 200);
      plan_.step(plan_.organ(co_), Signed{});
    }
    plan_.wait_days(5, 22);
    plan_.step(lead, Contacted{.deputies = deputies_, .how = "symposium"});
    if (joint_) {
      plan_.wait_days(2, 12);
      plan_.step(plan_.organ(co_), OpinionGiven{.text = "会办意见已书面送主办单位。"});
    }
    if (plan_.random.chance(20)) {
      plan_.wait_days(2, 8);
      plan_.step(plan_.supervisor(committee_),
                 Supervised{.form = SupervisionForm::inspection, .text = "实地督办办理进度。"});
    }
    longer_ = plan_.random.chance(5);
    if (!longer_) return;
    plan_.wait_days(1, 4);
    plan_.step(lead, ExtensionRequested{.reason = "涉及面广、难度较大。"});
    plan_.wait_days(1, 3);
    plan_.step(plan_.coordinator(), ExtensionDecided{.granted = true, .reason = "同意延期。"});
  }

  void reply(const std::string& code) {
    Replied body{.class_code = code,
                 .text = "建议收悉。经认真研究并与代表沟通，现将办理情况答复如下。",
                 .number = "建复〔" + format_date(plan_.day_after(0)).substr(0, 4) + "〕" +
                           std::to_string(index_ % 900 + 1) + "号"};
    if (code == "B") body.commitment = plan_.day_after(plan_.random.between(70, 150));
    plan_.step(plan_.organ(plan_.lead_organ), std::move(body));
  }

  // All deputies rate; one who does not is urged, and then counts as none.
  void rate(bool satisfied) {
    const Instant replied = plan_.now();
    Instant last = replied;
    for (const auto& deputy : deputies_) {
      plan_.set_now(replied);
      const bool says_nothing = satisfied && deputies_.size() > 1 && plan_.random.chance(3);
      if (says_nothing) {
        plan_.wait_days(46, 50);
        plan_.step(plan_.coordinator(), Urged{.deputy = deputy, .text = "请对答复作出评价。"});
        plan_.wait_days(3, 5);
        plan_.step(plan_.coordinator(), Rated{.deputy = deputy, .result = Satisfaction::none});
      } else {
        plan_.wait_days(2, 20);
        const auto result = !satisfied && deputy == deputies_.front() ? Satisfaction::dissatisfied
                            : plan_.random.chance(85)                 ? Satisfaction::satisfied
                                                                      : Satisfaction::basically;
        plan_.step(plan_.deputy(deputy),
                   Rated{.result = result, .attitude = Satisfaction::satisfied});
      }
      last = std::max(last, plan_.now());
    }
    plan_.set_now(last);
  }

  void reply_and_rate() {
    const bool late = plan_.random.chance(5);
    plan_.wait_days(longer_ ? 50 : 12, longer_ ? 90 : 45);
    if (late) {
      plan_.wait_days(40, 60);
      plan_.step(plan_.coordinator(), Urged{.text = "答复期限已到，请抓紧办理。"});
      plan_.wait_days(2, 12);
    }
    const std::string code = promised.has(index_)        ? "B"
                             : not_now.has(index_)       ? "C"
                             : for_reference.has(index_) ? "D"
                                                         : "A";
    reply(code);
    if (!dissatisfied.has(index_)) return rate(true);
    rate(false);
    // S3-34: handled again, and settled.
    plan_.wait_days(1, 6);
    plan_.step(plan_.coordinator(), RehandlingOrdered{.reason = "代表对办理结果不满意。"});
    plan_.wait_days(8, 26);
    reply(code);
    rate(true);
  }

  void finish() {
    if (owes_feedback_) {
      plan_.wait_days(0, 4);
      plan_.step(plan_.coordinator(),
                 FedBack{.feedback = {"platform", "办理结果已告知反映问题的群众。"}});
    }
    if (plan_.random.chance(80)) {
      plan_.wait_days(1, 8);
      plan_.step(plan_.coordinator(), Published{.where = "代表履职平台"});
    }
    plan_.wait_days(0, 9);
    plan_.step(plan_.coordinator(), Closed{});
    if (promised.has(index_)) revisit();
    if (still_promised_ || !plan_.random.chance(70)) return;
    plan_.wait_days(5, 40);
    plan_.step(plan_.coordinator(), Archived{});
  }

  // 回头看: S3-31, S3-32, S3-33.
  void revisit() {
    const std::uint64_t promise = promised.rank(index_);
    const std::uint64_t other = promise - kept.rank(promise);
    plan_.wait_days(40, 120);
    Revisited body;
    if (kept.has(promise)) {
      body.class_code = "A";
      body.evidence = "现场核查，承诺事项跟踪办理落实到位。";
    } else if (given_up.has(other)) {
      body.class_code = "C";
      body.reason = "因政策环境变化无法办理。";
    } else {
      body.class_code = "B";
      body.commitment = plan_.day_after(180);
      still_promised_ = true;
    }
    plan_.step(plan_.supervisor(committee_), std::move(body));
  }

  Planner& plan_;
  const std::vector<std::string> deputies_;
  std::uint64_t index_;
  bool owes_feedback_;
  std::string committee_, co_;
  bool joint_ = false, longer_ = false, still_promised_ = false;
};

std::string a_congress(Planner& plan) {
  return congress_of(plan.random.chance(30) ? province_code : plan.region.code);
}

std::string a_deputy_of(Planner& plan, std::string_view congress) {
  const bool provincial = congress.starts_with(province_code);
  const unsigned count = provincial ? provincial_deputies : deputies_per_region;
  return deputy_id(provincial ? province_code : plan.region.code,
                   static_cast<unsigned>(plan.random.pick(count)) + 1);
}

// One to three deputies, no one twice.
std::vector<Proposer> proposers(Planner& plan, const std::string& congress, std::size_t count) {
  std::vector<Proposer> out;
  while (out.size() < count) {
    const std::string id = a_deputy_of(plan, congress);
    if (std::ranges::find(out, id, &Proposer::deputy) != out.end()) continue;
    out.push_back({id, out.empty() ? Part::lead : Part::cosigner, congress,
                   "delegation-" + std::string(plan.region.code)});
  }
  return out;
}

std::vector<std::string> ids_of(const std::vector<Proposer>& deputies) {
  std::vector<std::string> out;
  out.reserve(deputies.size());
  for (const auto& proposer : deputies) out.push_back(proposer.deputy);
  return out;
}

Collected proposal(Planner& plan, Kind kind, std::size_t deputies) {
  Collected body{.kind = kind,
                 .title = plan.title(kind == Kind::motion ? "议案" : "建议"),
                 .body = plan.text(),
                 .channel = Channel::web,
                 .occasion = "congress-session",
                 .station = plan.station,
                 .region = std::string(plan.region.code),
                 .place = plan.place,
                 .congress = a_congress(plan)};
  body.deputies = proposers(plan, body.congress, deputies);
  return body;
}

}  // namespace

void plan_handling_of_suggestion(Planner& plan, const std::vector<std::string>& deputies,
                                 std::uint64_t index, bool owes_feedback) {
  Handling(plan, deputies, index, owes_feedback).plan();
}

void plan_suggestion(Planner& plan, std::uint64_t index) {
  Collected body = proposal(plan, Kind::suggestion, 1 + plan.random.pick(3));
  body.whole_delegation = whole_delegation.has(index);
  body.inter_session = inter_session.has(index);
  if (body.inter_session) body.occasion = "research";
  const auto deputies = ids_of(body.deputies);
  plan.step(plan.deputy(deputies.front()), std::move(body));
  plan_handling_of_suggestion(plan, deputies, index, false);
}

// To a committee (S3-22); ten deputies make a motion.
void plan_motion(Planner& plan) {
  Collected body = proposal(plan, Kind::motion, 10);
  const std::string committee = committee_id(plan.region.code, 1);
  const std::string lead = body.deputies.front().deputy;
  plan.step(plan.deputy(lead), std::move(body));
  plan.wait_days(1, 4);
  plan.step(plan.coordinator(), Accepted{});
  plan.wait_days(0, 3);
  plan.step(plan.coordinator(), Analysed{.category = std::string(plan.topic.category)});
  plan.wait_days(1, 5);
  plan.step(plan.coordinator(), HandedOff{.lead = committee});
  plan.wait_days(0, 4);
  plan.step(plan.organ(committee), Signed{});
  plan.wait_days(60, 150);
  plan.step(plan.organ(committee),
            Replied{.class_code = "adopted", .text = "议案审议结果的报告已经提请审议通过。"});
  plan.wait_days(2, 10);
  plan.step(plan.coordinator(), Published{.where = "代表履职平台"});
  plan.wait_days(1, 10);
  plan.step(plan.coordinator(), Closed{});
}

}  // namespace huiyin::generate
