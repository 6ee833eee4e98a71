package nn

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func openBackend(t testing.TB, name string) blas.Backend {
	t.Helper()
	b, err := backends.Open(name, backends.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// quadratic is a custom layer with parameters, y = a·x² + b·x, which can be
// made wrong in several ways.
type quadratic struct {
	inputScale float32 // what the gradient at the input is multiplied by: 1 if right
	gradScale  float32 // the same of a's gradient
	overwrite  bool    // whether Backward overwrites gradients
}

func (quadratic) String() string { return "quadratic" }

func (q quadratic) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, q.stage(x, b.Env()))
}

func (q quadratic) stage(x layer.Value, env *layer.Env) *quadraticStage {
	in := x.Shape.Size()
	s := &quadraticStage{quadratic: q, a: make([]float32, in), b: make([]float32, in), da: make([]float32, in), db: make([]float32, in)}
	fillNormal(env.Rand, 1, s.a)
	fillNormal(env.Rand, 1, s.b)
	return s
}

type quadraticStage struct {
	layer.Plain
	quadratic
	a, b, da, db []float32
}

func (s *quadraticStage) Out() tensor.Shape { return tensor.Shape{len(s.a)} }

func (s *quadraticStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		for j, v := range rowOf(x, i) {
			rowOf(y, i)[j] = s.a[j]*v*v + s.b[j]*v
		}
	}
	return nil
}

func (s *quadraticStage) Backward(_ *layer.Pass, x, _, dy, dx tensor.Matrix) error {
	if s.overwrite {
		clear(s.da)
		clear(s.db)
	}
	for i := range x.Rows {
		for j, v := range rowOf(x, i) {
			d := rowOf(dy, i)[j]
			s.da[j] += s.gradScale * d * v * v
			s.db[j] += d * v
			if dx.Data != nil {
				rowOf(dx, i)[j] = s.inputScale * d * (2*s.a[j]*v + s.b[j])
			}
		}
	}
	return nil
}

func (s *quadraticStage) Tensors() []*tensor.Tensor {
	return []*tensor.Tensor{
		{Name: "a", Dims: []int{len(s.a)}, Value: s.a, Grad: s.da},
		{Name: "b", Dims: []int{len(s.b)}, Value: s.b, Grad: s.db},
	}
}

func TestCheckLayerPassesRightLayers(t *testing.T) {
	b := openBackend(t, "gonum")
	for _, which := range []layer.Layer{
		layer.Dense(7), layer.Dense(1), activation.Identity(), activation.Sigmoid(), activation.Tanh(), activation.ReLU(), layer.Dropout(0.4), quadratic{1, 1, false},
	} {
		t.Run(which.String(), func(t *testing.T) {
			for _, in := range []int{1, 5, 33} {
				for seed := range uint64(5) {
					report, err := CheckLayer(which, in, CheckSeed(seed), CheckRows(4), CheckBackend(b))
					if err != nil {
						t.Fatalf("%d inputs, seed %d: %v", in, seed, err)
					}
					if report.Checked < 4*in {
						t.Errorf("%d inputs: %d derivatives checked", in, report.Checked)
					}
					if report.Kinks > 0 && which.String() != "relu" {
						t.Errorf("%d inputs: %d kinks in a smooth layer", in, report.Kinks)
					}
				}
			}
		})
	}
}

// The backend "auto" serves when none is given.
func TestCheckLayerOpensABackend(t *testing.T) {
	if _, err := CheckLayer(activation.Tanh(), 3); err != nil {
		t.Error(err)
	}
}

