package blastest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

func sentinel() float64 { return float64(math.Float32frombits(sentinelBits)) }

// paddingZero reports an element of flat, in plan's layout, that belongs to no
// weight and is not zero. Padding is what Pack leaves zero when all weights
// are one.
func paddingZero(plan blas.Dense, name string, flat []float32) error {
	spec := plan.Spec()
	layout := make([]float32, len(plan.Parameters()))
	if len(layout) == (spec.In+1)*spec.Out && !spec.NoBias {
		return nil // no padding
	}
	ones := newWeights(spec)
	fill(ones.w, func() float32 { return 1 })
	for j := range ones.b {
		ones.b[j] = 1
	}
	if err := plan.Pack(layout, ones.w, ones.b); err != nil {
		return err
	}
	for i, used := range layout {
		if used == 0 && flat[i] != 0 {
			return fmt.Errorf("%s: padding at %d of %d is %v, want 0", name, i, len(flat), flat[i])
		}
	}
	return nil
}

// checkLayouts checks Pack and Unpack for awkward sizes.
func checkLayouts(t *testing.T, be blas.Backend) {
	k := be.Kernels().Product
	rng := rand.New(rand.NewPCG(13, 14))
	sizes := []int{1, 2, 3, 7, 16, 17, 33, 100, k.NR - 1, k.NR, k.NR + 1}
	for _, in := range sizes {
		for _, out := range sizes {
			if in == 0 || out == 0 {
				continue
			}
			for _, noBias := range []bool{false, true} {
				spec := blas.DenseSpec{In: in, Out: out, MaxBatch: 3, Activation: kernels.Tanh, NoBias: noBias}
				if err := checkLayout(be, spec, rng); err != nil {
					t.Errorf("%d×%d, no bias %v: %v", in, out, noBias, err)
				}
			}
		}
	}
}

func checkLayout(be blas.Backend, spec blas.DenseSpec, rng *rand.Rand) error {
	plan, err := be.Dense(spec)
	if err != nil {
		return err
	}
	got := plan.Spec()
	if got.In != spec.In || got.Out != spec.Out || got.MaxBatch != spec.MaxBatch || got.NoBias != spec.NoBias || got.Activation != spec.Activation {
		return fmt.Errorf("the spec is %+v, want %+v", got, spec)
	}
	n := len(plan.Parameters())
	if n < (spec.In+1)*spec.Out || len(plan.Gradients()) != n {
		return fmt.Errorf("%d parameters, %d gradients", n, len(plan.Gradients()))
	}
	for i, p := range plan.Parameters() {
		if p != 0 {
			return fmt.Errorf("a new plan has %v at %d", p, i)
		}
	}

	// From a matrix with slack into dirty memory and back.
	w := randomWeights(spec, rng)
	wide := blas.Matrix{Rows: spec.In, Cols: spec.Out, Stride: spec.Out + 3, Data: make([]float32, spec.In*(spec.Out+3))}
	for i := range wide.Data {
		wide.Data[i] = float32(sentinel())
	}
	for i := range spec.In {
		copy(wide.Data[i*wide.Stride:], w.w.Data[i*spec.Out:(i+1)*spec.Out])
	}
	flat := make([]float32, n)
	for i := range flat {
		flat[i] = float32(sentinel())
	}
	if err := plan.Pack(flat, wide, w.b); err != nil {
		return err
	}
	used := 0
	for i, x := range flat {
		switch {
		case math.IsNaN(float64(x)):
			return fmt.Errorf("pack left element %d as it was", i)
		case x != 0:
			used++
		}
	}
	want := 0
	for _, x := range append(w.w.Data, w.b...) {
		if x != 0 {
			want++
		}
	}
	if used != want {
		return fmt.Errorf("pack wrote %d elements that are not zero, want %d", used, want)
	}
	back := newWeights(spec)
	fill(wide, func() float32 { return 0 })
	if err := errors.Join(plan.Unpack(flat, back.w, back.b), plan.Unpack(flat, wide, back.b), slackUnchanged("w", wide)); err != nil {
		return err
	}
	for i := range spec.In {
		if err := sameBits(wide.Data[i*wide.Stride:i*wide.Stride+spec.Out], w.w.Data[i*spec.Out:(i+1)*spec.Out]); err != nil {
			return fmt.Errorf("row %d of W: %w", i, err)
		}
	}
	larger := spec
	larger.MaxBatch, larger.Activation = 100*spec.MaxBatch, kernels.ReLU
	other, err := be.Dense(larger)
	if err != nil {
		return err
	}
	same := make([]float32, len(other.Parameters()))
	if err := other.Pack(same, w.w, w.b); err != nil {
		return err
	}
	if err := sameBits(same, flat); err != nil {
		return fmt.Errorf("layout for a batch of %d instead of %d: %w", larger.MaxBatch, spec.MaxBatch, err)
	}
	if spec.NoBias { // its weights stand where those of a plan with a bias do
		biased := spec
		biased.NoBias = false
		if other, err = be.Dense(biased); err != nil {
			return err
		}
		if err := other.Pack(same, w.w, make([]float32, spec.Out)); err != nil {
			return err
		}
		if err := sameBits(same, flat); err != nil {
			return fmt.Errorf("layout with a bias of zero: %w", err)
		}
	}
	return errors.Join(sameBits(back.w.Data, w.w.Data), sameBits(back.b, w.b), checkSegments(plan), paddingZero(plan, "Pack", flat))
}
