#!/bin/sh
# The main job on real data: MNIST to 98 % on every backend. A run that does
# not get there exits with 3.
set -eu
if [ ! -d "${NEURONA_DATA:-}/mnist" ]; then
	echo "skipped: NEURONA_DATA does not name a folder that holds mnist/"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/neurona" ./cmd/neurona
CGO_ENABLED=1 CGO_LDFLAGS=-lopenblas go build -tags openblas -o "$work/neurona-openblas" ./cmd/neurona

# train BINARY BACKEND prints the result only, or all if there is none.
train() {
	code=0
	"$work/$1" train --data mnist --hidden 512 --batch 128 --epochs 10 --target-accuracy 0.98 --json \
		--backend "$2" >"$work/log" || code=$?
	if [ "$code" != 0 ]; then
		cat "$work/log"
		echo "$2: exit code $code"
		exit 1
	fi
	tail -n 1 "$work/log"
}
train neurona native
train neurona gonum
train neurona-openblas openblas
