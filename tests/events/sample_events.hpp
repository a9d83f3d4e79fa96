// One event of every type, and what its JSON is made of. All of it is the same on every run.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "events/case_event.hpp"
#include "events/envelope.hpp"
#include "events/filler.hpp"
#include "events/registry_event.hpp"

namespace huiyin::events {

CaseEvent sample_event(std::size_t index, Fill fill, unsigned variant = 0);

RegistryEvent sample_registry_event(std::size_t index, Fill fill, unsigned variant = 0);

// The data as append_case_event writes it.
std::string sample_json(std::size_t index, Fill fill, unsigned variant = 0);

// One member of a JSON object as it stands there, and what `serialize` says of it.
struct SampleMember {
  std::string name;
  std::string json;
  Presence presence;
  Limit limit;
};

// The members of the common part, and of the body, whether filled or not.
std::vector<SampleMember> common_members(const CaseEvent& event);
std::vector<SampleMember> body_members(const CaseEvent& event);

std::string object_of(const std::vector<SampleMember>& members);

// An envelope with every attribute set.
Envelope sample_envelope(std::string_view type, std::uint64_t sequence = 1234);

// Points into `envelope`.
EnvelopeView view_of(const Envelope& envelope);

// `content` as a frame whose checksum is right, whatever else is wrong with it.
std::string seal(std::string_view content);

}  // namespace huiyin::events
