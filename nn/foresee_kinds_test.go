package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// denseAlone is a Dense that is no block: a stage with parameters of its own.
type denseAlone struct{ out int }

func (denseAlone) String() string { return "dense_alone" }

func (l denseAlone) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	in, env := x.Shape.Size(), b.Env()
	params, grads := arena.Float32(in*l.out+l.out), arena.Float32(in*l.out+l.out)
	s := &denseStage{
		backend: env.Backend,
		kernels: env.Backend.Kernels(),
		w:       tensor.Matrix{Rows: in, Cols: l.out, Stride: l.out, Data: params[:in*l.out]},
		b:       params[in*l.out:],
		dw:      tensor.Matrix{Rows: in, Cols: l.out, Stride: l.out, Data: grads[:in*l.out]},
		db:      grads[in*l.out:],
	}
	initial.GlorotUniform().Fill(env.Rand, in, l.out, s.w.Data, s.b)
	s.parameters = []*tensor.Tensor{
		{Name: "weight", Dims: []int{in, l.out}, Value: s.w.Data, Grad: s.dw.Data},
		{Name: "bias", Role: tensor.Bias, Dims: []int{l.out}, Value: s.b, Grad: s.db},
	}
	return b.Stage(x, s)
}

// denseStage is a Dense outside a block: the plain products, one after the
// other.
type denseStage struct {
	layer.Plain
	backend    blas.Backend
	kernels    *kernels.Set
	w, dw      tensor.Matrix // [in][out]
	b, db      []float32
	parameters []*tensor.Tensor
}

func (s *denseStage) Out() tensor.Shape { return tensor.Shape{s.w.Cols} }

func (s *denseStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range y.Rows {
		copy(rowOf(y, i), s.b)
	}
	return s.backend.Gemm(blas.NoTrans, blas.NoTrans, 1, x, s.w, 1, y)
}

func (s *denseStage) Backward(_ *layer.Pass, x, _, dy, dx tensor.Matrix) error {
	if dx.Data != nil {
		if err := s.backend.Gemm(blas.NoTrans, blas.Trans, 1, dy, s.w, 0, dx); err != nil {
			return err
		}
	}
	for i := range dy.Rows {
		s.kernels.Add(rowOf(dy, i), s.db)
	}
	return s.backend.Gemm(blas.Trans, blas.NoTrans, 1, x, dy, 1, s.dw)
}

func (s *denseStage) Tensors() []*tensor.Tensor { return s.parameters }

// shrinking is a layer that multiplies by next to nothing, and says so: what has overflowed before
// it, or on the way back behind it, is small afterwards.
type shrinking struct{ layer.Plain }

func (shrinking) String() string { return "shrinking" }

func (s shrinking) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, shrinkingStage{shape: x.Shape})
}

type shrinkingStage struct {
	layer.Plain
	shape tensor.Shape
}

func (s shrinkingStage) Out() tensor.Shape { return s.shape }

func (shrinkingStage) Gain() float64 { return 1e-31 }

func (s shrinkingStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		for j, v := range rowOf(x, i) {
			rowOf(y, i)[j] = 1e-31 * v
		}
	}
	return nil
}

func (s shrinkingStage) Backward(p *layer.Pass, _, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return nil
	}
	return s.Forward(p, dy, dx)
}

// faint is the same as a function.
func faint() layer.Layer { return faintLayer{} }

type faintLayer struct{}

func (faintLayer) String() string { return "faint" }

func (faintLayer) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	shrink := func(y, z []float32) {
		for i, v := range z {
			y[i] = 1e-30 * v
		}
	}
	return b.Apply(x, layer.Function{Name: "faint", Steepest: 1e-30, Apply: shrink, Slope: func(y, slope, z []float32) {
		shrink(y, z)
		for i := range slope {
			slope[i] = 1e-30
		}
	}})
}

// strangersRule is a rule that cannot tell how far its steps go.
type strangersRule struct{ optim.Rule }

func (r strangersRule) Bind(k *kernels.Set) optim.Stepper {
	return strangersStepper{optim.Bind(r.Rule, k).(optim.Elementwise)}
}

type strangersStepper struct{ optim.Elementwise }

