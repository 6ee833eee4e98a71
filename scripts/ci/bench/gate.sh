#!/usr/bin/env bash
# The gate as CI runs it: is HEAD slower than BASE?
#
#   scripts/ci/bench/gate.sh BASE HEAD [FLAG...]
#
# report.md, raw.txt and gate.json are left in OUT, a new folder by default.
# Worse fails with the gate's exit code 4. "Cannot tell", which is also said where
# nothing was compared, passes with a warning that gives the report's reason: a
# change that moves or renames the suite must be able to pass.
# bench/gate/README.md says what is measured and how it is judged.
set -euo pipefail
cd "$(dirname "$0")/../../.."
command -v jq >/dev/null || scripts/ci/install.sh jq
OUT=${OUT:-$(mktemp -d)}
mkdir -p "$OUT"
rm -f "$OUT/report.md" "$OUT/raw.txt" "$OUT/gate.json" # of another run

# go run would turn every exit code but 0 into 1.
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
go build -o "$bin/gate" ./bench/gate

code=0
"$bin/gate" --markdown "$OUT/report.md" --raw "$OUT/raw.txt" --json "${@:3}" "$1" "$2" >"$OUT/gate.json" || code=$?
if [ -f "$OUT/report.md" ]; then
	cat "$OUT/report.md"
	cat "$OUT/report.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
	echo "reported=true" >>"${GITHUB_OUTPUT:-/dev/null}"
fi
echo "what was measured is in $OUT"
case $code in
0)
	reason=$(jq -r .reason "$OUT/gate.json") # more instructions
	if [ -n "$reason" ]; then echo "::notice::$reason"; fi
	;;
4) echo "::error::The benchmark gate finds HEAD slower than BASE." ;;
5)
	echo "::warning::The benchmark gate cannot tell. $(jq -r .reason "$OUT/gate.json")"
	code=0
	;;
esac
exit "$code"
