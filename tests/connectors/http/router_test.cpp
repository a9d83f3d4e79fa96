#include "http/router.hpp"

#include <gtest/gtest.h>

#include "http/percent.hpp"
#include "http/problem.hpp"

namespace huiyin::http {
namespace {

class Answer final : public ResponseSink {
 public:
  void answer(std::uint64_t, Response&& answered) noexcept override {
    response = std::move(answered);
  }
  void open_stream(std::uint64_t, StreamHead&&, std::shared_ptr<StreamChannel>) noexcept override {}
  void stream_ready(std::uint64_t) noexcept override {}
  std::size_t stream_queue_bytes() const noexcept override { return 1'024; }
  Response response;
};

Response ask(const Router& router, std::string_view method, std::string_view target) {
  const auto sink = std::make_shared<Answer>();
  Request request;
  request.method = method;
  if (!set_target(request, target)) return problem(400, "bad-target", "");
  router(std::move(request), Responder(sink, 0));
  return sink->response;
}

Handler say(const std::string& word) {
  return [word](Request&& request, Responder&& responder) {
    Response response;
    response.body = word;
    for (const auto& [name, value] : request.path_parameters) {
      response.body.append(" ").append(name).append("=").append(value);
    }
    responder(std::move(response));
  };
}

Router sample() {
  Router router;
  router.add("POST", "/v1/cases/{id}/{command}", say("command"), {.body_bytes = 10});
  router.add("GET", "/v1/cases/{id}/history", say("history"));
  router.add("GET", "/v1/cases/{id}", say("case"));
  router.add("GET", "/v1/cases/new", say("new"));
  router.add("POST", "/v1/cases", say("collect"));
  router.add("GET", "/", say("root"));
  return router;
}

TEST(Router, FindsTheBestRoute) {
  const Router router = sample();
  EXPECT_EQ(ask(router, "GET", "/").body, "root");
  EXPECT_EQ(ask(router, "GET", "/v1/cases/17").body, "case id=17");
  EXPECT_EQ(ask(router, "HEAD", "/v1/cases/17?x=1").body, "case id=17");
  EXPECT_EQ(ask(router, "GET", "/v1/cases/new").body, "new");
  EXPECT_EQ(ask(router, "GET", "/v1/cases/17/history").body, "history id=17");
  EXPECT_EQ(ask(router, "POST", "/v1/cases/17/hand_off").body, "command id=17 command=hand_off");
  EXPECT_EQ(ask(router, "GET", "/v1/cases/a%2Fb%20%E5%9B%9E").body, "case id=a/b 回");
}

TEST(Router, RefusesWhatItDoesNotKnow) {
  const Router router = sample();
  for (const auto* target : {"/v2", "/v1/cases/", "/v1/cases//history", "//", "/v1/cases/1/2/3"}) {
    EXPECT_EQ(ask(router, "GET", target).status, 404) << target;
  }
  const auto response = ask(router, "DELETE", "/v1/cases/17/history");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers, (std::vector<Parameter>{{"Allow", "GET, HEAD, POST"}}));
  for (const auto* target : {"/v1/cases/%zz", "/v1/cases/%4", "/v1/cases/%00", "/v1/cases/%ff"}) {
    EXPECT_EQ(ask(router, "GET", target).status, 400) << target;
  }
}

TEST(Router, KnowsTheBodyBoundOfARoute) {
  const Router router = sample();
  EXPECT_EQ(router.body_bytes("POST", "/v1/cases/1/reply", 99), 10U);
  EXPECT_EQ(router.body_bytes("POST", "/v1/cases", 99), 99U);
  EXPECT_EQ(router.body_bytes("POST", "/unknown", 99), 99U);
}

TEST(Router, RefusesTwoRoutesOfTheSameShape) {
  Router router = sample();
  EXPECT_DEATH(router.add("GET", "/v1/cases/{other}", say("x")), "already taken");
  EXPECT_DEATH(router.add("GET", "/v1/{half", say("x")), "malformed");
}

TEST(Request, DecodesItsQuery) {
  Request request;
  ASSERT_TRUE(set_target(request, "/list?q=%E5%9B%9E%E9%9F%B3+x&empty=&flag&q=2&&a%26b=c%3Dd"));
  EXPECT_EQ(request.path(), "/list");
  EXPECT_EQ(request.query_value("q"), "回音 x");
  EXPECT_EQ(request.query_value("empty"), "");
  EXPECT_EQ(request.query_value("flag"), "");
  EXPECT_EQ(request.query_value("a&b"), "c=d");
  EXPECT_EQ(request.query_value("none"), std::nullopt);
  EXPECT_EQ(request.query.size(), 5U);
  ASSERT_TRUE(set_target(request, "HTTP://host:1?x=1"));
  EXPECT_EQ(request.path(), "/");
  EXPECT_EQ(request.query_value("x"), "1");
  for (const auto* target : {"", "*", "path", "/?q=%", "/?q=%1", "/?%gg=1", "/?q=%C3%28", "/a b"}) {
    EXPECT_FALSE(set_target(request, target)) << target;
  }
}

TEST(Percent, EncodesWhatItDecodes) {
  const std::string text = "回音/a b+c%?&=~-._Z9";
  EXPECT_EQ(percent_decode(percent_encode(text), Plus::space), text);
}

TEST(Problem, IsJsonWithItsMembers) {
  const auto response =
      problem(409, "refused", "Not \"now\".", R"("rule":"all-rated","allowed":[])");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Conflict","status":409,"code":"refused",)"
            R"("detail":"Not \"now\".","rule":"all-rated","allowed":[]})");
}

}  // namespace
}  // namespace huiyin::http
