#!/bin/sh
# The race detector, on shortened suites: it costs a factor of ten.
set -eu
go test -race -short ./...
