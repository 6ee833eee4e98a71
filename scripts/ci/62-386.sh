#!/bin/sh
# The tests of what computes where int has 32 bits, shortened. amd64 processors
# run 386 programs, unless their kernel is built without.
set -eu
export CGO_ENABLED=0 GOOS=linux GOARCH=386
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
echo 'package main; func main() {}' >"$probe/main.go"
go build -o "$probe/main" "$probe/main.go"
if ! "$probe/main" 2>/dev/null; then
	echo "SKIPPED: 386 is not tested here, $(uname -s) on $(uname -m) does not run its programs"
	exit 0
fi
go test -short ./nn/... ./blas/... ./kernels/... ./datasets/... ./cmd/... ./internal/parallel ./internal/arena ./internal/figure ./internal/formula ./internal/page ./lessons
