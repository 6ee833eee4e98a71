package main

import (
	"slices"
	"testing"
	"time"
)

func repeat(d time.Duration, n int) []time.Duration {
	return slices.Repeat([]time.Duration{d}, n)
}

func TestPlanFitsBudget(t *testing.T) {
	for _, tt := range []struct {
		name      string
		budget    time.Duration
		overheads []time.Duration
	}{
		{"40 benchmarks, 3 minutes", 144 * time.Second, repeat(30*time.Millisecond, 40)},
		{"5 benchmarks, 1 minute", 48 * time.Second, repeat(30*time.Millisecond, 5)},
		{"1 benchmark, 10 seconds", 10 * time.Second, repeat(time.Second/50, 1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := makePlan(tt.budget, tt.overheads, len(tt.overheads), 0.05)
			if cost := p.cost(tt.overheads); cost > tt.budget {
				t.Errorf("plan %+v costs %v, more than %v", p, cost, tt.budget)
			}
			if p.slice < wantedSlice {
				t.Errorf("plan %+v: slice below %v", p, wantedSlice)
			}
			if p.pairs%2 != 0 {
				t.Errorf("plan %+v: an odd number of pairs leaves ABBA open", p)
			}
			if least := leastP(p.pairs, p.pairs) * float64(len(tt.overheads)); !(least < 0.05) {
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
	overheads := repeat(20*time.Millisecond, 3)
	short, long := makePlan(10*time.Second, overheads, 3, 0.05), makePlan(2*time.Minute, overheads, 3, 0.05)
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
