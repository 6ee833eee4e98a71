#!/bin/sh
# README's commands on a fresh clone: the main job and the tests. One of those has a reader of models in
# Python, and is skipped where there is none.
set -eu
command -v python3 >/dev/null || scripts/ci/install.sh python3
go run ./cmd/neurona train
go test ./...
