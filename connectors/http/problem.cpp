#include "http/problem.hpp"

#include "events/json_text.hpp"

namespace huiyin::http {

Response problem(int status, std::string_view code, std::string_view detail,
                 std::string_view members) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  std::string& body = response.body;
  body.reserve(96 + code.size() + detail.size() + members.size());
  body = R"({"type":"about:blank","title":)";
  events::append_json_string(body, reason_phrase(status));
  body += R"(,"status":)";
  events::append_json_number(body, status);
  body += R"(,"code":)";
  events::append_json_string(body, code);
  body += R"(,"detail":)";
  events::append_json_string(body, detail);
  if (!members.empty()) body.append(",").append(members);
  body += '}';
  return response;
}

}  // namespace huiyin::http
