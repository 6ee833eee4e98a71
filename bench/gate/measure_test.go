package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"
)

// simulated stands for two test binaries on a machine whose speed drifts, on
// which processes scatter and now and then one is disturbed.
type simulated struct {
	names   []string
	factor  map[string]float64 // how much longer HEAD takes; 1 if absent
	allocs  map[string]float64 // allocations of HEAD
	sigma   float64            // scatter of processes
	rng     *rand.Rand
	turns   int
	lengths map[string]map[string]bool // -test.benchtime values by side
}

func newSimulated(benchmarks int, sigma float64, seed uint64) *simulated {
	s := &simulated{sigma: sigma, rng: rand.New(rand.NewPCG(seed, 1)),
		factor: map[string]float64{}, allocs: map[string]float64{}, lengths: map[string]map[string]bool{"base": {}, "head": {}}}
	for i := range benchmarks {
		s.names = append(s.names, fmt.Sprintf("Sim/n=%d", i))
	}
	return s
}

// list is what is to be measured.
func (s *simulated) list() []benchmark {
	var list []benchmark
	for _, name := range s.names {
		list = append(list, benchmark{name: name})
	}
	return list
}

func (s *simulated) run(_ context.Context, side *side, j job) (*results, error) {
	s.turns++
	res := &results{readings: map[string]reading{}, iterations: map[string]int{}, units: benchfmt.UnitMetadataMap{}}
	for i, name := range s.names {
		if j.benchtime != times(1) && j.bench != exactFlag(name) {
			continue
		}
		drift := 1 + 0.3*math.Sin(float64(s.turns)/500) // slow against a pair
		seconds := 1e-4 * float64(i+1) * drift * math.Exp(s.sigma*s.rng.NormFloat64())
		if s.rng.Float64() < 0.03 {
			seconds *= 1.5 // somebody else ran
		}
		allocs := 0.0
		if side.label == "head" {
			if f, ok := s.factor[name]; ok {
				seconds *= f
			}
			allocs = s.allocs[name]
		}
		res.names = append(res.names, name)
		res.readings[name] = reading{"sec/op": seconds, "samples/s": 64 / seconds, "allocs/op": allocs, "%peak": 50}
		res.iterations[name] = 100
		s.lengths[side.label][name+" "+j.benchtime] = true
	}
	res.units[benchfmt.UnitMetadataKey{Unit: "samples/s", Key: "better"}] = &benchfmt.UnitMetadata{Value: "higher"}
	return res, nil
}

// gateOn runs the timed part of the gate on a simulation.
func gateOn(t *testing.T, s *simulated) *Report {
	t.Helper()
	o := &options{rules: defaultRules, budget: time.Minute}
	m := &meter{run: s, base: &side{label: "base"}, head: &side{label: "head"}, log: func(string, ...any) {}}
	report := &Report{}
	if err := m.timings(t.Context(), o, s.list(), report); err != nil {
		t.Fatal(err)
	}
	report.conclude()
	return report
}

const (
	simulatedBenchmarks = 20
	simulations         = 20
)

// TestNoAlarm: a program against itself, on a drifting machine, is never worse.
func TestNoAlarm(t *testing.T) {
	t.Parallel()
	for seed := range uint64(simulations) {
		report := gateOn(t, newSimulated(simulatedBenchmarks, 0.02, seed))
		if report.Verdict == Worse {
			t.Errorf("seed %d: %s, %+v", seed, report.summary(), report.ranked()[0])
		}
		if n := report.count(CannotTell); n > 1 {
			t.Errorf("seed %d: cannot tell of %d benchmarks", seed, n)
		}
	}
}

// TestSlowdownFound: 10 % on one benchmark among many are found nearly always,
// and nothing else is accused.
func TestSlowdownFound(t *testing.T) {
	t.Parallel()
	missed := 0
	for seed := range uint64(simulations) {
		s := newSimulated(simulatedBenchmarks, 0.02, seed)
		slow := s.names[7]
		s.factor[slow] = 1.10
		report := gateOn(t, s)
		if report.Verdict != Worse {
			missed++
		}
		for _, f := range report.Findings {
			if f.Verdict == Worse && f.Name != slow {
				t.Errorf("seed %d: %s is said to be worse (%s)", seed, f.Name, f.Reason)
			}
			if f.Verdict == Worse && !f.Again {
				t.Errorf("seed %d: %s is worse without a second measurement", seed, f.Name)
			}
		}
	}
	if missed > 1 {
		t.Errorf("a slow-down of 10 %% was missed %d times in %d", missed, simulations)
	}
}