// state is copies of a network's parameters, its stages' too, and of the state of its
// optimizer.
func state(tr *Trainer) (params []float32, slots []float32) {
	params = flatWeights(tr.net)
	for _, t := range tr.opt.trainables {
		for s := range t.used {
			slots = append(slots, t.slots[s]...)
		}
	}
	for _, x := range tr.opt.matrices {
		for s := range x.group.slots {
			slots = append(slots, x.slots[s]...)
		}
	}
	return params, slots
}

func allFinite(values []float32) bool {
	return !slices.ContainsFunc(values, func(v float32) bool { return !isFinite(v) })
}

// stepKinds are networks on whose steps everything that a step can be is done.
var stepKinds = []struct {
	name   string
	layers []layer.Layer
}{
	{"small", []layer.Layer{layer.Dense(5), activation.ReLU(), layer.Dense(3)}},
	{"small tanh", []layer.Layer{layer.Dense(5), activation.Tanh(), layer.Dense(4), activation.Sigmoid(), layer.Dense(3)}},
	{"plans", []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(50), activation.Tanh(), layer.Dense(3)}},
	{"last activation", []layer.Layer{layer.Dense(40), activation.Sigmoid(), layer.Dense(50), activation.ReLU(), layer.Dense(3), activation.Tanh()}},
	{"one layer", []layer.Layer{layer.Dense(3)}},
	{"stage first", []layer.Layer{denseAlone{40}, activation.ReLU(), layer.Dense(3)}},
	{"stage last", []layer.Layer{layer.Dense(40), activation.ReLU(), denseAlone{3}}},
	{"stage amid", []layer.Layer{layer.Dense(33), layer.Dropout(0.2), denseAlone{20}, activation.Tanh(), layer.Dense(3)}},
	{"stage alone", []layer.Layer{denseAlone{3}}},
	{"residual", []layer.Layer{layer.Dense(33), layer.Residual(activation.GELU(), layer.Dense(33), activation.Tanh()), activation.ReLU(), layer.Dense(3)}},
	{"concat", []layer.Layer{layer.Dense(9), layer.Concat(layer.Dense(20), layer.Stack(layer.Dense(13), activation.ReLU()), activation.Identity()), layer.Dense(3)}},
	{"deep residual", []layer.Layer{layer.Dense(33), layer.Residual(layer.Dense(33), layer.Residual(layer.Dense(33))), activation.ReLU(), layer.Dense(3)}},
	{"what shrinks", []layer.Layer{layer.Dense(5), shrinking{}, layer.Dense(4), faint(), layer.Dense(3)}},
}

var stepRules = []struct {
	name string
	rule optim.Rule
}{
	{"sgd", optim.SGD(0.1)},
	{"sgd, huge rate", optim.SGD(1e30)},
	{"sgd, decay", optim.SGD(0.1, optim.Decay(10))},
	{"momentum", optim.SGD(0.1, optim.Momentum(0.9))},
	{"nesterov", optim.SGD(0.1, optim.Momentum(0.9), optim.Nesterov(), optim.Decay(1e-3))},
	{"adam", optim.Adam(0.01)},
	{"adam, decay", optim.Adam(0.01, optim.Decay(0.1))},
	{"adam, tiny epsilon", optim.Adam(1e10, optim.Epsilon(1e-37))},
	{"adam, mean forgets last", optim.Adam(0.01, optim.Betas(0.999, 0.9))},
	{"adamw", optim.AdamW(0.01)},
	{"adamw, growing", optim.AdamW(1e20, optim.Decay(1e10))},
	{"rmsprop, all of it", optim.RMSProp(0.01, optim.Centered(), optim.Momentum(0.9), optim.Decay(0.1))},
	{"rmsprop, tiny epsilon", optim.RMSProp(1e10, optim.Epsilon(1e-37), optim.Alpha(0))},
	{"adagrad", optim.Adagrad(0.1, optim.InitialSum(0.1), optim.Decay(0.1))},
	{"a stranger's", strangersRule{optim.Adam(0.01)}},
	{"groups", optim.Groups(optim.AdamW(0.01), optim.ByRole(tensor.Bias).Decay(0), optim.ByName("layers.0.weight").RateFactor(0.1))},
	{"groups, momentum", optim.Groups(optim.SGD(0.1, optim.Momentum(0.9), optim.Decay(10)), optim.ByRole(tensor.Bias).RateFactor(1e10))},
	{"frozen bias", optim.Groups(optim.Adam(0.1), optim.ByName("layers.0.bias").Freeze())},
	{"average", optim.EMA(optim.AdamW(0.01), 0.9)},
	{"average of a stranger's groups", optim.EMA(optim.Groups(strangersRule{optim.Adam(0.01)}, optim.ByRole(tensor.Bias).RateFactor(2)), 0.99)},
	{"average of muon", optim.EMA(optim.Muon(0.02, optim.On("*.weight"), optim.Others(optim.SGD(0.1))), 0.9)},
}

