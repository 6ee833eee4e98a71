#!/bin/sh
# What the public packages lost or changed since the commit before, or since NEURONA_API_BASE
# (the commit that a change goes to): printed always, and a failure if CHANGELOG.md says nothing new.
set -eu
base=${NEURONA_API_BASE:-HEAD~1}
if ! base=$(git rev-parse -q --verify "$base^{commit}"); then
	echo "no commit to compare with"
	exit 0
fi
module=github.com/neurona-ml/neurona
work=$(mktemp -d)
trap 'git worktree remove --force "$work/base" 2>/dev/null || true; rm -rf "$work"' EXIT
GOBIN=$work GOFLAGS='' go install golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4
git worktree add -q --detach "$work/base" "$base"
export GOWORK=off
(cd "$work/base" && "$work/apidiff" -m -w "$work/base.api" $module)
"$work/apidiff" -m -w "$work/head.api" $module
"$work/apidiff" -m -incompatible "$work/base.api" "$work/head.api" >"$work/changes" 2>"$work/notes" || {
	cat "$work/notes"
	exit 1
}
cat "$work/changes"
if [ -s "$work/changes" ] && git diff --quiet "$base" -- CHANGELOG.md; then
	echo "incompatible with $base, and CHANGELOG.md says nothing of it"
	exit 1
fi
