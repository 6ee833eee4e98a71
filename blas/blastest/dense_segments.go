package blastest

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
)

// kind is what an element of a plan's parameters is.
type kind string

const (
	padding kind = "padding"
	weight  kind = "a weight"
	bias    kind = "a bias"
)

// kinds returns what each of plan's parameters is by its segments.
func kinds(plan blas.Dense) []kind {
	all := make([]kind, len(plan.Parameters()))
	for i := range all {
		all[i] = padding
	}
	for _, s := range plan.Segments() {
		for i := s.Lo; i < s.Hi; i++ {
			all[i] = weight
			if s.Bias {
				all[i] = bias
			}
		}
	}
	return all
}

// checkSegments compares plan's segments with where Pack puts weights and biases.
func checkSegments(plan blas.Dense) error {
	segments, n := plan.Segments(), len(plan.Parameters())
	end := 0
	for i, s := range segments {
		if s.Lo < end || s.Lo >= s.Hi || s.Hi > n {
			return fmt.Errorf("segment %d is [%d, %d) of %d parameters, after one that ends at %d", i, s.Lo, s.Hi, n, end)
		}
		end = s.Hi
	}
	if again := plan.Segments(); len(segments) == 0 || len(again) != len(segments) || &again[0] != &segments[0] {
		return fmt.Errorf("the plan lists %d segments and then %d, want the same slice", len(segments), len(again))
	}
	// 1 and 2 tell weights and biases from padding and from one another.
	spec := plan.Spec()
	values := newWeights(spec)
	fill(values.w, func() float32 { return 1 })
	for i := range values.b {
		values.b[i] = 2
	}
	flat := make([]float32, n)
	if err := plan.Pack(flat, values.w, values.b); err != nil {
		return err
	}
	for i, k := range kinds(plan) {
		if want := []kind{padding, weight, bias}[int(flat[i])]; k != want {
			return fmt.Errorf("parameter %d of %d is %v by Segments, and %v by Pack", i, n, k, want)
		}
	}
	return nil
}
