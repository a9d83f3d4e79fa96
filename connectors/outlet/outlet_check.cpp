#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "outlet/outlet.hpp"

namespace huiyin::outlet {

std::string to_text(const OutletError& error) {
  std::string text = error.file;
  if (error.line != 0) text += ":" + std::to_string(error.line);
  if (!error.key.empty()) text += ": " + error.key;
  return text + ": " + error.message;
}

namespace {

bool lies_within(std::string_view category, std::string_view whole) {
  return category.starts_with(whole) &&
         (category.size() == whole.size() || category[whole.size()] == '/');
}

}  // namespace

std::optional<std::string> Scope::refusal(events::Kind kind, std::string_view category) const {
  if (!kinds.empty() && std::ranges::find(kinds, kind) == kinds.end())
    return "the outlet takes no " + std::string(events::name_of(kind));
  for (const auto& other : not_taken) {
    if (lies_within(category, other.category))
      return "the outlet does not take " + other.category + ": " + other.why;
  }
  const auto taken = [&](const std::string& own) { return lies_within(category, own); };
  if (categories.empty() || std::ranges::any_of(categories, taken)) return std::nullopt;
  if (category.empty()) return "the outlet takes some categories only, and the case has none yet";
  return "the outlet does not take the category " + std::string(category);
}

std::expected<std::string, std::string> Secret::read() const {
  std::string text = value;
  if (!env.empty()) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
    const char* const found = std::getenv(env.c_str());
    if (found == nullptr) return std::unexpected("the environment has no " + env);
    text = found;
  } else if (!file.empty()) {
    std::ifstream in(file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), {});
    if (!in) return std::unexpected(file.string() + " cannot be read");
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  }
  const bool sound =
      std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (sound && !text.empty()) return text;
  return std::unexpected((env.empty() ? file.string() : env) + " holds no single line of text");
}

std::expected<std::vector<Outlet>, OutletErrors> load_outlets(const std::filesystem::path& folder) {
  std::vector<Outlet> out;
  OutletErrors errors;
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    auto loaded = load_outlet(file);
    if (!loaded) {
      errors.insert(errors.end(), loaded.error().begin(), loaded.error().end());
      continue;
    }
    const auto same = std::ranges::find(out, loaded->outlet, &Outlet::outlet);
    if (same != out.end()) {
      errors.push_back(
          {file.string(), 0, "outlet",
           same->file + " speaks of " + std::string(events::name_of(same->outlet)) + " already"});
    }
    out.push_back(*std::move(loaded));
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return out;
}

}  // namespace huiyin::outlet
