#include "definition_overlay.hpp"

#include <algorithm>
#include <sstream>

namespace huiyin::engine {
namespace {

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

bool same(const toml::node& a, const toml::node& b) {
  return a.type() == b.type() && a.visit([&](const auto& value) {
    return value == *b.as<std::remove_cvref_t<decltype(value)>>();
  });
}

// [a] and a.b = … are tables; { … } is a value that happens to have parts.
toml::table* as_section(toml::node& node) {
  toml::table* table = node.as_table();
  return table != nullptr && !table->is_inline() ? table : nullptr;
}

std::string text_of(const toml::table& table, std::string_view key) {
  return table[key].value_or(std::string());
}

std::vector<std::string> stages_of(const toml::table& transition) {
  std::vector<std::string> stages;
  if (const toml::array* from = transition["from"].as_array()) {
    for (const toml::node& stage : *from) stages.push_back(stage.value_or(std::string()));
  }
  std::ranges::sort(stages);
  return stages;
}

class Overlay {
 public:
  Overlay(toml::table& base, std::string_view base_id, Problems& problems)
      : base_(base), base_id_(base_id), problems_(problems) {}

  void over(toml::table& own) {
    refuse_new_clocks(own);
    if (toml::node* transitions = own.get("transition")) {
      if (toml::array* changes = transitions->as_array()) change_transitions(*changes);
    }
    for (const std::string_view key : {"name", "version"}) base_.erase(key);
    fill(own, base_, "");
  }

 private:
  void fail(const toml::source_region& at, std::string key, std::string message) {
    problems_.all.push_back({at.path ? *at.path : problems_.file, static_cast<int>(at.begin.line),
                             std::move(key), std::move(message)});
  }

  void fill(toml::table& own, toml::table& base, const std::string& path) {
    for (auto&& [key, node] : base) {
      toml::node* said = own.get(key.str());
      if (said == nullptr) {
        node.visit([&](auto& value) { own.insert(key, std::move(value)); });
        continue;
      }
      toml::table* own_section = as_section(*said);
      toml::table* base_section = as_section(node);
      if (own_section != nullptr && base_section != nullptr) {
        fill(*own_section, *base_section, joined(path, key.str()));
      } else if (same(*said, node)) {
        const auto& place = node.source();
        fail(said->source(), joined(path, key.str()),
             "is as in " + base_id_ + (place.path ? " (" + *place.path + ":" : " (line ") +
                 std::to_string(place.begin.line) + "): an overlay says only what differs");
      }
    }
  }

  // A new clock says who holds it; without that it is a slip in the name of one that is there.
  void refuse_new_clocks(const toml::table& own) {
    const toml::table* clocks = own["clock"].as_table();
    const toml::table* known = base_["clock"].as_table();
    if (clocks == nullptr || known == nullptr) return;
    std::vector<std::string_view> names;
    for (auto&& [name, clock] : *known) names.push_back(name.str());
    for (auto&& [name, clock] : *clocks) {
      const toml::table* table = clock.as_table();
      if (table == nullptr || known->contains(name.str()) || table->contains("holder")) continue;
      fail(name.source(), "clock." + std::string(name.str()),
           base_id_ + " has no such clock" + did_you_mean(name.str(), names) +
               "; a new one needs a holder");
    }
  }

  void change_transitions(toml::array& changes) {
    toml::array* transitions = base_["transition"].as_array();
    if (transitions == nullptr) return;
    std::vector<const toml::table*> changed;
    for (toml::node& node : changes) {
      toml::table* change = node.as_table();
      if (change == nullptr) continue;  // for the reader to refuse
      const Target target = target_of(*change, *transitions);
      if (target.table == nullptr) continue;
      if (std::ranges::find(changed, target.table) != changed.end()) {
        fail(change->source(), "transition", "is changed a second time here");
        continue;
      }
      changed.push_back(target.table);
      change_one(*change, target);
    }
    changes = std::move(*transitions);
    base_.erase("transition");
  }

  struct Target {
    toml::table* table = nullptr;
    bool by_stages = false;  // the command alone would not tell which
  };

