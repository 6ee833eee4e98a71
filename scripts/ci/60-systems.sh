#!/bin/sh
# Every system builds, tests included, without cgo: vet compiles what packages
# import, and type-checks the packages and their tests.
set -eu
export CGO_ENABLED=0
for target in darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 linux/arm64 linux/386 js/wasm; do
	echo "$target"
	GOOS=${target%/*} GOARCH=${target#*/} go vet work
done
