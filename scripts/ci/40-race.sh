#!/bin/sh
# The race detector, on shortened suites: it costs a factor of ten. It needs
# cgo.
set -eu
command -v cc >/dev/null || scripts/ci/install.sh gcc libc6-dev
CGO_ENABLED=1 go test -race -short work
