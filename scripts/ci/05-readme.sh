#!/bin/sh
# README's commands on a fresh clone: the main job and the tests.
set -eu
go run ./cmd/neurona train
go test ./...
