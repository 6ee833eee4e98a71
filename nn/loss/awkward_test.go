package loss

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// awkward are outputs for which a loss that is right for others may go wrong.
var awkward = []float32{
	0, float32(math.Copysign(0, -1)), math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 1e-38, 1e-20, -1e-20,
	1, -1, 16.7, -16.7, 43.5, -43.5, 79, 81, 88, -88, 104, -104, 1e10, -1e10, 1e19, -1e19, 3e38, -3e38,
	float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
}

// TestAwkwardElements: kernels, and what is done where they are no use, compute what float64 does an
// element at a time, whatever is among them. Finite outputs have a finite loss, and NaN shows.
func TestAwkwardElements(t *testing.T) {
	var list []naiveLoss
	for _, n := range naiveLosses() {
		if q, ok := n.loss.(quantile); ok && len(q.taus) == 1 {
			n.loss = oneQuantile{q, pinball{tau: q.taus[0]}}
		}
		if p, ok := n.loss.(poisson); ok && p.full { // which is more than its elements
			continue
		}
		if _, ok := n.loss.(elementwise); ok {
			list = append(list, n)
		}
	}
	if len(list) < 14 {
		t.Fatalf("%d losses of elements, want all", len(list))
	}
	for _, k := range kernels.Sets() {
		for _, n := range list {
			t.Run(fmt.Sprintf("isa=%s/%s", k.ISA, n.loss), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(11, 12))
				cols := n.outputs(33)
				for _, v := range awkward {
					y := n.of(1, cols, func(_, j int) float32 {
						if j == 5 {
							return v
						}
						return float32(rng.NormFloat64())
					})
					checkElements(t, n.loss.(elementwise), k, y, n.target(rng, 1, cols))
				}
				for _, v := range []float32{3e38, -3e38, 1e19, 1e-40} {
					target := n.target(rng, 1, cols)
					if tensor.Row(target.Values, 0)[6] = v; n.loss.Check(target, 1, cols) == nil {
						checkElements(t, n.loss.(elementwise), k, n.of(1, cols, func(int, int) float32 { return -3e38 }), target)
						checkElements(t, n.loss.(elementwise), k, n.of(1, cols, func(int, int) float32 { return 0.5 }), target)
					}
				}
			})
		}
	}
}

// oneQuantile is a quantile with its element.
type oneQuantile struct {
	quantile
	pinball
}

func (o oneQuantile) Bind(k *kernels.Set) Loss { return o.quantile.Bind(k) }

func checkElements(t *testing.T, l elementwise, k *kernels.Set, y tensor.Matrix, target data.Target) {
	t.Helper()
	const scale = 0.5
	_, rates := l.(poisson) // whose exponential may be infinite, and whose logarithm may have none
	want, size, largest := 0.0, 0.0, 0.0
	slopes := make([]float64, y.Cols)
	for j, v := range tensor.Row(y, 0) {
		value, slope := l.at(j, float64(v), float64(tensor.Row(target.Values, 0)[j]))
		if v-v == 0 && !rates && (math.IsInf(value, 0) || value != value || slope != slope) || v != v && value == value {
			t.Fatalf("%s of %v, %v: loss %v, derivative %v", l, v, tensor.Row(target.Values, 0)[j], value, slope)
		}
		want, size, slopes[j] = want+value, size+math.Abs(value), slope
		largest = max(largest, math.Abs(float64(float32(slope))))
	}
	dy := testMatrix(1, y.Cols, nought)
	bound := Bind(l, k)
	for how, got := range map[string]float64{
		"alone": bound.Sum(y, target, tensor.Matrix{}, 1), "with a gradient": bound.Sum(y, target, dy, scale),
		"in place": bound.Sum(testMatrix(1, y.Cols, func(_, j int) float32 { return tensor.Row(y, 0)[j] }), target, dy, scale),
	} {
		if !(math.Abs(got-want) <= 2e-6*size+0x1p-40) && got != want && !(got != got && want != want) {
			t.Fatalf("%s of %v: sum %v %s, want %v", l, tensor.Row(y, 0), got, how, want)
		}
	}
	for j, g := range tensor.Row(dy, 0) {
		w := float64(float32(scale * slopes[j]))
		if diff := math.Abs(float64(g) - w); !(diff <= 2e-6*(math.Abs(w)+1)) && float64(g) != w && !(g != g && w != w) {
			t.Fatalf("%s: gradient at %v is %v, want %v", l, tensor.Row(y, 0)[j], g, w)
		}
	}
}

