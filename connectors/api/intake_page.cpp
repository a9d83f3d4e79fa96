#include "intake_page.hpp"

namespace huiyin::api {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

http::Response page(int status, std::string_view title, std::string_view content) {
  http::Response response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.body = R"(<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">)"
                  R"(<meta name="viewport" content="width=device-width,initial-scale=1"><title>)" +
                  escaped(title) +
                  "</title><style>body{font:1.1rem/1.6 sans-serif;max-width:36rem;margin:1rem "
                  "auto;padding:0 1rem}"
                  "label{display:block;margin-top:.8rem}input,textarea{width:100%;box-sizing:"
                  "border-box;font:inherit;"
                  "padding:.4rem}button{margin-top:1rem;padding:.6rem "
                  "2rem;font:inherit}output{font-weight:bold;"
                  "word-break:break-all}</style></head><body><h1>" +
                  escaped(title) + "</h1>" + std::string(content) + "</body></html>\n";
  // Nothing from elsewhere, no scripts, and the form goes nowhere but here.
  response.headers.push_back({"Content-Security-Policy",
                              "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                              "frame-ancestors 'none'; base-uri 'none'"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"Referrer-Policy", "no-referrer"});
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

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
  return page(200, to.kind == "deputy" ? "向人大代表反映" : "向人大代表联络站反映", out);
}

http::Response intake_receipt(std::string_view receipt) {
  return page(201, "已收到",
              "<p>您的受理编号：</p><p><output>" + escaped(receipt) +
                  "</output></p><p>请记下编号，凭编号可以查询办理进度。</p>");
}

http::Response intake_problem(int status, std::string_view sentence) {
  return page(status, "未能提交", "<p>" + escaped(sentence) + "</p>");
}

}  // namespace huiyin::api
