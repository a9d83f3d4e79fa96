// A client of HTTP and HTTPS by libcurl: certificates are checked, nothing is followed, everything
// is bounded. One thread.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace huiyin::outlet {

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
};
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

class HttpClient {
 public:
  struct Options {
    std::chrono::milliseconds timeout{15'000};  // of one request, all in all
    std::filesystem::path ca_file;              // in place of the system's; empty: these
    std::function<bool()> interrupt;            // asked now and then: true gives the request up
  };
  explicit HttpClient(Options options);
  ~HttpClient();

  // With a body it is a POST of JSON. The error, a sentence, means that nobody knows what became
  // of it: no connection, a time-out, an answer of more than 8 MiB.
  std::expected<HttpAnswer, std::string> ask(const std::string& url, const HttpHeaders& headers,
                                             std::optional<std::string_view> body = std::nullopt);

 private:
  struct Handle;
  Options options_;
  std::unique_ptr<Handle> handle_;
};

std::string url_encoded(std::string_view text);

}  // namespace huiyin::outlet
