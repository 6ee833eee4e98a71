package main

import (
	"math/rand/v2"
	"time"
)

// repetitions is how often a process measures its benchmark. It reports the
// best, so that an interruption must hit every repetition to be seen.
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

// makePlan fits the measurement of benchmarks, whose processes cost overheads
// beside the slice, into budget. Statistics come first: even over budget there
// are as many pairs as make a difference detectable at alpha among that many
// tests. Then slices long enough to trust, then more pairs, then longer slices.
func makePlan(budget time.Duration, overheads []time.Duration, tests int, alpha float64) plan {
	var overhead time.Duration
	for _, o := range overheads {
		overhead += o
	}
	n := len(overheads)
	if n == 0 {
		return plan{minPairs, minSlice}
	}
	sliceFor := func(pairs int) time.Duration {
		perRound := budget / time.Duration(4*pairs) // two processes per pair, A/A and A/B
		return (perRound - overhead) / time.Duration(n)
	}
	least := fewestPairs(tests, alpha)
	p := plan{pairs: least}
	for pairs := max(least, maxPairs); pairs > least; pairs -= 2 {
		if sliceFor(pairs) >= wantedSlice {
			p.pairs = pairs
			break
		}
	}
	p.slice = min(max(sliceFor(p.pairs), minSlice), maxSlice)
	return p
}

// cost is how long a plan takes.
func (p plan) cost(overheads []time.Duration) time.Duration {
	var perRound time.Duration
	for _, o := range overheads {
		perRound += o + p.slice
	}
	return time.Duration(4*p.pairs) * perRound
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
