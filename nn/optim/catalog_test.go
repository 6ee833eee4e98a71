package optim_test

import (
	"cmp"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/optim"
)

// TestCatalogues ranges over both families: examples, spellings, and the tables of the
// package comment.
func TestCatalogues(t *testing.T) {
	doc, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	check(t, optim.Rules(), doc.Doc.Text())
	check(t, optim.Schedules(), doc.Doc.Text())
}

func check[P fmt.Stringer](t *testing.T, c catalog.Catalog[P], doc string) {
	t.Helper()
	if err := c.Verify(); err != nil {
		t.Error(err)
	}
	var table strings.Builder
	for line := range strings.Lines(c.Help()) {
		table.WriteString("\t" + line)
	}
	if !strings.Contains(doc, "\n\n"+table.String()) {
		t.Errorf("the package comment lacks\n%s", table.String())
	}
	for _, p := range c.Parts() {
		if p.Torch == "" || p.Formula == "" {
			t.Errorf("%s has no formula, or not PyTorch's name", p.Name)
		}
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
	})
	for got, want := range map[fmt.Stringer]string{
		optim.SGD(0.1, optim.Momentum(0.9), optim.Nesterov()):       "sgd(lr=0.1, momentum=0.9, nesterov)",
		optim.Adam(0.1, optim.Betas(0.8, 0.9), optim.Epsilon(0.5)):  "adam(lr=0.1, beta1=0.8, beta2=0.9, epsilon=0.5)",
		optim.AdamW(0.001, optim.Decay(0.01)):                       "adamw",
		optim.Cosine(optim.Floor(0.1), optim.Over(10)):              "cosine(floor=0.1, over=10)",
		optim.Warmup(500, optim.Cosine()):                           "warmup(500, cosine)",
		optim.Warmup(3, nil):                                        "warmup(3)",
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
	} {
		if got := c.rule.Slots(); !slices.Equal(got, c.want) {
			t.Errorf("%s keeps %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestNils(t *testing.T) {
	for want, err := range map[string]error{
		"sgd: option 0 is nil, want an option, or none at its place":             optim.SGD(1, nil).Validate(),
		"adamw: option 1 is nil, want an option, or none at its place":           optim.AdamW(1, optim.Epsilon(1), nil).Validate(),
		"cosine: option 0 is nil, want an option, or none at its place":          optim.Check(optim.Cosine(nil)),
		"plateau: option 1 is nil, want an option, or none at its place":         optim.Check(optim.Plateau(0.5, 1, optim.Cooldown(1), nil)),
		"warmup: schedule to follow is nil, want one such as Constant or Cosine": optim.Check(optim.Warmup(3, optim.Warmup(2, nil))),
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
		for _, s := range []optim.Schedule{s, optim.Warmup(9, s)} {
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
	for _, p := range optim.Rules().Parts() {
		r, err := optim.Rules().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		if err := nntest.CheckRule(r, nntest.Backend(b)); err != nil {
			t.Error(err)
		}
	}
	for _, r := range []optim.Rule{
		optim.SGD(0.1, optim.Momentum(0.9), optim.Nesterov(), optim.Decay(0.1)),
		optim.RMSProp(0.01, optim.Momentum(0.9), optim.Centered()),
		optim.EMA(optim.Muon(0.02, optim.Others(optim.AdamW(0.001))), 0.9),
	} {
		if err := nntest.CheckRule(r, nntest.Backend(b)); err != nil {
			t.Error(err)
		}
	}
}
