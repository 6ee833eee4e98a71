package main

import (
	"slices"
	"testing"
	"time"
)

func repeat(overhead time.Duration, n int) []benchmark {
	return slices.Repeat([]benchmark{{overhead: overhead}}, n)
}

func TestPlanFitsBudget(t *testing.T) {
	for _, tt := range []struct {
		name   string
		budget time.Duration
		list   []benchmark
		slice  time.Duration // at least
	}{
		{"40 benchmarks, 3 minutes", 144 * time.Second, repeat(30*time.Millisecond, 40), wantedSlice},
		{"5 benchmarks, 1 minute", 48 * time.Second, repeat(30*time.Millisecond, 5), wantedSlice},
		{"3 of 55 are slow", 144 * time.Second, append(repeat(15*time.Millisecond, 52),
			slices.Repeat([]benchmark{{perOp: 100 * time.Millisecond, overhead: 300 * time.Millisecond}}, 3)...), 25 * time.Millisecond},
		{"1 benchmark, 10 seconds", 10 * time.Second, repeat(time.Second/50, 1), wantedSlice},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := makePlan(tt.budget, tt.list, len(tt.list), 0.05)
			if cost := p.cost(tt.list); cost > tt.budget {
				t.Errorf("plan %+v costs %v, more than %v", p, cost, tt.budget)
			}
			if p.slice < tt.slice-time.Millisecond { // it is searched for
				t.Errorf("plan %+v: slice below %v", p, tt.slice)
			}
			if p.pairs%2 != 0 {
				t.Errorf("plan %+v: an odd number of pairs leaves ABBA open", p)
			}
			if least := leastP(p.pairs, p.pairs) * float64(len(tt.list)); !(least < 0.05) {
				t.Errorf("plan %+v can never be significant: p of %g at best", p, least)
			}
		})
	}
}

func TestPlanKeepsStatisticsOverBudget(t *testing.T) {
	for _, budget := range []time.Duration{time.Second, -time.Second} {
		p := makePlan(budget, repeat(time.Second, 40), 40, 0.05)
		if p.slice != minSlice || p.pairs != fewestPairs(40, 0.05) {
			t.Errorf("budget %v: plan %+v, want the least slice and the fewest pairs", budget, p)
		}
	}
}

func TestPlanPrefersPairsToLongSlices(t *testing.T) {
	list := repeat(20*time.Millisecond, 3)
	short, long := makePlan(10*time.Second, list, 3, 0.05), makePlan(2*time.Minute, list, 3, 0.05)
	if !(long.pairs > short.pairs) || long.pairs > maxPairs || long.slice > maxSlice {
		t.Errorf("10 s: %+v, 2 min: %+v", short, long)
	}
}

func TestFewestPairs(t *testing.T) {
	for _, tests := range []int{1, 6, 40, 200} {
		pairs := fewestPairs(tests, 0.05)
		if !(leastP(pairs, pairs)*float64(tests) <= 0.05/4) {
			t.Errorf("%d tests: %d pairs reach %g at best", tests, pairs, leastP(pairs, pairs))
		}
	}
}

func TestOrderIsABBA(t *testing.T) {
	var first int
	for i := range 8 {
		if secondFirst(i) {
			first++
		}
		if i > 0 && secondFirst(i) == secondFirst(i-1) {
			t.Errorf("pairs %d and %d have the same order", i-1, i)
		}
	}
	if first != 4 {
		t.Errorf("%d of 8 pairs run their second program first, want half", first)
	}
}

func TestShuffledIsAPermutation(t *testing.T) {
	a, b := shuffled(10, 0), shuffled(10, 1)
	if slices.Equal(a, b) {
		t.Error("two rounds have the same order")
	}
	if !slices.Equal(a, shuffled(10, 0)) {
		t.Error("a round has another order the second time")
	}
	slices.Sort(b)
	if !slices.Equal(b, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		t.Errorf("not a permutation: %v", b)
	}
}

// TestSlowIterationsRepeatLess: an iteration longer than a third of the slice
// is not done three times, and its cost is counted.
func TestSlowIterationsRepeatLess(t *testing.T) {
	const slice = 60 * time.Millisecond
	for _, tt := range []struct {
		perOp                   time.Duration
		repetitions, iterations int
		turn                    time.Duration // with an overhead of 30 ms
	}{
		{time.Millisecond, 3, 20, 90 * time.Millisecond},
		{20 * time.Millisecond, 3, 1, 90 * time.Millisecond},
		{25 * time.Millisecond, 2, 1, 80 * time.Millisecond},
		{200 * time.Millisecond, 1, 1, 210 * time.Millisecond},
		{0, 3, 20_000_000, 90 * time.Millisecond},
	} {
		b := benchmark{perOp: tt.perOp, overhead: 30 * time.Millisecond}
		if r, n, turn := b.repetitions(slice), b.iterations(slice), b.turn(slice); r != tt.repetitions || n != tt.iterations || turn != tt.turn {
			t.Errorf("%v an iteration: %d repetitions of %d, %v; want %d of %d, %v", tt.perOp, r, n, turn, tt.repetitions, tt.iterations, tt.turn)
		}
	}
}
