package loss

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// u is the unit roundoff of float32: what one operation may be off by,
// relatively.
const u = 0x1p-24

// slack fills the columns of a test matrix that do not belong to it.
const slack = -12345

// testMatrix returns a rows×cols matrix with three columns of slack.
func testMatrix(rows, cols int, element func(i, j int) float32) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols + 3, Data: make([]float32, rows*(cols+3))}
	for i := range m.Data {
		m.Data[i] = slack
	}
	for i := range rows {
		for j := range cols {
			m.Data[i*m.Stride+j] = element(i, j)
		}
	}
	return m
}

func checkSlack(t *testing.T, m tensor.Matrix) {
	t.Helper()
	for i, v := range m.Data {
		if i%m.Stride >= m.Cols && v != slack {
			t.Fatalf("element %d, outside the matrix, was written: %v", i, v)
		}
	}
}

// meanLoss is the loss of outputs y by k, and the gradient times scale.
func meanLoss(l Loss, k *kernels.Set, y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	l = Bind(l, k)
	w := l.Weight(t, y.Rows, y.Cols)
	return l.Sum(y, t, dy, scale/w) / w
}

func TestLossesAgainstFloat64(t *testing.T) {
	shapes := [][2]int{{1, 1}, {3, 1}, {70, 1}, {5, 3}, {4, 8}, {4, 9}, {2, 65}, {3, 130}}
	for _, k := range kernels.Sets() {
		for _, n := range withSplit() {
			for _, shape := range shapes {
				for _, magnitude := range []float64{1, 40} {
					name := fmt.Sprintf("isa=%s/%s/%dx%d/z~%v", k.ISA, n.loss.String(), shape[0], shape[1], magnitude)
					t.Run(name, func(t *testing.T) {
						checkLoss(t, k, n, shape[0], shape[1], magnitude)
					})
				}
			}
		}
	}
}

func checkLoss(t *testing.T, k *kernels.Set, n naiveLoss, rows, cols int, magnitude float64) {
	cols = n.outputs(cols)
	rng := rand.New(rand.NewPCG(1, uint64(rows*1000+cols)))
	logits := func(int, int) float32 { return float32(rng.NormFloat64() * magnitude) }
	y, target := n.of(rows, cols, logits), n.target(rng, rows, cols)
	if err := n.loss.Check(target, rows, cols); err != nil {
		t.Fatal(err)
	}
	const scale = 0.375
	mean := 0.0
	for i := range rows {
		mean += n.weight(target, i, cols)
	}
	want, wantTol := 0.0, 0.0
	wantGrad, gradTol := make([][]float64, rows), make([]float64, rows)
	for i := range rows {
		wantGrad[i] = make([]float64, cols)
		var sum, tol float64
		sum, tol, gradTol[i] = n.row(tensor.Row(y, i), target, i, wantGrad[i])
		want += sum / mean
		wantTol += u * tol / mean
	}
	wantTol += 0x1p-50 * math.Abs(want) // the sums in float64

	check := func(how string, got float64, grad tensor.Matrix) {
		t.Helper()
		if diff := math.Abs(got - want); !(diff <= wantTol) {
			t.Errorf("%s: loss %v, want %v: off by %.3g, tolerance %.3g", how, got, want, diff, wantTol)
		}
		if grad.Data == nil {
			return
		}
		checkSlack(t, grad)
		for i := range rows {
			for j, g := range tensor.Row(grad, i) {
				w := scale * wantGrad[i][j] / mean
				tol := u * scale * gradTol[i] / mean
				if diff := math.Abs(float64(g) - w); !(diff <= tol) {
					t.Fatalf("%s: gradient [%d][%d] is %v, want %v: off by %.3g, tolerance %.3g", how, i, j, g, w, diff, tol)
				}
			}
		}
	}
	before := append([]float32(nil), y.Data...)
	check("loss alone", meanLoss(n.loss, k, y, target, tensor.Matrix{Rows: rows, Cols: cols}, scale), tensor.Matrix{})
	grad := testMatrix(rows, cols, func(int, int) float32 { return float32(math.NaN()) })
	separate := meanLoss(n.loss, k, y, target, grad, scale)
	check("gradient apart", separate, grad)
	for i, v := range y.Data {
		if v != before[i] {
			t.Fatalf("outputs were written: element %d was %v, is %v", i, before[i], v)
		}
	}
	inPlace := meanLoss(n.loss, k, y, target, y, scale)
	check("gradient in place", inPlace, y)
	if inPlace != separate {
		t.Errorf("loss %v with the gradient in place, %v apart", inPlace, separate)
	}
}

