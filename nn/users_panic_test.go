package nn

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// fuse makes one place in a user's code panic.
type fuse struct{ at string }

func (f *fuse) burn(at string) {
	if f.at == at {
		panic("burnt at " + at)
	}
}

// usersLayer, usersLoss, usersRule, usersSchedule and usersInit are a user's parts.
type usersLayer struct {
	*fuse
	in      int
	backend blas.Backend
}

func (usersLayer) String() string { return "user's" }

func (l usersLayer) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	l.burn("Build")
	l.in, l.backend = x.Shape.Size(), b.Env().Backend
	return b.Stage(x, l)
}

func (l usersLayer) Out() tensor.Shape         { l.burn("Out"); return tensor.Shape{l.in} }
func (l usersLayer) Tensors() []*tensor.Tensor { l.burn("Tensors"); return nil }

func (l usersLayer) Need(int, bool) (kept, scratch int) { l.burn("Need"); return 0, 0 }

func (l usersLayer) Forward(p *layer.Pass, x, y tensor.Matrix) error {
	if p.Training {
		l.burn("training Forward")
	} else {
		l.burn("predicting Forward")
	}
	copyRows(y, x)
	return l.backend.Run(usersJob{l.fuse}, 8)
}

func (l usersLayer) Backward(_ *layer.Pass, _, _, dy, dx tensor.Matrix) error {
	l.burn("Backward")
	if dx.Data != nil {
		copyRows(dx, dy)
	}
	return nil
}

type usersJob struct{ *fuse }

func (j usersJob) Task(i, _ int) {
	if i == 7 { // the last worker's
		j.burn("job")
	}
}

type usersLoss struct {
	*fuse
	loss.Loss
}

func (l usersLoss) String() string { return "user's" }

func (l usersLoss) Link() loss.Link { l.burn("Link"); return l.Loss.Link() }

func (l usersLoss) Bind(k *kernels.Set) loss.Loss {
	l.burn("Bind of the loss")
	return usersLoss{l.fuse, loss.Bind(l.Loss, k)}
}

func (l usersLoss) Chain() (kernels.ChainLoss, bool) { l.burn("Chain"); return 0, false }

func (l usersLoss) Weight(t data.Target, rows, cols int) float64 {
	l.burn("Weight")
	return l.Loss.Weight(t, rows, cols)
}

func (l usersLoss) Check(t data.Target, rows, cols int) error {
	l.burn("Check")
	return l.Loss.Check(t, rows, cols)
}

func (l usersLoss) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if dy.Data != nil {
		l.burn("Sum with gradient")
	} else {
		l.burn("Sum")
	}
	return l.Loss.Sum(y, t, dy, scale)
}

func (l usersLoss) Correct(y tensor.Matrix, t data.Target) int {
	l.burn("Correct")
	return l.Loss.(loss.Classifier).Correct(y, t)
}

type usersRule struct {
	*fuse
	optim.Rule
}

func (r usersRule) Rate() float64       { r.burn("Rate of the rule"); return r.Rule.Rate() }
func (r usersRule) Slots() []optim.Slot { r.burn("Slots"); return r.Rule.Slots() }
func (r usersRule) Validate() error     { r.burn("Validate of the rule"); return r.Rule.Validate() }

func (r usersRule) Bind(k *kernels.Set) optim.Stepper {
	r.burn("Bind")
	return usersStepper{r.fuse, optim.Bind(r.Rule, k).(optim.Elementwise)}
}

type usersStepper struct {
	*fuse
	optim.Elementwise
}

func (s usersStepper) Begin(step int, rate float64) { s.burn("Begin"); s.Elementwise.Begin(step, rate) }

func (s usersStepper) Update(p, grad []float32, slots [optim.MaxSlots][]float32) {
	s.burn("Update")
	s.Elementwise.Update(p, grad, slots)
}

type usersSchedule struct{ *fuse }

func (usersSchedule) String() string                                { return "user's" }
func (s usersSchedule) Validate(optim.Progress) error               { s.burn("Validate of the schedule"); return nil }
func (s usersSchedule) Rate(base float64, _ optim.Progress) float64 { s.burn("Rate"); return base }

type usersInit struct{ *fuse }

func (usersInit) String() string { return "user's" }

func (i usersInit) Fill(rng *rand.Rand, in, out int, w, b []float32) {
	i.burn("Fill")
	initial.GlorotUniform().Fill(rng, in, out, w, b)
}

