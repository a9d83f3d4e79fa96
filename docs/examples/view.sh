#!/usr/bin/env bash
# Reads one of Huiyin's views from its compacted topic with kcat: the newest row of each key, one a line,
# key and JSON by a tab. A record without a value (a tombstone, which kcat -Z prints as NULL) takes its row
# away.
#
# usage: view.sh BOOTSTRAP [status|overdue|load [PREFIX]]
set -euo pipefail

bootstrap=${1:?usage: view.sh BOOTSTRAP [status|overdue|load [PREFIX]]}
kcat -b "$bootstrap" -C -e -q -Z -t "${3:-huiyin}.view.${2:-status}" -o beginning \
  -X isolation.level=read_committed -X allow.auto.create.topics=false -f '%k\t%s\n' |
  awk -F '\t' '
    $2 == "NULL" { delete row[$1]; next }
    { row[$1] = $0 }
    END { for (key in row) print row[key] }'
