#!/usr/bin/env bash
# Reads Huiyin's events from Kafka up to their end with kcat, and checks that none is missing. Run again
# (from cron, say), it goes on where it was.
#
# usage: consume.sh BOOTSTRAP [PREFIX [POSITION-FILE]]
#
# The file holds what is known, and is replaced as a whole after each partition:
#   partition NUMBER SEQUENCE EVENT-ID OFFSET
#   case ID VERSION
# Each partition is read from its last known event, not from the one after it: seeing that one again tells
# that it is the same log. Where another stands there, the partition is read from its beginning, past what
# is known.
set -euo pipefail

bootstrap=${1:?usage: consume.sh BOOTSTRAP [PREFIX [POSITION-FILE]]}
topic=${2:-huiyin}.events
file=${3:-events.position}
touch "$file"

# What kcat prints of one partition: offset and headers, by a tab. Never what a transaction took back.
fetch() {
  kcat -b "$bootstrap" -C -e -q -t "$topic" -p "$1" -o "$2" \
    -X isolation.level=read_committed -X auto.offset.reset=earliest -X allow.auto.create.topics=false \
    -f '%o\t%h\n'
}

# Prints what is new; the new file goes to $file.new. Exit code 3: the kept offset is not where the last
# known event stands.
check() {
  awk -v partition="$1" -v whole="$2" -v file="$file" '
    function attribute(name,   i) {  # the first of that name: what persons may choose comes later
      for (i = 1; i <= count; i++) if (index(field[i], name "=") == 1) return substr(field[i], length(name) + 2)
      return ""
    }
    function fail(words, code) { print "consume.sh: " words > "/dev/stderr"; failed = code; exit code }
    BEGIN {
      FS = "\t"
      while ((getline line < file) > 0) {
        split(line, part, " ")
        if (part[1] == "case") version[part[2]] = part[3]
        else if (part[2] == partition) { sequence = part[3]; id = part[4]; offset = part[5] }
        else others = others line "\n"
      }
      sequence += 0
      confirmed = (sequence == 0)
    }
    {
      count = split($2, field, ",")
      now = attribute("ce_sequence") + 0
      if (!confirmed && now > sequence) {
        if (whole) fail(partition ":" sequence " is not in the topic", 1)
        exit failed = 3
      }
      if (now == sequence) {
        if (attribute("ce_id") != id) fail(partition ":" now " is not the event that is known: another log?", 1)
        confirmed = 1
      }
      if (now <= sequence) next
      if (now != sequence + 1) fail(partition ":" now " follows " partition ":" sequence, 1)
      subject = attribute("ce_subject"); is = attribute("ce_subjectversion") + 0
      if (is != version[subject] + 1) fail(subject " has version " is " after " version[subject] + 0, 1)
      version[subject] = is; sequence = now; id = attribute("ce_id"); offset = $1
      print partition ":" sequence "\t" attribute("ce_type") "\t" subject "\t" is
    }
    END {
      if (failed) exit failed
      if (!confirmed) { if (whole) fail("the topic ends before " partition ":" sequence, 1); exit 3 }
      printf "%s", others > (file ".new")
      if (sequence) print "partition", partition, sequence, id, offset > (file ".new")
      for (subject in version) print "case", subject, version[subject] > (file ".new")
    }'
}

count=$(kcat -b "$bootstrap" -L -t "$topic" | sed -n "s/^ *topic \"$topic\" with \([0-9]*\) partitions.*/\1/p")
[[ ${count:-0} -gt 0 ]] || { echo "consume.sh: there is no topic $topic at $bootstrap" >&2; exit 1; }
for ((partition = 0; partition < count; ++partition)); do
  offset=$(awk -v p="$partition" '$1 == "partition" && $2 == p { print $5 }' "$file")
  status=0
  fetch "$partition" "${offset:-beginning}" | check "$partition" "${offset:+0}" || status=$?
  if ((status == 3)); then
    fetch "$partition" beginning | check "$partition" 1
  elif ((status != 0)); then
    exit "$status"
  fi
  mv "$file.new" "$file"
done
echo "none missing; now at $(awk '$1 == "partition" { printf "%s:%s ", $2, $3 }' "$file")" >&2
