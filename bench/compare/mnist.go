package main

import (
	"fmt"

	"github.com/neurona-ml/neurona/bench"
)

// mnist is the task of training until enough of the test set is right. What
// counts is the time in training, shuffling and gathering included; loading and
// evaluating are not counted.
type mnist struct {
	bench.Recipe
	Dir       string
	Precision string // "float32" or "bf16"
	Seed      uint64
}

func newMNIST(dir, precision string, seed uint64) mnist {
	return mnist{Recipe: bench.MNISTRecipe(), Dir: dir, Precision: precision, Seed: seed}
}

func (m mnist) String() string {
	return fmt.Sprintf("MNIST %s, %d, %s %g, to %g %%", m.Step.Net(), m.Step.Batch, m.Step.Optimizer, m.Rate, 100*m.Target)
}

func (m mnist) request() string {
	return fmt.Sprintf("mnist\tdir=%s\tsizes=%s\tbatch=%d\thidden=%s\toptimizer=%s\trate=%g\tprecision=%s\ttarget=%g\tepochs=%d\tseed=%d",
		m.Dir, m.Step.Net(), m.Step.Batch, m.Step.Activation, m.Step.Optimizer, m.Rate, m.Precision, m.Target, m.Epochs, m.Seed)
}

// FLOPs is 0: what counts is the time, not a rate.
func (m mnist) FLOPs() float64 { return 0 }
