package nntest

import (
	"fmt"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/initial"
)

// CheckInitialiser checks that i fills all weights and biases of layers of many sizes with finite numbers, and the
// same ones from the same stream: nothing else may go into them.
func CheckInitialiser(i initial.Initialiser, opts ...Option) (err error) {
	defer recovered(&err)
	c, err := newConfig("initialiser check", opts)
	if err != nil {
		return err
	}
	if i == nil {
		return fault.Nil("initialiser check", "initialiser", "one such as initial.HeUniform()")
	}
	for _, size := range [][2]int{{1, 1}, {1, 5}, {5, 1}, {3, 7}, {64, 33}, {300, 200}} {
		in, out := size[0], size[1]
		var drawn [2][]float32
		for n := range drawn {
			v := make([]float32, in*out+out)
			fillRow(v, nan)
			i.Fill(rand.New(rand.NewPCG(c.seed, streamCheck)), in, out, v[:in*out:in*out], v[in*out:])
			drawn[n] = v
		}
		where := func(at int) string {
			if at < in*out {
				return fmt.Sprintf("initialiser check: %s, %d to %d: weight [%d][%d]", i, in, out, at/out, at%out)
			}
			return fmt.Sprintf("initialiser check: %s, %d to %d: bias [%d]", i, in, out, at-in*out)
		}
		for at, v := range drawn[0] {
			if !finite32(v) {
				return fmt.Errorf("%s is %v, want a finite number (it was NaN before)", where(at), v)
			}
		}
		if at, found := unlikeRow(drawn[0], drawn[1]); found {
			return fmt.Errorf("%s is %v, and %v from the same stream", where(at), drawn[0][at], drawn[1][at])
		}
	}
	return nil
}
