package main

import (
	"math/rand/v2"
	"time"
)

// repetitions is how often a process measures its benchmark, if iterations are
// short. It reports the best, so that an interruption must hit every
// repetition to be seen.
const repetitions = 3

// Limits of a plan. The slice is the time that all repetitions of one process
// measure for.
const (
	minSlice    = 6 * time.Millisecond
	wantedSlice = 60 * time.Millisecond
	maxSlice    = 300 * time.Millisecond
	minPairs    = 6
	maxPairs    = 20
)

// plan says how long to measure: pairs of processes of BASE and BASE, then as
// many of BASE and HEAD, for each benchmark.
type plan struct {
	pairs int
	slice time.Duration
}

// makePlan fits the measurement of benchmarks into budget. Statistics come
// first: even over budget there are as many pairs as make a difference
// detectable at alpha among that many tests. Then slices long enough to trust,
// then more pairs, then longer slices.
func makePlan(budget time.Duration, list []benchmark, tests int, alpha float64) plan {
	least := fewestPairs(tests, alpha)
	for pairs := max(least, maxPairs); pairs > least; pairs -= 2 {
		if (plan{pairs, wantedSlice}).cost(list) <= budget {
			return plan{pairs, longestSlice(budget, list, pairs)}
		}
	}
	return plan{least, longestSlice(budget, list, least)}
}

// longestSlice is the longest slice at which so many pairs fit into budget, or
// the shortest there is.
func longestSlice(budget time.Duration, list []benchmark, pairs int) time.Duration {
	const exactness = 100 * time.Microsecond
	fits, exceeds := minSlice, maxSlice
	if (plan{pairs, maxSlice}).cost(list) <= budget {
		return maxSlice
	}
	for exceeds-fits > exactness {
		middle := (fits + exceeds) / 2
		if (plan{pairs, middle}).cost(list) <= budget {
			fits = middle
		} else {
			exceeds = middle
		}
	}
	return fits
}

// cost is how long a plan takes.
func (p plan) cost(list []benchmark) time.Duration {
	var perRound time.Duration
	for _, b := range list {
		perRound += b.turn(p.slice)
	}
	return time.Duration(4*p.pairs) * perRound // two processes a pair, A/A and A/B
}

// fewestPairs is the least even number of A/A pairs and of A/B pairs at which
// an overlap of the two in a few places still leaves a significant p-value:
// a quarter of alpha for complete separation. Even, so that ABBA closes.
func fewestPairs(tests int, alpha float64) int {
	pairs := minPairs
	for pairs < maxPairs && leastP(pairs, pairs) > alpha/float64(max(1, tests))/4 {
		pairs += 2
	}
	return pairs
}

// secondFirst reports whether pair number i runs its second program first:
// A B, B A, A B, ... so that what changes slowly hits both alike.
func secondFirst(i int) bool { return i%2 == 1 }

// shuffled is the order of n benchmarks in a round, another one each round and
// the same in every execution.
func shuffled(n, round int) []int {
	return rand.New(rand.NewPCG(uint64(n), uint64(round))).Perm(n)
}
