#!/usr/bin/env bash
# Fetches the history that the last run on main left as artifact, or starts one
# if there is none. Failing to fetch one that exists is an error, so that a
# history is not lost to a bad connection. GH_TOKEN must allow it to read
# actions, GITHUB_REPOSITORY is OWNER/NAME.
#
#   scripts/ci/bench/fetch.sh history.txt
set -euo pipefail
history=$1
mkdir -p "$(dirname "$history")"

# A fork may call its branch main, too.
id=$(gh api "repos/$GITHUB_REPOSITORY/actions/artifacts?name=bench-history&per_page=100" --jq '
	[.artifacts[]
	| select(.expired | not)
	| select(.workflow_run.head_branch == "main")
	| select(.workflow_run.head_repository_id == .workflow_run.repository_id)]
	| sort_by(.created_at) | last | .id // empty')
if [ -z "$id" ]; then
	echo "no history yet"
	: >"$history"
	exit 0
fi
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
gh api "repos/$GITHUB_REPOSITORY/actions/artifacts/$id/zip" >"$archive"
unzip -p "$archive" history.txt >"$history"
echo "history of $(grep -c '^commit: ' "$history") runs"