  // No table, and said why, where no one transition is meant.
  Target target_of(const toml::table& change, toml::array& transitions) {
    const std::string command = text_of(change, "command");
    std::vector<toml::table*> of_command;
    std::vector<std::string> commands;
    for (toml::node& node : transitions) {
      toml::table* table = node.as_table();
      if (table == nullptr) continue;
      commands.push_back(text_of(*table, "command"));
      if (commands.back() == command) of_command.push_back(table);
    }
    if (of_command.size() == 1) return {of_command.front(), false};
    if (of_command.empty()) {
      fail(change.source(), "transition",
           command.empty() ? "command is missing"
                           : base_id_ + " has no transition of the command " + in_quotes(command) +
                                 did_you_mean(command, {commands.begin(), commands.end()}));
      return {};
    }
    std::string lines;
    for (toml::table* table : of_command) {
      if (stages_of(*table) == stages_of(change)) return {table, true};
      lines += (lines.empty() ? "" : ", ") + std::to_string(table->source().begin.line);
    }
    fail(change.source(), "transition",
         base_id_ + " has several transitions of the command " + in_quotes(command) + " (lines " +
             lines + "): name one of them by its from");
    return {};
  }

  // The change takes the target's place, after what names the target is no longer compared.
  void change_one(toml::table& change, const Target& target) {
    target.table->erase("command");
    if (target.by_stages) target.table->erase("from");
    if (change.size() == (target.by_stages ? 2U : 1U)) {
      fail(change.source(), "transition", "changes nothing");
    }
    fill(change, *target.table, "transition." + text_of(change, "command"));
    *target.table = std::move(change);
  }

  toml::table& base_;
  std::string base_id_;
  Problems& problems_;
};

std::string value_text(const toml::node& node) {
  if (const toml::array* list = node.as_array()) {
    std::string out;
    for (const toml::node& entry : *list) out += (out.empty() ? "" : ", ") + value_text(entry);
    return "[" + out + "]";
  }
  if (const toml::table* table = node.as_table()) {
    std::string out;
    for (auto&& [key, value] : *table)
      out += (out.empty() ? "" : ", ") + std::string(key.str()) + " = " + value_text(value);
    return "{ " + out + " }";
  }
  if (const auto text = node.value_exact<std::string>()) return in_quotes(*text);
  std::ostringstream out;
  node.visit([&](const auto& value) {
    if constexpr (toml::is_value<decltype(value)>) out << value;
  });
  return std::move(out).str();
}

class Flattener {
 public:
  std::vector<Statement> take() {
    std::ranges::sort(statements_, {}, &Statement::key);
    return std::move(statements_);
  }

  void add(const toml::table& table, const std::string& path) {
    for (auto&& [key, node] : table) {
      const bool names_the_file = key == "name" || key == "version" || key == "base";
      if (path.empty() && names_the_file) continue;
      add(node, joined(path, key.str()));
    }
  }

 private:
  void add(const toml::node& node, const std::string& path) {
    const toml::table* table = node.as_table();
    const toml::array* list = node.as_array();
    if (table != nullptr && !table->is_inline()) {
      add(*table, path);
    } else if (list != nullptr && !list->empty() && list->front().is_table() &&
               !list->front().as_table()->is_inline()) {
      path == "transition" ? add_transitions(*list) : add_tables(*list, path);
    } else {
      statements_.push_back({path, value_text(node)});
    }
  }

  void add_tables(const toml::array& list, const std::string& path) {
    for (std::size_t i = 0; i < list.size(); ++i)
      add(list[i], path + "[" + std::to_string(i + 1) + "]");
  }

  // By command, and where several have it by the first of their stages.
  void add_transitions(const toml::array& list) {
    for (const toml::node& node : list) {
      const toml::table* transition = node.as_table();
      if (transition == nullptr) continue;
      const std::string command = text_of(*transition, "command");
      const auto of_command = std::ranges::count_if(list, [&](const toml::node& other) {
        return other.is_table() && text_of(*other.as_table(), "command") == command;
      });
      const auto stages = stages_of(*transition);
      const bool apart = of_command > 1 && !stages.empty();
      const std::string path =
          "transition." + command + (apart ? " from " + stages.front() : std::string());
      for (auto&& [key, value] : *transition) {
        if (key != "command") add(value, joined(path, key.str()));
      }
    }
  }

  std::vector<Statement> statements_;
};

}  // namespace

void lay_over(toml::table& overlay, toml::table& base, std::string_view base_id,
              Problems& problems) {
  Overlay(base, base_id, problems).over(overlay);
}

std::vector<Statement> statements_of(const toml::table& root) {
  Flattener flattener;
  flattener.add(root, "");
  return flattener.take();
}

}  // namespace huiyin::engine