// TestAwkwardClasses: losses of classes are finite for finite outputs, however far apart, and no less than 0 but
// for rounding; gradients add up to 0, since adding a number to all outputs changes nothing.
func TestAwkwardClasses(t *testing.T) {
	rows := [][]float32{
		{0, 0, 0}, {3e38, 3e38, 3e38}, {-3e38, -3e38, -3e38}, {1e17, 1e17, 1e17}, {3e38, -3e38, 0}, {-3e38, 3e38, 3e38}, {1e-45, -1e-45, 0},
		{0, 0, 1e30}, {87, -87, 104}, {1e16, 1e16 + 1<<30, 1e16}, {200, 0, -200}, {-40, 0, 40},
	}
	for _, k := range kernels.Sets() {
		for _, n := range naiveClasses() {
			rng, l := rand.New(rand.NewPCG(13, 14)), Bind(n.loss, k)
			for _, row := range rows {
				for range 4 {
					y := testMatrix(1, 3, func(_, j int) float32 { return row[j] })
					dy, target := testMatrix(1, 3, nought), n.target(rng, 1, 3)
					got := l.Sum(y, target, dy, 1)
					if !(got >= -1e-6 && got <= math.MaxFloat64) {
						t.Errorf("%s, %s: loss of %v is %v", k.ISA, l, row, got)
					}
					if alone := l.Sum(y, target, tensor.Matrix{}, 1); !(math.Abs(alone-got) <= 1e-5*(1+got)) {
						t.Errorf("%s, %s: loss of %v is %v, and %v without a gradient", k.ISA, l, row, got, alone)
					}
					sum, size := 0.0, 0.0
					for _, g := range tensor.Row(dy, 0) {
						sum, size = sum+float64(g), size+math.Abs(float64(g))
					}
					if !(math.Abs(sum) <= 1e-6*(size+1)) && !math.IsInf(size, 1) { // squares are beyond float32
						t.Errorf("%s, %s: gradient at %v is %v, which adds up to %v", k.ISA, l, row, tensor.Row(dy, 0), sum)
					}
				}
			}
		}
	}
}

// TestEqualOutputs: what losses of classes are of outputs that are all the same, however large.
func TestEqualOutputs(t *testing.T) {
	uniform := data.Values(testMatrix(1, 4, func(int, int) float32 { return 0.25 }))
	for _, v := range []float32{0, 1, 1e15, 1e17, 3e38, -3e38} {
		y := testMatrix(1, 4, func(int, int) float32 { return v })
		for _, c := range []struct {
			loss   Loss
			target data.Target
			want   float64
		}{
			{CrossEntropy(), data.Labels([]int{2}), math.Log(4)},
			{CrossEntropy(), uniform, math.Log(4)},
			{CrossEntropy(Smoothing(0.3)), data.Labels([]int{2}), math.Log(4)},
			{KLDiv(), uniform, 0},
			{Focal(2), data.Labels([]int{2}), 0.5625 * math.Log(4)},
			{MultiMargin(1, 2), data.Labels([]int{2}), 1.5},
			{MultiMargin(2, 2), data.Labels([]int{2}), 3},
		} {
			if got := c.loss.Sum(y, c.target, tensor.Matrix{}, 1); !(math.Abs(got-c.want) <= 1e-14) && math.Abs(float64(v)) < 1e16 {
				t.Errorf("%s of four outputs of %v is %v, want %v", c.loss, v, got, c.want)
			} else if _, margin := c.loss.(multiMargin); !margin && !(math.Abs(got-c.want) <= 1e-14) {
				t.Errorf("%s of four outputs of %v is %v, want %v", c.loss, v, got, c.want)
			}
		}
	}
}
