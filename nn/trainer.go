package nn

import (
	"fmt"
	"math"
	"sync/atomic"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Trainer trains a network: it knows the loss and has an optimizer. Fit runs
// whole epochs; Step takes one batch, for people who bring their own loop. It
// is used by one goroutine at a time, except for Evaluate.
type Trainer struct {
	inFit atomic.Bool // a Fit is under way

	net   *Network
	loss  objective
	opt   *Optimizer
	chain *chain // nil unless the network is small enough for one

	epochs  int   // that Fit has done
	rows    int64 // of the next one, with which steps have been taken
	batches int   // passes done
}

// NewTrainer makes a trainer of net for loss by rule. A loss on logits for a
// network that ends in an activation is a *LogitsError.
func NewTrainer(net *Network, l loss.Loss, rule optim.Rule, opts ...OptimizerOption) (t *Trainer, err error) {
	defer recovered(&err)
	if l == nil {
		return nil, fault.Nil("trainer", "loss", "one such as loss.MSE or loss.CrossEntropy")
	}
	opt, err := NewOptimizer(net, rule, opts...)
	if err != nil {
		return nil, err
	}
	if err := net.checkLogits(l); err != nil {
		return nil, err
	}
	o, err := newObjective("trainer", net, l)
	if err != nil {
		return nil, err
	}
	return &Trainer{net: net, loss: o, opt: opt, chain: newChain(net, l)}, nil
}

// Network returns the network that is trained.
func (t *Trainer) Network() *Network {
	if t == nil {
		return nil
	}
	return t.net
}

// Optimizer returns the trainer's optimizer.
func (t *Trainer) Optimizer() *Optimizer {
	if t == nil {
		return nil
	}
	return t.opt
}

// Loss returns the loss that is trained for.
func (t *Trainer) Loss() loss.Loss {
	if t == nil {
		return nil
	}
	return t.loss.Loss
}

// Step trains on one batch, x [batch][Inputs] and its target, and returns the
// loss of the batch before the step. With Accumulate the parameters
// change at every n-th call.
//
// A step is taken as a whole or not at all, but for ErrTorn. A loss, a gradient, a parameter or a number
// of the optimizer's state that would be NaN or infinite is a *NonFiniteError, seen before
// anything is written: the weights are those of the step before. Gradients of earlier
// calls of Backward that no step has used are dropped. In the steady state
// Step allocates nothing.
//
// It goes on from the parameters that are trained, if Optimizer.UseAverages has put others in their
// place.
//
// Networks of a few neurons may be trained as a chain, in one call of the backend,
// which sums gradients in another order than Backward does: results are the
// same from run to run and for any number of workers, but not, to the last
// bit, those of Forward, Backward and Optimizer.Step.
func (t *Trainer) Step(x tensor.Matrix, target data.Target) (loss float64, err error) {
	if t == nil {
		return 0, ErrNoNetwork
	}
	if err := t.net.begin(); err != nil {
		return 0, err
	}
	defer t.net.ended(&err)
	t.opt.at = optim.Progress{}
	if err := t.loss.Check(target, x.Rows, t.net.outputs); err != nil {
		return 0, fmt.Errorf("step %d: %w", t.opt.steps+1, err)
	}
	loss, _, _, err = t.step(&x, &target, false)
	return loss, err
}

// step is Step for a caller that has begun and checked the target. If outputs
// is set it also returns the outputs, which are valid until the next pass.
func (t *Trainer) step(x *tensor.Matrix, target *data.Target, outputs bool) (loss, weight float64, y tensor.Matrix, err error) {
	if t.opt.averages.in {
		t.opt.useLatest()
	}
	t.net.gathered.begin(t.opt)
	if err := t.net.gathered.join(false); err != nil {
		return 0, 0, tensor.Matrix{}, fmt.Errorf("step %d: %w", t.opt.steps+1, err)
	}
	if t.chain != nil {
		if t.chain.plans != t.net.maxBatch {
			t.chain = newChain(t.net, t.loss.Loss)
		}
	}
	if t.chain != nil && t.chain.takes(target) {
		return t.chain.step(t, x, target, outputs)
	}
	if y, err = t.net.forward(*x); err != nil {
		return 0, 0, tensor.Matrix{}, err
	}
	if weight, err = t.loss.weight(*target, y.Rows, y.Cols); err != nil {
		return 0, 0, tensor.Matrix{}, err
	}
	dy := t.net.outputGradient()
	loss = t.loss.bound.Sum(y, *target, dy, float64(t.net.gathered.factor(weight))/weight) / weight
	if err := t.checkLoss(loss); err != nil {
		return loss, weight, tensor.Matrix{}, err
	}
	t.batches++
	return loss, weight, y, t.opt.backward(dy, weight)
}

// checkLoss reports a loss that is NaN or infinite.
func (t *Trainer) checkLoss(loss float64) error {
	if !(math.Abs(loss) <= math.MaxFloat64) {
		return &NonFiniteError{What: "loss", Step: t.opt.steps + 1, Value: loss}
	}
	return nil
}
