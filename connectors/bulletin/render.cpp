#include "bulletin/render.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <md4c-html.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace huiyin::bulletin {
namespace {

constexpr std::string_view style = R"(
@page { size: A4; margin: 25mm 22mm; @bottom-center { content: counter(page); font-size: 9pt; } }
body { font-family: "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif; font-size: 12pt;
       line-height: 1.7; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #111; }
h1 { text-align: center; color: #b00; letter-spacing: .3em; margin-bottom: 0; }
h2 { text-align: center; font-size: 16pt; }
h3 { font-size: 13pt; margin-top: 1.6em; }
table { border-collapse: collapse; width: 100%; font-size: 10.5pt; }
th, td { border: 1px solid #888; padding: .25em .6em; text-align: left; }
td:nth-child(2) { text-align: right; white-space: nowrap; }
hr { border: 0; border-top: 2px solid #b00; }
)";

void append(const char* bytes, MD_SIZE size, void* into) {
  static_cast<std::string*>(into)->append(bytes, size);
}

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
      default:
        out.push_back(c);
    }
  }
  return out;
}

}  // namespace

std::string to_html(std::string_view title, std::string_view markdown) {
  std::string body;
  md_html(markdown.data(), static_cast<MD_SIZE>(markdown.size()), append, &body,
          MD_FLAG_TABLES | MD_FLAG_NOHTML, 0);
  return "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>" +
         escaped(title) + "</title>\n<style>" + std::string(style) + "</style>\n</head>\n<body>\n" +
         body + "</body>\n</html>\n";
}

std::expected<void, std::string> write_pdf(std::string_view html,
                                           const std::filesystem::path& file) {
  const std::filesystem::path page = file.string() + ".html";
  {
    std::ofstream out(page, std::ios::binary);
    out << html;
    if (!out.flush()) return std::unexpected("cannot write " + page.string());
  }
  std::string program = "weasyprint", quiet = "--quiet", in = page.string(), to = file.string();
  char* const arguments[] = {program.data(), quiet.data(), in.data(), to.data(), nullptr};
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ);
  int status = 0;
  if (failed == 0) {
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  std::error_code ignored;
  std::filesystem::remove(page, ignored);
  if (failed == ENOENT) {
    return std::unexpected(
        "PDF needs WeasyPrint and a Chinese font: apt-get install weasyprint fonts-wqy-zenhei");
  }
  if (failed != 0) return std::unexpected("weasyprint: " + std::generic_category().message(failed));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return std::unexpected("weasyprint could not write " + file.string());
  return {};
}

}  // namespace huiyin::bulletin
