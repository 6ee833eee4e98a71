#!/bin/sh
# The workflows and the shell scripts, the latter where shellcheck is installed;
# actionlint then also looks into the workflows' run steps with it.
set -eu
GOFLAGS='' go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
if command -v shellcheck >/dev/null; then
	git ls-files '*.sh' .ci/run | xargs shellcheck
else
	echo "no shellcheck here: the scripts are not checked"
fi
