// The checks of one definition, shared by the two files that hold them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/definition_check.hpp"

namespace huiyin::engine {

class Checker {
 public:
  explicit Checker(const Definition& definition) : d_(definition) {}

  void run();
  std::vector<DefinitionError> take() { return std::move(errors_); }

 private:
  // definition_check.cpp
  void check_collect();
  void check_who(const Transition& transition);
  void check_guards(const Transition& transition);
  void check_course(const Transition& transition);
  void check_doubles();
  void check_needs();
  void check_lists();
  void check_stages();
  // definition_check_clocks.cpp
  void check_clocks();
  void check_names_of_clocks();
  void check_use(const Clock& clock);
  void check_start(const Clock& clock, const Transition& transition);
  void check_anchor(const Clock& clock);

  bool gives(CommandType command) const;
  const Transition* first(CommandType command) const;
  void fail(std::string_view key, std::string message);
  void fail(const Transition& transition, std::string message);
  void fail(const Clock& clock, std::string message);
  // At the first transition that names the stage.
  void fail_stage(const std::string& stage, std::string message);

  const Definition& d_;
  std::vector<DefinitionError> errors_;
};

}  // namespace huiyin::engine
