#include <utility>

#include "life.hpp"

namespace huiyin::generate {
namespace {

using namespace events;

constexpr Share solved_matters(7'000, 9'581, 3);  // S1-28

// Ways to a solution and ways without one, of a hundred each: our choice, the documents give none.
constexpr Share answered(14, 100), by_deed(4, 100, 30), by_outlet(14, 100, 61);
constexpr Share redirected(12, 100), rejected(7, 100, 20), withdrawn(3, 100, 35),
    converted(13, 100, 52), adopted(4, 100, 80);

constexpr std::array channels{Channel::in_person, Channel::in_person,     Channel::in_person,
                              Channel::phone,     Channel::wechat,        Channel::wechat,
                              Channel::qr,        Channel::hotline_12345, Channel::letter,
                              Channel::web};

class Matter {
 public:
  Matter(Planner& plan, std::uint64_t index)
      : plan_(plan),
        solved_(solved_matters.has(index)),
        way_(solved_ ? solved_matters.rank(index) : index - solved_matters.rank(index)) {}

  void plan() {
    collect();
    if (solved_) {
      if (answered.has(way_)) return answer();
      if (by_deed.has(way_)) return help();
    } else if (redirected.has(way_)) {
      return redirect();
    }
    accept();
    if (solved_ && by_outlet.has(way_)) return pass_on(OutletResult::done);
    if (!solved_) {
      if (rejected.has(way_)) return reject();
      if (withdrawn.has(way_)) return withdraw();
      if (adopted.has(way_)) return adopt();
      if (converted.has(way_) && !plan_.turn.alone) return convert();
    }
    if (plan_.random.chance(6))
      pass_on(plan_.random.chance(50) ? OutletResult::not_done : OutletResult::out_of_scope);
    analyse();
    handle();
  }

 private:
  Collected intake(bool reception) {
    Collected body{.kind = Kind::matter,
                   .title = plan_.title("诉求"),
                   .body = plan_.text(),
                   .channel = reception ? Channel::in_person : plan_.random.of(channels),
                   .occasion = reception ? "reception" : "visit",
                   .station = plan_.station,
                   .region = std::string(plan_.region.code),
                   .place = plan_.place};
    Petitioner citizen;
    if (plan_.random.chance(20)) {
      citizen.anonymous = true;
    } else {
      citizen.person = "citizen-" + plan_.case_id(merged_.value_or(0));
    }
    anonymous_ = citizen.anonymous;
    body.petitioner = citizen;
    return body;
  }

  // At a reception the deputy takes it in; at other times an officer does, and passes it to one.
  void collect() {
    deputy_ = plan_.a_deputy();
    const bool reception = plan_.random.chance(60);
    plan_.step(reception ? plan_.deputy(deputy_) : plan_.officer(), intake(reception));
    if (reception) return;
    plan_.wait_days(0, 2);
    plan_.step(plan_.officer(), Transferred{.deputy = deputy_});
  }

  std::string how() {
    return anonymous_ ? "publication" : plan_.random.chance(60) ? "phone" : "visit";
  }
  Feedback feedback() { return {how(), "已向群众说明办理情况和依据。"}; }

  void answer() {
    plan_.wait_minutes(20, 240);
    plan_.step(
        plan_.deputy(deputy_),
        AnsweredOnSpot{.text = "已当场讲解政策依据和办事渠道，群众表示理解。", .how = how()});
    archive(40);
  }

  void help() {
    plan_.wait_days(1, 6);
    plan_.step(plan_.deputy(deputy_),
               DeedRecorded{.text = "联系所在单位出资出力，问题已经解决。",
                            .solved = true,
                            .how = how(),
                            .amount_yuan = plan_.random.between(1, 200) * 500});
    archive(40);
  }

  void redirect() {
    plan_.wait_days(0, 3);
    constexpr std::array reasons{"party-affairs", "pending-case", "other-statutory-channel",
                                 "policy-enquiry"};
    plan_.step(plan_.officer(),
               Redirected{.reason = plan_.random.of(reasons),
                          .explanation = "依法应当通过其他渠道反映，已做好解释说明。",
                          .to = "有关机关",
                          .how = how()});
    archive(40);
  }

