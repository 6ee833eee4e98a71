package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"golang.org/x/perf/benchfmt"
)

// benchmark is one that is measured.
type benchmark struct {
	name     string
	setting  setting
	perOp    time.Duration // of the slower side
	overhead time.Duration // of a process with all repetitions, beside the time it measures for
}

// pair holds the readings of two processes that ran one after the other.
type pair struct {
	base  reading
	other reading // BASE again or HEAD
}

// samples is what the measurement of one benchmark gave.
type samples struct {
	aa, ab []pair
}

// meter measures benchmarks on two sides.
type meter struct {
	run        runner
	base, head *side
	units      benchfmt.UnitMetadataMap // of HEAD, which may declare more
	config     map[string]string        // of BASE: cpu, go, ...
	log        func(format string, args ...any)
}

// calibrationTime is how long a benchmark runs to find its time per iteration.
const calibrationTime = 20 * time.Millisecond

// calibrate measures how long an iteration and a process of each benchmark
// take, and notes it in the list.
func (m *meter) calibrate(ctx context.Context, list []benchmark) error {
	m.log("calibrating %d benchmarks", len(list))
	for i := range list {
		b := &list[i]
		for _, s := range []*side{m.base, m.head} {
			start := time.Now()
			res, err := m.run.run(ctx, s, job{bench: exactFlag(b.name), benchtime: calibrationTime.String(), count: repetitions, setting: b.setting})
			if err != nil {
				return err
			}
			took := time.Since(start)
			seconds, ok := res.readings[b.name][secondsPerOp]
			if !ok {
				return fmt.Errorf("%s: benchmark %s reports no time", s.label, b.name)
			}
			perOp := time.Duration(max(1, seconds*1e9))
			b.perOp = max(b.perOp, perOp)
			b.overhead = max(b.overhead, took-repetitions*time.Duration(res.iterations[b.name])*perOp)
			if s == m.base {
				m.config = res.config
			} else {
				m.units = res.units
			}
		}
	}
	return nil
}

// repetitions is how often a process repeats the benchmark within a slice.
// One whose iterations are long is repeated less: each repetition also sets
// its networks up again.
func (b benchmark) repetitions(slice time.Duration) int {
	return int(min(repetitions, max(1, slice/max(1, b.perOp))))
}

// iterations fill a slice with all repetitions of a benchmark.
func (b benchmark) iterations(slice time.Duration) int {
	return int(max(1, slice/time.Duration(b.repetitions(slice))/max(1, b.perOp)))
}

// turn is how long a process takes that measures for a slice, which a single
// iteration may exceed.
func (b benchmark) turn(slice time.Duration) time.Duration {
	return b.overhead*time.Duration(b.repetitions(slice))/repetitions + max(slice, b.perOp)
}

// measure runs the plan: first all pairs of BASE and BASE, then all of BASE
// and HEAD. Rounds go through all benchmarks, each time in another order, so
// that each benchmark's pairs spread over the whole time and the two
// processes of a pair follow each other at once.
func (m *meter) measure(ctx context.Context, list []benchmark, p plan) (map[string]*samples, error) {
	out := map[string]*samples{}
	for _, b := range list {
		out[b.name] = &samples{}
	}
	for _, other := range []*side{m.base, m.head} {
		m.log("base against %s: %d rounds of %d benchmarks", other.label, p.pairs, len(list))
		for round := range p.pairs {
			for _, i := range shuffled(len(list), round) {
				pr, err := m.pair(ctx, list[i], other, p.slice, secondFirst(round))
				if err != nil {
					return nil, err
				}
				s := out[list[i].name]
				if other == m.base {
					s.aa = append(s.aa, pr)
				} else {
					s.ab = append(s.ab, pr)
				}
			}
		}
	}
	return out, nil
}

// pair runs a benchmark once on BASE and once on other, both for as many
// iterations, so that what a process does once weighs the same on both.
func (m *meter) pair(ctx context.Context, b benchmark, other *side, slice time.Duration, swap bool) (pair, error) {
	order := []*side{m.base, other}
	if swap {
		slices.Reverse(order)
	}
	var read [2]reading
	for i, s := range order {
		res, err := m.run.run(ctx, s, job{
			bench: exactFlag(b.name), benchtime: times(b.iterations(slice)), count: b.repetitions(slice), keep: true, setting: b.setting,
		})
		if err != nil {
			return pair{}, err
		}
		r := res.readings[b.name]
		if _, ok := r[secondsPerOp]; !ok {
			return pair{}, fmt.Errorf("%s: benchmark %s reported no time", s.label, b.name)
		}
		read[i] = r
	}
	if swap {
		read[0], read[1] = read[1], read[0]
	}
	return pair{read[0], read[1]}, nil
}

// comparisons turns samples into what is tested, and exact metrics into
// findings, in the order of list.
func (m *meter) comparisons(list []benchmark, all map[string]*samples) (timings []comparison, exact []Finding) {
	for _, b := range list {
		name, s := b.name, all[b.name]
		var readings []reading // of the A/B pairs
		for _, p := range s.ab {
			readings = append(readings, p.base, p.other)
		}
		for _, unit := range unitsOf(readings) {
			better := direction(unit, m.units)
			switch {
			case isExact(unit, m.units) && better != 0:
				base, head := columns(s.ab, unit)
				exact = append(exact, judgeExact(name, unit, better > 0, base, head, 0))
			case isTiming(unit, m.units) && (unit == secondsPerOp || !impliedByTime(unit, readings)):
				base, head := columns(s.ab, unit)
				timings = append(timings, comparison{
					name: name, unit: unit, base: base, head: head, higher: better > 0,
					aa: logRatios(s.aa, unit, better), ab: logRatios(s.ab, unit, better),
				})
			}
		}
	}
	return timings, exact
}

// unitsOf lists the units that any reading has, sorted.
func unitsOf(readings []reading) []string {
	var units []string
	for _, r := range readings {
		for unit := range r {
			if !slices.Contains(units, unit) {
				units = append(units, unit)
			}
		}
	}
	slices.Sort(units)
	return units
}

// columns are the values of a unit on both sides.
func columns(pairs []pair, unit string) (base, other []float64) {
	for _, p := range pairs {
		if v, ok := p.base[unit]; ok {
			base = append(base, v)
		}
		if v, ok := p.other[unit]; ok {
			other = append(other, v)
		}
	}
	return base, other
}

// logRatios are, of each pair, how much worse the other was: ln(other/base)
// where lower is better, ln(base/other) where higher is. Pairs without two
// positive, finite values are left out: they say nothing.
func logRatios(pairs []pair, unit string, better int) []float64 {
	var out []float64
	for _, p := range pairs {
		base, other := p.base[unit], p.other[unit]
		if base > 0 && other > 0 && !math.IsInf(base, 1) && !math.IsInf(other, 1) {
			out = append(out, -float64(better)*math.Log(other/base))
		}
	}
	return out
}
