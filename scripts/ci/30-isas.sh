#!/bin/sh
# The suites that choose the best ISA, on every rung of the ladder that this
# machine has but the best, which README's command has tested. Tests of kernels and
# backends range over all ISAs by themselves.
set -eu
isas=$(go run ./cmd/neurona info --json |
	sed 's/.*"isas":\[\(.*\)\],"ceiling".*/\1/' |
	grep -o '"name":"[a-z0-9]*","available":true' | cut -d'"' -f4)
[ -n "$isas" ]
for isa in $(echo "$isas" | sed '$d'); do
	echo "NEURONA_ISA=$isa"
	NEURONA_ISA=$isa go test ./nn/... ./cmd/... ./bench
done
