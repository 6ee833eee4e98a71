#!/bin/sh
# The arm64 tests of what computes, under qemu-user.
set -eu
command -v qemu-aarch64 >/dev/null || scripts/ci/install.sh qemu-user
binary=$(mktemp)
trap 'rm -f "$binary"' EXIT
for package in kernels blas blas/native blas/gonumblas nn nn/initial nn/metric datasets/table internal/figure; do
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go test -c -o "$binary" "./$package"
	echo "$package"
	(cd "$package" && qemu-aarch64 "$binary" -test.short)
done
# What lessons say of their numbers in words holds here too.
CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go test -c -o "$binary" ./lessons
(cd lessons && qemu-aarch64 "$binary" -test.run 'TestFacts|Example')
