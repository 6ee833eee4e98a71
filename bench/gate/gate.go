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
	packageGiven     bool // not the default
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
	b, err := newBuilder(o.packageDir, o.tags, o.packageGiven)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closeErr := b.close(); closeErr != nil && err == nil {
			err = fmt.Errorf("cleaning up: %w", closeErr)
		}
	}()
	if len(o.subset.timed)+len(o.subset.counted) == 0 {
		report.uncompared = []string{nothingCompared("the subset names no benchmark")}
	} else if err := b.buildBoth(ctx, base, head, log); err != nil {
		return nil, err
	} else if err := compare(ctx, o, base, head, b.tmp, report, log); err != nil {
		return nil, err
	}
	report.Base, report.Head = base.info(), head.info()
	report.conclude()
	report.Seconds = time.Since(started).Seconds()
	return report, nil
}

// compare looks at what there is on both sides, measures it, unless they are
// the same, and fills in the report.
func compare(ctx context.Context, o *options, base, head *side, tmp string, report *Report, log func(string, ...any)) error {
	if base.lacks != "" && head.lacks != "" {
		report.uncompared = []string{nothingCompared(base.lacks + ", " + head.lacks)}
		return nil
	}
	wanted := o.subset
	uncounted, err := o.uncounted()
	if err != nil {
		return err
	}
	if uncounted != "" {
		wanted.counted = nil
	}
	environment, err := environmentFor(os.Environ(), withoutRoofs+"=1")
	if err != nil {
		return err
	}
	run := &processes{environment: environment, raw: o.raw}
	there, err := look(ctx, run, base, head, wanted, o.only)
	if err != nil {
		return err
	}
	there.list(report)
	report.Identical = base.sameBytes(head)
	switch {
	case base.lacks != "":
		report.uncompared = []string{nothingCompared(base.lacks)}
	case head.lacks != "":
		report.uncompared = []string{nothingCompared(head.lacks)}
	case len(wanted.timed)+len(wanted.counted) == 0:
		report.uncompared = []string{nothingCompared("the subset has lines to count alone, and instructions were not counted, " + uncounted)}
	default:
		report.uncompared = there.shortfall(wanted, o.only)
	}
	if report.Identical && !o.measureIdentical {
		report.note("Both sides build to the same bytes: nothing was measured.")
		return nil
	}
	if uncounted != "" {
		report.note("Instructions were not counted: %s.", uncounted)
	}
	c := &counter{base: base, head: head, tmp: tmp, tolerance: o.rules.Instructions, log: log}
	counts, err := c.count(ctx, there.counted)
	if err != nil {
		return err
	}
	list := make([]benchmark, len(there.timed.common))
	for i, name := range there.timed.common {
		list[i] = benchmark{name: name, setting: settingOf(name)}
	}
	list = append(list, o.rules.toTime(counts, wanted.timed, list)...)
	m := &meter{run: run, base: base, head: head, log: log}
	if err := m.timings(ctx, o, list, report); err != nil {
		return err
	}
	o.rules.weigh(counts, report.Findings)
	for _, c := range counts {
		report.Findings = append(report.Findings, c.finding)
	}
	return nil
}

// uncounted says why instructions are not counted although the subset asks
// for it; empty if they are, or if it does not.
func (o *options) uncounted() (string, error) {
	switch {
	case len(o.subset.counted) == 0:
		return "", nil
	case o.instructions == instructionsOff:
		return "told not to", nil
	case isExecutable("valgrind"):
		return "", nil
	case o.instructions == instructionsOn:
		return "", fmt.Errorf("valgrind is not installed (Debian: apt-get install valgrind)")
	}
	return "valgrind is not installed", nil
}

// timings measures benchmarks within the budget, and what is not the same a
// second time.
func (m *meter) timings(ctx context.Context, o *options, list []benchmark, report *Report) error {
	if len(list) == 0 {
		return nil
	}
	started := time.Now()
	if err := m.calibrate(ctx, list); err != nil {
		return err
	}
	report.Config = m.config
	left := o.budget - time.Since(started)
	p := makePlan(time.Duration(float64(left)*(1-reserve)), list, len(list), o.rules.Alpha)
	if cost := p.cost(list); cost > left {
		report.note("A budget of %v is short for %d benchmarks: fewer pairs than %d could show nothing, and they take about %v.",
			o.budget, len(list), p.pairs, cost.Round(time.Second))
	}
	all, err := m.measure(ctx, list, p)
	if err != nil {
		return err
	}
	timings, exact := m.comparisons(list, all)
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
	var suspects []benchmark
	for _, b := range list {
		if suspect(b.name) {
			suspects = append(suspects, b)
		}
	}
	if len(suspects) == 0 {
		return nil
	}
	m.log("measuring %d again", len(suspects))
	p := makePlan(left, suspects, len(findings), o.rules.Alpha)
	all, err := m.measure(ctx, suspects, p)
	if err != nil {
		return err
	}
	timings, _ := m.comparisons(suspects, all)
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
