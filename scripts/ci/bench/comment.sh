#!/usr/bin/env bash
# Makes a file the comment of the gate on a pull request: the one that is there
# already is rewritten. GH_TOKEN must allow it to write to pull requests,
# GITHUB_REPOSITORY is OWNER/NAME.
#
#   scripts/ci/bench/comment.sh NUMBER report.md
set -euo pipefail
number=$1 report=$2
marker='<!-- neurona: benchmark gate -->'
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
	echo "$marker"
	head -c 60000 "$report" # GitHub takes 65536 characters
} >"$body"

id=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$number/comments" \
	--jq ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\"))) | .id" |
	tail -n 1)
if [ -n "$id" ]; then
	gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$body"
else
	gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" --field "body=@$body"
fi
