#include "openapi.hpp"

#include <initializer_list>
#include <string_view>

#include "engine/command.hpp"
#include "engine/registry_command.hpp"
#include "events/json_text.hpp"
#include "registry_kinds.hpp"

namespace huiyin::api {
namespace {

using engine::CommandType;

std::string in_quotes(std::string_view text) {
  std::string out;
  events::append_json_string(out, text);
  return out;
}

std::string parameter(std::string_view name, std::string_view in, std::string_view description) {
  return R"({"name":)" + in_quotes(name) + R"(,"in":)" + in_quotes(in) + R"(,"required":)" +
         (in == "path" ? "true" : "false") + R"(,"description":)" + in_quotes(description) +
         R"(,"schema":{"type":"string"}})";
}

constexpr std::string_view problem_ref = R"({"$ref":"#/components/responses/Problem"})";

std::string responses(std::initializer_list<std::string_view> statuses,
                      std::string_view success_schema) {
  std::string out = "{";
  for (const std::string_view status : statuses) {
    if (out.size() > 1) out.push_back(',');
    out += in_quotes(status) + ":";
    if (status.front() != '2') {
      out += problem_ref;
      continue;
    }
    out += R"({"description":"done","content":{"application/json":{"schema":)" +
           std::string(success_schema) + "}}}";
  }
  return out + "}";
}

// `petitioner` and `case` are read by the gateway itself.
std::string collect_schema() {
  std::string schema = engine::command_schema(CommandType::collect);
  const auto place =
      schema.find(R"("properties":{)") + std::string_view(R"("properties":{)").size();
  // The sealed form is not for senders: what they give replaces it.
  const auto sealed = schema.find(R"("petitioner":{)");
  constexpr std::string_view closing = R"("additionalProperties":false},)";
  const auto end = schema.find(closing, sealed) + closing.size();
  if (sealed != std::string::npos) schema.erase(sealed, end - sealed);
  schema.insert(
      place,
      R"("case":{"type":"string","maxLength":64,"description":"the id of the new case; made up when absent"},)"
      R"("petitioner":{"type":"object","additionalProperties":false,"properties":{)"
      R"("anonymous":{"type":"boolean"},"person":{"type":"string"},"name":{"type":"string"},)"
      R"("phone":{"type":"string"},"address":{"type":"string"},"id_number":{"type":"string"},)"
      R"("note":{"type":"string"}}},)");
  return schema;
}

std::string command_path(CommandType type) {
  const bool collects = type == CommandType::collect;
  const std::string name(events::name_of(type));
  std::string out = in_quotes(collects ? "/v1/cases" : "/v1/cases/{id}/" + name) +
                    R"(:{"post":{"operationId":)" + in_quotes(name) +
                    R"(,"tags":["commands"],"parameters":[)";
  if (!collects) out += parameter("id", "path", "the case") + ",";
  out += parameter("Idempotency-Key", "header", "same key, same answer, for 7 days") + "," +
         parameter("If-Match", "header", "the version in quotes that the command was made for") +
         "," + parameter("Huiyin-Role", "header", "in which of your roles you act") +
         R"(],"requestBody":{"required":true,"content":{"application/json":{"schema":)" +
         (collects ? collect_schema() : engine::command_schema(type)) + R"(}}},"responses":)" +
         responses({collects ? "201" : "200", "400", "401", "403", "404", "409", "412", "413",
                    "422", "429", "503", "504"},
                   R"({"$ref":"#/components/schemas/Outcome"})") +
         "}}";
  return out;
}

std::string query_path(
    std::string_view path, std::string_view id,
    std::initializer_list<std::pair<std::string_view, std::string_view>> parameters) {
  std::string out = in_quotes(path) + R"(:{"get":{"operationId":)" + in_quotes(id) +
                    R"(,"tags":["queries"],"parameters":[)";
  bool first = true;
  for (const auto& [name, meaning] :
       {std::pair{"id", "the case or subject"}, {"code", "the receipt"}}) {
    if (!path.contains("{" + std::string(name) + "}")) continue;
    out += parameter(name, "path", meaning);
    first = false;
  }
  for (const auto& [name, description] : parameters) {
    if (!first) out.push_back(',');
    first = false;
    out += parameter(name, "query", description);
  }
  return out + R"(],"responses":)" +
         responses({"200", "400", "401", "403", "404", "503", "504"}, R"({"type":"object"})") +
         "}}";
}

// A path item with the two operations that /v1/stations has: found one, list all.
std::string both(const std::string& post, const std::string& get) {
  const auto operation = get.find(R"("get":)");
  return post.substr(0, post.size() - 1) + "," + get.substr(operation);
}

std::string registry_command_path(std::size_t event) {
  const auto& word = events::registry_words[event];
  const std::string kind(plural_of(word.kind)), name(word.command);
  const std::string path = "/v1/" + kind + (word.founds ? "" : "/{id}/" + name);
  std::string schema = engine::registry_command_schema(event);
  if (word.founds) {
    const std::string_view properties = R"("properties":{)";
    schema.insert(schema.find(properties) + properties.size(),
                  R"("id":{"type":"string","maxLength":64,"description":"made up when absent"},)");
  }
  return in_quotes(path) + R"(:{"post":{"operationId":)" + in_quotes(kind + "-" + name) +
         R"(,"tags":["registry"],"parameters":[)" +
         (word.founds ? "" : parameter("id", "path", "the subject") + ",") +
         parameter("Idempotency-Key", "header", "same key, same answer, for 7 days") + "," +
         parameter("If-Match", "header", "the version in quotes that the command was made for") +
         "," + parameter("Huiyin-Role", "header", "in which of your roles you act") +
         R"(],"requestBody":{"required":true,"content":{"application/json":{"schema":)" + schema +
         R"(}}},"responses":)" +
         responses({word.founds ? "201" : "200", "400", "401", "403", "404", "409", "412", "413",
                    "422", "429", "503", "504"},
                   R"({"type":"object"})") +
         "}}";
}

std::string registry_paths() {
  std::string out;
  for (std::size_t event = 0; event < events::registry_words.size(); ++event) {
    const auto& word = events::registry_words[event];
    const std::string kind(plural_of(word.kind)), path = "/v1/" + kind;
    if (!word.founds) {
      out += registry_command_path(event) + ",";
      continue;
    }
    const std::string list =
        word.kind == events::SubjectKind::activity
            ? query_path(path, kind,
                         {{"of", "whose: a deputy, station, group or organ"},
                          {"case", "or: that this case came of"},
                          {"from", "a date"},
                          {"to", "a date"},
                          {"limit", ""},
                          {"at_least", "a position, r:12"}})
            : query_path(path, kind,
                         {{"region", "with all below it"},
                          {"q", "part of the name"},
                          {"kind", "of region, organ or station"},
                          {"stage", "active or ended"},
                          {"sector", "organs that work in it, committees that supervise it"},
                          {"on", "a date: what was there then"},
                          {"station", "deputies enrolled there"},
                          {"congress", "deputies with a mandate there"},
                          {"level", "deputies with a mandate of it"},
                          {"grass_roots", "true or false"},
                          {"leading_cadre", "true or false"},
                          {"limit", "1 to 500, default 50"},
                          {"cursor", "`next` of the page before"},
                          {"at_least", "a position, r:12"}});
    out += both(registry_command_path(event), list) + ",";
    out += query_path(path + "/{id}", kind + "-one", {{"at_least", "a position, r:12"}}) + ",";
    out +=
        query_path(path + "/{id}/history", kind + "-history", {{"at_least", "a position, r:12"}}) +
        ",";
  }
  for (const std::string_view kind : {"stations", "deputies"}) {
    const std::string of(kind);
    out += query_path("/v1/" + of + "/{id}/qr", of + "-qr", {{"format", "svg or png"}}) + ",";
  }
  return out +
         query_path("/v1/deputies/{id}/file", "file", {{"from", "a date"}, {"to", "a date"}}) +
         "," + query_path("/v1/duties", "duties", {{"on", "a date"}, {"region", ""}}) + "," +
         query_path("/v1/duties/{id}", "duty",
                    {{"on", "a date"},
                     {"region", ""},
                     {"missing", "true: who is missing; false: who has done it"},
                     {"limit", ""},
                     {"cursor", ""}}) +
         "," +
         query_path("/v1/registry/events", "registry-events",
                    {{"after", "a position, r:12"}, {"limit", ""}}) +
         ",";
}

std::string supervision_paths() {
  return query_path("/v1/commitments", "commitments",
                    {{"organ", "promised by"},
                     {"region", "GB/T 2260 code, with all below it"},
                     {"from", "due on this date or later"},
                     {"to", "due on this date or earlier"},
                     {"overdue", "true: only those whose day has passed"},
                     {"limit", "1 to 500, default 50"},
                     {"at_least", "a position"}}) +
         "," +
         R"("/v1/campaigns/{id}/find":{"post":{"operationId":"campaign-find","tags":["registry"],"parameters":[)" +
         parameter("id", "path", "the campaign: selects the cases that it asks for") +
         R"(],"responses":)" +
         responses({"200", "401", "403", "404", "409", "503"}, R"({"type":"object"})") + "}}," +
         query_path("/v1/campaigns/{id}/progress", "campaign-progress",
                    {{"at_least", "a position"}}) +
         "," +
         query_path("/v1/organs/{id}/sheet", "organ-sheet",
                    {{"year", "such as 2024"}, {"at_least", "a position"}}) +
         "," +
         query_path("/v1/station-check", "station-check",
                    {{"region", ""}, {"from", "a date"}, {"to", "a date"}}) +
         "," +
         query_path("/v1/owed-reports", "owed-reports",
                    {{"region", ""}, {"from", "a date"}, {"to", "a date"}}) +
         "," +
         R"("/v1/stations/{id}/schedule":{"post":{"operationId":"station-schedule","tags":["registry"],"parameters":[)" +
         parameter("id", "path", "the station") +
         R"(],"requestBody":{"required":true,"content":{"application/json":{"schema":{"type":"object","properties":{)"
         R"("rule":{"enum":["weekly","monthly","odd-month-15","market-day"]},"weekday":{"type":"string"},)"
         R"("day":{"type":"integer"},"from":{"type":"string","format":"date"},"to":{"type":"string","format":"date"},)"
         R"("on_days_off":{"enum":["next-working-day","leave-out","keep"]},"title":{"type":"string"},)"
         R"("place":{"type":"string"},"deputies":{"type":"array","items":{"type":"string"}},)"
         R"("channels":{"type":"array","items":{"type":"string"}},"prescribed":{"type":"boolean"}},)"
         R"("required":["rule","from","to"]}}}},"responses":)" +
         responses({"200", "400", "401", "403", "404", "503"}, R"({"type":"object"})") + "}}" +
         "," + query_path("/v1/bulletins", "bulletins", {{"at_least", "a position"}}) + "," +
         query_path("/v1/bulletins/{id}", "bulletin",
                    {{"period", "2024, 2024-Q2, 2024-07, 2018..2022"},
                     {"format", "json, markdown or html"},
                     {"periodical", "whose head and next number it gets"},
                     {"date", "printed on it"},
                     {"region", "and what else the bulletin asks for"},
                     {"at_least", "a position"}}) +
         ",";
}

std::string make() {
  std::string out =
      R"({"openapi":"3.1.0","info":{"title":"Huiyin","version":"1",)"
      R"("description":"Suggestions and matters of people's deputies, from intake to answer."},)"
      R"("security":[{"bearer":[]}],"paths":{)";
  for (std::size_t i = 0; i < engine::command_count; ++i) {
    const auto type = static_cast<CommandType>(i);
    if (!engine::is_internal(type)) out += command_path(type) + ",";
  }
  // POST and GET of /v1/cases are one path item.
  const auto collect_end = out.find(R"("/v1/cases/{id}/transfer")");
  const std::string list = query_path("/v1/cases", "list",
                                      {{"stage", "only this stage"},
                                       {"organ", "handled by"},
                                       {"deputy", "proposed by"},
                                       {"station", "collected at"},
                                       {"region", "GB/T 2260 code, with all below it"},
                                       {"category", ""},
                                       {"class", "of the reply"},
                                       {"kind", ""},
                                       {"supervisor", ""},
                                       {"q", "words in title and body"},
                                       {"overdue", "true: only with a missed deadline"},
                                       {"sort", "collected, -collected, updated, -updated, due"},
                                       {"limit", "1 to 500, default 50"},
                                       {"cursor", "`next` of the page before"},
                                       {"at_least", "a position that the answer must include"}});
  const auto get = list.find(R"("get":)");
  out.insert(collect_end - 2, "," + list.substr(get, list.size() - get - 1));
  out +=
      query_path("/v1/cases/{id}", "case",
                 {{"as_of", "business time"},
                  {"known_at", "recorded time"},
                  {"at_least", "a position"},
                  {"texts", "true: with body and replies"},
                  {"allowed", "true: the commands open to you"},
                  {"petitioner", "true: with the citizen's details, where you may see them"}}) +
      "," +
      query_path("/v1/cases/{id}/history", "history",
                 {{"as_of", "business time"},
                  {"known_at", "recorded time"},
                  {"after", "a version"},
                  {"limit", ""},
                  {"states", "true: the state after each event"},
                  {"at_least", "a position"}}) +
      "," +
      query_path("/v1/overdue", "overdue",
                 {{"organ", "holder"},
                  {"supervisor", ""},
                  {"region", ""},
                  {"clock", ""},
                  {"colour", ""},
                  {"limit", ""},
                  {"cursor", ""},
                  {"at_least", "a position"}}) +
      "," +
      query_path("/v1/load", "load",
                 {{"by", "organ, supervisor, committee, leader, officer, station, region"},
                  {"at_least", "a position"}}) +
      "," +
      query_path("/v1/stats", "stats",
                 {{"by", "month, quarter, year, region, organ, class, kind"},
                  {"from", "a date"},
                  {"to", "a date"},
                  {"at_least", "a position"}}) +
      "," + query_path("/v1/receipts/{code}", "receipt", {{"at_least", "a position"}}) + "," +
      R"("/v1/persons/{person}/forget":{"post":{"operationId":"forget","tags":["people"],"parameters":[)" +
      parameter("person", "path", "the id under which their details were given") +
      R"(],"responses":)" + responses({"200", "401", "403", "404", "503"}, R"({"type":"object"})") +
      "}}," +
      R"("/v1/meetings/{id}/hand-off":{"post":{"operationId":"meeting-hand-off","tags":["commands"],"parameters":[)" +
      parameter("id", "path", "the meeting") + "," +
      parameter("Huiyin-Role", "header", "in which of your roles you act") +
      R"(],"requestBody":{"required":true,"content":{"application/json":{"schema":{"type":"object","properties":{)"
      R"("occurred_at":{"type":"string","format":"date-time"},"cases":{"type":"array","minItems":1,"maxItems":500,)"
      R"("items":{"type":"object","description":"case, and the body of hand-off"}}},"required":["cases"]}}}},"responses":)" +
      responses({"200", "400", "401", "403", "413"}, R"({"type":"object"})") + "}}," +
      registry_paths() + supervision_paths() +
      query_path("/v1/events", "events", {{"after", "`next` of the page before"}, {"limit", ""}}) +
      "," + query_path("/v1/events/stream", "stream", {{"after", "a cursor; Last-Event-ID wins"}}) +
      "," + query_path("/healthz", "health", {}) + "," + query_path("/readyz", "ready", {}) + "," +
      query_path("/metrics", "metrics", {});
  out +=
      R"(},"components":{"securitySchemes":{"bearer":{"type":"http","scheme":"bearer"}},"schemas":{"Outcome":{)"
      R"("type":"object","required":["case","version","stage","position","events"],"properties":{)"
      R"("case":{"type":"string"},"version":{"type":"integer"},"stage":{"type":"string"},"position":{"type":"string"},)"
      R"("events":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"},"type":{"type":"string"},)"
      R"("subjectversion":{"type":"integer"}}}}}},"Problem":{"type":"object","required":["title","status","code","detail"],)"
      R"("properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},)"
      R"("code":{"type":"string"},"detail":{"type":"string"},"rule":{"type":"string"},"pointer":{"type":"string"},)"
      R"("allowed":{"type":"array","items":{"type":"string"}}}}},"responses":{"Problem":{"description":"why not",)"
      R"("content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}}}})";
  return out;
}

}  // namespace

const std::string& openapi_json() {
  static const std::string text = make();
  return text;
}

}  // namespace huiyin::api