func TestCheckLayerCatchesWrongLayers(t *testing.T) {
	b := openBackend(t, "gonum")
	tests := []struct {
		name   string
		layer  layer.Layer
		failed string
	}{
		{"input off by a hundredth", quadratic{1.01, 1, false}, "input"},
		{"input of the wrong sign", quadratic{-1, 1, false}, "input"},
		{"no gradient at the input", quadratic{0, 1, false}, "input"},
		{"parameter off by a hundredth", quadratic{1, 0.99, false}, "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report, err := CheckLayer(test.layer, 6, CheckBackend(b))
			var ge *GradientError
			if !errors.As(err, &ge) {
				t.Fatalf("error is %v, want a *GradientError", err)
			}
			if ge.Report != report || report.Worst.Parameter != test.failed {
				t.Errorf("the worst derivative is of %q, want of %q (%v)", report.Worst.Parameter, test.failed, err)
			}
			if report.Failed < report.Checked/10 {
				t.Errorf("%d of %d derivatives failed", report.Failed, report.Checked)
			}
			if !strings.Contains(err.Error(), "Backward gives") {
				t.Errorf("message is %q", err)
			}
		})
	}
	t.Run("gradients overwritten", func(t *testing.T) {
		if _, err := CheckLayer(quadratic{1, 1, true}, 6, CheckBackend(b)); !errors.Is(err, ErrNotAdded) {
			t.Errorf("error is %v, want ErrNotAdded", err)
		}
	})
	t.Run("no gradient in the first place of a network", func(t *testing.T) {
		if _, err := CheckLayer(onlyBehind{quadratic{1, 1, false}}, 6, CheckBackend(b)); !errors.Is(err, errNoInput) {
			t.Errorf("error is %v, want the layer's", err)
		}
	})
	t.Run("step", func(t *testing.T) {
		if _, err := CheckLayer(activation.Heaviside(), 6, CheckBackend(b)); !errors.Is(err, ErrUntrainable) {
			t.Errorf("error is %v, want ErrUntrainable", err)
		}
	})
}

// onlyBehind is a quadratic layer that fails if it need not give the gradient at
// its input.
type onlyBehind struct{ quadratic }

var errNoInput = errors.New("dx has no data")

func (l onlyBehind) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, onlyBehindStage{l.stage(x, b.Env())})
}

type onlyBehindStage struct{ *quadraticStage }

func (s onlyBehindStage) Backward(pass *layer.Pass, x, y, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return errNoInput
	}
	return s.quadraticStage.Backward(pass, x, y, dy, dx)
}

// leakyWrong is max(z, 0.1z) with ReLU's derivative: right wherever z > 0.
type leakyWrong struct{}

func (leakyWrong) String() string { return "leaky" }
func (leakyWrong) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, leakyStage{shape: x.Shape})
}

type leakyStage struct {
	layer.Plain
	shape tensor.Shape
}

func (s leakyStage) Out() tensor.Shape { return s.shape }

func (s leakyStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		for j, v := range rowOf(x, i) {
			rowOf(y, i)[j] = max(v, 0.1*v)
		}
	}
	return nil
}

func (s leakyStage) Backward(_ *layer.Pass, x, _, dy, dx tensor.Matrix) error {
	for i := range x.Rows {
		for j, v := range rowOf(x, i) {
			rowOf(dx, i)[j] = 0
			if v > 0 {
				rowOf(dx, i)[j] = rowOf(dy, i)[j]
			}
		}
	}
	return nil
}

// Kinks must not be an excuse for derivatives that are wrong far from them.
func TestCheckLayerIsNotFooledByKinks(t *testing.T) {
	report, err := CheckLayer(leakyWrong{}, 40, CheckBackend(openBackend(t, "gonum")))
	var ge *GradientError
	if !errors.As(err, &ge) || report.Failed < report.Checked/4 {
		t.Errorf("error is %v, %d of %d failed, want about half", err, report.Failed, report.Checked)
	}
}

// An input that lies on ReLU's kink, or close to it, has a range of right
// derivatives.
func TestCheckGradientsAtKinks(t *testing.T) {
	net, err := New(tensor.Shape{4}, layer.Stack(activation.ReLU()), Backend(openBackend(t, "gonum")), InputGradient())
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	x := tensor.Matrix{Rows: 1, Cols: 4, Stride: 4, Data: []float32{0, 1e-5, -1e-4, 1e-3}}
	ones := data.Values(tensor.Matrix{Rows: 1, Cols: 4, Stride: 4, Data: []float32{1, 1, 1, 1}})
	report, err := CheckGradients(net, weightedSum{}, x, ones)
	if err != nil || report.Kinks != 4 {
		t.Errorf("%d kinks, error %v; want 4 kinks and no error", report.Kinks, err)
	}
}

