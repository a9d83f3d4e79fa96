// Who asks, and what the engine is told about the world when it decides.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "events/case_types.hpp"

namespace huiyin::engine {

using events::Role;

// A set of roles, as a definition's `by` lists them.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) add(role);
  }
  constexpr void add(Role role) { bits_ |= 1U << static_cast<unsigned>(role); }
  constexpr bool has(Role role) const { return (bits_ >> static_cast<unsigned>(role) & 1U) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const RoleSet&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

// The person or system at the other end, in the one role that this command is given in.
struct Actor {
  std::string id;
  Role role{};
  std::string organ;    // of an organ's or supervisor's clerk
  std::string station;  // of an officer
  std::string region;

  bool operator==(const Actor&) const = default;
};

// What `decide` needs to know of organs and people. Looked up by whoever calls it, from the
// registry (for now: the principals file); ids that are not listed are unknown, and a claim about
// an unknown person stands as it was made.
struct Facts {
  std::set<std::string, std::less<>> persons;  // known to be deputies or liaison officers (S4-14)
  std::map<std::string, std::vector<std::string>, std::less<>>
      mandates;  // deputy: congresses (S4-17)
};

}  // namespace huiyin::engine
