#!/bin/sh
# Every fuzz target for FUZZTIME (20s). What breaks one is written to
# testdata/fuzz beside the test: commit it with the fix, go test runs it from
# then on.
#
#   FUZZTIME=5m scripts/ci/45-fuzz.sh
set -eu
FUZZTIME=${FUZZTIME:-20s}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
packages=$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n 1 dirname | sort -u)
[ -n "$packages" ]
for package in $packages; do
	listed=$(go test -list '^Fuzz' "./$package")
	for target in $(echo "$listed" | grep '^Fuzz'); do
		echo "$package $target"
		if go test -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" "./$package" >"$log" 2>&1; then
			tail -n 2 "$log"
			continue
		fi
		cat "$log"
		# Before Go 1.27 the end of the time itself may be reported as a
		# failure (go.dev/issue/75804). It comes without an input.
		if grep -q '^ *context deadline exceeded$' "$log" && ! grep -q 'Failing input written' "$log"; then
			echo "no input broke $target: its time was over"
			continue
		fi
		exit 1
	done
done
