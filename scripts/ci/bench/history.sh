#!/usr/bin/env bash
# Runs the suite briefly (BENCHTIME, 50ms, each) and appends what it says to a
# history in benchfmt, under the commit and its time:
#
#   scripts/ci/bench/history.sh history.txt
#   benchstat -ignore commit-time -col commit history.txt
#
# A runner's noise is in these numbers; the gate decides, the history shows.
# The newest RUNS (500) are kept. Flags after the file are go test's.
set -euo pipefail
history=$(realpath "$1")
shift
cd "$(dirname "$0")/../../.."

run=$(mktemp)
trap 'rm -f "$run" "$run.all"' EXIT
go test ./bench -run '^$' -bench . -benchtime "${BENCHTIME:-50ms}" -timeout 30m "$@" | tee "$run.all"
{
	echo "commit: $(git rev-parse --short=12 HEAD)"
	echo "commit-time: $(git show -s --format=%cI HEAD)"
	grep -E '^(Benchmark[^[:space:]]*[[:space:]]+[0-9]|Unit |[a-z][^[:upper:][:space:]]*:)' "$run.all"
} >"$run"
if ! grep -q '^Benchmark' "$run"; then
	echo "history.sh: go test printed no benchmark" >&2
	exit 1
fi

touch "$history"
cat "$history" "$run" >"$run.all"
awk -v keep="${RUNS:-500}" '
	NR == FNR { runs += /^commit: /; next }
	/^commit: / { run++ }
	run > runs - keep
' "$run.all" "$run.all" >"$history"
echo "$(grep -c '^commit: ' "$history") runs in $history"
