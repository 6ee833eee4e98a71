#!/bin/sh
# The suites that choose the best ISA, on every rung below it. Tests of
# kernels and backends range over all ISAs by themselves.
set -eu
for isa in $(go run ./cmd/neurona info --json | tr ',{}[]' '\n\n\n\n\n' | sed -n 's/^"isa_available":"\(.*\)"$/\1/p'); do
	echo "NEURONA_ISA=$isa"
	NEURONA_ISA=$isa go test ./nn/... ./cmd/...
done
go test -tags purego ./...
