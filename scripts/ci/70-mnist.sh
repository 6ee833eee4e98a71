#!/bin/sh
# The main job on real data: MNIST to 98 % on every backend.
set -eu
if [ ! -d "${NEURONA_DATA:-}/mnist" ]; then
	echo "skipped: NEURONA_DATA does not name a folder that holds mnist/"
	exit 0
fi
train="train --data mnist --hidden 512 --batch 128 --epochs 10 --target-accuracy 0.98 --json"
go run ./cmd/neurona $train --backend native | tail -n 1
go run ./cmd/neurona $train --backend gonum | tail -n 1
CGO_ENABLED=1 CGO_LDFLAGS=-lopenblas go run -tags openblas ./cmd/neurona $train --backend openblas | tail -n 1
