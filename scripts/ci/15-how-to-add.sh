#!/bin/sh
# A part of each kind is added to a copy of the tree as ARCHITECTURE.md says, and
# the files that it takes are counted.
set -eu
(cd kernels/_asm && GOWORK=off go mod download) # the copies are built without a proxy
go test . -run '^TestHowToAdd$' -try -v -count=1
