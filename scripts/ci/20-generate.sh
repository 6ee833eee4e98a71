#!/bin/sh
# Generated files are what their generator writes: delete, regenerate,
# compare.
set -eu
go generate ./kernels
changes=$(git status --porcelain -- kernels)
if [ -n "$changes" ]; then
	echo "go generate changes:"
	echo "$changes"
	git diff --stat -- kernels
	exit 1
fi
