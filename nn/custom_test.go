package nn_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// gain is a layer as a user would write one: it multiplies each feature by a
// number of its own, which it learns.
type gain struct{}

func (gain) String() string { return "gain" }

func (gain) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, &gainStage{p: &tensor.Tensor{Name: "gain", Role: tensor.Scale, Dims: x.Shape, Init: tensor.Fill(1)}})
}

type gainStage struct {
	layer.Plain
	p *tensor.Tensor
}

func (s *gainStage) Out() tensor.Shape         { return s.p.Dims }
func (s *gainStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.p} }

func (s *gainStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		for j, g := range s.p.Value {
			y.Data[i*y.Stride+j] = g * x.Data[i*x.Stride+j]
		}
	}
	return nil
}

func (s *gainStage) Backward(_ *layer.Pass, x, _, dy, dx tensor.Matrix) error {
	for i := range x.Rows {
		for j, g := range s.p.Value {
			d := dy.Data[i*dy.Stride+j]
			s.p.Grad[j] += d * x.Data[i*x.Stride+j]
			if dx.Data != nil {
				dx.Data[i*dx.Stride+j] = g * d
			}
			dy.Data[i*dy.Stride+j] = 99 // as the contract allows
		}
	}
	return nil
}

// A gain before a Dense that starts as the identity learns to multiply each
// feature by a number of its own.
func TestCustomLayerTrains(t *testing.T) {
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		for name, opts := range map[string][]nn.OptimizerOption{"plain": nil, "clipped": {nn.ClipNorm(100)}, "accumulated": {nn.Accumulate(2)}} {
			t.Run(name, func(t *testing.T) {
				want := []float32{0.5, -2, 3, 0}
				net := newNetwork(t, 4, []layer.Layer{gain{}, layer.Dense(4)}, nn.Backend(b))
				identity := tensor.Matrix{Rows: 4, Cols: 4, Stride: 4, Data: []float32{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}}
				if err := net.SetWeights(1, identity, make([]float32, 4)); err != nil {
					t.Fatal(err)
				}
				tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(0.3), opts...)
				if err != nil {
					t.Fatal(err)
				}
				rng := rand.New(rand.NewPCG(1, 2))
				last := 0.0
				for range 600 {
					x := randomMatrix(rng, 16, 4, 0)
					target := randomMatrix(rng, 16, 4, 0)
					for i, v := range x.Data {
						target.Data[i] = want[i%4] * v
					}
					if last, err = tr.Step(x, data.Values(target)); err != nil {
						t.Fatal(err)
					}
				}
				if !(last < 1e-4) {
					t.Errorf("loss %v after training, want less than 1e-4", last)
				}
				y, err := net.Predict(identity)
				if err != nil {
					t.Fatal(err)
				}
				for j, w := range want {
					if d := y.Data[j*4+j] - w; !(d*d < 1e-2) {
						t.Errorf("feature %d is multiplied by %v, want about %v", j, y.Data[j*4+j], w)
					}
				}
			})
		}
	})
}

// A gain of ones changes nothing, and its input's gradient is its output's.
func TestCustomLayerPassesGradientsOn(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	x, dy := randomMatrix(rng, 5, 3, 2), randomMatrix(rng, 5, 2, 0)
	var want [][]float32
	for _, layers := range [][]layer.Layer{
		{layer.Dense(7), activation.Tanh(), layer.Dense(2)},
		{gain{}, layer.Dense(7), gain{}, activation.Tanh(), layer.Dense(2), gain{}},
	} {
		net := newNetwork(t, 3, layers, nn.InputGradient())
		setAll(t, net, rand.New(rand.NewPCG(5, 6)))
		y, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		if err := net.Backward(dy); err != nil {
			t.Fatal(err)
		}
		got := [][]float32{flat(y), flat(net.InputGradient())}
		for i, l := range layers {
			if isDense(l) {
				dw, db, err := net.Gradients(i)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, dw.Data, db)
			}
		}
		if want == nil {
			want = got
		}
		for i := range want {
			sameBits(t, "with gains of one", got[i], want[i])
		}
	}
}

