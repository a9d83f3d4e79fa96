#include "http_client.hpp"

#include <array>

#include <curl/curl.h>

namespace huiyin::outlet {
namespace {

constexpr std::size_t max_answer_bytes = std::size_t{8} << 20;
constexpr long max_connect_ms = 10'000;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t append(char* bytes, std::size_t, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + count > max_answer_bytes) return 0;  // which ends the transfer
  body.append(bytes, count);
  return count;
}

int progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& interrupt = *static_cast<const std::function<bool()>*>(context);
  return interrupt && interrupt() ? 1 : 0;
}

}  // namespace

struct HttpClient::Handle {
  CURL* easy = nullptr;
  std::array<char, CURL_ERROR_SIZE> words{};
};

HttpClient::HttpClient(Options options)
    : options_(std::move(options)), handle_(std::make_unique<Handle>()) {
  curl_global_init(CURL_GLOBAL_DEFAULT);  // counts its calls
  handle_->easy = curl_easy_init();
}

HttpClient::~HttpClient() {
  curl_easy_cleanup(handle_->easy);
  curl_global_cleanup();
}

std::expected<HttpAnswer, std::string> HttpClient::ask(const std::string& url,
                                                       const HttpHeaders& headers,
                                                       std::optional<std::string_view> body) {
  CURL* const easy = handle_->easy;
  curl_easy_reset(easy);  // connections stay
  HttpAnswer answer;
  handle_->words[0] = '\0';
  std::unique_ptr<curl_slist, FreeList> lines;
  const auto add = [&](const std::string& line) {
    if (auto* longer = curl_slist_append(lines.get(), line.c_str())) {
      lines.release();  // NOLINT(bugprone-unused-return-value): it is the tail of `longer`
      lines.reset(longer);
    }
  };
  for (const auto& [name, value] : headers) add(name + ": " + value);
  add("Accept: application/json");
  if (body) {
    add("Content-Type: application/json; charset=utf-8");
    add("Expect:");  // nothing of ours is worth a round trip first
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): its size is said above
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body->data());
  }
  const long timeout = static_cast<long>(options_.timeout.count());
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines.get());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min(timeout, max_connect_ms));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handle_->words.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &options_.interrupt);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (const CURLcode code = curl_easy_perform(easy); code != CURLE_OK) {
    const std::string_view words = handle_->words.data();
    return std::unexpected(std::string(words.empty() ? curl_easy_strerror(code) : words));
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  curl_off_t retry = 0;
  if (curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry) == CURLE_OK && retry > 0)
    answer.retry_after = std::chrono::seconds(retry);
  return answer;
}

std::string url_encoded(std::string_view text) {
  char* const escaped = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  std::string out = escaped == nullptr ? std::string() : escaped;
  curl_free(escaped);
  return out;
}

}  // namespace huiyin::outlet