// A confident and right prediction has a tiny loss and gradient, and not none.
func TestLossesOfConfidentPredictions(t *testing.T) {
	k := kernels.Sets()[0]
	for _, cols := range []int{1, 20} {
		z := testMatrix(1, cols, func(int, int) float32 { return 30 })
		ones := data.Values(testMatrix(1, cols, func(int, int) float32 { return 1 }))
		want := math.Exp(-30)
		got := meanLoss(BinaryCrossEntropy(), k, z, ones, z, 1)
		if diff := math.Abs(got - want); !(diff <= 12*u*want+0x1p-52) {
			t.Errorf("%d outputs of 30 for targets of 1: loss %v, want %v", cols, got, want)
		}
		for j, g := range tensor.Row(z, 0) {
			if w := -want / float64(cols); !(math.Abs(float64(g)-w) <= 10*u*want) {
				t.Errorf("%d outputs of 30 for targets of 1: gradient %d is %v, want %v", cols, j, g, w)
			}
		}
	}
}

// NaN among the outputs must show in the loss: the trainer stops for it.
func TestLossesPassNaNOn(t *testing.T) {
	for _, k := range kernels.Sets() {
		for _, n := range withSplit() {
			for _, cols := range []int{1, 3, 40} {
				cols = n.outputs(cols)
				for _, withGrad := range []bool{false, true} {
					rng := rand.New(rand.NewPCG(2, 3))
					y := testMatrix(2, cols, func(i, j int) float32 { return 0.5 })
					y.Data[y.Stride+cols-1] = float32(math.NaN())
					grad := tensor.Matrix{Rows: 2, Cols: cols}
					if withGrad {
						grad = testMatrix(2, cols, func(i, j int) float32 { return 0 })
					}
					target := n.target(rng, 2, cols)
					if got := meanLoss(n.loss, k, y, target, grad, 1); !math.IsNaN(got) {
						t.Errorf("%s, %s, %d outputs, gradient %v: loss of NaN is %v", k.ISA, n.loss.String(), cols, withGrad, got)
					}
					if c, ok := n.loss.(Classifier); ok && c.Correct(y, target) > 1 {
						t.Errorf("%s: %d rows right of 2, one of them NaN", n.loss.String(), c.Correct(y, target))
					}
				}
			}
		}
	}
}

func TestLossesAllocateNothing(t *testing.T) {
	for _, n := range withSplit() {
		rng := rand.New(rand.NewPCG(4, 5))
		classifier, classifies := n.loss.(Classifier)
		for _, cols := range []int{1, 70} {
			cols = n.outputs(cols)
			y := n.of(3, cols, func(int, int) float32 { return float32(rng.NormFloat64()) })
			grad := testMatrix(3, cols, func(int, int) float32 { return 0 })
			target := n.target(rng, 3, cols)
			sets := kernels.Sets()
			l := Bind(n.loss, sets[len(sets)-1])
			if allocs := testing.AllocsPerRun(20, func() {
				if l.Check(target, 3, cols) != nil {
					t.Error("valid target refused")
				}
				l.Sum(y, target, grad, 1/l.Weight(target, 3, cols))
				if classifies {
					classifier.Correct(y, target)
				}
			}); allocs != 0 {
				t.Errorf("%s with %d outputs: %v allocations", n.loss.String(), cols, allocs)
			}
		}
	}
}

