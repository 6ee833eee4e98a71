package optim_test

import (
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// fourLayers are the tensors of a network.
func fourLayers() (list []tensor.Tensor) {
	for i := range 4 {
		list = append(list,
			tensor.Tensor{Name: fmt.Sprintf("layers.%d.weight", 2*i), Role: tensor.Weight, Dims: []int{3, 4}},
			tensor.Tensor{Name: fmt.Sprintf("layers.%d.bias", 2*i), Role: tensor.Bias, Dims: []int{3}})
	}
	return append(list, tensor.Tensor{Name: "layers.8.table", Role: tensor.Embedding, Dims: []int{9, 2}})
}

// TestAssign lists what rules do with the tensors of fourLayers.
func TestAssign(t *testing.T) {
	adam := optim.AdamW(0.001, optim.Decay(0.1))
	for _, c := range []struct {
		rule optim.Rule
		want string // for each tensor
	}{
		{adam, strings.Repeat("adamw(decay=0.1) ", 9)},
		{optim.AdamW(0.001, optim.NoDecay(tensor.Bias, tensor.Embedding)), strings.Repeat("adamw adamw(decay=0) ", 4) + "adamw(decay=0)"},
		{optim.Groups(adam, optim.ByRole(tensor.Scale).Decay(0)), strings.Repeat("adamw(decay=0.1) ", 9)}, // there is none
		{optim.Groups(optim.SGD(0.01),
			optim.ByRole(tensor.Bias).RateFactor(2),
			optim.ByName("layers.0.*").RateFactor(0.5).Decay(0.1), // the later one counts
			optim.ByName("layers.4.weight", "layers.6.*").Freeze()),
			"sgd(decay=0.1)*0.5 sgd(decay=0.1)*0.5 sgd sgd*2 frozen sgd*2 frozen frozen sgd"},
		{optim.Groups(optim.Groups(optim.RMSProp(0.01), optim.ByName("*.bias").RateFactor(3)), optim.ByName("layers.[02].bias").Decay(1)),
			"rmsprop rmsprop(decay=1)*3 rmsprop rmsprop(decay=1)*3 rmsprop rmsprop*3 rmsprop rmsprop*3 rmsprop"},
		{optim.Muon(0.02, optim.Others(optim.AdamW(0.001, optim.NoDecay(tensor.Bias)))),
			"adamw adamw(decay=0) muon adamw(decay=0) muon adamw(decay=0) adamw adamw(decay=0) adamw"},
		{optim.Muon(0.02, optim.On("layers.0.weight", "*.table"), optim.Others(optim.SGD(0.01))), "muon sgd sgd sgd sgd sgd sgd sgd muon"},
		{optim.Groups(optim.Muon(0.02, optim.Others(optim.AdamW(0.001))), optim.ByName("layers.2.*").Decay(0.3), optim.ByName("layers.4.*").RateFactor(2)),
			"adamw adamw muon(decay=0.3) adamw(decay=0.3) muon*2 adamw*2 adamw adamw adamw"},
		{optim.EMA(optim.Groups(optim.SGD(0.01), optim.ByRole(tensor.Bias).RateFactor(2), optim.ByName("layers.2.*").Freeze()), 0.9),
			"ema(sgd, decay=0.9) ema(sgd, decay=0.9)*2 frozen frozen ema(sgd, decay=0.9) ema(sgd, decay=0.9)*2 ema(sgd, decay=0.9) ema(sgd, decay=0.9)*2 ema(sgd, decay=0.9)"},
		{optim.Groups(optim.EMA(optim.SGD(0.01), 0.9), optim.ByRole(tensor.Weight).Decay(0.5)),
			strings.Repeat("ema(sgd(decay=0.5), decay=0.9) ema(sgd, decay=0.9) ", 4) + "ema(sgd, decay=0.9)"},
	} {
		if err := c.rule.Validate(); err != nil {
			t.Errorf("%s: %v", c.rule, err)
		}
		list, err := optim.Assign(c.rule, fourLayers())
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		var got []string
		for _, a := range list {
			text := a.Rule.String()
			if a.RateFactor != 1 {
				text += fmt.Sprintf("*%v", a.RateFactor)
			}
			if a.Frozen {
				text = "frozen"
			}
			got = append(got, text)
		}
		if got := strings.Join(got, " "); got != strings.TrimSpace(c.want) {
			t.Errorf("%s assigns\n%s, want\n%s", c.rule, got, c.want)
		}
		// The spelling says all of it.
		again, err := optim.Rules().Parse(c.rule.String())
		if err != nil || again.String() != c.rule.String() {
			t.Errorf("%s is read as %v, %v", c.rule, again, err)
			continue
		}
		same, err := optim.Assign(again, fourLayers())
		if err != nil || !slices.EqualFunc(list, same, func(a, b optim.Assignment) bool {
			return a.Rule.String() == b.Rule.String() && a.RateFactor == b.RateFactor && a.Frozen == b.Frozen
		}) {
			t.Errorf("%s assigns otherwise once it is read (%v)", c.rule, err)
		}
	}
}

// stubborn is a rule whose decay cannot be changed.
type stubborn struct{ optim.Rule }

func TestGroupsRefuse(t *testing.T) {
	assign := func(r optim.Rule) error { _, err := optim.Assign(r, fourLayers()); return err }
	parse := func(text string) error { _, err := optim.Rules().Parse(text); return err }
	sgd := optim.SGD(0.01)
	for _, c := range []struct {
		err  error
		as   any // nil: any error
		want string
	}{
		{assign(optim.Groups(sgd, optim.ByName("layers.0.wieght").Freeze())), new(*names.UnknownError), `unknown tensor "layers.0.wieght", did you mean "layers.0.weight"?`},
		{assign(optim.Groups(sgd, optim.ByName("layers.0.*", "layers.9.*").Freeze())), new(*names.UnknownError), `unknown tensor "layers.9.*", did you mean "layers.`},
		{assign(optim.Muon(0.1, optim.Others(sgd), optim.On("layers.1.weight"))), new(*names.UnknownError), `unknown tensor "layers.1.weight"`},
		{assign(optim.Groups(stubborn{sgd}, optim.ByRole(tensor.Bias).Decay(0))), nil, "layers.0.bias: sgd: its decay cannot be changed"},
		{optim.Groups(nil).Validate(), new(*fault.NilError), "groups: rule is nil"},
		{optim.EMA(nil, 0.9).Validate(), new(*fault.NilError), "ema: rule is nil"},
		{optim.EMA(optim.EMA(sgd, 0.9), 0.9).Validate(), nil, "ema: its rule ema(sgd, decay=0.9) keeps an average already"},
		{optim.EMA(optim.Groups(optim.EMA(sgd, 0.9), optim.ByRole(tensor.Bias).Decay(0)), 0.9).Validate(), nil, "keeps an average already"},
		{parse("groups(ema(groups(ema(sgd))))"), nil, "keeps an average already"},
		{optim.Muon(0.1, optim.Others(nil)).Validate(), new(*fault.NilError), "muon: rule of the others is nil"},
		{optim.Muon(0.1, nil).Validate(), new(*fault.NilError), "muon: option 0 is nil"},
		{optim.RMSProp(0.1, nil).Validate(), new(*fault.NilError), "rmsprop: option 0 is nil"},
		{optim.Muon(0.1, optim.On(), optim.Others(sgd)).Validate(), nil, "want patterns"},
		{optim.Muon(0.1, optim.On("a b"), optim.Others(sgd)).Validate(), nil, "without spaces"},
		{optim.Groups(sgd, optim.ByRole(tensor.Bias)).Validate(), nil, "by_role(bias) changes nothing"},
		{optim.Groups(sgd, optim.ByRole().Freeze()).Validate(), nil, "want roles that are trained"},
		{optim.Groups(sgd, optim.ByRole(tensor.Buffer).Freeze()).Validate(), nil, "want roles that are trained"},
		{optim.Groups(sgd, optim.ByRole(tensor.Bias, tensor.Role(77)).Freeze()).Validate(), nil, "want roles that are trained"},
		{optim.Groups(sgd, optim.ByName().Freeze()).Validate(), nil, "want roles that are trained (weight, bias, scale, embedding) or names"},
		{optim.Groups(sgd, optim.ByName("a", "").Freeze()).Validate(), nil, "want patterns that are not empty"},
		{optim.Groups(sgd, optim.ByName("a b").Freeze()).Validate(), nil, "without spaces"},
		{optim.Groups(sgd, optim.ByName("layers.[").Freeze()).Validate(), nil, path.ErrBadPattern.Error()},
		{optim.SGD(0.1, optim.NoDecay()).Validate(), nil, "want roles"},
		{optim.AdamW(0.1, optim.NoDecay(tensor.Buffer)).Validate(), nil, "want roles"},
		{parse("groups(sgd, by_role(biass, frozen))"), new(*names.UnknownError), `unknown role "biass", did you mean "bias"?`},
		{parse("groups(sgd, by_nmae(\"x\", frozen))"), new(*names.UnknownError), `unknown group "by_nmae", did you mean "by_name"?`},
		{parse("groups(sgd, by_role(bias))"), nil, "changes nothing"},
		{parse("groups(sgd, by_role(bias, decay=-1))"), new(*catalog.ArgumentError), "decay is -1, want a number, at least 0"},
		{parse("ema(sgd, decay=1)"), new(*catalog.ArgumentError), "decay is 1, want a number, at least 0 and below 1"},
		{parse("muon(iterations=0)"), new(*catalog.ArgumentError), "want an integer, at least 1 and at most 100"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) || c.as != nil && !errors.As(c.err, c.as) {
			t.Errorf("error %v, want %q as a %T", c.err, c.want, c.as)
		}
	}
	few := fourLayers()[:4]
	if _, err := optim.Assign(optim.Muon(0.1, optim.Others(sgd)), few); err == nil || !strings.Contains(err.Error(), "2 weight matrices, none between") {
		t.Errorf("Muon has no hidden weights: error %v", err)
	}
}

// astray assigns to fewer tensors than there are.
type astray struct{ optim.Rule }

func (r astray) Assign(list []tensor.Tensor) ([]optim.Assignment, error) {
	return make([]optim.Assignment, len(list)-1), nil
}

func TestAssignersAreChecked(t *testing.T) {
	if _, err := optim.Assign(optim.EMA(astray{optim.SGD(1)}, 0.5), fourLayers()); err == nil || !strings.Contains(err.Error(), "8 assignments for 9 tensors") {
		t.Errorf("error %v, want one about assignments that are missing", err)
	}
}

// TestEMA compares averages with float64, where there are kernels and where there are none.
func TestEMA(t *testing.T) {
	const decay, n = 0.7, 5
	for _, inner := range []optim.Rule{optim.SGD(0.1), optim.RMSProp(0.1, optim.Momentum(0.5), optim.Centered())} {
		rule := optim.EMA(inner, decay)
		slot := len(rule.Slots()) - 1
		if rule.Slots()[slot].Name != "average" {
			t.Fatalf("the slots are %v", rule.Slots())
		}
		s := rule.Stepper().(optim.Elementwise)
		p := []float32{1, -2, 3, 0, 1e-3}
		want := make([]float64, n)
		var slots [optim.MaxSlots][]float32
		for i := range rule.Slots() {
			slots[i] = make([]float32, n)
		}
		for step := 1; step <= 6; step++ {
			s.Begin(step, 0.1)
			grad := []float32{1, float32(step), -1, 0.5, float32(-step)}
			if step%2 == 0 {
				s.Update(p, grad, slots)
			} else {
				got, top := s.(optim.Measurer).UpdateMeasured(p, grad, 0, &slots), float32(0)
				for _, v := range p {
					top = max(top, float32(math.Abs(float64(v))))
				}
				if got != top {
					t.Errorf("the largest parameter is %v, want %v", got, top)
				}
			}
			for i, v := range p {
				if want[i] = decay*want[i] + (1-decay)*float64(v); step == 1 {
					want[i] = float64(v)
				}
			}
		}
		average := make([]float32, n)
		s.(optim.Averaged).Average(average, p, slots)
		for i, v := range average {
			if diff := math.Abs(float64(v) - want[i]); !(diff <= 0x1p-20*(1+math.Abs(want[i]))) {
				t.Errorf("%s: average %d is %v, want %v", rule, i, v, want[i])
			}
		}
	}
}
