#!/bin/sh
# Formatting, vet and staticcheck.
set -eu
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	echo "gofmt would change:"
	echo "$unformatted"
	exit 1
fi
go vet work
go vet -tags purego work
GOFLAGS='' go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 work
