package main

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/catalog"
)

// stretch is the steps of a training that a part of a schedule has, or the epochs, of a part that counts those.
type stretch struct {
	unit     string // "step", "epoch"
	from, to int    // from 1 on, over the whole training
	before   int    // how many of the training are before the part's own first, reached or not
	total    int    // of the training
	perEpoch int    // how many an epoch has
}

// epochs is the same stretch counted in epochs, which are those of the whole training.
func (s stretch) epochs() stretch {
	epoch := func(n int) int { return (n-1)/s.perEpoch + 1 }
	return stretch{unit: "epoch", from: epoch(s.from), to: epoch(s.to), total: epoch(s.total), perEpoch: 1}
}

// unreached says which part of a schedule, in canonical spelling, the stretch does not get to; empty if it gets to all.
func (s stretch) unreached(spec *catalog.Spec) string {
	n := len(spec.Args)
	if n == 0 || spec.Args[n-1].Value.Spec == nil {
		return ""
	}
	then := spec.Args[n-1].Value.Spec
	switch {
	case spec.Name == "per_epoch": // per_epoch(of)
		return s.epochs().unreached(then)
	case (spec.Name != "warmup" || n != 2) && (spec.Name != "sequence" || n != 3): // warmup(steps, then), sequence(first, steps, then)
		return ""
	}
	long := int(min(spec.Args[n-2].Value.Number, float64(s.total))) // no more matter
	first, rest := s, s
	first.to = min(s.to, s.before+long)
	rest.from, rest.before = max(s.from, s.before+long+1), s.before+long
	if rest.from > rest.to {
		if spec.Name == "warmup" && then.Name == "constant" {
			return "" // a rise alone
		}
		before, verb := int(spec.Args[n-2].Value.Number), "go"
		if before == 1 {
			verb = "goes"
		}
		return fmt.Sprintf("%s is not reached: %s %s before it, of the %d of the training", then, plural(before, s.unit), verb, s.total)
	}
	if spec.Name == "sequence" {
		if first.from > first.to {
			return fmt.Sprintf("%s has 0 %ss, of the %d of the training", spec.Args[0].Value.Spec, s.unit, s.total)
		}
		if part := first.unreached(spec.Args[0].Value.Spec); part != "" {
			return part
		}
	}
	return rest.unreached(then)
}
