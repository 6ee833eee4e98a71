package nn

import (
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestRuleWays: whether a step updates blocks as it goes, gathers its gradients first or tries them on copies, every
// rule of the catalogue leaves the same bits of parameters and state.
func TestRuleWays(t *testing.T) {
	kind := ruleKinds[2] // plans and a stage
	b := openRules(t, "native", "")
	for _, rule := range catalogueRules(t) {
		var want []tensor.Tensor
		for _, way := range ruleWays[:2] {
			tr := ruleTrainer(t, b, kind.layers, rule, way.opts...)
			for i := range 6 {
				ruleSteps(t, tr, i, i+1)
				if i == 2 {
					tr.opt.bounded = false // from here on nothing is foreseen
				}
			}
			got, err := tr.net.Tensors()
			if err != nil {
				t.Fatal(err)
			}
			s, err := tr.opt.State()
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, s.Tensors...)
			if want == nil {
				want = got
			}
			for i, w := range want {
				if !slices.Equal(got[i].Value, w.Value) {
					t.Errorf("%s, %s: %s is another than %s", rule, way.name, w.Name, ruleWays[0].name)
				}
			}
		}
	}
}
