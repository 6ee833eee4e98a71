package nn

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// awkwardOutputs are rows of outputs on which a loss that is right for usual
// numbers may go wrong: numbers so large that what is added to them is lost or
// whose difference overflows float32, denormals, zeros of both signs.
func awkwardOutputs() map[string]func(j int) float32 {
	const denormal = 1e-45
	rows := map[string]func(j int) float32{
		"zeros of both signs":     func(j int) float32 { return float32(math.Copysign(0, float64(j%2)-0.5)) },
		"denormals of both signs": func(j int) float32 { return [3]float32{denormal, -denormal, 1e-40}[j%3] },
		"opposite ends":           func(j int) float32 { return [2]float32{3e38, -3e38}[j%2] },
		"opposite ends, turned":   func(j int) float32 { return [2]float32{-3e38, 3e38}[j%2] },
		"all magnitudes":          func(j int) float32 { return [6]float32{1, -1e-40, 1e30, -3e38, 0, 87}[j%6] },
		"neighbours at 1e16":      func(j int) float32 { return [2]float32{1e16, 1e16 + 1<<30}[j%2] },
		"one far above":           func(j int) float32 { return [4]float32{0, 0, 3e38, 0}[j%4] },
		"one far below":           func(j int) float32 { return [4]float32{0, 0, -3e38, 0}[j%4] },
	}
	for _, v := range []float32{1e7, 1e15, 1e16, 1e17, 1e30, 3e38} {
		rows[fmt.Sprintf("all %v", v)] = func(int) float32 { return v }
		rows[fmt.Sprintf("all %v", -v)] = func(int) float32 { return -v }
	}
	return rows
}

// minus is a - b exactly, rounded once.
func minus(a, b float32) float64 {
	d, _ := new(big.Float).SetPrec(600).Sub(big.NewFloat(float64(a)), big.NewFloat(float64(b))).Float64()
	return d
}

// wantLossOf returns the loss of a row of outputs and how far float32's
// roundings may take a computed one from it. The exact numbers are combined in
// math/big before anything is rounded.
func wantLossOf(l loss.Loss, z []float32, t data.Target) (want, tol float64) {
	switch l {
	case loss.CrossEntropy():
		largest, sum := z[0], 0.0
		for _, v := range z {
			largest = max(largest, v)
		}
		for _, v := range z {
			sum += math.Exp(minus(v, largest))
		}
		rest := minus(largest, z[t.Labels[0]])
		return rest + math.Log(sum), u * (float64(len(z)) + 6 + 2*rest)
	case loss.MSE():
		for j, v := range z {
			d := minus(v, t.Values.Data[j])
			if math.Abs(d) > math.MaxFloat32 {
				return math.Inf(1), 0
			}
			want += d * d / float64(len(z))
		}
		return want, 4 * u * want
	}
	for j, v := range z {
		want64, log := float64(t.Values.Data[j]), math.Log1p(math.Exp(-math.Abs(float64(v))))
		// max(z, 0) - z·t
		linear := new(big.Float).SetPrec(600).Mul(big.NewFloat(-float64(v)), big.NewFloat(want64))
		linear.Add(linear, big.NewFloat(max(float64(v), 0)))
		exact, _ := linear.Float64()
		want += (exact + log) / float64(len(z))
		tol += (u*(12*log+2*exact) + 0x1p-50) / float64(len(z))
	}
	return want, tol
}

// TestLossesOfAwkwardOutputs expects the right loss of Evaluate, which computes
// no gradient, of a Sum with one, and of a step, by plans and by a chain.
func TestLossesOfAwkwardOutputs(t *testing.T) {
	targets := []float32{0, 1, 0.25, 1e-45, 1 - 0x1p-24}
	for _, k := range kernels.Sets() {
		b, err := backends.Open("native", backends.Options{ISA: k.ISA})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		for _, l := range chainLosses() {
			for name, element := range awkwardOutputs() {
				for _, cols := range []int{1, 2, 3, 8, 9, 70} {
					t.Run(fmt.Sprintf("isa=%s/%s/%s/%d", k.ISA, l.String(), name, cols), func(t *testing.T) {
						y := testMatrix(1, cols, func(_, j int) float32 { return element(j) })
						values := tensor.Matrix{Rows: 1, Cols: cols, Stride: cols, Data: make([]float32, cols)}
						for label := range min(cols, len(targets)) {
							for j := range cols {
								values.Data[j] = targets[(label+j)%len(targets)]
							}
							target := data.Values(values)
							if l == loss.CrossEntropy() {
								target = data.Labels([]int{label})
							}
							checkAwkward(t, b, l, y, target)
						}
					})
				}
			}
		}
	}
}

// checkAwkward compares all ways to compute the loss of a row.
func checkAwkward(t *testing.T, b blas.Backend, l loss.Loss, y tensor.Matrix, target data.Target) {
	t.Helper()
	if err := l.Check(target, 1, y.Cols); err != nil {
		t.Fatal(err)
	}
	want, tol := wantLossOf(l, rowOf(y, 0), target)
	check := func(how string, got float64) {
		t.Helper()
		if !(math.Abs(got-want) <= tol) && got != want { // infinities are equal
			t.Errorf("%s: loss %v, want %v ± %.2g", how, got, want, tol)
		}
	}
	// A rate of 0 and a bias that is the row make a network of that output.
	layers := []layer.Layer{layer.Dense(y.Cols, layer.Init(zeros{}))}
	zero := tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{0}}
	for _, backend := range []blas.Backend{b, unchained{b}} {
		net, err := New(tensor.Shape{1}, layer.Stack(layers...), Backend(backend))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		if err := net.SetWeights(0, tensor.Matrix{Rows: 1, Cols: y.Cols, Stride: y.Cols, Data: make([]float32, y.Cols)}, rowOf(y, 0)); err != nil {
			t.Fatal(err)
		}
		tr, err := NewTrainer(net, l, optim.SGD(0))
		if err != nil {
			t.Fatal(err)
		}
		m, err := tr.Evaluate(data.Set{X: zero, Target: target})
		if err != nil {
			t.Fatal(err)
		}
		check("Evaluate", m.Loss)
		got, err := tr.Step(zero, target)
		var nonFinite *NonFiniteError
		if err != nil && !errors.As(err, &nonFinite) {
			t.Fatal(err)
		}
		check(fmt.Sprintf("Step, chained %t", tr.chain != nil), got)
	}
	l = loss.Bind(l, b.Kernels())
	weight := l.Weight(target, 1, y.Cols)
	check("Sum without a gradient", l.Sum(y, target, tensor.Matrix{}, 1)/weight)
	grad := testMatrix(1, y.Cols, func(int, int) float32 { return 0 })
	check("Sum with a gradient", l.Sum(y, target, grad, 1)/weight)
}

// TestCrossEntropyOfEqualLogits is ln 3 for three of them, however large.
func TestCrossEntropyOfEqualLogits(t *testing.T) {
	for _, v := range []float32{0, 1, 1e15, 1e16, 1e17, 3e38, -1e17, -3e38} {
		z := tensor.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{v, v, v}}
		got := loss.Bind(loss.CrossEntropy(), kernels.Sets()[0]).Sum(z, data.Labels([]int{1}), tensor.Matrix{}, 1)
		if !(math.Abs(got-math.Log(3)) <= 1e-15) {
			t.Errorf("three logits of %v: loss %v, want ln 3 = %v", v, got, math.Log(3))
		}
	}
}
