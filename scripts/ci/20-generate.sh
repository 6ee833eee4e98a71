#!/bin/sh
# Generated files are what their generator writes: delete, regenerate,
# compare. On a difference the tree keeps what the generator wrote.
set -eu
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
cp kernels/*.go kernels/*.s "$before"
go generate ./kernels
for file in kernels/*.go kernels/*.s; do
	if [ ! -f "$before/${file##*/}" ]; then
		echo "go generate writes $file, which is not in the tree"
		exit 1
	fi
done
for file in "$before"/*; do
	diff -u "$file" "kernels/${file##*/}"
done
