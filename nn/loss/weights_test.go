package loss

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// drawWeights returns weights of which some are 0, but not the first.
func drawWeights(rng *rand.Rand, rows int) []float32 {
	w := make([]float32, rows)
	for i := range w {
		if i == 0 || rng.IntN(4) > 0 {
			w[i] = 3 * rng.Float32()
		}
	}
	return w
}

// TestWeightedAgainstFloat64 holds losses and gradients against Σ w·l / Σ w in float64.
func TestWeightedAgainstFloat64(t *testing.T) {
	for _, k := range kernels.Sets() {
		for _, n := range withSplit() {
			for _, shape := range [][2]int{{1, 1}, {70, 1}, {5, 3}, {4, 9}, {3, 130}} {
				t.Run(fmt.Sprintf("isa=%s/%s/%dx%d", k.ISA, n.loss, shape[0], shape[1]), func(t *testing.T) {
					checkWeighted(t, k, n, shape[0], shape[1])
				})
			}
		}
	}
}

func checkWeighted(t *testing.T, k *kernels.Set, n naiveLoss, rows, cols int) {
	cols = n.outputs(cols)
	rng := rand.New(rand.NewPCG(6, uint64(rows*1000+cols)))
	y := n.of(rows, cols, func(int, int) float32 { return float32(4 * rng.NormFloat64()) })
	target := n.target(rng, rows, cols)
	target.Weights = drawWeights(rng, rows)
	if err := n.loss.Check(target, rows, cols); err != nil {
		t.Fatal(err)
	}
	divisor, want, tol := 0.0, 0.0, 0.0
	wantGrad, gradTol := make([][]float64, rows), make([]float64, rows)
	for i, w := range target.Weights {
		wantGrad[i] = make([]float64, cols)
		sum, sumTol, rowTol := n.row(tensor.Row(y, i), target, i, wantGrad[i])
		want += float64(w) * sum
		tol += u * float64(w) * sumTol
		gradTol[i] = rowTol
		divisor += float64(w) * n.weight(target, i, cols)
	}
	const scale = 0.375
	grad := testMatrix(rows, cols, func(int, int) float32 { return float32(math.NaN()) })
	got := meanLoss(n.loss, k, y, target, grad, scale)
	if diff := math.Abs(got - want/divisor); !(diff <= tol/divisor+0x1p-49*math.Abs(want)/divisor) {
		t.Errorf("loss %v, want %v", got, want/divisor)
	}
	checkSlack(t, grad)
	for i, weight := range target.Weights {
		for j, g := range tensor.Row(grad, i) {
			w := scale * float64(weight) * wantGrad[i][j] / divisor
			if diff := math.Abs(float64(g) - w); !(diff <= u*scale*float64(weight)*gradTol[i]/divisor) {
				t.Fatalf("gradient [%d][%d] is %v, want %v", i, j, g, w)
			}
		}
	}
	alone := meanLoss(n.loss, k, y, target, tensor.Matrix{}, 1)
	if diff := math.Abs(alone - want/divisor); !(diff <= tol/divisor+0x1p-49*math.Abs(want)/divisor) {
		t.Errorf("loss %v without a gradient, want %v", alone, want/divisor)
	}
	if inPlace := meanLoss(n.loss, k, y, target, y, scale); inPlace != got || tensor.Row(y, 0)[0] != tensor.Row(grad, 0)[0] {
		t.Errorf("loss %v with the gradient in place, %v apart", inPlace, got)
	}
}

// TestWholeWeightsRepeat expects of a sample of weight 3 what three of it give, and of one of
// weight 0 nothing.
func TestWholeWeightsRepeat(t *testing.T) {
	weights := []float32{3, 0, 1, 2}
	for _, n := range withSplit() {
		rng := rand.New(rand.NewPCG(7, 8))
		cols := n.outputs(3)
		y := n.of(4, cols, func(int, int) float32 { return float32(rng.NormFloat64()) })
		target := n.target(rng, 4, cols)
		var order []int
		for i, w := range weights {
			for range int(w) {
				order = append(order, i)
			}
		}
		repeated := testMatrix(len(order), cols, func(i, j int) float32 { return tensor.Row(y, order[i])[j] })
		var again data.Target
		if target.Labels != nil {
			for _, i := range order {
				again.Labels = append(again.Labels, target.Labels[i])
			}
		} else {
			again.Values = testMatrix(len(order), target.Values.Cols, func(i, j int) float32 { return tensor.Row(target.Values, order[i])[j] })
		}
		target.Weights = weights
		l := n.loss
		if got, want := l.Weight(target, 4, cols), l.Weight(again, len(order), cols); !(math.Abs(got-want) <= 1e-14*want) {
			t.Errorf("%s: weight %v, want the %v of repeated rows", l, got, want)
		}
		got, want := l.Sum(y, target, tensor.Matrix{}, 1), l.Sum(repeated, again, tensor.Matrix{}, 1)
		if !(math.Abs(got-want) <= 1e-14*math.Abs(want)) {
			t.Errorf("%s: sum %v, want the %v of repeated rows", l, got, want)
		}
	}
}

