// GET of the QR codes of stations and deputies (S2-5).
#include <algorithm>

#include "api/intake_link.hpp"
#include "http/percent.hpp"
#include "http/problem.hpp"
#include "qr/qr.hpp"
#include "registry_kinds.hpp"
#include "registry_plan.hpp"

namespace huiyin::api {
namespace {

using events::SubjectKind;

// Where people outside reach this server: what the settings say, else what this request was sent
// to.
std::optional<std::string> public_url(const Api& api, const http::Request& request) {
  if (const auto& said = api.node.settings().public_url; !said.empty()) return said;
  const auto host = request.header("Host");
  if (!host || host->empty() || !std::ranges::all_of(*host, [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || std::string_view(".-_:[]").contains(c);
      })) {
    return std::nullopt;
  }
  return "http://" + std::string(*host);
}

RegistryJob plan_qr(Api& api, const Caller&, const http::Request& request, SubjectKind kind) {
  if (auto wrong = check_parameters(request, {"format", "at_least"}))
    return std::unexpected(std::move(*wrong));
  const auto format = events::parse_enum<qr::Format>(request.query_value("format").value_or("svg"));
  if (!format)
    return std::unexpected(http::problem(400, "invalid-parameter", "format: svg or png"));
  const auto base = public_url(api, request);
  if (!base) {
    return std::unexpected(http::problem(400, "no-public-url",
                                         "the code's link needs public_url of [http] in the "
                                         "settings, or a Host that names this server"));
  }
  std::string id(request.path_parameter("id"));
  return [&api, base = *base, id, kind, format = *format] {
    const auto state = api.node.registry()->store().find(id);
    if (state == nullptr || state->kind != kind) return no_such(kind);
    auto picture = qr::draw(intake_link(base, events::name_of(kind), id), format);
    if (!picture) return http::problem(400, "invalid-parameter", picture.error());
    auto response = json_response(std::move(*picture));
    response.content_type = qr::media_type(format);
    return response;
  };
}

}  // namespace

std::string intake_link(std::string_view base, std::string_view kind, std::string_view id) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + "/intake?" + std::string(kind) + "=" + http::percent_encode(id) +
         "&via=qr";
}

void add_qr_queries(http::Router& router, Api& api) {
  if (api.node.registry() == nullptr) return;
  for (const auto kind : {SubjectKind::station, SubjectKind::deputy}) {
    add_registry_query(router, api, "/v1/" + std::string(plural_of(kind)) + "/{id}/qr",
                       [kind](Api& at, const Caller& caller, const http::Request& request) {
                         return plan_qr(at, caller, request, kind);
                       });
  }
}

}  // namespace huiyin::api
