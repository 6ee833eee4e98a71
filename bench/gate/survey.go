package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// survey is what there is to compare, found out before anything is measured.
type survey struct {
	timed   *found
	counted []rung // none if instructions are not counted
}

// rung is what is counted at one ISA.
type rung struct {
	isa string
	*found
}

// look lists what the subset names on both sides; only, if not nil, narrows it.
func look(ctx context.Context, run runner, base, head *side, s subset, only *regexp.Regexp) (*survey, error) {
	keep := func(name string) bool { return only == nil || only.MatchString(name) }
	timed, err := discoverAll(ctx, run, base, head, s.timed)
	if err != nil {
		return nil, err
	}
	timed.filter(keep)
	all := &survey{timed: timed}
	if len(s.counted) == 0 {
		return all, nil
	}
	for _, isa := range countedRungs() {
		f, err := discover(ctx, run, base, head, s.counted, setting{isa: isa})
		if err != nil {
			return nil, err
		}
		f.filter(func(name string) bool {
			return keep(name) && (!strings.Contains(name, "/isa=") || strings.Contains(name+"/", "/isa="+isa+"/"))
		})
		all.counted = append(all.counted, rung{isa, f})
	}
	return all, nil
}

// list says in the report what is not on both sides.
func (v *survey) list(r *Report) {
	add := func(list *[]string, names []string) {
		for _, name := range names {
			if !slices.Contains(*list, name) { // it may be timed and counted
				*list = append(*list, name)
			}
		}
	}
	add(&r.New, v.timed.added)
	add(&r.Removed, v.timed.removed)
	add(&r.Unmatched, v.timed.unmatched)
	add(&r.Notes, v.timed.refused)
	for _, c := range v.counted {
		add(&r.New, c.added)
		add(&r.Removed, c.removed)
		for _, p := range c.unmatched {
			add(&r.Unmatched, []string{fmt.Sprintf("%s (counted, %s)", p, c.isa)})
		}
	}
}

// tally is how many benchmarks of one kind of measurement are where.
type tally struct {
	what, verb             string // the kind, and what the subset says of it
	lines                  int    // of the subset that ask for it
	common, added, removed int
}

func (v *survey) tallies(s subset) []tally {
	times := tally{"time", "time", len(s.timed), len(v.timed.common), len(v.timed.added), len(v.timed.removed)}
	counts := tally{what: "instruction count", verb: "count", lines: len(s.counted)}
	for _, c := range v.counted {
		counts.common += len(c.common)
		counts.added += len(c.added)
		counts.removed += len(c.removed)
	}
	return []tally{times, counts}
}

// shortfall says, in a sentence each, which of the kinds of measurement that
// s asks for compare nothing. Of a kind that only, if not nil, leaves out
// nothing is wanted, unless it leaves out everything.
func (v *survey) shortfall(s subset, only *regexp.Regexp) []string {
	var kinds, reasons []string
	compared := false
	for _, t := range v.tallies(s) {
		switch {
		case t.lines == 0:
			continue
		case t.common > 0:
			compared = true
			continue
		case t.added+t.removed > 0:
			reasons = append(reasons, fmt.Sprintf("of the benchmarks that the subset names BASE alone has %d, HEAD alone %d", t.removed, t.added))
		case only == nil:
			reasons = append(reasons, fmt.Sprintf("no benchmark matches the subset's lines to %s (%d)", t.verb, t.lines))
		default:
			continue
		}
		kinds = append(kinds, t.what)
	}
	switch {
	case !compared && len(reasons) == 0:
		return []string{nothingCompared(fmt.Sprintf("no benchmark of the subset matches --subset %s", only))}
	case !compared:
		return []string{nothingCompared(strings.Join(slices.Compact(reasons), "; "))}
	}
	for i, reason := range reasons {
		reasons[i] = fmt.Sprintf("No %s was compared: %s.", kinds[i], reason)
	}
	return reasons
}

// nothingCompared is the sentence of a report without a comparison.
func nothingCompared(reason string) string { return "Nothing was compared: " + reason + "." }
