#!/bin/sh
# The tests of AMX, on an emulator where the processor has none: the kernels'
# own, the conformance suite in every precision and PyTorch's trajectories. The
# rest of AVX-512 is not emulated.
set -eu
for flag in avx512f avx512bw avx512dq avx512vl avx512_bf16; do
	if ! grep -qw "$flag" /proc/cpuinfo; then
		echo "SKIPPED: AMX is not tested here, this processor lacks $flag"
		exit 0
	fi
done
strict=-strict
if grep -qw amx_bf16 /proc/cpuinfo; then
	strict= # nothing is emulated: the processor's own tiles are tested
fi
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
go build -o "$bin/amxrun" ./internal/amxemu/cmd/amxrun
emulate() { # package, tests
	go test -c -o "$bin/test" "$1"
	echo "$1"
	(cd "$1" && "$bin/amxrun" $strict "$bin/test" -test.short -test.run "$2")
}
emulate ./kernels 'AMX|Pairs|FromRow|Peak'
emulate ./blas/native 'Precisions/unit=amx|Pieces|Special|Stress|History|PredictRowByRow'
emulate ./nn 'GoldenInPieces'
