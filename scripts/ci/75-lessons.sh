#!/bin/sh
# The lessons as people get them: spelt right in both languages, and readable by everybody in a real browser.
set -eu
hunspell -D </dev/null 2>&1 | grep -q en_GB && hunspell -D </dev/null 2>&1 | grep -q es_ES ||
	scripts/ci/install.sh hunspell hunspell-en-gb hunspell-es
NEURONA_SPELLING=1 go test -count=1 -run TestSpelling ./lessons

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
	scripts/ci/install.sh chromium
	browser=$(command -v chromium)
fi
command -v npm >/dev/null || scripts/ci/install.sh nodejs npm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go run ./cmd/neurona explain --book "$work/book"
cp scripts/ci/pages/package.json scripts/ci/pages/package-lock.json scripts/ci/pages/check.mjs "$work"
npm ci --prefix "$work" --no-audit --no-fund --ignore-scripts --silent
node "$work/check.mjs" "$browser" "$work/book"
