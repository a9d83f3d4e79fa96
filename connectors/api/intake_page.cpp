#include "intake_page.hpp"

#include "http/percent.hpp"
#include "public_page.hpp"

namespace huiyin::api {
namespace {

std::string hidden(std::string_view name, std::string_view value) {
  return R"(<input type="hidden" name=")" + std::string(name) + R"(" value=")" + escaped(value) +
         R"(">)";
}

std::string line(std::string_view name, std::string_view label, std::size_t characters,
                 std::string_view more = "") {
  return "<label>" + std::string(label) + R"(<input name=")" + std::string(name) +
         R"(" maxlength=")" + std::to_string(characters) + "\"" + std::string(more) + "></label>";
}

}  // namespace

http::Response intake_form(const IntakeAddressee& to, std::string_view via, std::string_view key) {
  std::string out = "<p>" + escaped(to.name) + "</p>";
  if (!to.card.empty()) {
    out += "<dl>";
    for (const auto& [label, text] : to.card)
      out += "<dt>" + escaped(label) + "</dt><dd>" + escaped(text) + "</dd>";
    out += "</dl>";
  }
  if (to.kind == "station")
    out += R"(<p><a href="/station?id=)" + http::percent_encode(to.id) +
           R"(">本站的代表、接待安排和办理答复</a></p>)";
  out += R"(<form method="post" action="/intake" accept-charset="utf-8">)" +
         hidden(to.kind, to.id) + hidden("via", via) + hidden("key", key) +
         line("title", "您要反映什么（必填）", intake_title_characters, " required") +
         R"(<label>详细情况<textarea name="body" rows="8" maxlength=")" +
         std::to_string(intake_body_characters) + R"("></textarea></label>)" +
         line("place", "地点", intake_short_characters) +
         "<p>姓名和电话加密保存，只有为您办事的人可以看到；都不填即为匿名。</p>" +
         line("name", "姓名", intake_short_characters, R"( autocomplete="name")") +
         line("phone", "电话", intake_short_characters, R"( type="tel" autocomplete="tel")") +
         R"(<button type="submit">提交</button></form>)";
  return public_page(200, to.kind == "deputy" ? "向人大代表反映" : "向人大代表联络站反映", out);
}

http::Response intake_receipt(std::string_view receipt) {
  return public_page(201, "已收到",
                     "<p>您的受理编号：</p><p><output>" + escaped(receipt) +
                         "</output></p><p>请记下编号，凭编号可以查询办理进度。</p>");
}

http::Response intake_problem(int status, std::string_view sentence) {
  return public_page(status, "未能提交", "<p>" + escaped(sentence) + "</p>");
}

}  // namespace huiyin::api
