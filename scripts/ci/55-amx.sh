#!/bin/sh
# The tests of AMX, on an emulator where the processor has none: the kernels'
# own, the conformance suite in every precision and PyTorch's trajectories.
set -eu
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
go build -o "$bin/amxrun" ./internal/amxemu/cmd/amxrun
emulate() { # package, tests
	go test -c -o "$bin/test" "$1"
	echo "$1"
	(cd "$1" && "$bin/amxrun" "$bin/test" -test.short -test.run "$2")
}
emulate ./kernels 'AMX|Pairs|FromRow'
emulate ./blas/native 'Precisions/unit=amx|Pieces|Special|Stress|History'
emulate ./nn 'GoldenInPieces'
