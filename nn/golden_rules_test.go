package nn

import (
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// ruleGolden is a training that is about a rule.
type ruleGolden struct {
	goldenFile
	Groups []struct {
		Parameters  []string
		LR          *float64
		WeightDecay *float64 `json:"weight_decay"`
	}
	Frozen       []string
	EMA          struct{ Decay float64 }
	FinalAverage map[string]goldenTensor `json:"final_ema_copied_first"`
	FinalLoss    float64                 `json:"final_loss"`
	FinalBase    map[string]goldenTensor `json:"final_z"` // of a rule that averages itself, and Final is the average
}

// rule is all of the file's, with groups and averages.
func (g *ruleGolden) rule(t *testing.T) optim.Rule {
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

// TestGoldenRules takes the steps of rules, groups and averages, fused and gathered, where
// there is a chain with it and without.
func TestGoldenRules(t *testing.T) {
	eachGolden(t, "rule_*", 22, func(t *testing.T, g *ruleGolden) {
		if string(g.Rule["kind"]) == `"lbfgs"` {
			eachISA(t, "native", g.runLBFGS)
			eachOther(t, g.runLBFGS)
			return
		}
		eachChaining(t, func(t *testing.T, b blas.Backend) {
			for way, opts := range map[string][]OptimizerOption{"fused": nil, "gathered": {InspectGradients()}} {
				t.Run(way, func(t *testing.T) { g.run(t, b, opts...) })
			}
		})
		eachOther(t, func(t *testing.T, b blas.Backend) { g.run(t, b) })
	})
}

func (g *ruleGolden) run(t *testing.T, b blas.Backend, opts ...OptimizerOption) {
	net := g.network(t, b)
	tr := g.trainer(t, net, g.rule(t), opts...)
	g.train(t, g.Losses, trainingTolerance, tr.Step)
	if g.FinalBase != nil {
		g.compareState(t, tr.Optimizer(), "base", g.FinalBase)
		if err := tr.Optimizer().UseAverages(); err != nil {
			t.Fatal(err)
		}
	}
	g.compareTensors(t, "final value", net, g.Final, trainingTolerance)
	if g.EMA.Decay == 0 {
		return
	}
	if err := tr.Optimizer().UseAverages(); err != nil {
		t.Fatal(err)
	}
	g.compareTensors(t, "average", net, g.FinalAverage, trainingTolerance)
	if err := tr.Optimizer().UseLatest(); err != nil {
		t.Fatal(err)
	}
	g.compareTensors(t, "final value, once more,", net, g.Final, trainingTolerance)
}

// compareState compares a slot of all tensors.
func (g *ruleGolden) compareState(t *testing.T, o *Optimizer, slot string, want map[string]goldenTensor) {
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
