package nntest

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/argumenttest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// attempt calls something with an argument that cannot work.
type attempt struct {
	what string
	call func() error
	want any // as argumenttest.Fault has it
}

// catalogue is attempts for all that is exported, by its name.
func catalogue(t *testing.T) map[string][]attempt {
	var (
		hyper     = new(*nn.HyperparameterError)
		null      = new(*nn.NilError)
		shape     = new(*nn.ShapeError)
		target    = new(*loss.TargetError)
		panicked  = new(*nn.PanicError)
		noNetwork = nn.ErrNoNetwork
		none      any
		huge      = math.MaxInt
	)
	b := openBackend(t, "native")
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(4), activation.Tanh(), layer.Dense(3)), nn.Backend(b))
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 2, 3, 4}}
	labels := data.Labels([]int{0, 2})
	gradients := func(net *nn.Network, l loss.Loss, x tensor.Matrix, target data.Target, opts ...Option) func() error {
		return func() error { _, err := CheckGradients(net, l, x, target, opts...); return err }
	}
	checkLayer := func(l layer.Layer, in int, opts ...Option) func() error {
		return func() error { _, err := CheckLayer(l, tensor.Shape{in}, opts...); return err }
	}
	check := func(opts ...Option) func() error {
		return checkLayer(activation.Tanh(), 2, append([]Option{Seed(1)}, opts...)...)
	}
	list := map[string][]attempt{
		"CheckLayer": {
			{"nil layer", checkLayer(nil, 2), null},
			{"no inputs", checkLayer(activation.Tanh(), 0), hyper},
			{"no shape", func() error { _, err := CheckLayer(activation.Tanh(), nil); return err }, hyper},
			{"huge inputs", checkLayer(activation.Tanh(), huge), hyper},
			{"no outputs", checkLayer(layer.Dense(0), 3, Backend(b)), hyper},
			{"nil within", checkLayer(layer.Stack(layer.Dense(1), nil), 2), new(*nn.LayerError)},
			{"one row for two", checkLayer(layer.BatchNorm(), 2, Rows(1), Backend(b)), new(*nn.LayerError)},
			{"nil option", check(nil), null},
		},
		"CheckGradients": {
			{"nil network", gradients(nil, loss.MSE(), x, data.Values(x)), noNetwork},
			{"no network", gradients(&nn.Network{}, loss.MSE(), x, data.Values(x)), noNetwork},
			{"nil loss", gradients(net, nil, x, labels), null},
			{"no target", gradients(net, loss.MSE(), x, data.Target{}), target},
			{"nil option", gradients(net, loss.CrossEntropy(), x, labels, nil), null},
			{"a parameter that has been exchanged", func() error {
				s := &exchanged{p: tensor.Tensor{Name: "gain", Dims: []int{2}, Value: make([]float32, 2), Grad: make([]float32, 2)}}
				net, err := nn.New(tensor.Shape{2}, layer.Stack(s, layer.Dense(3)), nn.Backend(b))
				if err != nil {
					t.Fatal(err)
				}
				s.p.Value, s.p.Grad = nil, nil
				return gradients(net, loss.CrossEntropy(), x, labels)()
			}, shape},
			{"a loss that panics", gradients(net, panicking{loss.CrossEntropy()}, x, labels), panicked},
		},
		"CheckLoss": {
			{"nil", func() error { return CheckLoss(nil) }, null}, {"nil option", func() error { return CheckLoss(loss.MSE(), nil) }, null},
			{"a loss that cannot be", func() error { return CheckLoss(loss.Huber(-1)) }, hyper}, {"panics", func() error { return CheckLoss(panicking{loss.MSE()}) }, panicked},
		},
		"CheckMetric": {
			{"nil", func() error { return CheckMetric(nil) }, null}, {"nil option", func() error { return CheckMetric(metric.RMSE(), nil) }, null},
			{"a metric that cannot be", func() error { return CheckMetric(metric.F1(77)) }, new(*metric.MismatchError)},
		},
		"CheckRule": {
			{"nil", func() error { return CheckRule(nil) }, null}, {"nil option", func() error { return CheckRule(optim.SGD(0.1), nil) }, null},
			{"a rule that cannot be", func() error { return CheckRule(optim.SGD(-1)) }, hyper}, {"a rate of 0", func() error { return CheckRule(optim.SGD(0)) }, none},
			{"the auto backend", func() error { return CheckRule(optim.Adam(0.01)) }, none},
		},
		"CheckSchedule": {
			{"nil", func() error { return CheckSchedule(nil) }, null}, {"nil option", func() error { return CheckSchedule(optim.Constant(), nil) }, null},
			{"a schedule that cannot be", func() error { return CheckSchedule(optim.Plateau(2, 3)) }, hyper},
		},
		"CheckInitialiser": {{"nil", func() error { return CheckInitialiser(nil) }, null}, {"nil option", func() error { return CheckInitialiser(wrongInitialiser{}, nil) }, null}},
		"CheckSource":      {{"nil", func() error { return CheckSource(nil) }, null}, {"nil option", func() error { return CheckSource(newWrongSource(t, ""), nil) }, null}},

		"Rows":     {{"zero", check(Rows(0)), hyper}, {"negative", check(Rows(-1)), hyper}, {"huge", check(Rows(huge)), hyper}, {"2^28", check(Rows(1 << 28)), hyper}},
		"Elements": {{"zero", check(Elements(0)), hyper}, {"huge", check(Elements(huge)), none}},
		"Backend":  {{"nil", check(Backend(nil)), null}, {"gonum", check(Backend(openBackend(t, "gonum"))), none}},
		"Seed":     {{"any", check(Seed(math.MaxUint64)), none}},
		"Targets": {{"nil", check(Targets(nil)), null}, {"of other outputs", func() error {
			return CheckLoss(loss.MSE(), Targets(func(_ *rand.Rand, rows int) (int, data.Target) { return 3, data.Values(zeros(rows, 2)) }))
		}, target}},
		"Layers": {{"nil", check(Layers(tensor.Shape{2}, nil)), null}, {"of no shape", func() error { return CheckRule(optim.SGD(0.1), Layers(nil, layer.Dense(2))) }, hyper},
			{"with nothing to train", func() error { return CheckRule(optim.SGD(0.1), Layers(tensor.Shape{2}, activation.Tanh())) }, hyper}},
		"Difference.String": {{"zero value", func() error { _ = (&Difference{}).String(); return nil }, none}},
	}
	for name, m := range argumenttest.Matrices(x.Data) {
		list["CheckGradients"] = append(list["CheckGradients"], attempt{name, gradients(net, loss.CrossEntropy(), m, labels), shape})
	}
	return list
}