// eachStepBackend runs a subtest for every way in which native takes a step, with options for
// its network.
func eachStepBackend(t *testing.T, test func(t *testing.T, b blas.Backend, opts ...Option)) {
	for _, k := range kernels.Sets() {
		for _, workers := range []int{1, 2} {
			t.Run(fmt.Sprintf("isa=%s/workers=%d", k.ISA, workers), func(t *testing.T) {
				b, err := backends.Open("native", backends.Options{ISA: k.ISA, Workers: workers})
				if err != nil {
					t.Fatal(err)
				}
				defer b.Close()
				test(t, b)
			})
		}
	}
	blastest.EachUnit(t, func(t *testing.T, unit string) {
		b, err := native.Open(native.Options{Unit: unit})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		for _, p := range []blas.Precision{blas.BF16, blas.BF16x3} {
			if unit == kernels.UnitGeneric && p != blas.BF16 {
				continue // Go code is slow, and the other units have the others
			}
			t.Run(string(p), func(t *testing.T) { test(t, b, Precision(p)) })
		}
	})
}

// raw is whether everything would be finite after a step that nobody looks at, from
// gradients that Backward gives: the rule is applied to copies of everything.
func raw(t *testing.T, tr *Trainer, x tensor.Matrix, target data.Target) bool {
	t.Helper()
	n, o := tr.net, tr.opt
	y, err := n.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	dy := newMatrix(y.Rows, y.Cols)
	loss := tr.loss.mean(y, target, dy)
	if !(math.Abs(loss) <= math.MaxFloat64) {
		return false
	}
	if err := n.Backward(dy); err != nil {
		t.Fatal(err)
	}
	defer n.dropGradients()
	n.passes-- // as if it had not been: dropout
	steppers := map[*group]optim.Stepper{}
	for _, g := range o.groups {
		steppers[g] = optim.Bind(g.rule, n.backend.Kernels())
		steppers[g].Begin(o.steps+1, g.rule.Rate()*g.factor)
	}
	for _, tr := range o.trainables {
		for _, p := range tr.pieces {
			g := p.member.group
			if g == nil || g.elements == nil {
				continue
			}
			lo, hi := p.lo, p.hi
			p, grad := slices.Clone(tr.values()[lo:hi]), slices.Clone(tr.gradients()[lo:hi])
			if !allFinite(grad) {
				return false
			}
			var slots [optim.MaxSlots][]float32
			for i := range g.slots {
				slots[i] = slices.Clone(tr.slots[i][lo:hi])
			}
			steppers[g].(optim.Elementwise).Update(p, grad, slots)
			for _, values := range append(slots[:], p) {
				if !allFinite(values) {
					return false
				}
			}
		}
	}
	for _, x := range o.matrices {
		read := func(flat []float32) tensor.Matrix {
			m := x.view(make([]float32, x.rows*x.cols))
			r := new(road)
			r.reserve(x.owner)
			if err := r.read(x.owner, x.index, flat, m.Data); err != nil {
				t.Fatal(err)
			}
			return m
		}
		p, grad := read(x.owner.values()), read(x.owner.gradients())
		if !allFinite(grad.Data) {
			return false
		}
		var slots [optim.MaxSlots]tensor.Matrix
		for i := range x.group.slots {
			slots[i] = x.view(slices.Clone(x.slots[i]))
		}
		scratch := make([]float32, x.group.matrices.Scratch(x.rows, x.cols))
		if err := steppers[x.group].(optim.Matrixwise).UpdateMatrix(p, grad, slots, scratch, n.backend); err != nil {
			t.Fatal(err)
		}
		for _, m := range append(slots[:], p) {
			if !allFinite(m.Data) {
				return false
			}
		}
	}
	return true
}