// TestUsersCodePanics has each of a user's methods panic in turn, in every call that
// runs it: that is the error of the call, weights are what they were, and everything works
// afterwards.
func TestUsersCodePanics(t *testing.T) {
	b, err := backends.Open("native", backends.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	x := testMatrix(8, 6, func(i, j int) float32 { return float32(i-j) / 8 })
	data := data.Set{X: x, Target: data.Values(testMatrix(8, 3, func(i, j int) float32 { return float32((i + j) % 2) }))}
	f := new(fuse)
	layers := []layer.Layer{layer.Dense(40), activation.ReLU(), usersLayer{fuse: f}, layer.Dense(3)}
	build := func() (*Network, *Trainer, error) {
		net, err := New(tensor.Shape{6}, layer.Stack(layers...), Backend(b), Init(usersInit{f}))
		if err != nil {
			return nil, nil, err
		}
		tr, err := NewTrainer(net, usersLoss{f, loss.MSE()}, usersRule{f, optim.Adam(0.01)}, Schedule(usersSchedule{f}))
		return net, tr, err
	}
	net, tr, err := build()
	if err != nil {
		t.Fatal(err)
	}
	fit := func() error {
		_, err := tr.Fit(t.Context(), data, Epochs(1), Batch(4), Validate(data), EarlyStop(ValidationLoss(), 3), Callback{
			Start: func(*Run) error { f.burn("Start"); return nil }, Step: func(*Run, *StepInfo) error { f.burn("Step"); return nil },
			Validated: func(*Run, *Validation) error { f.burn("Validated"); return nil }, Epoch: func(*Run, *EpochInfo) error { f.burn("Epoch"); return nil },
			End: func(*Run, error) error { f.burn("End"); return nil },
		})
		return err
	}
	calls := map[string]func() error{
		"build":    func() error { _, _, err := build(); return err },
		"step":     func() error { _, err := tr.Step(data.X, data.Target); return err },
		"evaluate": func() error { _, err := tr.Evaluate(data); return err },
		"predict":  func() error { _, err := net.Predict(x); return err },
		"backward": func() error {
			if _, err := net.Forward(x); err != nil {
				return err
			}
			if err := net.Backward(data.Target.Values); err != nil {
				return err
			}
			return tr.opt.Step()
		},
		"flush": func() error {
			if _, err := net.Forward(x); err != nil {
				return err
			}
			if err := net.Backward(data.Target.Values); err != nil {
				return err
			}
			net.gathered.count(tr.opt) // as an accumulating optimizer would
			return tr.opt.Flush()
		},
		"fit": fit,
	}
	places := map[string][]string{
		"Build": {"build"}, "Out": {"build"}, "Tensors": {"build"}, "Need": {"build"}, "Fill": {"build"},
		"training Forward":   {"step", "backward", "flush", "fit"},
		"predicting Forward": {"evaluate", "predict", "fit"},
		"Backward":           {"step", "backward", "flush", "fit"},
		"job":                {"step", "evaluate", "predict", "backward", "flush", "fit"},
		"Check":              {"step", "evaluate", "fit"},
		"Sum with gradient":  {"step", "fit"},
		"Sum":                {"evaluate", "fit"},
		"Correct":            {"evaluate", "fit"},
		"Weight":             {"step", "evaluate", "fit"},
		"Link":               {"build"}, "Chain": {"build"}, "Bind of the loss": {"build"},
		"Slots": {"build"}, "Validate of the rule": {"build"}, "Bind": {"build"}, "Validate of the schedule": {"build", "fit"},
		"Rate of the rule": {"step", "backward", "flush", "fit"},
		"Rate":             {"step", "backward", "flush", "fit"},
		"Begin":            {"step", "backward", "flush", "fit"},
		"Update":           {"step", "backward", "flush", "fit"},
		"Start":            {"fit"},
		"Step":             {"fit"},
		"Validated":        {"fit"},
		"Epoch":            {"fit"},
		"End":              {"fit"},
	}
	for place, in := range places {
		for _, name := range in {
			before, beforeSlots := state(tr)
			f.at = place
			err := calls[name]()
			f.at = ""
			var panicked *PanicError
			if !errors.As(err, &panicked) || panicked.Value != "burnt at "+place {
				t.Fatalf("%s panics in %s: error is %v, want a *PanicError", place, name, err)
			}
			var which *LayerError
			if inLayer := slices.Contains([]string{"Build", "Out", "Tensors", "training Forward", "predicting Forward", "Backward", "job"}, place); errors.As(err, &which) != (inLayer || place == "Fill") {
				t.Errorf("%s panics in %s: %v, names a layer: %t", place, name, err, !inLayer)
			}
			after, afterSlots := state(tr)
			trained := name == "fit" && slices.Contains([]string{"predicting Forward", "Sum", "Correct", "Step", "Validated", "Epoch", "End"}, place)
			if !trained && (!slices.Equal(before, after) || !slices.Equal(beforeSlots, afterSlots)) {
				t.Errorf("%s panics in %s: weights or state have changed", place, name)
			}
			for other, call := range calls {
				if err := call(); err != nil {
					t.Fatalf("%s has panicked in %s; %s: %v", place, name, other, err)
				}
			}
		}
	}
}

// TestGoexitIsNoStep has a rule end its goroutine while it writes: the step is not counted,
// and the next one can be taken.
func TestGoexitIsNoStep(t *testing.T) {
	net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(3)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	r := &leaving{Rule: optim.SGD(0.1)}
	tr, err := NewTrainer(net, loss.MSE(), r)
	if err != nil {
		t.Fatal(err)
	}
	x, target := newMatrix(2, 6), data.Values(newMatrix(2, 3))
	r.leaves = true
	ended := make(chan bool)
	go func() {
		defer close(ended)
		tr.Step(x, target)
	}()
	<-ended
	if tr.opt.Steps() != 0 {
		t.Errorf("%d steps, want none", tr.opt.Steps())
	}
	r.leaves = false
	if _, err := tr.Step(x, target); err != nil || tr.opt.Steps() != 1 {
		t.Errorf("the step after it: %v, %d steps", err, tr.opt.Steps())
	}
}

type leaving struct {
	optim.Rule
	leaves bool
}

func (r *leaving) Bind(k *kernels.Set) optim.Stepper {
	return leavingStepper{optim.Bind(r.Rule, k).(optim.Elementwise), r}
}

type leavingStepper struct {
	optim.Elementwise
	rule *leaving
}

func (s leavingStepper) Update(p, grad []float32, slots [optim.MaxSlots][]float32) {
	if s.rule.leaves {
		runtime.Goexit()
	}
	s.Elementwise.Update(p, grad, slots)
}

func (s leavingStepper) Bound(b *optim.Bounds, grad float64) float64 {
	return s.Elementwise.(optim.Bounder).Bound(b, grad)
}
