// Writes DIRECTORY/schemas/*.json and DIRECTORY/events.ndjson: every type of event, with all its
// fields, those a command may set, and only those that must be there.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "events/case_codec.hpp"
#include "events/envelope.hpp"
#include "events/sample_events.hpp"
#include "events/schema.hpp"

using namespace huiyin::events;  // NOLINT(google-build-using-namespace)

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " DIRECTORY\n";
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  std::filesystem::create_directories(directory / "schemas");
  for (const Schema& schema : event_schemas()) {
    std::ofstream(directory / "schemas" / (schema.name + ".json")) << schema.json << '\n';
  }
  std::ofstream events(directory / "events.ndjson");
  std::uint64_t sequence = 0;
  const auto write_data = [&](std::string_view type, const std::string& data) {
    std::string line;
    append_cloud_event(line, view_of(sample_envelope(type, ++sequence)), data);
    events << line << '\n';
  };
  const auto write = [&](const CaseEvent& event) {
    std::string data;
    append_case_event(data, event);
    write_data(event.type(), data);
  };
  for (std::size_t index = 0; index < case_event_count; ++index) {
    write(sample_event(index, Fill::required));
    write(sample_event(index, Fill::command));
    write(sample_event(index, Fill::everything));
    // Every word of the body's enumerations; the common part's need no more than one type.
    for (unsigned variant = 1; variant < 14; ++variant) {
      CaseEvent event = sample_event(index, Fill::everything, variant);
      if (index != 0) event.common = sample_event(index, Fill::required).common;
      write(event);
    }
  }
  for (std::size_t index = 0; index < registry_event_count; ++index) {
    for (const Fill fill : {Fill::required, Fill::command, Fill::everything}) {
      for (unsigned variant = 0; variant < 12; ++variant) {
        std::string data;
        append_registry_event(data, sample_registry_event(index, fill, variant));
        write_data(registry_event_type(index), data);
      }
    }
  }
  return events.good() ? 0 : 1;
}