  void accept() {
    plan_.wait_days(0, 5);
    plan_.step(plan_.random.chance(50) ? plan_.officer() : plan_.coordinator(), Accepted{});
  }

  void reject() {
    plan_.wait_days(1, 4);
    constexpr std::array reasons{"repeated", "no-content", "already-in-proceedings"};
    plan_.step(plan_.coordinator(), Rejected{.reason = plan_.random.of(reasons),
                                             .explanation = "不属于受理范围，已向群众说明。",
                                             .feedback = feedback()});
  }

  void withdraw() {
    plan_.wait_days(1, 8);
    plan_.step(plan_.deputy(deputy_), Withdrawn{.deputy = deputy_,
                                                .in_writing = true,
                                                .reason = "群众表示问题已不存在。",
                                                .feedback = feedback()});
  }

  void adopt() {
    plan_.wait_days(1, 8);
    plan_.step(plan_.coordinator(),
               Adopted{.text = "属于本单位职责范围，已在工作中采纳吸收。", .feedback = feedback()});
  }

  void pass_on(OutletResult result) {
    plan_.wait_days(0, 4);
    plan_.step(plan_.officer(), PassedOn{.outlet = Outlet::hotline_12345,
                                         .external_id = "12345-" + plan_.case_id(0),
                                         .in_scope = true,
                                         .note = "按受理范围转12345热线。"});
    plan_.wait_days(3, 14);
    plan_.step(plan_.officer(), OutletAnswered{.result = result, .text = "热线反馈了办理结果。"});
    if (result == OutletResult::done) finish(false);
  }

  void analyse() {
    plan_.wait_days(0, 4);
    plan_.step(plan_.officer(), Analysed{.category = std::string(plan_.topic.category),
                                         .level = Level::county,
                                         .nature = "民生",
                                         .authority = "政府职能部门"});
  }

  void convert() {
    plan_.wait_days(1, 4);
    const std::string congress = congress_of(plan_.region.code);
    Collected draft{.kind = Kind::suggestion,
                    .title = plan_.title("建议"),
                    .body = plan_.text(),
                    .channel = Channel::in_person,
                    .occasion = "reception",
                    .station = plan_.station,
                    .region = std::string(plan_.region.code),
                    .place = plan_.place,
                    .congress = congress,
                    .deputies = {{deputy_, Part::lead, congress, ""}}};
    const std::size_t suggestion = plan_.add_case();
    plan_.step(plan_.coordinator(),
               Converted{.into = plan_.case_id(suggestion), .draft = std::move(draft)});
    plan_.subject(suggestion);
    plan_handling_of_suggestion(plan_, {deputy_}, plan_.turn.family, true);
    plan_.subject(0);
    finish(false);
  }

  void handle() {
    plan_.wait_days(1, 5);
    const bool joint = plan_.random.chance(15);
    const std::string co = plan_.other_organ(plan_.lead_organ);
    HandedOff hand_off{.lead = plan_.lead_organ};
    if (joint) hand_off.co.push_back(co);
    plan_.step(plan_.coordinator(), std::move(hand_off));
    std::string organ = plan_.lead_organ;
    bool to_sign = true;
    if (plan_.random.chance(4)) to_sign = give_back(organ, co);
    if (to_sign) {
      plan_.wait_days(0, plan_.random.chance(12) ? 5 : 2);
      plan_.step(plan_.organ(organ), Signed{});
    }
    if (joint) {
      plan_.wait_days(1, 12);
      plan_.step(plan_.organ(co), OpinionGiven{.text = "本单位负责部分的意见已书面提出。"});
    }
    if (plan_.random.chance(4) && !plan_.turn.alone) take_in_another();
    plan_.wait_days(1, 9);
    plan_.step(plan_.organ(organ), Contacted{.deputies = {deputy_}, .how = "phone"});
    const bool longer = plan_.random.chance(8);
    if (longer) extend(organ);
    const bool late = plan_.random.chance(9);
    if (late) {
      plan_.wait_days(22, 45);
      plan_.step(plan_.coordinator(), Urged{.text = "答复期限已近，请抓紧办理。"});
    }
    plan_.wait_days(2, longer ? 45 : 15);
    reply(organ);
  }

