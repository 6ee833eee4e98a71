#!/bin/sh
# The generator of the kernels is a module of its own. Its tests compare the
# NEON encodings with the GNU assembler's, and what it writes for each ISA with
# Go, under qemu-user where the processor is another.
set -eu
command -v aarch64-linux-gnu-as >/dev/null || scripts/ci/install.sh binutils-aarch64-linux-gnu
command -v qemu-aarch64 >/dev/null || scripts/ci/install.sh qemu-user
export GOWORK=off # go.work leaves it out
cd kernels/_asm
go vet ./...
go test ./...
