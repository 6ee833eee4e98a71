package main

import "fmt"

// mnist is the task of training until enough of the test set is right. What
// counts is the time in training, shuffling and gathering included; loading and
// evaluating are not counted.
type mnist struct {
	Dir       string
	Sizes     []int
	Batch     int
	Hidden    string
	Optimizer string
	Rate      float64
	Precision string
	Target    float64 // fraction of the test set, looked at after each epoch
	Epochs    int     // at most
	Seed      uint64
}

// newMNIST is the recipe: pixels in 0..1, one hidden layer of 512 with ReLU,
// softmax cross-entropy, Adam at a constant rate.
func newMNIST(dir, precision string, seed uint64) mnist {
	return mnist{Dir: dir, Sizes: []int{784, 512, 10}, Batch: 128, Hidden: "relu", Optimizer: "adam", Rate: 1e-3,
		Precision: precision, Target: 0.98, Epochs: 20, Seed: seed}
}

func (m mnist) String() string {
	return fmt.Sprintf("MNIST %s, %d, adam %g, to %g %%", sizesText(m.Sizes), m.Batch, m.Rate, 100*m.Target)
}

func (m mnist) request() string {
	return fmt.Sprintf("mnist\tdir=%s\tsizes=%s\tbatch=%d\thidden=%s\toptimizer=%s\trate=%g\tprecision=%s\ttarget=%g\tepochs=%d\tseed=%d",
		m.Dir, sizesText(m.Sizes), m.Batch, m.Hidden, m.Optimizer, m.Rate, m.Precision, m.Target, m.Epochs, m.Seed)
}

func (m mnist) flops() float64 { return 0 }