func TestCheckGradients(t *testing.T) {
	networks := func(outputs int) [][]layer.Layer {
		return [][]layer.Layer{
			{layer.Dense(outputs)},
			{layer.Dense(9), activation.Tanh(), layer.Dense(outputs)},
			{layer.Dense(9), activation.Sigmoid(), layer.Dropout(0.3), layer.Dense(11), activation.ReLU(), layer.Dense(outputs), activation.Identity()},
			{activation.Tanh(), layer.Dense(8), quadratic{1, 1, false}, layer.Dense(outputs), activation.Sigmoid()},
		}
	}
	for _, backend := range []string{"gonum", "native"} {
		b := openBackend(t, backend)
		for _, l := range catalogLosses(t) {
			outputs, _ := outputsOf(t, l)
			for n, layers := range networks(outputs) {
				for _, inputGradient := range []bool{false, true} {
					t.Run(fmt.Sprintf("backend=%s/net=%d/%s/input=%v", backend, n, l, inputGradient), func(t *testing.T) {
						opts := []Option{Backend(b), Seed(uint64(n)), MaxBatch(2)}
						if inputGradient {
							opts = append(opts, InputGradient())
						}
						net, err := New(tensor.Shape{4}, layer.Stack(layers...), opts...)
						if err != nil {
							t.Fatal(err)
						}
						defer net.Close()
						before := flatWeights(net)
						rng := rand.New(rand.NewPCG(9, uint64(n)))
						x := testMatrix(5, 4, func(int, int) float32 { return float32(rng.NormFloat64()) })
						report, err := CheckGradients(net, l, x, targetOf(t, rng, l, 5), CheckElements(40))
						if err != nil {
							t.Fatal(err)
						}
						if report.Checked < 10 {
							t.Errorf("%d derivatives checked", report.Checked)
						}
						after := flatWeights(net)
						if !slices.Equal(before, after) {
							t.Fatal("the check has changed the parameters")
						}
						if net.passes != 0 {
							t.Errorf("the check counts as %d training passes", net.passes)
						}
					})
				}
			}
		}
	}
}

func TestCheckErrors(t *testing.T) {
	b := openBackend(t, "gonum")
	net, err := New(tensor.Shape{2}, layer.Stack(layer.Dense(1)), Backend(b))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	x := testMatrix(3, 2, func(int, int) float32 { return 1 })
	right := data.Values(testMatrix(3, 1, func(int, int) float32 { return 0 }))
	var shape *ShapeError
	if _, err := CheckGradients(net, loss.MSE(), testMatrix(3, 5, func(int, int) float32 { return 0 }), right); !errors.As(err, &shape) {
		t.Errorf("five inputs for two: %v, want a *ShapeError", err)
	}
	var target *loss.TargetError
	if _, err := CheckGradients(net, loss.MSE(), x, data.Labels([]int{1, 2, 3})); !errors.As(err, &target) {
		t.Errorf("labels for MSE: %v, want a *TargetError", err)
	}
	var hyper *HyperparameterError
	if _, err := CheckGradients(net, loss.MSE(), x, right, CheckElements(0)); !errors.As(err, &hyper) {
		t.Errorf("no elements: %v, want a *HyperparameterError", err)
	}
	if _, err := CheckLayer(layer.Dense(2), 3, CheckRows(0)); !errors.As(err, &hyper) {
		t.Errorf("no rows: %v, want a *HyperparameterError", err)
	}
	if _, err := CheckLayer(layer.Dense(0), 3, CheckBackend(b)); !errors.As(err, &hyper) {
		t.Errorf("no outputs: %v, want a *HyperparameterError", err)
	}
	// All three must leave the network free for the next.
	if _, err := CheckGradients(net, loss.MSE(), x, right); err != nil {
		t.Error(err)
	}
}
