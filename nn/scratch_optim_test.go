package nn_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// summing, Adagrad under another name, is a rule as a program has one of its own: plain Go, with a state that does not
// begin at zero.
type summing struct{ lr float64 }

func summingPart() catalog.Part[optim.Rule] {
	return catalog.Part[optim.Rule]{
		Name: "summing", Help: "divides by all gradients so far",
		Params: []catalog.Param{{Name: "lr", Kind: catalog.Number, Default: "0.01", Range: catalog.AtLeast(0)}},
		New:    func(a catalog.Args) (optim.Rule, error) { return summing{a.Float("lr")}, nil },
	}
}

func (r summing) String() string       { return summingPart().Spell().Float("lr", r.lr).String() }
func (r summing) Rate() float64        { return r.lr }
func (summing) Validate() error        { return nil }
func (summing) Slots() []optim.Slot    { return []optim.Slot{{Name: "sum", Init: 0.1}} }
func (summing) Stepper() optim.Stepper { return new(summingStepper) }

type summingStepper struct{ rate float32 }

func (s *summingStepper) Begin(_ int, rate float64) { s.rate = float32(rate) }

func (s *summingStepper) Update(p, grad []float32, slots [optim.MaxSlots][]float32) {
	for i, g := range grad {
		slots[0][i] += g * g
		p[i] -= s.rate * g / float32(math.Sqrt(float64(slots[0][i])))
	}
}

// halving is a schedule of one's own.
type halving struct{ every int }

func halvingPart() catalog.Part[optim.Schedule] {
	return catalog.Part[optim.Schedule]{
		Name: "halving", Help: "halves the rate",
		Params:  []catalog.Param{{Name: "every", Kind: catalog.Integer, Range: catalog.AtLeast(1)}},
		Example: "halving(100)",
		New:     func(a catalog.Args) (optim.Schedule, error) { return halving{a.Int("every")}, nil },
	}
}

func (s halving) String() string              { return halvingPart().Spell().Int("every", s.every).String() }
func (halving) Validate(optim.Progress) error { return nil }
func (s halving) Rate(base float64, p optim.Progress) float64 {
	return math.Ldexp(base, -(p.Step-1)/s.every)
}

// TestPartsOfOnesOwn adds a rule and a schedule to the catalogues: they are found by name,
// explained, completed and nested as the package's, and train a network.
func TestPartsOfOnesOwn(t *testing.T) {
	rules, schedules := optim.Rules().With(summingPart()), optim.Schedules().With(halvingPart())
	if err := errors.Join(rules.Verify(), schedules.Verify()); err != nil {
		t.Fatal(err)
	}
	if help := rules.Help() + schedules.Help(); !strings.Contains(help, "\nsumming(lr=0.01)") || !strings.Contains(help, "\nhalving(every)") {
		t.Errorf("they are not explained:\n%s", help)
	}
	if got := append(rules.Complete("summ"), schedules.Complete("warmup(3, hal")...); !slices.Equal(got, []string{"summing", "warmup(3, halving("}) {
		t.Errorf("they are completed as %q", got)
	}
	rule, err := rules.Parse("summing(lr=0.2)")
	if err != nil {
		t.Fatal(err)
	}
	schedule, err := schedules.Parse("warmup(3, halving(40))")
	if err != nil || schedule.String() != "warmup(3, halving(40))" {
		t.Fatal(schedule, err)
	}
	data := classes(1, 60, 6, 3)
	for name, layers := range map[string][]layer.Layer{"chain": {layer.Dense(5), activation.Tanh(), layer.Dense(3)}, "plans": {layer.Dense(40), activation.ReLU(), layer.Dense(3)}} {
		tr, err := nn.NewTrainer(newNetwork(t, 6, layers), loss.CrossEntropy(), rule, nn.Schedule(schedule))
		if err != nil {
			t.Fatal(err)
		}
		h, err := tr.Fit(context.Background(), data, nn.Epochs(20), nn.Batch(10))
		if err != nil {
			t.Fatal(err)
		}
		if first, last := h.Epochs[0].Loss, h.Epochs[19].Loss; !(last < first/2) {
			t.Errorf("%s: the loss has gone from %v to %v", name, first, last)
		}
		if got, want := tr.Optimizer().Rate(), 0.2/4; got != want { // step 120 is the 117th of halving
			t.Errorf("%s: the last rate is %v, want %v", name, got, want)
		}
	}
}

// slotted is a rule with other slots.
type slotted struct {
	summing
	slots []optim.Slot
}

func (r slotted) Slots() []optim.Slot { return r.slots }

func TestSlotsAreChecked(t *testing.T) {
	net := newNetwork(t, 1, []layer.Layer{layer.Dense(1)})
	for want, slots := range map[string][]optim.Slot{
		"summing: number of slots is 6, want at most 5":                                                    {{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}, {Name: "e"}, {Name: "f"}},
		`summing: slot 0 is called "a.b", want a name that no other has, not "latest" and without dots`:    {{Name: "a.b"}},
		`summing: slot 0 is called "latest", want a name that no other has, not "latest" and without dots`: {{Name: "latest"}},
		`summing: slot 1 is called "a", want a name that no other has, not "latest" and without dots`:      {{Name: "a"}, {Name: "a"}},
		`summing: slot 0 is called "", want a name that no other has, not "latest" and without dots`:       {{}},
		"summing: initial a is +Inf, want a finite number":                                                 {{Name: "a", Init: float32(math.Inf(1))}},
	} {
		if _, err := nn.NewOptimizer(net, slotted{summing{0.01}, slots}); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestScheduleSpansFit has a cosine fall over the steps of Fit, those of a second one too;
// outside of Fit nobody knows how many there are.
func TestScheduleSpansFit(t *testing.T) {
	data := classes(1, 25, 6, 3)
	for _, c := range []struct {
		name       string
		accumulate int
		opts       []nn.FitOption
		steps      int // of an epoch
	}{
		{"plain", 1, nil, 3},
		{"short batch left out", 1, []nn.FitOption{nn.DropLast()}, 2},
		{"accumulated", 2, nil, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := newTrainer(t, nn.Schedule(optim.Warmup(1, optim.Cosine())), nn.Accumulate(c.accumulate))
			done := 0
			for range 2 {
				h, err := tr.Fit(context.Background(), data, append(c.opts, nn.Epochs(4), nn.Batch(10))...)
				if err != nil {
					t.Fatal(err)
				}
				for i, e := range h.Epochs {
					step, steps := done+(i+1)*c.steps, done+4*c.steps
					want := optim.Warmup(1, optim.Cosine(optim.Over(steps-1))).Rate(0.05, optim.Progress{Step: step})
					if e.Rate != want {
						t.Errorf("step %d: rate %v, want %v", step, e.Rate, want)
					}
				}
				done += 4 * c.steps
			}
			before := allWeights(t, tr.Network())
			var bad *nn.HyperparameterError
			for range c.accumulate {
				_, err := tr.Step(data.X, data.Target)
				if err != nil && (!errors.As(err, &bad) || !strings.Contains(err.Error(), "schedule: cosine: number of steps to fall over is 0")) {
					t.Fatal(err)
				}
			}
			if bad == nil {
				t.Error("a step outside of Fit is no error")
			}
			sameBits(t, "weights", allWeights(t, tr.Network()), before)
		})
	}
}
