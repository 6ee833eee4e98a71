#!/bin/sh
# The OpenBLAS backend with OpenBLAS itself.
set -eu
if ! dpkg -s libopenblas-dev >/dev/null 2>&1; then
	apt-get update -q
	apt-get install -qy libopenblas-dev
fi
export CGO_ENABLED=1 CGO_LDFLAGS=-lopenblas
go vet -tags openblas ./...
go test -tags openblas ./blas/... ./nn/... ./cmd/...
