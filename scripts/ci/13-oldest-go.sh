#!/bin/sh
# The oldest Go that go.mod allows, where it is not the one that runs: it
# compiles everything and passes the tests of what computes.
set -eu
oldest=go$(sed -n 's/^go //p' go.mod)
if [ "$(go env GOVERSION)" = "$oldest" ]; then
	echo "$oldest is the Go that runs the other stages"
	exit 0
fi
export GOTOOLCHAIN="$oldest"
go version
go vet ./...
go test ./nn/... ./blas ./kernels
