#!/bin/sh
# Everything in Go alone, without assembly, shortened.
set -eu
go test -tags purego -short work
