#!/bin/sh
# Rewrites every generated file of this package. All of them are deleted
# first, so that none can outlive what made it.
set -eu
cd "$(dirname "$0")"
rm -f ./*_avx2_amd64.go ./*_avx2_amd64.s ./*_avx512_amd64.go ./*_avx512_amd64.s ./*_amx_amd64.go ./*_amx_amd64.s ./*_neon_arm64.go ./*_neon_arm64.s
cd _asm
for family in $(go run . -list); do
	case $family in
	*_neon) arch=arm64 ;;
	*) arch=amd64 ;;
	esac
	go run . -kernels "$family" -pkg kernels \
		-out "../${family}_$arch.s" -stubs "../${family}_$arch.go"
done
gofmt -w ../*_avx2_amd64.go ../*_avx512_amd64.go ../*_amx_amd64.go ../*_neon_arm64.go
