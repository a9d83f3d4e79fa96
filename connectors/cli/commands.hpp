// Each command's own file in commands/ declares it and runs it.
#pragma once

#include "arguments.hpp"
#include "context.hpp"

namespace huiyin::cli {

void add_serve(Arguments& root, const Context& context);
void add_demo(Arguments& root, const Context& context);
void add_generate(Arguments& root, const Context& context);
void add_list(Arguments& root, const Context& context);
void add_overdue(Arguments& root, const Context& context);
void add_load(Arguments& root, const Context& context);
void add_stats(Arguments& root, const Context& context);
void add_registry(Arguments& root, const Context& context);
void add_commitments(Arguments& root, const Context& context);
void add_campaign(Arguments& root, const Context& context);
void add_sheets(Arguments& root, const Context& context);
void add_files(Arguments& root, const Context& context);
void add_bulletin(Arguments& root, const Context& context);
void add_duties(Arguments& root, const Context& context);
void add_case(Arguments& root, const Context& context);
void add_history(Arguments& root, const Context& context);
void add_import(Arguments& root, const Context& context);
void add_settle_import(Arguments& root, const Context& context);
void add_outlet(Arguments& root, const Context& context);
void add_export(Arguments& root, const Context& context);
void add_verify(Arguments& root, const Context& context);
void add_rebuild(Arguments& root, const Context& context);
void add_replay(Arguments& root, const Context& context);
void add_backup(Arguments& root, const Context& context);
void add_restore(Arguments& root, const Context& context);
void add_process(Arguments& root, const Context& context);
void add_schema(Arguments& root, const Context& context);
void add_forget(Arguments& root, const Context& context);
void add_token(Arguments& root, const Context& context);
void add_log(Arguments& root, const Context& context);
void add_topics(Arguments& root, const Context& context);
void add_format(Arguments& root, const Context& context);
void add_version(Arguments& root, const Context& context);
void add_completion(Arguments& root, const CommandLine& line);

}  // namespace huiyin::cli
