#!/bin/sh
# Each module of go.work without it, as its go.mod alone has it; and that
# nothing is built from another version because of the workspace.
set -eu
versions() {
	go list -deps -test -f '{{with .Module}}{{if .Version}}{{if not .Replace}}{{.Path}} {{.Version}}{{end}}{{end}}{{end}}' ./... | sort -u
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for module in . bench/gate bench/compare; do
	(
		echo "$module"
		cd "$module"
		versions >"$work/together"
		export GOWORK=off
		go mod tidy -diff
		versions >"$work/alone"
		diff -u "$work/alone" "$work/together"
		go vet ./...
		[ "$module" = . ] || go test ./... # those of . are README's
	)
done