// TestEqualWeights expects the gradients of no weights, to the bit, of weights that are all
// the same power of two.
func TestEqualWeights(t *testing.T) {
	for _, n := range withSplit() {
		cols := n.outputs(11)
		for _, weight := range []float32{1, 4, 0x1p-140} {
			rng := rand.New(rand.NewPCG(9, 10))
			y := n.of(5, cols, func(int, int) float32 { return float32(rng.NormFloat64()) })
			plain := n.target(rng, 5, cols)
			target := plain
			target.Weights = []float32{weight, weight, weight, weight, weight}
			k := kernels.Sets()[0]
			want, got := testMatrix(5, cols, nought), testMatrix(5, cols, nought)
			wantLoss, gotLoss := meanLoss(n.loss, k, y, plain, want, 1), meanLoss(n.loss, k, y, target, got, 1)
			if !(math.Abs(gotLoss-wantLoss) <= 1e-14*math.Abs(wantLoss)) {
				t.Errorf("%s, weights of %v: loss %v, want %v", n.loss, weight, gotLoss, wantLoss)
			}
			for i, g := range got.Data {
				if g != want.Data[i] {
					t.Fatalf("%s, weights of %v: element %d of the gradient is %v, want %v", n.loss, weight, i, g, want.Data[i])
				}
			}
		}
	}
}

func nought(int, int) float32 { return 0 }

func TestWeightsAreChecked(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	losses := append(withSplit(), naiveLoss{
		loss:   Element("any", func(y, t float32) (l, dl float32) { return 0, 0 }),
		target: drawValues,
	})
	for _, n := range losses {
		l, cols := n.loss, n.outputs(3)
		valid := n.target(rand.New(rand.NewPCG(1, 1)), 2, cols)
		for _, c := range []struct {
			weights []float32
			message string
		}{
			{[]float32{1}, ": target is 1 weights, want 2 weights, or none"},
			{[]float32{}, ": target is 0 weights, want 2 weights, or none"},
			{[]float32{1, -1}, ": target in row 1 is of weight -1, want a finite weight of at least 0"},
			{[]float32{nan, 1}, ": target in row 0 is of weight NaN, want a finite weight of at least 0"},
			{[]float32{1, inf}, ": target in row 1 is of weight +Inf, want a finite weight of at least 0"},
			{[]float32{0, 0}, ": target is of weight 0 in all rows, want a row that counts"},
			{[]float32{0, math.SmallestNonzeroFloat32}, ""},
		} {
			target := valid
			target.Weights = c.weights
			err := l.Check(target, 2, cols)
			var te *TargetError
			switch {
			case c.message == "" && err != nil:
				t.Errorf("%s refuses %v: %v", l, c.weights, err)
			case c.message != "" && (!errors.As(err, &te) || err.Error() != l.String()+c.message):
				t.Errorf("%s, weights %v: %v, want a *TargetError%s", l, c.weights, err, c.message)
			}
		}
	}
}

func TestWeightsAllocateNothing(t *testing.T) {
	for _, n := range withSplit() {
		rng := rand.New(rand.NewPCG(4, 5))
		cols := n.outputs(20)
		y, dy := testMatrix(3, cols, nought), testMatrix(3, cols, nought)
		target := n.target(rng, 3, cols)
		target.Weights = []float32{1, 0, 2}
		k := kernels.Sets()
		l := Bind(n.loss, k[len(k)-1])
		if allocs := testing.AllocsPerRun(20, func() {
			if l.Check(target, 3, cols) != nil || !(l.Weight(target, 3, cols) > 0) {
				t.Error("a valid target is refused")
			}
			l.Sum(y, target, dy, 1)
		}); allocs != 0 {
			t.Errorf("%s: %v allocations", n.loss, allocs)
		}
	}
}
