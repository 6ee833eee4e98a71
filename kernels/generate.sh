#!/bin/sh
# Rewrites every generated file of this package. All of them are deleted
# first, so that none can outlive what made it.
set -eu
cd "$(dirname "$0")"
rm -f ./*_avx2_amd64.go ./*_avx2_amd64.s ./*_avx512_amd64.go ./*_avx512_amd64.s
cd _asm
for family in $(go run . -list); do
	go run . -kernels "$family" -pkg kernels \
		-out "../${family}_amd64.s" -stubs "../${family}_amd64.go"
done
gofmt -w ../*_avx2_amd64.go ../*_avx512_amd64.go
