#!/bin/sh
# Every system builds; arm64 runs under qemu-user.
set -eu
for target in darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 linux/arm64 linux/386 js/wasm; do
	echo "$target"
	CGO_ENABLED=0 GOOS=${target%/*} GOARCH=${target#*/} go build ./...
	CGO_ENABLED=0 GOOS=${target%/*} GOARCH=${target#*/} go vet ./...
done
if ! command -v qemu-aarch64 >/dev/null; then
	apt-get update -q
	apt-get install -qy qemu-user
fi
for package in kernels blas blas/native blas/gonumblas nn; do
	binary=$(mktemp)
	CGO_ENABLED=0 GOARCH=arm64 go test -c -o "$binary" "./$package"
	(cd "$package" && qemu-aarch64 "$binary" -test.short)
	rm "$binary"
done
