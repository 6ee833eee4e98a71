package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"time"
)

// options are what the command line says.
type options struct {
	base, head       string
	packageDir       string
	tags             string
	subset           subset
	only             *regexp.Regexp // of the subset; nil for all
	budget           time.Duration
	measureIdentical bool
	instructions     string
	rules            Rules
	raw              io.Writer
}

// Values of --instructions.
const (
	instructionsAuto = "auto" // if valgrind is installed
	instructionsOn   = "on"
	instructionsOff  = "off"
)

// reserve is the share of the budget that is kept for measuring again.
const reserve = 0.2

// decide builds both sides, measures and judges.
func decide(ctx context.Context, o *options, log func(format string, args ...any)) (_ *Report, err error) {
	started := time.Now()
	report := newReport(o.rules)
	base, err := resolve(ctx, "base", o.base)
	if err != nil {
		return nil, err
	}
	head, err := resolve(ctx, "head", o.head)
	if err != nil {
		return nil, err
	}
	b, err := newBuilder(o.packageDir, o.tags)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closeErr := b.close(); closeErr != nil && err == nil {
			err = fmt.Errorf("cleaning up: %w", closeErr)
		}
	}()
	for _, s := range []*side{base, head} {
		log("building %s: %s", s.label, s.argument)
		if err := b.build(ctx, s); err != nil {
			return nil, err
		}
	}
	report.Base, report.Head = base.info(), head.info()
	report.Identical = base.hash == head.hash && base.hash != ""
	switch {
	case report.Identical && !o.measureIdentical:
		report.note("Both sides build to the same bytes: nothing was measured.")
	case base.binary == "" && head.binary == "":
		return nil, fmt.Errorf("neither side has benchmarks in %s", o.packageDir)
	case base.binary == "" || head.binary == "":
		report.note("One side has no benchmarks in %s: nothing to compare.", o.packageDir)
	default:
		if err := compare(ctx, o, base, head, b.tmp, report, log); err != nil {
			return nil, err
		}
	}
	report.Verdict = overall(report.Findings)
	report.Seconds = time.Since(started).Seconds()
	return report, nil
}

// compare measures two binaries and fills in the report.
func compare(ctx context.Context, o *options, base, head *side, tmp string, report *Report, log func(string, ...any)) error {
	environment, err := environmentFor(os.Environ())
	if err != nil {
		return err
	}
	keep := func(name string) bool { return o.only == nil || o.only.MatchString(name) }
	m := &meter{run: &processes{environment: environment, raw: o.raw}, base: base, head: head, log: log}
	if err := m.timings(ctx, o, keep, report); err != nil {
		return err
	}
	switch {
	case o.instructions == instructionsOff:
		report.note("Instructions were not counted: told not to.")
	case len(o.subset.counted) == 0:
	case !isExecutable("valgrind"):
		if o.instructions == instructionsOn {
			return fmt.Errorf("valgrind is not installed (Debian: apt-get install valgrind)")
		}
		report.note("Instructions were not counted: valgrind is not installed.")
	default:
		c := &counter{base: base, head: head, subset: o.subset.counted, keep: keep, tmp: tmp, tolerance: o.rules.Instructions, log: log}
		findings, unmatched, err := c.count(ctx)
		if err != nil {
			return err
		}
		report.Findings = append(report.Findings, findings...)
		report.Unmatched = append(report.Unmatched, unmatched...)
	}
	if len(report.Findings) == 0 && len(report.New) == 0 && len(report.Removed) == 0 {
		return fmt.Errorf("no benchmark of the subset exists on either side")
	}
	return nil
}

// timings measures the timed part of the subset within the budget, and what
// is not the same a second time.
func (m *meter) timings(ctx context.Context, o *options, keep func(string) bool, report *Report) error {
	started := time.Now()
	f, err := discover(ctx, m.run, m.base, m.head, o.subset.timed)
	if err != nil {
		return err
	}
	f.filter(keep)
	report.New = append(report.New, f.added...)
	report.Removed = append(report.Removed, f.removed...)
	report.Unmatched = append(report.Unmatched, f.unmatched...)
	if len(f.common) == 0 {
		return nil
	}
	list, err := m.calibrate(ctx, f.common)
	if err != nil {
		return err
	}
	report.Config = m.config
	left := o.budget - time.Since(started)
	p := makePlan(time.Duration(float64(left)*(1-reserve)), overheads(list), len(list), o.rules.Alpha)
	if cost := p.cost(overheads(list)); cost > left {
		report.note("A budget of %v is short for %d benchmarks: fewer pairs than %d could show nothing, and they take about %v.",
			o.budget, len(list), p.pairs, cost.Round(time.Second))
	}
	all, err := m.measure(ctx, list, p)
	if err != nil {
		return err
	}
	timings, exact := m.comparisons(f.common, all)
	findings := o.rules.first(timings)
	report.Tests = len(timings)
	// A second measurement is worth its share even where the first overran.
	left = max(o.budget-time.Since(started), time.Duration(float64(o.budget)*reserve))
	if err := m.again(ctx, o, list, findings, left); err != nil {
		return err
	}
	report.Findings = append(report.Findings, findings...)
	report.Findings = append(report.Findings, exact...)
	return nil
}

// again measures once more the benchmarks with findings other than the same,
// and puts the second judgement in place of the first.
func (m *meter) again(ctx context.Context, o *options, list []benchmark, findings []Finding, left time.Duration) error {
	suspect := func(name string) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool { return f.Name == name && f.Verdict != Same })
	}
	var names []string
	var suspects []benchmark
	for _, b := range list {
		if suspect(b.name) {
			names = append(names, b.name)
			suspects = append(suspects, b)
		}
	}
	if len(suspects) == 0 {
		return nil
	}
	m.log("measuring %d again", len(suspects))
	p := makePlan(left, overheads(suspects), len(findings), o.rules.Alpha)
	all, err := m.measure(ctx, suspects, p)
	if err != nil {
		return err
	}
	timings, _ := m.comparisons(names, all)
	for i, f := range findings {
		if f.Verdict == Same {
			continue
		}
		at := slices.IndexFunc(timings, func(c comparison) bool { return c.name == f.Name && c.unit == f.Unit })
		if at < 0 {
			findings[i].Verdict, findings[i].Reason = CannotTell, "not reported when measured again"
			continue
		}
		findings[i] = o.rules.second(f, timings[at], len(findings))
	}
	return nil
}

func overheads(list []benchmark) []time.Duration {
	out := make([]time.Duration, len(list))
	for i, b := range list {
		out[i] = b.overhead
	}
	return out
}

func (s *side) info() Side {
	return Side{Argument: s.argument, Commit: s.commit, SHA256: s.hash}
}
