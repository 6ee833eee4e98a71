package nn

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func openFor(name, isa string) (blas.Backend, error) {
	return backends.Open(name, backends.Options{ISA: isa})
}

// resumed is a trainer of another network, with the parameters and the state of tr.
func resumed(t *testing.T, tr *Trainer, b blas.Backend, layers []layer.Layer, opts ...OptimizerOption) *Trainer {
	t.Helper()
	s, err := tr.opt.State()
	if err != nil {
		t.Fatal(err)
	}
	other := ruleTrainer(t, b, layers, tr.opt.rule, opts...)
	ruleSteps(t, other, 100, 100+3*other.opt.accumulate) // what it knows is forgotten
	if err := other.net.CopyFrom(tr.net); err != nil {
		t.Fatal(err)
	}
	if err := other.opt.SetState(s); err != nil {
		t.Fatalf("%s: %v", tr.opt.rule, err)
	}
	return other
}

// sameState expects the same bits.
func sameState(t *testing.T, what string, got, want *Optimizer) {
	t.Helper()
	a, err := got.State()
	if err != nil {
		t.Fatal(err)
	}
	b, err := want.State()
	if err != nil {
		t.Fatal(err)
	}
	same := slices.EqualFunc(a.Tensors, b.Tensors, func(a, b tensor.Tensor) bool {
		return a.Name == b.Name && a.Role == b.Role && slices.Equal(a.Dims, b.Dims) && slices.EqualFunc(a.Value, b.Value, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
	})
	if !same || a.Rule != b.Rule || a.Steps != b.Steps || a.Rate != b.Rate {
		t.Errorf("%s: the state is not the same", what)
	}
}

// TestStateResumes interrupts trainings by every rule: with parameters and state in another network,
// they go on with the same bits, with averages in their place and without.
func TestStateResumes(t *testing.T) {
	b := openRules(t, "native", "")
	for _, rule := range catalogueRules(t) {
		for _, kind := range ruleKinds {
			for _, way := range ruleWays {
				if kind.name == "wide" && (testing.Short() || way.opts != nil) {
					continue // once is enough of what takes so long
				}
				what := rule.String() + ", " + kind.name + ", " + way.name
				tr := ruleTrainer(t, b, kind.layers, rule, way.opts...)
				ruleSteps(t, tr, 0, 6)
				other := resumed(t, tr, b, kind.layers, way.opts...)
				sameState(t, what, other.opt, tr.opt)
				ruleSteps(t, tr, 6, 10)
				ruleSteps(t, other, 6, 10)
				if !slices.Equal(flatWeights(tr.net), flatWeights(other.net)) {
					t.Errorf("%s: other parameters", what)
				}
				sameState(t, what, other.opt, tr.opt)
				if !tr.opt.averages.kept {
					continue
				}
				if err := tr.opt.UseAverages(); err != nil {
					t.Fatal(err)
				}
				other = resumed(t, tr, b, kind.layers, way.opts...)
				sameState(t, what, other.opt, tr.opt)
				ruleSteps(t, tr, 10, 12)
				ruleSteps(t, other, 10, 12)
				if !slices.Equal(flatWeights(tr.net), flatWeights(other.net)) {
					t.Errorf("%s: other parameters after averages", what)
				}
			}
		}
	}
}

// TestStateTravels takes states from each backend and ISA to each other one, whose layouts are others, and
// back.
func TestStateTravels(t *testing.T) {
	var places []blas.Backend
	for _, name := range []string{"native", "gonum"} {
		for _, k := range kernels.Sets() {
			places = append(places, openRules(t, name, k.ISA))
		}
	}
	for _, rule := range catalogueRules(t) {
		for _, kind := range ruleKinds[1:3] {
			for i, from := range places {
				tr := ruleTrainer(t, from, kind.layers, rule)
				ruleSteps(t, tr, 0, 3)
				there := resumed(t, tr, places[(i+1)%len(places)], kind.layers)
				sameState(t, rule.String(), there.opt, tr.opt)
				back := resumed(t, there, from, kind.layers)
				sameState(t, rule.String(), back.opt, tr.opt)
				if !slices.Equal(flatWeights(back.net), flatWeights(tr.net)) {
					t.Errorf("%s: parameters change on the way", rule)
				}
				ruleSteps(t, there, 3, 4)
			}
		}
	}
}

// TestStateIsCalled reads names and shapes, and one number in its place.
func TestStateIsCalled(t *testing.T) {
	tr := ruleTrainer(t, openRules(t, "native", ""), []layer.Layer{layer.Dense(40), activation.ReLU(), denseAlone{3}}, optim.Groups(optim.SGD(1, optim.Momentum(0.9)), optim.ByName("layers.2.bias").Freeze()))
	x, target := ruleBatch(0)
	before, _, err := tr.net.Weights(0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Step(x, target); err != nil {
		t.Fatal(err)
	}
	after, _, err := tr.net.Weights(0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := tr.opt.State()
	if err != nil {
		t.Fatal(err)
	}
	want := []tensor.Tensor{
		{Name: "layers.0.weight.velocity", Role: tensor.Weight, Dims: []int{40, 6}},
		{Name: "layers.0.bias.velocity", Role: tensor.Bias, Dims: []int{40}},
		{Name: "layers.2.weight.velocity", Role: tensor.Weight, Dims: []int{40, 3}},
	}
	if s.Rule != `groups(sgd(lr=1, momentum=0.9), by_name("layers.2.bias", frozen))` || s.Steps != 1 || s.Rate != 1 || len(s.Tensors) != len(want) {
		t.Fatalf("the state is %s, %d steps, rate %v, %d tensors", s.Rule, s.Steps, s.Rate, len(s.Tensors))
	}
	for i, w := range want {
		if got := s.Tensors[i]; got.Name != w.Name || got.Role != w.Role || !slices.Equal(got.Dims, w.Dims) || len(got.Value) != w.Dims[0]*append(w.Dims, 1)[1] {
			t.Errorf("tensor %d is %s, a %s, %v, want %v", i, got.Name, got.Role, got.Dims, w)
		}
	}
	const in, out = 4, 33
	// A first step at a rate of 1 is the velocity.
	moved := float64(before.Data[in*before.Stride+out]) - float64(after.Data[in*after.Stride+out])
	if v := s.Tensors[0].Value[out*6+in]; !(math.Abs(float64(v)-moved) <= 0x1p-20) {
		t.Errorf("the velocity of weight [%d][%d] is %v, it has moved by %v", in, out, v, moved)
	}
}

func TestSetStateRefuses(t *testing.T) {
	b := openRules(t, "native", "")
	layers := []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(3)}
	rule := optim.EMA(optim.Muon(0.02, optim.On("layers.0.weight"), optim.Others(optim.AdamW(0.01))), 0.9)
	tr := ruleTrainer(t, b, layers, rule)
	ruleSteps(t, tr, 0, 2)
	taken := func() OptimizerState {
		s, err := tr.opt.State()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, c := range map[string]struct {
		spoil func(s *OptimizerState)
		want  string
	}{
		"another rule":  {func(s *OptimizerState) { s.Rule = "sgd" }, "state: rule: got sgd, want ema("},
		"negative":      {func(s *OptimizerState) { s.Steps = -1 }, "steps: got -1"},
		"a rate of NaN": {func(s *OptimizerState) { s.Rate = math.NaN() }, "rate: got NaN"},
		"missing":       {func(s *OptimizerState) { s.Tensors = s.Tensors[1:] }, `"layers.0.weight.mean": got no such tensor`},
		"foreign":       {func(s *OptimizerState) { s.Tensors = append(s.Tensors, tensor.Tensor{Name: "x"}) }, `"x": got one of dimensions [], want no such tensor`},
		"twice":         {func(s *OptimizerState) { s.Tensors = append(s.Tensors, s.Tensors[0]) }, "want it once"},
		"renamed":       {func(s *OptimizerState) { s.Tensors[1].Name = "layers.0.weight.velocity" }, `"layers.0.weight.average": got no such tensor`},
		"turned":        {func(s *OptimizerState) { s.Tensors[0].Dims = []int{6, 40} }, "got dimensions [6 40] and 240 elements, want dimensions [40 6]"},
		"short":         {func(s *OptimizerState) { s.Tensors[2].Value = s.Tensors[2].Value[1:] }, "got dimensions [40] and 39 elements"},
		"infinite":      {func(s *OptimizerState) { s.Tensors[2].Value[7] = float32(math.Inf(1)) }, "+Inf as element 7, want finite numbers"},
		"averages after no step": {func(s *OptimizerState) {
			s.Steps = 0
			for _, x := range s.Tensors {
				if strings.HasSuffix(x.Name, ".average") {
					x.Name = strings.TrimSuffix(x.Name, "average") + "latest"
					s.Tensors = append(s.Tensors, x)
				}
			}
		}, "averages: got those after no step"},
	} {
		s := taken()
		c.spoil(&s)
		other := ruleTrainer(t, b, layers, rule)
		ruleSteps(t, other, 5, 7)
		params, slots := state(other)
		err := other.opt.SetState(s)
		stateErr, tensorErr := new(StateError), new(TensorError)
		if !errors.As(err, &stateErr) && !errors.As(err, &tensorErr) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		if p, s := state(other); !slices.Equal(p, params) || !slices.Equal(s, slots) || other.opt.Steps() != 2 {
			t.Errorf("%s: something has changed", name)
		}
	}
	// A network that does not hold the averages.
	if err := tr.opt.UseAverages(); err != nil {
		t.Fatal(err)
	}
	other := ruleTrainer(t, b, layers, rule)
	wrong := new(TensorError)
	if err := other.opt.SetState(taken()); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "parameters that are not the averages") {
		t.Errorf("error %v, want one about averages that are not there", err)
	}
	// Amid an accumulated step.
	amid := ruleTrainer(t, b, layers, rule, Accumulate(2))
	ruleSteps(t, amid, 0, 3)
	if _, err := amid.opt.State(); !errors.Is(err, ErrUnfinished) {
		t.Errorf("State amid an accumulated step: %v, want ErrUnfinished", err)
	}
	if err := amid.opt.UseAverages(); !errors.Is(err, ErrUnfinished) {
		t.Errorf("UseAverages amid an accumulated step: %v, want ErrUnfinished", err)
	}
}

func TestCopyFrom(t *testing.T) {
	layers := []layer.Layer{layer.Dense(37), activation.ReLU(), denseAlone{5}, layer.Dense(3)}
	var nets []*Network
	for i, name := range []string{"native", "gonum"} {
		net, err := New(tensor.Shape{6}, layer.Stack(layers...), Backend(openRules(t, name, "")), Seed(uint64(i)))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		nets = append(nets, net)
	}
	x, _ := ruleBatch(0)
	if _, err := nets[0].Forward(x); err != nil {
		t.Fatal(err)
	}
	if err := nets[0].CopyFrom(nets[1]); err != nil {
		t.Fatal(err)
	}
	if err := nets[0].Backward(testMatrix(7, 3, zero)); !errors.Is(err, ErrNoForward) {
		t.Errorf("Backward with weights that are no more: %v", err)
	}
	a, _ := nets[0].copyTensors()
	b, _ := nets[1].copyTensors()
	for i := range a {
		if a[i].name != b[i].name || !slices.Equal(a[i].data, b[i].data) {
			t.Errorf("%s differs", a[i].name)
		}
	}
	if err := nets[0].CopyFrom(nets[0]); err != nil {
		t.Errorf("from itself: %v", err)
	}
	before := flatWeights(nets[0])
	for want, layers := range map[string][]layer.Layer{
		`"layers.0.weight": got dimensions [38 6]`:                            {layer.Dense(38), activation.ReLU(), denseAlone{5}, layer.Dense(3)},
		`"layers.2.weight": got dimensions [37 6]`:                            {layer.Dense(37), activation.ReLU(), denseAlone{6}, layer.Dense(3)},
		`"layers.2.weight": got no such tensor`:                               {layer.Dense(37), activation.ReLU(), activation.Tanh(), layer.Dense(3)},
		`"layers.4.weight": got one of dimensions [3 3], want no such tensor`: {layer.Dense(37), activation.ReLU(), denseAlone{5}, layer.Dense(3), layer.Dense(3)},
	} {
		net, err := New(tensor.Shape{6}, layer.Stack(layers...))
		if err != nil {
			t.Fatal(err)
		}
		wrong := new(TensorError)
		if err := nets[0].CopyFrom(net); !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) || !slices.Equal(before, flatWeights(nets[0])) {
			t.Errorf("error %v, want %q", err, want)
		}
		net.Close()
		if err := nets[0].CopyFrom(net); !errors.Is(err, ErrClosed) {
			t.Errorf("from a closed one: %v", err)
		}
	}
}