func TestSpeedupFound(t *testing.T) {
	s := newSimulated(5, 0.01, 3)
	s.factor[s.names[2]] = 0.8
	if report := gateOn(t, s); report.Verdict != Better || report.count(Better) != 1 {
		t.Errorf("%s: %s", report.Verdict, report.summary())
	}
}

func TestNoisyMachineCannotTell(t *testing.T) {
	report := gateOn(t, newSimulated(5, 0.6, 3))
	if report.Verdict != CannotTell {
		t.Errorf("%s: %s", report.Verdict, report.summary())
	}
}

func TestAllocationIsWorse(t *testing.T) {
	s := newSimulated(3, 0.01, 3)
	s.allocs[s.names[1]] = 1
	report := gateOn(t, s)
	if worst := report.ranked()[0]; report.Verdict != Worse || worst.Name != s.names[1] || worst.Unit != "allocs/op" {
		t.Errorf("%s: %+v", report.Verdict, worst)
	}
}

// TestBothSidesIterateAlike: what differs between the sides must not be the
// number of iterations, over which one-off costs are spread.
func TestBothSidesIterateAlike(t *testing.T) {
	s := newSimulated(2, 0.01, 3)
	s.factor[s.names[0]] = 3
	gateOn(t, s)
	if !maps.Equal(s.lengths["base"], s.lengths["head"]) {
		t.Errorf("base ran %v, head %v", s.lengths["base"], s.lengths["head"])
	}
}

// TestOneTestPerMeasurement: a rate computed from the time is not tested
// beside it.
func TestOneTestPerMeasurement(t *testing.T) {
	report := gateOn(t, newSimulated(4, 0.01, 3))
	if report.Tests != 4 {
		t.Errorf("%d tests for 4 benchmarks with a time and a rate each", report.Tests)
	}
}

func TestNewAndRemoved(t *testing.T) {
	f := sortOut([]string{"A/n=1", "B"}, []string{"A/n=1", "A/n=2"}, []pattern{newPattern("A"), newPattern("B"), newPattern("C")})
	want := "{[A/n=1] [A/n=2] [B] [C] []}"
	if got := fmt.Sprint(*f); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	only := regexp.MustCompile("n=1")
	f.filter(only.MatchString)
	if want, got := "{[A/n=1] [] [] [C] []}", fmt.Sprint(*f); got != want {
		t.Errorf("filtered: got %s, want %s", got, want)
	}
}

// failing is a binary that breaks.
type failing struct{ err error }

func (f failing) run(context.Context, *side, job) (*results, error) { return nil, f.err }

func TestFailureIsReported(t *testing.T) {
	m := &meter{run: failing{io.ErrUnexpectedEOF}, base: &side{label: "base"}, head: &side{label: "head"}, log: func(string, ...any) {}}
	o := &options{rules: defaultRules, budget: time.Minute}
	if err := m.timings(t.Context(), o, []benchmark{{name: "Sim"}}, &Report{}); err == nil {
		t.Error("no error from a binary that cannot run")
	}
}

// timeless reports a rate alone where it is measured.
type timeless struct{ *simulated }

func (s timeless) run(ctx context.Context, side *side, j job) (*results, error) {
	res, err := s.simulated.run(ctx, side, j)
	for _, r := range res.readings {
		if j.keep {
			delete(r, secondsPerOp)
		}
	}
	return res, err
}

// TestNoTimeIsAnError: a benchmark that loses its time when it is measured
// leaves nothing to judge, which is not the same.
func TestNoTimeIsAnError(t *testing.T) {
	s := timeless{newSimulated(2, 0.01, 3)}
	m := &meter{run: s, base: &side{label: "base"}, head: &side{label: "head"}, log: func(string, ...any) {}}
	if err := m.timings(t.Context(), &options{rules: defaultRules, budget: time.Minute}, s.list(), &Report{}); err == nil {
		t.Error("no error from benchmarks without a time")
	}
}