// exchanged is a layer whose parameter others get hold of.
type exchanged struct {
	layer.Plain
	p tensor.Tensor
}

func (*exchanged) String() string                                              { return "exchanged" }
func (e *exchanged) Build(b layer.Builder, x layer.Value) (layer.Value, error) { return b.Stage(x, e) }
func (*exchanged) Out() tensor.Shape                                           { return tensor.Shape{2} }
func (e *exchanged) Tensors() []*tensor.Tensor                                 { return []*tensor.Tensor{&e.p} }
func (*exchanged) Forward(*layer.Pass, tensor.Matrix, tensor.Matrix) error     { return nil }
func (*exchanged) Backward(_ *layer.Pass, _, _, _, dx tensor.Matrix) error     { return nil }

// panicking is a loss that panics.
type panicking struct{ loss.Loss }

func (panicking) Weight(data.Target, int, int) float64 { panic("no weight") }

// TestArgumentsThatCannotWork calls all of the catalogue: an error, not a panic,
// and of the type it should have.
func TestArgumentsThatCannotWork(t *testing.T) {
	for name, attempts := range catalogue(t) {
		for _, a := range attempts {
			t.Run(name+"/"+a.what, func(t *testing.T) {
				if fault := argumenttest.Fault(a.call, a.want); fault != "" {
					t.Error(fault)
				}
			})
		}
	}
}

// TestCatalogueIsComplete reads the package: all that is exported and takes something is in the catalogue.
func TestCatalogueIsComplete(t *testing.T) {
	known := slices.Sorted(maps.Keys(catalogue(t)))
	found, err := argumenttest.Exported(".")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found, known) {
		t.Errorf("the package exports %q, the catalogue has %q", found, known)
	}
}