  // Returned, and given to another organ in its place; or refused, which counts as signed for.
  // Whether somebody is still to sign.
  bool give_back(std::string& organ, const std::string& co) {
    plan_.wait_days(0, 3);
    plan_.step(plan_.organ(organ), ReturnRequested{.reason = "不属于本单位职责范围。"});
    plan_.wait_days(1, 4);
    const bool granted = plan_.random.chance(75);
    plan_.step(plan_.coordinator(),
               ReturnDecided{.granted = granted, .reason = "经核实研究决定。"});
    if (!granted) return false;
    plan_.wait_days(0, 3);
    do {
      organ = plan_.other_organ(plan_.lead_organ);
    } while (organ == co);
    plan_.step(plan_.coordinator(), Reassigned{.lane = 1, .organ = organ});
    return true;
  }

  void extend(const std::string& organ) {
    plan_.wait_days(0, 2);
    plan_.step(plan_.organ(organ), ExtensionRequested{.reason = "涉及多个单位，需要现场勘查。"});
    plan_.wait_days(0, 2);
    plan_.step(plan_.coordinator(), ExtensionDecided{.granted = plan_.random.chance(80)});
  }

  void reply(const std::string& organ) {
    Replied body{.class_code = solved_ ? "A" : unsolved_class(),
                 .text = "经现场核实，已会同有关单位研究办理，现将办理情况答复如下。"};
    const bool promise = body.class_code == "B";
    if (promise) body.commitment = plan_.day_after(plan_.random.between(60, 150));
    plan_.step(plan_.organ(organ), std::move(body));
    const Instant replied = plan_.now();
    finish(promise);
    if (!merged_) return;
    plan_.set_now(replied);
    plan_.subject(*merged_);
    anonymous_ = other_anonymous_;
    finish(false);
    plan_.subject(0);
  }

  // Half of what is not solved is promised, as with suggestions (S3-32).
  std::string unsolved_class() {
    const auto lot = plan_.random.pick(10);
    return lot < 5 ? "B" : lot < 9 ? "C" : "D";
  }

  // The same trouble, told by another citizen: one handling, an answer to each.
  void take_in_another() {
    merged_ = plan_.add_case();
    plan_.subject(*merged_);
    plan_.wait_minutes(5, 60);
    const bool first_anonymous = anonymous_;
    plan_.step(plan_.deputy(deputy_), intake(true));
    other_anonymous_ = std::exchange(anonymous_, first_anonymous);
    plan_.wait_minutes(30, 90);
    plan_.step(plan_.coordinator(), Accepted{});
    plan_.wait_minutes(30, 90);
    plan_.step(plan_.coordinator(), Merged{.into = plan_.case_id(0)});
    plan_.subject(0);
  }

  void finish(bool promised) {
    plan_.wait_days(1, 6);
    plan_.step(plan_.officer(), FedBack{.feedback = feedback()});
    if (plan_.random.chance(60)) {
      plan_.wait_days(0, 4);
      plan_.step(plan_.officer(), Published{.where = "联络站公示栏"});
    }
    plan_.wait_days(0, 5);
    plan_.step(plan_.coordinator(), Closed{});
    if (!promised) return archive(70);
    plan_.wait_days(50, 140);
    const bool kept = plan_.random.chance(83);
    Revisited look{.class_code = kept ? "A" : "C"};
    (kept ? look.evidence : look.reason) =
        kept ? "现场核查，承诺事项已完成。" : "因政策环境变化无法办理。";
    plan_.step(plan_.coordinator(), std::move(look));
    archive(70);
  }

  void archive(unsigned percent) {
    if (!plan_.random.chance(percent)) return;
    plan_.wait_days(3, 30);
    plan_.step(plan_.coordinator(), Archived{});
  }

  Planner& plan_;
  bool solved_;
  std::uint64_t way_;  // the index among the solved, or among the others
  std::string deputy_;
  bool anonymous_ = false, other_anonymous_ = false;
  std::optional<std::size_t> merged_;
};

}  // namespace

void plan_matter(Planner& plan, std::uint64_t index) { Matter(plan, index).plan(); }

}  // namespace huiyin::generate
