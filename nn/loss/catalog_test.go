package loss_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func TestFamily(t *testing.T) { familytest.Check(t, loss.Catalog(), ownCoshPart()) }

// TestSpellings: what constructors make is read by name.
func TestSpellings(t *testing.T) {
	c := loss.Catalog()
	for _, l := range []loss.Loss{loss.MSE(), loss.MAE(), loss.Huber(1), loss.Huber(0.25), loss.Gaussian(), loss.BinaryCrossEntropy(), loss.CrossEntropy()} {
		got, err := c.Parse(l.String())
		if err != nil || got != l {
			t.Errorf("%s is read as %v, %v", l, got, err)
		}
	}
	classes := loss.CrossEntropy(loss.ClassWeights(1, 2.5))
	if got, err := c.Parse("cross_entropy(weights=[1.0, 2.5])"); err != nil || got.String() != classes.String() || classes.String() != "cross_entropy(weights=[1, 2.5])" {
		t.Errorf("%s is read as %v, %v", classes, got, err)
	}
}

// TestGolden: losses and gradients of a few outputs, with weights and without, do
// not change.
func TestGolden(t *testing.T) {
	for _, p := range loss.Catalog().Parts() {
		got := map[string]string{}
		for _, l := range losses(t, p) {
			of := ""
			if l.String() != p.Name {
				of = ", " + l.String()
			}
			l = loss.Bind(l, kernels.Sets()[0])
			for _, cols := range []int{2, 11} {
				cols, target := fitting(t, l, cols)
				for name, weights := range map[string][]float32{"plain": nil, "weighted": {0.5, 0, 3}} {
					y, dy := outputs(3, cols), outputs(3, cols)
					target.Weights = weights
					w := l.Weight(target, 3, cols)
					text := fmt.Sprintf("%.5g:", l.Sum(y, target, dy, 1/w)/w)
					for _, g := range dy.Data {
						text += fmt.Sprintf(" %.4g", g)
					}
					got[fmt.Sprintf("%d outputs, %s%s", cols, name, of)] = text
				}
			}
		}
		familytest.Golden(t, p.Name, got)
	}
}

// losses are a part of the catalogue as its name alone spells it, if that does, and as
// its example does.
func losses(t *testing.T, p catalog.Part[loss.Loss]) (list []loss.Loss) {
	t.Helper()
	for _, spelling := range []string{p.Name, p.Example} {
		l, err := loss.Catalog().Parse(cmp.Or(spelling, p.Name))
		switch {
		case err == nil && (len(list) == 0 || l.String() != list[0].String()):
			list = append(list, l)
		case err != nil && spelling == p.Example:
			t.Fatal(err)
		}
	}
	return list
}

// fitting returns the first number of outputs from cols on that a loss takes, or the
// first below, and targets of three rows for them: labels, squares from 0 to 1, or zeros
// and ones, or equal parts of 1.
func fitting(t *testing.T, l loss.Loss, cols int) (int, data.Target) {
	t.Helper()
	for _, n := range []int{cols, cols + 1, cols - 1, 2, 3, 4, 5, 6} {
		targets := []data.Target{data.Labels([]int{1, 0, n - 1})}
		for width := range n {
			squares, bits, parts := outputs(3, width+1), outputs(3, width+1), outputs(3, width+1)
			for i, v := range squares.Data {
				squares.Data[i], bits.Data[i], parts.Data[i] = v*v/4, float32(i%2), 1/float32(width+1)
			}
			targets = append(targets, data.Values(squares), data.Values(bits), data.Values(parts))
		}
		for _, target := range targets {
			if l.Check(target, 3, n) == nil {
				return n, target
			}
		}
	}
	t.Fatalf("%s takes no outputs", l)
	return 0, data.Target{}
}

// outputs are some numbers from -2 to 2.
func outputs(rows, cols int) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	for i := range m.Data {
		m.Data[i] = float32(i*7%9-4) / 2
	}
	return m
}

