package nn

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// chain trains a network that is small enough in one call: forward pass, loss and
// backward pass are one call of the backend, and then the optimizer works on
// the gradients as it does after a Backward.
//
// Gradients are sums over the batch in another order than Backward's, and so
// differ from them by rounding. They are float32 sums of float32 products in
// every precision: networks this small would gain nothing from another.
type chain struct {
	net     *Network
	loss    kernels.ChainLoss
	backend blas.Chain
	plans   int // the batch that the plans were made for: larger ones bring new plans

	labels  tensor.Matrix // the batch's, as numbers, if the loss takes class indices
	outputs []float32     // the batch's, for Fit
}

// newChain returns the chain of net for loss, or nil if they have none: if
// the backend makes none of such layers, if not all layers are blocks, or if
// somebody wants the gradient at the input.
func newChain(net *Network, l loss.Loss) *chain {
	chainer, ok := net.backend.(blas.Chainer)
	if !ok || net.inputGradient {
		return nil
	}
	c := &chain{net: net}
	known, ok := l.(loss.Chained)
	if !ok {
		return nil
	}
	if c.loss, ok = known.Chain(); !ok {
		return nil
	}
	net.weights.RLock() // a larger batch replaces plans
	defer net.weights.RUnlock()
	plans := net.chainPlans()
	if plans == nil {
		return nil
	}
	c.plans = net.maxBatch
	if c.backend = chainer.Chain(plans, c.loss); c.backend == nil {
		return nil
	}
	return c
}

// chainPlans are the plans of a network that is blocks one after the other, with functions
// that they apply themselves; nil of any other.
func (n *Network) chainPlans() []blas.Dense {
	if len(n.blocks) != len(n.nodes) {
		return nil
	}
	plans := make([]blas.Dense, len(n.blocks))
	for i, b := range n.blocks {
		node := b.node
		if node.slopes() || len(n.values[node.in[0]].readers) != 1 || i > 0 && node.in[0] != n.nodes[i-1].out {
			return nil
		}
		plans[i] = b.plan
	}
	return plans
}

// takes reports whether the kernels know such targets: they know no weights, and of classes
// nothing but labels.
func (c *chain) takes(target *data.Target) bool {
	return target.Weights == nil && (c.loss != kernels.ChainCrossEntropy || target.Labels != nil)
}

// step is Trainer.step for a network with a chain. The outputs are returned
// only if they are wanted.
func (c *chain) step(t *Trainer, x *tensor.Matrix, target *data.Target, outputs bool) (loss, weight float64, y tensor.Matrix, err error) {
	if outputs {
		y = c.outputsFor(x.Rows)
	}
	loss, weight, err = c.pass(x, target, &y)
	if err != nil {
		return 0, 0, tensor.Matrix{}, err
	}
	if err := t.checkLoss(loss); err != nil {
		return loss, weight, tensor.Matrix{}, err
	}
	t.batches++
	c.gather(weight)
	return loss, weight, y, t.opt.count(false)
}

// pass takes a batch through the network and back, and returns the loss and what it
// weighs. The gradients wait for gather. y, unless its Data is nil, receives the outputs.
func (c *chain) pass(x *tensor.Matrix, target *data.Target, y *tensor.Matrix) (loss, weight float64, err error) {
	n := c.net
	n.batch = 0
	if x.Rows == 0 {
		return 0, 0, n.checkInput("forward", *x)
	}
	// The weights of these losses, as their comments say.
	scale := 1.0
	weight = float64(x.Rows) * float64(n.outputs)
	t := &target.Values
	switch c.loss {
	case kernels.ChainSquaredError:
		scale = 2
	case kernels.ChainCrossEntropy:
		weight, t = float64(x.Rows), c.column(target.Labels)
	}
	scale *= float64(n.gathered.factor(weight))
	sum, err := c.backend.Loss(*x, *t, *y, float32(scale/weight))
	if err != nil {
		return 0, 0, n.nodes[0].wrap(err)
	}
	n.passes++
	return sum / weight, weight, nil
}

// column is labels as a column of numbers.
func (c *chain) column(labels []int) *tensor.Matrix {
	values := c.labels.Data[:0]
	for _, label := range labels {
		values = append(values, float32(label))
	}
	c.labels = tensor.Matrix{Rows: len(labels), Cols: 1, Stride: 1, Data: values}
	return &c.labels
}

// gather makes the gradients of the last pass, of that weight, the network's, or adds
// them to those that an accumulating optimizer has counted.
func (c *chain) gather(weight float64) {
	g := &c.net.gathered
	largest := c.backend.Gradients(g.passes > 0)
	g.add(weight, 0)
	g.bound = float64(largest)
}

// outputsFor returns memory for the outputs of a batch.
func (c *chain) outputsFor(rows int) tensor.Matrix {
	cols := c.net.outputs
	if len(c.outputs) < rows*cols {
		c.outputs = make([]float32, rows*cols)
	}
	return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: c.outputs[:rows*cols]}
}
