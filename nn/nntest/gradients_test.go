package nntest

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
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
	for i := range in {
		s.a[i], s.b[i] = float32(env.Rand.NormFloat64()), float32(env.Rand.NormFloat64())
	}
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
		for j, v := range tensor.Row(x, i) {
			tensor.Row(y, i)[j] = s.a[j]*v*v + s.b[j]*v
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
		for j, v := range tensor.Row(x, i) {
			d := tensor.Row(dy, i)[j]
			s.da[j] += s.gradScale * d * v * v
			s.db[j] += d * v
			if dx.Data != nil {
				tensor.Row(dx, i)[j] = s.inputScale * d * (2*s.a[j]*v + s.b[j])
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
					report, err := CheckLayer(which, tensor.Shape{in}, Seed(seed), Rows(4), Backend(b))
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
	if _, err := CheckLayer(activation.Tanh(), tensor.Shape{3}); err != nil {
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
		{"parameter off by a hundredth", quadratic{1, 0.99, false}, "layers.0.a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report, err := CheckLayer(test.layer, tensor.Shape{6}, Backend(b))
			var ge *GradientError
			if !errors.As(err, &ge) {
				t.Fatalf("error is %v, want a *GradientError", err)
			}
			if ge.Report != report || report.Worst.Of != test.failed {
				t.Errorf("the worst derivative is of %q, want of %q (%v)", report.Worst.Of, test.failed, err)
			}
			if report.Failed < report.Checked/10 {
				t.Errorf("%d of %d derivatives failed", report.Failed, report.Checked)
			}
			if !strings.Contains(err.Error(), "differences of the loss give") {
				t.Errorf("message is %q", err)
			}
		})
	}
	t.Run("gradients overwritten", func(t *testing.T) {
		if _, err := CheckLayer(quadratic{1, 1, true}, tensor.Shape{6}, Backend(b)); !errors.Is(err, ErrNotAdded) {
			t.Errorf("error is %v, want ErrNotAdded", err)
		}
	})
	t.Run("no gradient in the first place of a network", func(t *testing.T) {
		if _, err := CheckLayer(onlyBehind{quadratic{1, 1, false}}, tensor.Shape{6}, Backend(b)); !errors.Is(err, errNoInput) {
			t.Errorf("error is %v, want the layer's", err)
		}
	})
	t.Run("step", func(t *testing.T) {
		if _, err := CheckLayer(activation.Heaviside(), tensor.Shape{6}, Backend(b)); !errors.Is(err, nn.ErrUntrainable) {
			t.Errorf("error is %v, want nn.ErrUntrainable", err)
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
		for j, v := range tensor.Row(x, i) {
			tensor.Row(y, i)[j] = max(v, 0.1*v)
		}
	}
	return nil
}

func (s leakyStage) Backward(_ *layer.Pass, x, _, dy, dx tensor.Matrix) error {
	for i := range x.Rows {
		for j, v := range tensor.Row(x, i) {
			tensor.Row(dx, i)[j] = 0
			if v > 0 {
				tensor.Row(dx, i)[j] = tensor.Row(dy, i)[j]
			}
		}
	}
	return nil
}

// Kinks must not be an excuse for derivatives that are wrong far from them.
func TestCheckLayerIsNotFooledByKinks(t *testing.T) {
	report, err := CheckLayer(leakyWrong{}, tensor.Shape{40}, Backend(openBackend(t, "gonum")))
	var ge *GradientError
	if !errors.As(err, &ge) || report.Failed < report.Checked/4 {
		t.Errorf("error is %v, %d of %d failed, want about half", err, report.Failed, report.Checked)
	}
}

// An input that lies on ReLU's kink, or close to it, has a range of right
// derivatives.
func TestCheckGradientsAtKinks(t *testing.T) {
	net, err := nn.New(tensor.Shape{4}, layer.Stack(activation.ReLU()), nn.Backend(openBackend(t, "gonum")))
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

// networks have what there is before outputs of that number.
func networks(outputs int) [][]layer.Layer {
	return [][]layer.Layer{
		{layer.Dense(outputs)},
		{layer.Dense(9), activation.Tanh(), layer.Dense(outputs)},
		{layer.Dense(9), activation.Sigmoid(), layer.Dropout(0.3), layer.Dense(11), activation.ReLU(), layer.Dense(outputs), activation.Identity()},
		{activation.Tanh(), layer.Dense(8), quadratic{1, 1, false}, layer.Dense(outputs), activation.Sigmoid()},
		{layer.Dense(6), layer.BatchNorm(), layer.Residual(layer.Dense(6), activation.GELU()), layer.LayerNorm(), layer.Concat(layer.Dense(2), activation.PReLU()), layer.Dense(outputs)},
	}
}

// eachLoss calls f with all losses of the catalogue, and targets that they take.
func eachLoss(t *testing.T, rows int, f func(l loss.Loss, s sample)) {
	t.Helper()
	rng := rand.New(rand.NewPCG(9, 9))
	for _, p := range loss.Catalog().Parts() {
		l, err := loss.Catalog().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range new(config).samples(rng, rows, func(s sample) bool {
			return s.outputs > 1 && s.outputs < 5 && l.Check(s.target, rows, s.outputs) == nil
		}) {
			f(l, s)
			break
		}
	}
}

// TestCheckGradients checks networks of all kinds with all losses, and expects the network that is checked
// to be left alone, with the gradients that it has gathered.
func TestCheckGradients(t *testing.T) {
	for _, backend := range []string{"gonum", "native"} {
		b := openBackend(t, backend)
		eachLoss(t, 5, func(l loss.Loss, s sample) {
			for n, layers := range networks(s.outputs) {
				t.Run(fmt.Sprintf("backend=%s/net=%d/%s", backend, n, l), func(t *testing.T) {
					net, err := nn.New(tensor.Shape{4}, layer.Stack(layers...), nn.Backend(b), nn.Seed(uint64(n)), nn.MaxBatch(2))
					if err != nil {
						t.Fatal(err)
					}
					defer net.Close()
					rng := rand.New(rand.NewPCG(9, uint64(n)))
					x := newMatrix(5, 4, func() float32 { return float32(rng.NormFloat64()) })
					y, err := net.Forward(x)
					if err != nil {
						t.Fatal(err)
					}
					if err := net.Backward(clone(y)); err != nil {
						t.Fatal(err)
					}
					before := everything(t, net)
					report, err := CheckGradients(net, l, x, s.target, Elements(12))
					if err != nil {
						t.Fatal(err)
					}
					if report.Checked < 10 || report.Kinks > report.Checked/5 {
						t.Errorf("%d derivatives checked, %d kinks", report.Checked, report.Kinks)
					}
					if after := everything(t, net); !slices.Equal(before, after) {
						t.Error("the check has changed the network")
					}
				})
			}
		})
	}
}

// everything is the numbers that a network holds: values and gradients.
func everything(t *testing.T, net *nn.Network) (list []float32) {
	t.Helper()
	values, err := net.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	gradients, err := net.GradientTensors()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range values {
		list = append(list, v.Value...)
	}
	for _, g := range gradients {
		list = append(list, g.Grad...)
	}
	return list
}

// TestWeightedGradients checks with all losses on rows some of which count for nothing.
func TestWeightedGradients(t *testing.T) {
	b := openBackend(t, "native")
	eachLoss(t, 7, func(l loss.Loss, s sample) {
		net, err := nn.New(tensor.Shape{6}, layer.Stack(networks(s.outputs)[1]...), nn.Backend(b))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		rng := rand.New(rand.NewPCG(3, 4))
		s.target.Weights = weights(rng, 7)
		x := newMatrix(7, 6, func() float32 { return float32(rng.NormFloat64()) })
		if _, err := CheckGradients(net, l, x, s.target); err != nil {
			t.Errorf("%s: %v", l, err)
		}
	})
}

// TestSamePass: what dropout drops does not change from one pass of a check to the next, nor do passes of
// the network before matter.
func TestSamePass(t *testing.T) {
	net, err := nn.New(tensor.Shape{8}, layer.Stack(layer.Dense(8), layer.Dropout(0.5), layer.Dense(2)), nn.Backend(openBackend(t, "gonum")))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	rng := rand.New(rand.NewPCG(1, 2))
	x, target := newMatrix(4, 8, rng.Float32), data.Values(newMatrix(4, 2, rng.Float32))
	var first Report
	for pass := range 3 {
		report, err := CheckGradients(net, loss.MSE(), x, target)
		if err != nil {
			t.Fatal(err)
		}
		if pass == 0 {
			first = report
		}
		if report != first {
			t.Errorf("%+v after %d passes, %+v before", report, pass, first)
		}
		if _, err := net.Forward(x); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCheckErrors(t *testing.T) {
	b := openBackend(t, "gonum")
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1)), nn.Backend(b))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	x := newMatrix(3, 2, func() float32 { return 1 })
	right := data.Values(zeros(3, 1))
	var shape *nn.ShapeError
	if _, err := CheckGradients(net, loss.MSE(), zeros(3, 5), right); !errors.As(err, &shape) {
		t.Errorf("five inputs for two: %v, want a *ShapeError", err)
	}
	var target *loss.TargetError
	if _, err := CheckGradients(net, loss.MSE(), x, data.Labels([]int{1, 2, 3})); !errors.As(err, &target) {
		t.Errorf("labels for MSE: %v, want a *TargetError", err)
	}
	huge := data.Values(newMatrix(3, 1, func() float32 { return math.MaxFloat32 }))
	if _, err := CheckGradients(net, loss.Element("endless", func(y, t float32) (l, dl float32) { return t * t, 0 }), x, huge); err == nil || !strings.Contains(err.Error(), "the loss is +Inf") {
		t.Errorf("a loss without end: %v", err)
	}
	net.Close()
	if _, err := CheckGradients(net, loss.MSE(), x, right); !errors.Is(err, nn.ErrClosed) {
		t.Errorf("a closed network: %v", err)
	}
}

// TestParts checks the derivatives of every part of the catalogue of layers in every place: alone, behind a block or a stage,
// where values are summed, where they are set beside each other, first and last.
func TestParts(t *testing.T) {
	spellings := []string{"prelu(per_feature=true)", "dense(3, init=he_normal)"}
	for _, p := range nn.Layers().Parts() {
		spellings = append(spellings, cmp.Or(p.Example, p.Name))
	}
	var parts []layer.Layer
	for _, spelling := range spellings {
		l, err := nn.Layers().Parse(spelling)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, l)
	}
	for _, name := range []string{"native", "gonum"} {
		for _, k := range kernels.Sets() {
			b, err := backends.Open(name, backends.Options{ISA: k.ISA})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			for _, l := range parts {
				same := layer.Stack(l, layer.Dense(5))
				var want error
				if l.String() == activation.Heaviside().String() {
					want = nn.ErrUntrainable
				}
				places := map[string]layer.Layer{
					"alone":        l,
					"behind dense": layer.Stack(layer.Dense(5), l),
					"behind norm":  layer.Stack(layer.LayerNorm(), l),
					"residual":     layer.Stack(layer.Dense(5), layer.Residual(same), layer.Dense(3)),
					"concat":       layer.Stack(layer.Dense(5), layer.Concat(l, layer.Stack(layer.Dense(2), l), layer.Stack()), layer.Dense(3)),
					"around":       layer.Stack(same, layer.Dense(5), activation.Tanh(), l),
				}
				if _, ok := l.(layer.Categorical); ok { // which reads nothing but a network's input
					places = map[string]layer.Layer{"alone": l, "beside numbers": layer.Concat(layer.Select(0, 2), layer.Stack(l, layer.Dense(2)))}
				}
				for place, root := range places {
					if _, err := CheckLayer(root, tensor.Shape{5}, Backend(b), Elements(12)); !errors.Is(err, want) {
						t.Errorf("%s, %s, %s %s: %v, want %v", name, k.ISA, l, place, err, want)
					}
				}
			}
		}
	}
}
