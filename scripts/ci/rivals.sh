#!/bin/sh
# The module that holds the rivals written in Go. .ci/run leaves it out: its
# dependencies are heavy, and nothing of neurona's is built from it.
set -eu
export GOWORK=off # go.work leaves it out
cd bench/compare/gorivals
go vet ./...
go test ./rival
