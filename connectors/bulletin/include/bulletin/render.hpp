// A bulletin's Markdown as a page to read and to print.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace huiyin::bulletin {

// One HTML page with its style, needing nothing else. Raw HTML in the text is shown, not run.
std::string to_html(std::string_view title, std::string_view markdown);

// Writes a PDF through WeasyPrint (docs/adr/0019-bulletins.md). The error is a sentence: the
// program is not installed, or failed.
std::expected<void, std::string> write_pdf(std::string_view html,
                                           const std::filesystem::path& file);

}  // namespace huiyin::bulletin