func TestLossCorrect(t *testing.T) {
	matrix := func(cols int, v ...float32) tensor.Matrix {
		return tensor.Matrix{Rows: len(v) / cols, Cols: cols, Stride: cols, Data: v}
	}
	tests := []struct {
		name   string
		loss   Loss
		y      tensor.Matrix
		target data.Target
		want   int
	}{
		{"largest logit", CrossEntropy(), matrix(3, 1, 5, 2, 9, 0, 0, 0, 1, 2), data.Labels([]int{1, 1, 2}), 2},
		{"first of equal logits", CrossEntropy(), matrix(2, 3, 3, 3, 3), data.Labels([]int{0, 1}), 1},
		{"sign of the logit", BinaryCrossEntropy(), matrix(1, 0.1, -0.1, 0.1, -0.1), data.Values(matrix(1, 1, 0, 0, 0.5)), 2},
		{"a logit of zero is no", BinaryCrossEntropy(), matrix(1, 0, 0), data.Values(matrix(1, 0, 1)), 1},
		{"all of a row's logits", BinaryCrossEntropy(), matrix(2, 1, 1, 1, -1), data.Values(matrix(2, 1, 1, 1, 1)), 1},
		{"above a half", MSE(), matrix(1, 0.6, 0.4, 0.6, 0.4), data.Values(matrix(1, 1, 0, 0, 1)), 2},
		{"one-hot rows", MSE(), matrix(2, 0.9, 0.1, 0.9, 0.6), data.Values(matrix(2, 1, 0, 1, 0)), 1},
		{"no classes", MSE(), matrix(1, 1, 0), data.Values(matrix(1, 1, 0.3)), -1},
	}
	for _, test := range tests {
		if got := test.loss.(Classifier).Correct(test.y, test.target); got != test.want {
			t.Errorf("%s: %d right, want %d", test.name, got, test.want)
		}
	}
}

func TestLossCheck(t *testing.T) {
	good := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{0, 1, 1, 0}}
	with := func(v float32) data.Target {
		m := good
		m.Data = []float32{0, 1, v, 0}
		return data.Values(m)
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	short := good
	short.Data = short.Data[:3]
	overlong := tensor.Matrix{Rows: 2, Cols: 2, Stride: math.MaxInt, Data: good.Data}
	tests := []struct {
		name     string
		loss     Loss
		target   data.Target
		row, col int
		message  string
	}{
		{"mse rows", MSE(), data.Values(tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: good.Data}), -1, -1, "mse: target is 1×2, want a 2×2 matrix of values"},
		{"mse none", MSE(), data.Target{}, -1, -1, "mse: target is 0×0, want a 2×2 matrix of values"},
		{"mse labels", MSE(), data.Labels([]int{0, 1}), -1, -1, "mse: target is 2 labels, want a 2×2 matrix of values"},
		{"mse short", MSE(), data.Values(short), -1, -1, "mse: target is 3 elements with stride 2, want a 2×2 matrix of values"},
		{"mse stride", MSE(), data.Values(overlong), -1, -1, fmt.Sprintf("mse: target is 4 elements with stride %d, want a 2×2 matrix of values", math.MaxInt)},
		{"mse NaN", MSE(), with(nan), 1, 0, "mse: target in row 1, column 0 is NaN, want a finite number"},
		{"mse Inf", MSE(), with(inf), 1, 0, "mse: target in row 1, column 0 is +Inf, want a finite number"},
		{"bce NaN", BinaryCrossEntropy(), with(nan), 1, 0, "binary_cross_entropy: target in row 1, column 0 is NaN, want a probability, from 0 to 1"},
		{"bce above", BinaryCrossEntropy(), with(1.5), 1, 0, "binary_cross_entropy: target in row 1, column 0 is 1.5, want a probability, from 0 to 1"},
		{"bce below", BinaryCrossEntropy(), with(-1), 1, 0, "binary_cross_entropy: target in row 1, column 0 is -1, want a probability, from 0 to 1"},
		{"ce number", CrossEntropy(), data.Labels([]int{1}), -1, -1, "cross_entropy: target is 1 labels, want 2 labels"},
		{"ce both", CrossEntropy(), data.Target{Labels: []int{0, 1}, Values: good}, -1, -1, "cross_entropy: target is a 2×2 matrix of values, want 2 labels"},
		{"ce half", CrossEntropy(), with(0.5), 1, -1, "cross_entropy: target in row 1 is probabilities of sum 0.5, want probabilities that add up to 1"},
		{"ce below", CrossEntropy(), with(-1), 1, 0, "cross_entropy: target in row 1, column 0 is -1, want a probability, from 0 to 1"},
		{"ce not ignored", CrossEntropy(Ignore(-100)), data.Labels([]int{-100, -1}), 1, -1, "cross_entropy(ignore=-100): target in row 1 is label -1, want a label from 0 to 1, one for each output"},
		{"kl none", KLDiv(), with(0), 1, -1, "kl_div: target in row 1 is probabilities of sum 0, want probabilities that add up to 1"},
		{"kl labels", KLDiv(), data.Labels([]int{0, 1}), -1, -1, "kl_div: target is 2 labels, want a 2×2 matrix of values"},
		{"hinge half", Hinge(), with(0.5), 1, 0, "hinge: target in row 1, column 0 is 0.5, want 1 for yes, or -1 or 0 for no"},
		{"focal half", BinaryFocal(2), with(0.5), 1, 0, "binary_focal: target in row 1, column 0 is 0.5, want 0 or 1"},
		{"focal high", Focal(2), data.Labels([]int{0, 2}), 1, -1, "focal: target in row 1 is label 2, want a label from 0 to 1, one for each output"},
		{"margin values", MultiMargin(1, 1), data.Values(good), -1, -1, "multi_margin: target is a 2×2 matrix of values, want 2 labels"},
		{"negative count", Poisson(), with(-1), 1, 0, "poisson: target in row 1, column 0 is -1, want a count: a finite number of at least 0"},
		{"quantile NaN", Quantile(0.5), with(nan), 1, 0, "quantile([0.5]): target in row 1, column 0 is NaN, want a finite number"},
		{"ce high", CrossEntropy(), data.Labels([]int{0, 2}), 1, -1, "cross_entropy: target in row 1 is label 2, want a label from 0 to 1, one for each output"},
		{"ce low", CrossEntropy(), data.Labels([]int{-1, 1}), 0, -1, "cross_entropy: target in row 0 is label -1, want a label from 0 to 1, one for each output"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.loss.Check(test.target, 2, 2)
			var te *TargetError
			if !errors.As(err, &te) {
				t.Fatalf("error is %v, want a *TargetError", err)
			}
			if te.Row != test.row || te.Col != test.col || te.Error() != test.message {
				t.Errorf("row %d, column %d, %q; want row %d, column %d, %q", te.Row, te.Col, te.Error(), test.row, test.col, test.message)
			}
		})
	}
}

