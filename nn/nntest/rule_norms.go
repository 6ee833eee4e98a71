package nntest

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/nn/optim"
)

// stepNorms takes a step with a Normwise, all at once, a second time, and in parts.
func (k *stepperCheck) stepNorms(step int, rate float64) error {
	k.norms.Begin(step, rate)
	after, err := k.follow(k.norms, len(k.g))
	if err != nil {
		return err
	}
	k.norms.Begin(step, rate)
	for _, way := range []struct {
		what   string
		length int
	}{{"a second time", len(k.g)}, {"in parts", 7}} {
		other, err := k.follow(k.norms, way.length)
		if err != nil {
			return err
		}
		if err := after.same(other, way.what); err != nil {
			return err
		}
	}
	k.now = after
	return k.finite()
}

// follow is the parameters after the step that s has begun, in parts of a length, the last of them first.
func (k *stepperCheck) follow(s optim.Normwise, length int) (after parameters, err error) {
	after = k.now.clone()
	d, p, g := after.p, slices.Clone(k.now.p), slices.Clone(k.g)
	fillRow(d, float32(math.NaN())) // anything may be in it
	each := func(call func(part parameters, lo, hi int)) {
		for lo := (len(d) - 1) / length * length; lo >= 0; lo -= length {
			hi := min(lo+length, len(d))
			call(after.from(lo, hi), lo, hi)
		}
	}
	kept := func(method string) error {
		if at, found := unlikeRow(k.now.p, p); found {
			return fmt.Errorf("its %s changes parameter %d from %v to %v, want the parameters after the step in the direction", method, at, k.now.p[at], p[at])
		}
		if at, found := unlikeRow(k.g, g); found {
			return fmt.Errorf("its %s changes gradient %d from %v to %v", method, at, k.g[at], g[at])
		}
		return nil
	}
	each(func(part parameters, lo, hi int) { s.Direction(part.p, p[lo:hi], g[lo:hi], part.slots) })
	if err := kept("Direction"); err != nil {
		return after, err
	}
	if at := slices.IndexFunc(d, func(v float32) bool { return !finite32(v) }); at >= 0 {
		return after, fmt.Errorf("its Direction makes element %d %v: it has to write all of them, and to read none", at, d[at])
	}
	own, along := sumSquares(p), sumSquares(d)
	each(func(part parameters, lo, hi int) { s.Follow(part.p, p[lo:hi], part.slots, own, along) })
	return after, kept("Follow")
}

func sumSquares(x []float32) (sum float64) {
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}
