#!/bin/sh
# Everything in Go alone, without assembly.
set -eu
go test -tags purego work