// TestHuberDelta expects an error for a delta that gradients cannot have, from Check
// and from the spelling.
func TestHuberDelta(t *testing.T) {
	y := testMatrix(1, 1, nought)
	for _, delta := range []float64{0, -1, 1e-60, 1e39, math.NaN(), math.Inf(1)} {
		var option *fault.HyperparameterError
		if err := Huber(delta).Check(data.Values(y), 1, 1); !errors.As(err, &option) || option.Of != "huber" || option.Name != "delta" {
			t.Errorf("delta %v: %v, want a *HyperparameterError", delta, err)
		}
		if l, err := Catalog().Parse(fmt.Sprintf("huber(%v)", delta)); err == nil {
			t.Errorf("huber(%v) is read as %v", delta, l)
		}
	}
}

// TestFarOutliers: differences that overflow float32 have a finite loss and gradient
// where these grow with the difference, and no faster.
func TestFarOutliers(t *testing.T) {
	const far = math.MaxFloat32
	target := data.Values(testMatrix(1, 1, func(int, int) float32 { return -far }))
	for l, want := range map[Loss]float64{MAE(): 2 * far, Huber(3): 3 * (2*far - 1.5)} {
		y, dy := testMatrix(1, 1, func(int, int) float32 { return far }), testMatrix(1, 1, nought)
		if got := l.Sum(y, target, dy, 1); !(math.Abs(got-want) <= 1e-15*want) {
			t.Errorf("%s: loss %v, want %v", l, got, want)
		}
		if got, want := dy.Data[0], map[string]float32{"mae": 1, "huber(delta=3)": 3}[l.String()]; got != want {
			t.Errorf("%s: gradient %v, want %v", l, got, want)
		}
	}
}
