package main

import (
	"context"
	"fmt"
	"slices"
)

// found is what a subset's patterns match on the two sides.
type found struct {
	common    []string // in the order of BASE
	added     []string // only HEAD has them
	removed   []string // only BASE has them
	unmatched []string // patterns that match nothing on either side
}

// discover runs what the patterns match once on both sides, or once at all if
// both are the same.
func discover(ctx context.Context, run runner, base, head *side, patterns []pattern, set setting) (*found, error) {
	if len(patterns) == 0 {
		return &found{}, nil
	}
	var names [2][]string
	for i, s := range []*side{base, head} {
		if i == 1 && s.sameBytes(base) {
			names[1] = names[0]
			break
		}
		res, err := run.run(ctx, s, job{bench: benchFlagFor(patterns), benchtime: times(1), count: 1, setting: set})
		if err != nil {
			return nil, fmt.Errorf("listing benchmarks: %w", err)
		}
		names[i] = res.names
	}
	return sortOut(names[0], names[1], patterns), nil
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
