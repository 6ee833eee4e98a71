package main

import (
	"errors"
	"fmt"
	"math"
)

// errDifferent is wrapped by errors about results that are not those of the
// same work.
var errDifferent = errors.New("another result")

// Bounds on the relative difference of the first losses. They are the same
// numbers rounded in another order: in float32 a few times 2⁻²⁴ after three
// steps, in bf16 some 2⁻⁸ for each of a few layers. A library that adds n
// numbers up one after the other in float32 may be n·2⁻²⁴ off in the loss that it
// tells, which is of no consequence for what it does; up to a point.
const (
	lossTolerance     = 1e-4
	lossToleranceSums = 1e-3
	lossToleranceBF16 = 3e-2
)

func (s step) lossTolerance() float64 {
	if s.Precision == "bf16" {
		return lossToleranceBF16
	}
	summed := float64(s.Batch)
	if s.Loss != "ce" {
		summed *= float64(s.Sizes[len(s.Sizes)-1])
	}
	return min(max(lossTolerance, summed*0x1p-24), lossToleranceSums)
}

// checker tells whether what rivals answer is the result of the same work.
type checker struct {
	task   task
	want   float64   // the checksum of a product
	losses []float64 // neurona's
}

func newChecker(t task) *checker {
	c := &checker{task: t}
	if p, ok := t.(product); ok {
		c.want = expectedChecksum(p)
	}
	return c
}

// check is given the answers in the order they come; ours is neurona's, the
// first of which comes before all others.
func (c *checker) check(ours bool, a answer) error {
	switch t := c.task.(type) {
	case product:
		if !(math.Abs(a.Checksum-c.want) <= checksumTolerance(t)) {
			return fmt.Errorf("%w: checksum is %g, want %g ± %.2g", errDifferent, a.Checksum, c.want, checksumTolerance(t))
		}
	case step:
		if ours {
			c.losses = a.Losses
			return nil
		}
		if a.Reference != "" || c.losses == nil {
			return nil
		}
		if d := lossDifference(c.losses, a.Losses); !(d <= t.lossTolerance()) {
			return fmt.Errorf("%w: first losses are %v, neurona's are %v", errDifferent, a.Losses, c.losses)
		}
	case mnist:
		if !(a.Accuracy >= t.Target) {
			return fmt.Errorf("%w: accuracy is %g, want %g", errDifferent, a.Accuracy, t.Target)
		}
	}
	return nil
}

// lossDifference is the largest relative difference of two lists of losses,
// infinite if they are not equally long or hold a NaN.
func lossDifference(want, got []float64) float64 {
	if len(want) != len(got) {
		return math.Inf(1)
	}
	largest := 0.0
	for i := range want {
		d := math.Abs(got[i]-want[i]) / math.Abs(want[i])
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		largest = max(largest, d)
	}
	return largest
}