// ownCosh is a loss of one's own, with an argument.
func ownCosh(sharpness float64) loss.Loss {
	return loss.Element(ownCoshPart().Spell().Float("sharpness", sharpness).String(), func(y, t float32) (l, dl float32) {
		d := sharpness * (float64(y) - float64(t))
		a := math.Abs(d)
		return float32((a + math.Log1p(math.Exp(-2*a)) - math.Ln2) / (sharpness * sharpness)), float32(math.Tanh(d) / sharpness)
	})
}

func ownCoshPart() catalog.Part[loss.Loss] {
	return catalog.Part[loss.Loss]{
		Name: "own_cosh", Help: "squares near 0, magnitudes far from it",
		Params: []catalog.Param{{Name: "sharpness", Kind: catalog.Number, Default: "1", Range: catalog.Above(0)}},
		New:    func(a catalog.Args) (loss.Loss, error) { return ownCosh(a.Float("sharpness")), nil },
	}
}

// TestOwnLoss adds a loss to the catalogue, where everything finds it, and fits a
// line with an outlier.
func TestOwnLoss(t *testing.T) {
	c := loss.Catalog().With(ownCoshPart())
	if _, err := c.Parse("own_cosh(0)"); err == nil {
		t.Error("a sharpness of 0 is taken")
	}
	l, err := c.Parse("own_cosh(2.0)")
	if err != nil || l.String() != "own_cosh(sharpness=2)" {
		t.Fatalf("own_cosh(2.0) is %v, %v", l, err)
	}
	x := tensor.Matrix{Rows: 5, Cols: 1, Stride: 1, Data: []float32{-2, -1, 0, 1, 2}}
	y := tensor.Matrix{Rows: 5, Cols: 1, Stride: 1, Data: []float32{-3, -1, 1, 3, 1005}}
	net, err := nn.New(tensor.Shape{1}, layer.Stack(layer.Dense(1)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if report, err := nntest.CheckGradients(net, l, x, data.Values(y)); err != nil || report.Checked == 0 {
		t.Errorf("%+v, %v", report, err)
	}
	trainer, err := nn.NewTrainer(net, l, optim.SGD(0.3))
	if err != nil {
		t.Fatal(err)
	}
	if trainer.Loss() != l {
		t.Errorf("the trainer has the loss %v", trainer.Loss())
	}
	for range 2000 {
		if _, err := trainer.Step(x, data.Values(y)); err != nil {
			t.Fatal(err)
		}
	}
	// The outlier pulls with ½, no more: four points and a constant.
	w, b, err := net.Weights(0)
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(float64(w.Data[0])-2) <= 0.5) || !(math.Abs(float64(b[0])-1) <= 0.5) {
		t.Errorf("the line is %v·x + %v, want about 2·x + 1", w.Data[0], b[0])
	}
	if m, err := trainer.Evaluate(data.Set{X: x, Target: data.Values(y)}); err != nil || !math.IsNaN(m.Accuracy) {
		t.Errorf("accuracy %v, %v, want NaN: it does not classify", m.Accuracy, err)
	}
	allocations := testing.AllocsPerRun(10, func() { _, err = trainer.Step(x, data.Values(y)) })
	if err != nil || allocations != 0 {
		t.Errorf("a step allocates %v times, error %v", allocations, err)
	}
	history, err := trainer.Fit(context.Background(), data.Set{X: x, Target: data.Values(y)}, nn.Epochs(2), nn.Batch(2))
	if err != nil || len(history.Epochs) != 2 {
		t.Errorf("Fit: %v", err)
	}
}

// TestPromises holds every loss of the catalogue, on all kernels, to what losses promise.
func TestPromises(t *testing.T) {
	for _, p := range loss.Catalog().Parts() {
		for _, l := range losses(t, p) {
			for _, k := range kernels.Sets() {
				if err := nntest.CheckLoss(loss.Bind(l, k)); err != nil {
					t.Errorf("%s: %v", k.ISA, err)
				}
			}
		}
	}
}
