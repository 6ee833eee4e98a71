#!/bin/sh
# The race detector, on shortened suites: it costs a factor of ten. It needs
# cgo. A package may take longer than the 10 minutes that go test allows one by
# itself: on a machine without vector units for bf16 most of it is Go code.
set -eu
command -v cc >/dev/null || scripts/ci/install.sh gcc libc6-dev
CGO_ENABLED=1 go test -race -short -timeout 20m work
