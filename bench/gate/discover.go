package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// found is what a subset's patterns match on the two sides.
type found struct {
	common    []string // in the order of BASE
	added     []string // only HEAD has them
	removed   []string // only BASE has them
	unmatched []string // patterns that match nothing on either side
	refused   []string // what a side says of a setting that it does not know
}

// discover runs what the patterns match once on both sides, or once at all if
// both are the same. A side from before a precision has no benchmarks in it.
func discover(ctx context.Context, run runner, base, head *side, patterns []pattern, set setting) (*found, error) {
	if len(patterns) == 0 {
		return &found{}, nil
	}
	var names [2][]string
	var refused []string
	for i, s := range []*side{base, head} {
		if i == 1 && s.sameBytes(base) {
			names[1] = names[0]
			break
		}
		res, err := run.run(ctx, s, job{bench: benchFlagFor(patterns), benchtime: times(1), count: 1, setting: set})
		var unknown *RefusedError
		if errors.As(err, &unknown) && set.precision != "" {
			refused = append(refused, unknown.Error())
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("listing benchmarks: %w", err)
		}
		names[i] = res.names
	}
	f := sortOut(names[0], names[1], patterns)
	f.refused = refused
	return f, nil
}

// discoverAll does so for patterns of several precisions.
func discoverAll(ctx context.Context, run runner, base, head *side, patterns []pattern) (*found, error) {
	var settings []setting
	groups := map[setting][]pattern{}
	for _, p := range patterns {
		set := settingOf(p.text)
		if groups[set] == nil {
			settings = append(settings, set)
		}
		groups[set] = append(groups[set], p)
	}
	all := &found{}
	for _, set := range settings {
		f, err := discover(ctx, run, base, head, groups[set], set)
		if err != nil {
			return nil, err
		}
		all.common = append(all.common, f.common...)
		all.added = append(all.added, f.added...)
		all.removed = append(all.removed, f.removed...)
		all.unmatched = append(all.unmatched, f.unmatched...)
		all.refused = append(all.refused, f.refused...)
	}
	return all, nil
}

func sortOut(base, head []string, patterns []pattern) *found {
	f := &found{}
	for _, name := range base {
		if slices.Contains(head, name) {
			f.common = append(f.common, name)
		} else {
			f.removed = append(f.removed, name)
		}
	}
	for _, name := range head {
		if !slices.Contains(base, name) {
			f.added = append(f.added, name)
		}
	}
	all := append(slices.Clone(base), head...)
	for _, p := range patterns {
		if !slices.ContainsFunc(all, p.matches) {
			f.unmatched = append(f.unmatched, p.text)
		}
	}
	return f
}

// filter keeps the names that keep says so of.
func (f *found) filter(keep func(name string) bool) {
	drop := func(name string) bool { return !keep(name) }
	f.common = slices.DeleteFunc(f.common, drop)
	f.added = slices.DeleteFunc(f.added, drop)
	f.removed = slices.DeleteFunc(f.removed, drop)
}
