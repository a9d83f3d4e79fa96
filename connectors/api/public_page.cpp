#include "public_page.hpp"

namespace huiyin::api {

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

http::Response public_page(int status, std::string_view title, std::string_view content) {
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

}  // namespace huiyin::api
