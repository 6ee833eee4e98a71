#!/bin/sh
# Proof of the gate on this machine:
#
#   - a program against itself raises no alarm in RUNS runs (20),
#   - the Adam kernel slowed down by a tenth is caught in at least 19 of 20 of as many runs,
#   - a documentation change passes, unmeasured.
#
# The two kinds of runs alternate, so that both meet the machine in the same
# moods. Instructions are not counted: they would catch the slow-down by
# themselves. SUBSET (a regexp) and BUDGET (of one run) make it shorter;
# LOGS keeps what the gate said. With the defaults it takes 45 minutes; leave
# the machine alone meanwhile.
#
#   bench/gate/proof.sh
#   RUNS=2 BUDGET=20s SUBSET='kernel=(adam|exp)' bench/gate/proof.sh
set -eu
RUNS=${RUNS:-20}
BUDGET=${BUDGET:-60s}
SUBSET=${SUBSET:-Kernel/|Gemm/op=nn/m=(8|64)/.*workers=1}
BASE=${BASE:-HEAD}

cd "$(git rev-parse --show-toplevel)"
work=$(mktemp -d)
LOGS=${LOGS:-$work/logs}
mkdir -p "$LOGS"
trees="base slow docs"
cleanup() {
	for tree in $trees; do
		git worktree remove --force "$work/$tree" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

for tree in $trees; do
	git worktree add --quiet --detach "$work/$tree" "$BASE"
done

# The planted change: after each Adam step, its first tenth once more.
cat >"$work/slow/kernels/planted.go" <<'EOF'
package kernels

type adamStep func(p, grad, m, v []float32, c *AdamConstants)

func planted(step adamStep) adamStep {
	return func(p, grad, m, v []float32, c *AdamConstants) {
		step(p, grad, m, v, c)
		if n := len(p) / 10; n > 0 {
			step(p[:n], grad[:n], m[:n], v[:n], c)
		}
	}
}
EOF
sed -i.before -e 's/\(\.Adam = \)\(adam[A-Za-z0-9]*\)$/\1planted(\2)/' \
	-e 's/\(Adam:  *\)\(adamGeneric\),$/\1planted(\2),/' "$work"/slow/kernels/set_*.go
grep -q 'planted(adam' "$work"/slow/kernels/set_*.go || {
	echo "proof.sh: found no kernel to slow down in kernels/set_*.go" >&2
	exit 1
}

# The documentation change.
echo "One more sentence." >>"$work/docs/README.md"
echo "A note." >"$work/docs/bench/notes.md"

go build -o "$work/gate" ./bench/gate
for tree in base slow; do
	(cd "$work/$tree" && GOWORK=off go test -c -trimpath -buildvcs=false -ldflags=-buildid= -o "$work/$tree.test" ./bench)
done

# measure NAME HEAD runs the gate and prints its exit code.
measure() {
	code=0
	"$work/gate" --quiet --measure-identical --instructions off --budget "$BUDGET" --subset "$SUBSET" --all \
		"$work/base.test" "$2" >"$LOGS/$1.txt" 2>&1 || code=$?
	case $code in
	0 | 4 | 5) ;;
	*)
		cat "$LOGS/$1.txt" >&2
		echo "proof.sh: the gate failed" >&2
		exit 1
		;;
	esac
	echo "$code"
}

alarms=0 unsure=0 caught=0 missed_unsure=0 accused=0
run=1
while [ "$run" -le "$RUNS" ]; do
	code=$(measure "same-$run" "$work/base.test")
	case $code in
	4) alarms=$((alarms + 1)) ;;
	5) unsure=$((unsure + 1)) ;;
	esac
	echo "run $run of $RUNS: A against A, exit code $code"
	code=$(measure "slow-$run" "$work/slow.test")
	if grep -q '^worse  *Kernel/kernel=adam/' "$LOGS/slow-$run.txt"; then
		caught=$((caught + 1))
	elif [ "$code" = 5 ]; then
		missed_unsure=$((missed_unsure + 1))
	fi
	if grep '^worse ' "$LOGS/slow-$run.txt" | grep -qv 'kernel=adam/'; then
		accused=$((accused + 1))
	fi
	echo "run $run of $RUNS: slower Adam, exit code $code"
	run=$((run + 1))
done

docs=0
"$work/gate" --quiet "$BASE" "$work/docs" >"$LOGS/docs.txt" 2>&1 || docs=$?
unmeasured=no
if grep -q 'nothing was measured' "$LOGS/docs.txt"; then unmeasured=yes; fi

echo
echo "Proof of the gate, $(git rev-parse --short "$BASE"), $RUNS runs each, budget $BUDGET, subset $SUBSET"
sed -n 's/.* in [0-9]* s on //p' "$LOGS/same-1.txt"
echo "A against A:          $alarms alarms in $RUNS runs ($unsure cannot tell); wanted 0"
echo "Adam 10 % slower:     caught in $caught of $RUNS runs ($missed_unsure more cannot tell); wanted $(((RUNS * 19 + 19) / 20))"
echo "  others accused in:  $accused of $RUNS runs"
echo "  change measured:    $(sed -n 's/^.*  Kernel\/kernel=adam\/[^ ]*  *[0-9][^ ]*s\/op  *[0-9][^ ]*s\/op  *\([+-][0-9.]*%\).*/\1/p' "$LOGS"/slow-*.txt | tr '\n' ' ')"
echo "documentation change: exit code $docs, unmeasured: $unmeasured; wanted 0, yes"

[ "$alarms" -eq 0 ] && [ "$caught" -ge $(((RUNS * 19 + 19) / 20)) ] && [ "$docs" -eq 0 ] && [ "$unmeasured" = yes ]
