package optim_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// scratchRule and scratchSchedule are parts that the families do not have.
type scratchRule struct{ optim.Rule }

func (scratchRule) String() string { return "scratch" }

type scratchSchedule struct{ optim.Schedule }

func (scratchSchedule) String() string { return "scratch" }

func TestFamilies(t *testing.T) {
	t.Run("rules", func(t *testing.T) {
		familytest.Check(t, optim.Rules(), catalog.Part[optim.Rule]{
			Name: "scratch", Help: "goes down",
			New: func(catalog.Args) (optim.Rule, error) { return scratchRule{optim.SGD(1)}, nil },
		})
	})
	t.Run("schedules", func(t *testing.T) {
		familytest.Check(t, optim.Schedules(), catalog.Part[optim.Schedule]{
			Name: "scratch", Help: "stays",
			New: func(catalog.Args) (optim.Schedule, error) { return scratchSchedule{optim.Constant()}, nil },
		})
	})
	for _, p := range optim.Rules().Parts() {
		if p.Formula == "" {
			t.Errorf("%s has no formula", p.Name)
		}
	}
}

// TestRulesGolden: what a few steps make of a network, and of averages, does not change.
func TestRulesGolden(t *testing.T) {
	b, err := backends.Open("gonum", backends.Options{ISA: "generic"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	x := tensor.Matrix{Rows: 6, Cols: 3, Stride: 3, Data: make([]float32, 18)}
	y := tensor.Matrix{Rows: 6, Cols: 2, Stride: 2, Data: make([]float32, 12)}
	for i := range x.Data {
		x.Data[i] = float32(i*7%9-4) / 2
	}
	for i := range y.Data {
		y.Data[i] = float32(i*5%7-3) / 2
	}
	for _, p := range optim.Rules().Parts() {
		got := map[string]string{}
		for _, spelling := range []string{p.Name, p.Example} {
			rule, err := optim.Rules().Parse(cmp.Or(spelling, p.Name))
			if err != nil && spelling != p.Example {
				continue // it has to be given something
			}
			if err != nil {
				t.Fatal(err)
			}
			net, err := nn.New(tensor.Shape{3}, layer.Stack(layer.Dense(3), activation.Tanh(), layer.Dense(3), layer.Dense(2)), nn.Backend(b), nn.Seed(3), nn.Init(initial.GlorotUniform()))
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			trainer, err := nn.NewTrainer(net, loss.MSE(), rule)
			if err != nil {
				got[rule.String()] = err.Error()
				continue
			}
			if _, err := trainer.Fit(t.Context(), data.Set{X: x, Target: data.Values(y)}, nn.Epochs(2), nn.Batch(3)); err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, l := range []int{0, 2, 3} {
				w, bias, err := net.Weights(l)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range append(w.Data, bias...) {
					text += fmt.Sprintf("%.4g ", v)
				}
			}
			got[rule.String()] = text
		}
		familytest.Golden(t, p.Name, got)
	}
}

// TestSchedulesGolden: rates of a training whose loss is always the same do not change.
func TestSchedulesGolden(t *testing.T) {
	for _, p := range optim.Schedules().Parts() {
		s, err := optim.Schedules().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		var rates strings.Builder
		rate, observer := s.Rate, optim.Start(s)
		if observer != nil {
			rate = observer.Rate
		}
		for step := range 12 {
			at := optim.Progress{Step: step + 1, Steps: 12, Epoch: step + 1, Epochs: 12}
			fmt.Fprintf(&rates, "%.6g ", rate(2, at))
			if observer != nil {
				observer.Observe(at, 1)
			}
		}
		familytest.Golden(t, p.Name, map[string]string{s.String(): rates.String()})
	}
}

// TestSpellings parses spellings and prints what it gets, which is a spelling of the same.
func TestSpellings(t *testing.T) {
	spell(t, optim.Rules(), map[string]string{
		"sgd":                                   "sgd",
		"sgd(lr=1e-2)":                          "sgd",
		"sgd(0.1, 0.9, nesterov, decay=1e-4)":   "sgd(lr=0.1, momentum=0.9, nesterov, decay=0.0001)",
		"sgd(momentum=0.9, nesterov=false)":     "sgd(momentum=0.9)",
		"adam(epsilon=1e-8, beta2=0.999)":       "adam",
		"adam(beta1=0.8, beta2=.9, epsilon=.1)": "adam(beta1=0.8, beta2=0.9, epsilon=0.1)",
		"adamw(lr=1e-3, decay=0.05)":            "adamw(decay=0.05)",
		"adamw(decay=0)":                        "adamw(decay=0)",
		"adamw(amsgrad)":                        "adamw(amsgrad)",
		"sgd(momentum=0.5, dampening=0.5)":      "sgd(momentum=0.5, dampening=0.5)",
		"nadam(decoupled, momentum_decay=0)":    "nadam(momentum_decay=0, decoupled)",
		"radam(beta2=0.999, decoupled=false)":   "radam",
		"rprop(0.01, 0.5, 1.5, most=1)":         "rprop(longer=1.5, most=1)",
	})
	spell(t, optim.Schedules(), map[string]string{
		"constant()":                           "constant",
		"cosine(0)":                            "cosine",
		"cosine(over=1e3, floor=0.1)":          "cosine(floor=0.1, over=1000)",
		"warmup(500,cosine)":                   "warmup(500, cosine)",
		"warmup(then=constant,steps=5)":        "warmup(5, constant)",
		"warmup(1, warmup(2, cosine(over=3)))": "warmup(1, warmup(2, cosine(over=3)))",
		"plateau(factor=0.1,cooldown=0)":       "plateau",
		"plateau(0.5, 3, absolute, floor=0.1)": "plateau(factor=0.5, patience=3, absolute, floor=0.1)",
		"warmup(5, plateau(threshold=0))":      "warmup(5, plateau(threshold=0))",
		"step(5)":                              "step(5)",
		"exponential(factor=0.5)":              "exponential(0.5)",
		"polynomial(over=3)":                   "polynomial(over=3)",
		"linear(0.1, 1)":                       "linear(from=0.1, to=1)",
		"cosine_restarts(5, 2, 0.1)":           "cosine_restarts(5, longer=2, floor=0.1)",
		"one_cycle(linear, three_phases)":      "one_cycle(linear, three_phases)",
		"cyclic(up=2000, fading=0.5)":          "cyclic(fading=0.5)",
		"sequence(step(2), 5, inverse_sqrt)":   "sequence(step(2), 5, inverse_sqrt)",
		"per_epoch(coslog4)":                   "per_epoch(coslog4)",
	})
	for got, want := range map[fmt.Stringer]string{
		optim.SGD(0.1, optim.Momentum(0.9), optim.Nesterov()):       "sgd(lr=0.1, momentum=0.9, nesterov)",
		optim.Adam(0.1, optim.Betas(0.8, 0.9), optim.Epsilon(0.5)):  "adam(lr=0.1, beta1=0.8, beta2=0.9, epsilon=0.5)",
		optim.AdamW(0.001, optim.Decay(0.01)):                       "adamw",
		optim.Cosine(optim.Floor(0.1), optim.Over(10)):              "cosine(floor=0.1, over=10)",
		optim.Warmup(500, optim.Cosine()):                           "warmup(500, cosine)",
		optim.Warmup(3, nil):                                        "warmup(3)",
		optim.MultiStep(0.1, 3, 5):                                  "multi_step([3, 5])",
		optim.Cyclic(3, optim.Down(4), optim.Halving()):             "cyclic(up=3, down=4, halving)",
		optim.Plateau(0.5, 3, optim.AbsoluteThreshold(0.25)):        "plateau(factor=0.5, patience=3, threshold=0.25, absolute)",
		optim.Plateau(0.1, 10, optim.Cooldown(2), optim.Floor(0.5)): "plateau(cooldown=2, floor=0.5)",
	} {
		if got.String() != want {
			t.Errorf("it is %s, want %s", got, want)
		}
	}
}

func spell[P interface {
	fmt.Stringer
	comparable
}](t *testing.T, c catalog.Catalog[P], list map[string]string) {
	t.Helper()
	for text, want := range list {
		p, err := c.Parse(text)
		if err != nil || p.String() != want {
			t.Errorf("%s is %v, %v, want %s", text, p, err, want)
			continue
		}
		if again, err := c.Parse(p.String()); err != nil || again != p {
			t.Errorf("%s is %v, %v", p, again, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	rule := func(text string) error { _, err := optim.Rules().Parse(text); return err }
	schedule := func(text string) error { _, err := optim.Schedules().Parse(text); return err }
	for _, c := range []struct {
		err  error
		as   any
		want string
	}{
		{rule("adma"), new(*names.UnknownError), `unknown optimizer "adma", did you mean "adam"?`},
		{rule("nesterov"), new(*catalog.RenamedError), `optimizer "nesterov" is written sgd(momentum=0.9, nesterov) here`},
		{rule("adam(weight_decay=1)"), new(*catalog.RenamedError), `column 6: argument of adam "weight_decay" is written decay here`},
		{rule("sgd(lr=-1)"), new(*catalog.ArgumentError), "column 8: sgd: lr is -1, want a number, at least 0"},
		{rule("sgd(lr=1e39)"), new(*fault.HyperparameterError), "sgd: lr is 1e+39, want a finite number, at least 0"},
		{rule("sgd(nesterov)"), new(*fault.HyperparameterError), "sgd: momentum is 0, want more than 0: nesterov looks ahead along the velocity"},
		{rule("adam(epsilon=1e-60)"), new(*fault.HyperparameterError), "adam: epsilon is 1e-60, want a finite number, more than 0 in float32"},
		{schedule("cosin"), new(*names.UnknownError), `unknown schedule "cosin", did you mean "cosine"?`},
		{schedule("cosine(over=0)"), new(*catalog.ArgumentError), "column 13: cosine: over is 0, want an integer, at least 1"},
		{schedule("plateau(factor=1)"), new(*fault.HyperparameterError), "plateau: factor is 1, want more than 0 and less than 1"},
		{schedule("warmup(5)"), new(*catalog.ArgumentError), "warmup: then is missing, want a schedule"},
	} {
		if c.err == nil || !errors.As(c.err, c.as) || !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("got %v, want a %T %q", c.err, c.as, c.want)
		}
	}
}

func TestSlots(t *testing.T) {
	for _, c := range []struct {
		rule optim.Rule
		want []optim.Slot
	}{
		{optim.SGD(0.1), nil},
		{optim.SGD(0.1, optim.Momentum(0.9)), []optim.Slot{{Name: "velocity"}}},
		{optim.Adam(0.1), []optim.Slot{{Name: "mean"}, {Name: "mean_square"}}},
		{optim.AdamW(0.1), []optim.Slot{{Name: "mean"}, {Name: "mean_square"}}},
		{optim.AdamW(0.1, optim.AMSGrad()), []optim.Slot{{Name: "mean"}, {Name: "mean_square"}, {Name: "largest_mean_square"}}},
	} {
		if got := c.rule.Slots(); !slices.Equal(got, c.want) {
			t.Errorf("%s keeps %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestNils(t *testing.T) {
	for want, err := range map[string]error{
		"sgd: option 0 is nil, want an option, or none at its place":                 optim.SGD(1, nil).Validate(),
		"adamw: option 1 is nil, want an option, or none at its place":               optim.AdamW(1, optim.Epsilon(1), nil).Validate(),
		"adamax: option 0 is nil, want an option, or none at its place":              optim.Adamax(1, nil).Validate(),
		"nadam: option 0 is nil, want an option, or none at its place":               optim.NAdam(1, nil).Validate(),
		"radam: option 0 is nil, want an option, or none at its place":               optim.RAdam(1, nil).Validate(),
		"adadelta: option 0 is nil, want an option, or none at its place":            optim.Adadelta(1, nil).Validate(),
		"lion: option 1 is nil, want an option, or none at its place":                optim.Lion(1, optim.Decay(1), nil).Validate(),
		"rprop: option 0 is nil, want an option, or none at its place":               optim.Rprop(1, nil).Validate(),
		"lamb: option 0 is nil, want an option, or none at its place":                optim.LAMB(1, nil).Validate(),
		"schedule_free_adamw: option 0 is nil, want an option, or none at its place": optim.ScheduleFreeAdamW(1, nil).Validate(),
		"cosine: option 0 is nil, want an option, or none at its place":              optim.Check(optim.Cosine(nil)),
		"linear: option 0 is nil, want an option, or none at its place":              optim.Check(optim.Linear(1, 0, nil)),
		"polynomial: option 0 is nil, want an option, or none at its place":          optim.Check(optim.Polynomial(1, nil)),
		"cosine_restarts: option 0 is nil, want an option, or none at its place":     optim.Check(optim.CosineRestarts(1, nil)),
		"one_cycle: option 0 is nil, want an option, or none at its place":           optim.Check(optim.OneCycle(nil)),
		"cyclic: option 0 is nil, want an option, or none at its place":              optim.Check(optim.Cyclic(1, nil)),
		"coslog4: option 0 is nil, want an option, or none at its place":             optim.Check(optim.CosLog4(nil)),
		"sequence: schedule to follow is nil, want one such as Constant or Cosine":   optim.Check(optim.Sequence(optim.Constant(), 1, nil)),
		"per_epoch: schedule is nil, want one such as Step or Cosine":                optim.Check(optim.PerEpoch(nil)),
		"plateau: option 1 is nil, want an option, or none at its place":             optim.Check(optim.Plateau(0.5, 1, optim.Cooldown(1), nil)),
		"warmup: schedule to follow is nil, want one such as Constant or Cosine":     optim.Check(optim.Warmup(3, optim.Warmup(2, nil))),
	} {
		if null := new(fault.NilError); !errors.As(err, &null) || err.Error() != want {
			t.Errorf("got %v, want a *NilError %q", err, want)
		}
	}
	if got := optim.Warmup(3, nil).Rate(1, optim.Progress{Step: 7}); got != 1 {
		t.Errorf("the rate after a warm-up and nothing is %v, want 1", got)
	}
}

// TestSchedulesPromises holds every schedule to what schedules promise.
func TestSchedulesPromises(t *testing.T) {
	for _, p := range optim.Schedules().Parts() {
		s, err := optim.Schedules().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []optim.Schedule{s, optim.Warmup(9, s), optim.Sequence(optim.Plateau(0.5, 1), 90, s), optim.PerEpoch(s)} {
			if err := nntest.CheckSchedule(s); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestRulesPromises holds every rule to what rules promise.
func TestRulesPromises(t *testing.T) {
	b, err := backends.Open("native", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	list := []optim.Rule{
		optim.SGD(0.1, optim.Momentum(0.9), optim.Nesterov(), optim.Decay(0.1)),
		optim.RMSProp(0.01, optim.Momentum(0.9), optim.Centered()),
		optim.EMA(optim.Muon(0.02, optim.Others(optim.AdamW(0.001))), 0.9),
	}
	for _, p := range optim.Rules().Parts() {
		r, err := optim.Rules().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	for _, r := range list {
		if err := nntest.CheckRule(r, nntest.Backend(b)); err != nil {
			t.Error(err)
		}
	}
}
