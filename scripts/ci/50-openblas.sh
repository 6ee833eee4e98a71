#!/bin/sh
# The OpenBLAS backend with OpenBLAS itself.
set -eu
if ! echo 'int main(void) { return 0; }' | cc -x c - -o /dev/null -lopenblas 2>/dev/null; then
	scripts/ci/install.sh gcc libc6-dev libopenblas-dev
fi
export CGO_ENABLED=1 CGO_LDFLAGS=-lopenblas
go vet -tags openblas work
go test -tags openblas ./blas/... ./nn/... ./cmd/...
