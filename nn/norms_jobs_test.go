package nn

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// jobCounter is a backend that counts the jobs of an optimizer that it is given.
type jobCounter struct {
	blas.Backend
	updates, norms int
}

func (c *jobCounter) Run(job blas.Job, tasks int) error {
	switch job.(type) {
	case *updateJob:
		c.updates++
	case *normStep:
		c.norms++
	}
	return c.Backend.Run(job, tasks)
}

// refreshCounter is a plan that counts how often it is refreshed.
type refreshCounter struct {
	blas.Dense
	refreshed int
}

func (c *refreshCounter) Refresh() {
	c.refreshed++
	c.Dense.Refresh()
}

// TestStepJobs: a step wakes the workers for what is element-wise only where something is, and each plan is refreshed once,
// whatever rules are beside each other.
func TestStepJobs(t *testing.T) {
	lamb := optim.LAMB(0.01)
	for name, widths := range map[string][2]int{"small": {37, 41}, "shared out": {300, 250}} {
		for _, c := range []struct {
			rule           optim.Rule
			updates, norms int // of a step that is shared out
		}{
			{lamb, 0, 3},
			{optim.Groups(lamb, optim.ByRole(tensor.Bias).Freeze()), 0, 3},
			{optim.Muon(0.02, optim.Others(lamb)), 0, 3},
			{optim.Muon(0.02, optim.Others(optim.SGD(0.01))), 1, 0},
			{byRole{lamb, tensor.Bias, optim.SGD(0.01)}, 1, 3},
		} {
			layers := []layer.Layer{layer.Dense(widths[0]), activation.Tanh(), layer.LayerNorm(), layer.Dense(widths[1]), activation.Tanh(), layer.Dense(3)}
			tr := ruleTrainer(t, openRules(t, "native", ""), layers, c.rule)
			ruleSteps(t, tr, 0, 1)
			jobs := &jobCounter{Backend: tr.net.backend}
			tr.net.backend = jobs
			var plans []*refreshCounter
			for _, x := range tr.opt.trainables {
				if x.block != nil {
					plan := &refreshCounter{Dense: x.block.plan}
					x.block.plan, plans = plan, append(plans, plan)
				}
			}
			ruleSteps(t, tr, 1, 2)
			if name == "small" {
				c.updates, c.norms = 0, 0
			}
			if jobs.updates != c.updates || jobs.norms != c.norms {
				t.Errorf("%s, %s: a step has %d jobs for what is element-wise and %d for norms, want %d and %d", name, c.rule, jobs.updates, jobs.norms, c.updates, c.norms)
			}
			for i, plan := range plans {
				if plan.refreshed != 1 {
					t.Errorf("%s, %s: plan %d is refreshed %d times, want once", name, c.rule, i, plan.refreshed)
				}
			}
		}
	}
}
