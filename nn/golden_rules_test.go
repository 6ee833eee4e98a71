package nn

import (
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// rule is all of the file's, with groups and averages.
func (g *goldenFile) rule(t *testing.T) optim.Rule {
	t.Helper()
	rule := goldenRule(t, g.Rule)
	var list []optim.Group
	for _, group := range g.Groups {
		own := optim.ByName(ourNames(group.Parameters)...)
		if group.LR != nil {
			list = append(list, own.RateFactor(*group.LR/rule.Rate()))
		}
		if group.WeightDecay != nil {
			list = append(list, own.Decay(*group.WeightDecay))
		}
	}
	if len(g.Frozen) > 0 {
		list = append(list, optim.ByName(ourNames(g.Frozen)...).Freeze())
	}
	if len(list) > 0 {
		rule = optim.Groups(rule, list...)
	}
	if g.EMA.Decay != 0 {
		rule = optim.EMA(rule, g.EMA.Decay)
	}
	return rule
}

// compareState compares a slot of all tensors.
func (g *goldenFile) compareState(t *testing.T, o *Optimizer, slot string, want map[string]goldenTensor) {
	t.Helper()
	state, err := o.State()
	if err != nil {
		t.Fatal(err)
	}
	var of []tensor.Tensor
	for _, s := range state.Tensors {
		if name, ok := strings.CutSuffix(s.Name, "."+slot); ok {
			s.Name = name
			of = append(of, s)
		}
	}
	g.compare(t, slot, of, want, trainingTolerance)
}
