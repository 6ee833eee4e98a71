#!/bin/sh
# A part of each kind is added to a copy of the tree as ARCHITECTURE.md says, and
# the files that it takes are counted.
set -eu
go test . -run '^TestHowToAdd$' -try -v -count=1