// setAll draws the weights of all Dense layers from rng.
func setAll(t *testing.T, net *nn.Network, rng *rand.Rand) {
	t.Helper()
	for i, l := range net.Layers() {
		if !isDense(l) {
			continue
		}
		w, b, err := net.Weights(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := net.SetWeights(i, randomMatrix(rng, w.Rows, w.Cols, 1), randomMatrix(rng, 1, len(b), 0).Data); err != nil {
			t.Fatal(err)
		}
	}
}

// isDense reports whether l is a Dense.
func isDense(l layer.Layer) bool { return strings.HasPrefix(l.String(), "dense(") }

// flat returns the elements of m without the slack between rows.
func flat(m tensor.Matrix) []float32 {
	var all []float32
	for i := range m.Rows {
		all = append(all, m.Data[i*m.Stride:i*m.Stride+m.Cols]...)
	}
	return all
}

// faulty is a layer that fails where it is told to.
type faulty struct {
	parameters []*tensor.Tensor
	outputs    int
	nilStage   bool
	nowhere    bool // Build returns a value that is none
	build      error
	forward    error
	backward   error
}

func (l faulty) String() string { return "faulty" }
func (l faulty) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	switch {
	case l.build != nil:
		return layer.Value{}, l.build
	case l.nilStage:
		return b.Stage(x, nil)
	case l.nowhere:
		return layer.Value{Shape: x.Shape, ID: 99}, nil
	}
	return b.Stage(x, faultyStage{l: l})
}

type faultyStage struct {
	layer.Plain
	l faulty
}

func (s faultyStage) Out() tensor.Shape                                       { return tensor.Shape{s.l.outputs} }
func (s faultyStage) Tensors() []*tensor.Tensor                               { return s.l.parameters }
func (s faultyStage) Forward(*layer.Pass, tensor.Matrix, tensor.Matrix) error { return s.l.forward }
func (s faultyStage) Backward(_ *layer.Pass, _, _, _, dx tensor.Matrix) error { return s.l.backward }

var errFaulty = errors.New("as it was told")

func TestFaultyLayers(t *testing.T) {
	parameter := func(name string, rows, cols, values, grads int) *tensor.Tensor {
		return &tensor.Tensor{Name: name, Dims: []int{rows, cols}, Value: make([]float32, values), Grad: make([]float32, grads)}
	}
	for name, c := range map[string]struct {
		layer layer.Layer
		want  string
	}{
		"nil":                {nil, "layer 1 (nil)"},
		"build fails":        {faulty{build: errFaulty}, "as it was told"},
		"no stage":           {faulty{nilStage: true}, "the stage that Build has made is nil"},
		"a value of its own": {faulty{nowhere: true}, "none of this network's"},
		"no outputs":         {faulty{outputs: 0}, "rows of shape [0] come out"},
		"nil parameter":      {faulty{outputs: 1, parameters: []*tensor.Tensor{nil}}, "tensor 0 is nil"},
		"nameless":           {faulty{outputs: 1, parameters: []*tensor.Tensor{parameter("", 1, 1, 1, 1)}}, `called ""`},
		"twice the name":     {faulty{outputs: 1, parameters: []*tensor.Tensor{parameter("w", 1, 1, 1, 1), parameter("w", 1, 1, 1, 1)}}, `tensor 1 is called "w"`},
		"too few values":     {faulty{outputs: 1, parameters: []*tensor.Tensor{parameter("w", 2, 3, 5, 6)}}, "[2 3] with 5 values"},
		"no gradients":       {faulty{outputs: 1, parameters: []*tensor.Tensor{parameter("w", 2, 3, 6, 0)}}, "0 gradients"},
		"negative matrix":    {faulty{outputs: 1, parameters: []*tensor.Tensor{parameter("w", -1, -6, 6, 6)}}, "[-1 -6]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(3), c.layer))
			var which *nn.LayerError
			if !errors.As(err, &which) || which.Name != "1" {
				t.Fatalf("New returned %v, want a *LayerError about layer 1", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("New returned %q, want it to say %q", err, c.want)
			}
		})
	}
}

// A stage that fails on the way back fails the step as a whole: no weight has
// been changed, not even above the stage.
func TestFailingStageLeavesWeights(t *testing.T) {
	x := tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{1, 2}}
	target := data.Values(tensor.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{1, 2, 3}})
	for name, which := range map[string]faulty{"forward": {outputs: 2, forward: errFaulty}, "backward": {outputs: 2, backward: errFaulty}} {
		t.Run(name, func(t *testing.T) {
			net := newNetwork(t, 2, []layer.Layer{layer.Dense(2), which, layer.Dense(3)})
			tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(0.1))
			if err != nil {
				t.Fatal(err)
			}
			before := allWeights(t, net)
			_, err = tr.Step(x, target)
			var where *nn.LayerError
			if !errors.Is(err, errFaulty) || !errors.As(err, &where) || where.Name != "1" {
				t.Errorf("Step returned %v, want the stage's error and layer 1", err)
			}
			sameBits(t, "weights after the error", allWeights(t, net), before)
			if _, _, err := net.Gradients(0); !errors.Is(err, nn.ErrNoGradient) {
				t.Errorf("Gradients after the error: %v, want ErrNoGradient", err)
			}
		})
	}
}
