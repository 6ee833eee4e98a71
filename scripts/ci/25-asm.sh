#!/bin/sh
# The generator of the kernels is a module of its own. Its tests compare the
# NEON encodings with the GNU assembler's.
set -eu
command -v aarch64-linux-gnu-as >/dev/null || scripts/ci/install.sh binutils-aarch64-linux-gnu
export GOWORK=off # go.work leaves it out
cd kernels/_asm
go vet ./...
go test ./...
