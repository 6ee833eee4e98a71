#!/bin/sh
# Rewrites every generated file of this package. All of them are deleted
# first, so that none can outlive what made it.
set -eu
cd "$(dirname "$0")"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
(cd _asm && GOWORK=off go build -o "$made/asm" .) # before anything is deleted
rm -f ./*_avx2_amd64.go ./*_avx2_amd64.s ./*_avx512_amd64.go ./*_avx512_amd64.s ./*_amx_amd64.go ./*_amx_amd64.s ./*_neon_arm64.go ./*_neon_arm64.s
cd _asm
for generic in functions slopes losses gradients rows; do
	"$made/asm" -generic $generic >"$made/$generic.go"
	mv "$made/$generic.go" ../generic_$generic.go # the others read it
done
for family in $("$made/asm" -list); do
	case $family in
	*_neon) arch=arm64 ;;
	*) arch=amd64 ;;
	esac
	"$made/asm" -kernels "$family" -pkg kernels \
		-out "../${family}_$arch.s" -stubs "../${family}_$arch.go"
done
for isa in avx2_amd64 avx512_amd64 neon_arm64; do
	"$made/asm" -set "$(echo "${isa%_*}" | tr a-z A-Z)" >"../elementwise_$isa.go"
done
gofmt -w ../generic_functions.go ../generic_slopes.go ../generic_losses.go ../generic_gradients.go ../generic_rows.go ../*_avx2_amd64.go ../*_avx512_amd64.go ../*_amx_amd64.go ../*_neon_arm64.go
