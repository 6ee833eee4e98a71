package native

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// chain trains plans one after the other at once, on kernels.Chain. It works alone: what
// it is made for is too small to share out.
type chain struct {
	all     []kernels.Chain
	kern    *kernels.Chain // the one of these for the last batch
	pass    kernels.ChainPass
	sums    []float32 // of all layers
	outputs []float32 // of a part of a batch, in the order of the kernels
	unread  bool      // sums hold gradients that nobody has asked for
}

var _ blas.Chainer = (*Backend)(nil)

// Chain implements blas.Chainer. There is none of plans without a bias: its kernels would
// write gradients of biases.
func (b *Backend) Chain(plans []blas.Dense, loss kernels.ChainLoss) blas.Chain {
	layers := make([]*plan, len(plans))
	for i, d := range plans {
		p, ok := d.(*plan)
		if !ok || p.b != b || p.spec.NoBias || !p.spec.Activation.InChain() || i > 0 && p.spec.In != layers[i-1].spec.Out {
			return nil
		}
		layers[i] = p
	}
	if !b.chains(layers) {
		return nil
	}
	return newChain(b.set.Chains, layers, loss)
}

const (
	// chainWidth is the widest layer of a chain, an AVX-512 panel, and bounds its logarithms.
	chainWidth = 32
	// chainParameters is the most parameters of a chain. Its sums take a
	// vector for each, which should stay in a 48-KiB L1. Steps of ReLU
	// networks, avx512, batches of 4 / 64 / 1024, plan by plan against a chain:
	//
	//	16-24-8        608 parameters  1.1   1.9   2.0 times as long
	//	16-16-16-16    816             1.6   1.5   1.5
	//	32-32-1       1089             0.4   1.2   1.4
	//	32-32-32-10   2442             0.2   1.0   1.2
	chainParameters = 1 << 10
)

// chains reports whether the layers are so small that a chain gains. The
// kernels can read weights of one panel. Without vectors a chain gains only for
// a handful of samples, and loses with more.
func (b *Backend) chains(layers []*plan) bool {
	if b.set.Chains[0].Width == 1 {
		return false
	}
	total := 0
	for _, p := range layers {
		if max(p.spec.In, p.spec.Out) > chainWidth || p.spec.Out > b.kern.NR {
			return false
		}
		total += len(p.params)
	}
	return len(layers) > 0 && total <= chainParameters
}

// newChain takes the chain's memory at once, large enough for the widest
// of all kernels.
func newChain(all []kernels.Chain, plans []*plan, loss kernels.ChainLoss) *chain {
	width, samples := 0, 0
	for _, kern := range all {
		width, samples = max(width, kern.Width), max(samples, kern.Width*kern.Vectors)
	}
	total, features := 0, plans[0].spec.In
	for _, p := range plans {
		total += (len(p.params) + 3) * width
		features += 2 * p.spec.Out
	}
	last := plans[len(plans)-1].spec.Out
	mem := arena.Float32(total + features*samples + kernels.ChainRows*width*last)
	take := func(n int) []float32 {
		taken := mem[:n:n]
		mem = mem[n:]
		return taken
	}
	c := &chain{all: all, kern: &all[0], sums: take(total)}
	c.pass.Loss = loss
	sums, x := c.sums, take(plans[0].spec.In*samples)
	for _, p := range plans {
		n := (len(p.params) + 3) * width
		layer := kernels.ChainLayer{
			In: p.spec.In, Out: p.spec.Out, Activation: int(p.spec.Activation),
			Params: p.params, Grads: p.Gradients(), Sums: sums[:n],
			X: x, Y: take(p.spec.Out * samples), DY: take(p.spec.Out * samples),
		}
		sums, x = sums[n:], layer.Y
		c.pass.Layers = append(c.pass.Layers, layer)
	}
	c.outputs = mem
	return c
}

// Loss implements blas.Chain.
func (c *chain) Loss(x, t, y blas.Matrix, scale float32) (float64, error) {
	if err := c.check(&x, &t, &y); err != nil {
		return 0, err
	}
	if c.unread {
		clear(c.sums)
	}
	c.unread = true
	c.choose(x.Rows)
	p := &c.pass
	p.LDX, p.LDT, p.Scale = x.Stride, t.Stride, scale
	p.Sum, p.Outputs = 0, nil
	if y.Data != nil {
		p.Outputs = c.outputs
	}
	logs := logSum{product: 1}
	for lo := 0; lo < x.Rows; {
		rows, at, pass := c.next(x.Rows - lo)
		p.Rows, p.X, p.T = rows, x.Data[lo*x.Stride:], t.Data[lo*t.Stride:]
		if p.Loss == kernels.ChainSquaredError {
			pass(p)
		} else {
			c.withLogs(pass, &logs)
		}
		if y.Data != nil {
			c.unpackOutputs(y, lo, rows, at)
		}
		lo += rows
	}
	return p.Sum + logs.total(), nil
}

// opChain is what errors call Loss: to people it is the forward pass.
const opChain = "forward"

func (c *chain) check(x, t, y *blas.Matrix) error {
	first, last := &c.pass.Layers[0], &c.pass.Layers[len(c.pass.Layers)-1]
	targets := last.Out
	if c.pass.Loss == kernels.ChainCrossEntropy {
		targets = 1
	}
	gathered := x.Rows <= 1 || max(x.Stride, t.Stride) < kernels.ChainStride
	if blas.Fits(x, -1, first.In) && blas.Fits(t, x.Rows, targets) && y.Data == nil && gathered {
		return nil
	}
	if err := blas.CheckShape(opChain, "x", *x, -1, first.In); err != nil {
		return err
	}
	if err := blas.CheckShape(opChain, "t", *t, x.Rows, targets); err != nil {
		return err
	}
	if !gathered {
		return &blas.ShapeError{Op: opChain, Detail: fmt.Sprintf("x has stride %d and t %d, want less than %d", x.Stride, t.Stride, kernels.ChainStride)}
	}
	if y.Data == nil {
		return nil
	}
	return blas.CheckShape(opChain, "y", *y, x.Rows, last.Out)
}

// choose sets kern to the fastest for a batch.
func (c *chain) choose(rows int) {
	for i := range c.all {
		if c.kern = &c.all[i]; rows <= c.kern.Batch {
			return
		}
	}
}

// next returns how many of the rows that are left to do next, by which pass,
// and how many that one works on at a time.
//
// A wide pass takes as long for one row as for all of its vectors, and a
// narrow one about half of that for one vector: measured on 2-4-8-1, avx512,
// 415 ns and 194.
func (c *chain) next(left int) (rows, at int, pass func(*kernels.ChainPass)) {
	narrow, wide := c.kern.Vectors/2*c.kern.Width, c.kern.Vectors*c.kern.Width
	if left <= narrow {
		return left, c.kern.Width, c.kern.Narrow
	}
	rows = min(left, kernels.ChainRows*c.kern.Width)
	if tail := rows % wide; tail <= narrow && tail < rows {
		rows -= tail
	}
	return rows, wide, c.kern.Wide
}

// withLogs runs a pass of a loss with logarithms.
func (c *chain) withLogs(pass func(*kernels.ChainPass), logs *logSum) {
	products := c.pass.Products[:c.kern.Width]
	for i := range products {
		products[i] = 1
	}
	pass(&c.pass)
	for _, x := range products {
		logs.add(x)
	}
}

// logSum sums logarithms of numbers from 1 to 2^maxLog: it multiplies them,
// and takes the logarithm of the product before that could overflow.
type logSum struct {
	product, sum float64
}

const (
	// maxLog: chainWidth outputs double a product at most for each of
	// ChainRows samples.
	maxLog = chainWidth * kernels.ChainRows
	// largestProduct, 2^255, can be multiplied by 2^maxLog.
	largestProduct = 0x1p255
	_              = uint(1023 - 255 - maxLog)
)

func (l *logSum) add(x float64) {
	l.product *= x
	if !(l.product <= largestProduct) { // or NaN
		l.sum, l.product = l.total(), 1
	}
}

func (l *logSum) total() float64 {
	if l.product == 1 {
		return l.sum
	}
	return l.sum + math.Log(l.product)
}

// unpackOutputs copies the outputs of rows lo and on to y: they stand in
// vectors of at samples.
func (c *chain) unpackOutputs(y blas.Matrix, lo, rows, at int) {
	for r := range rows {
		from := c.outputs[r/at*at*y.Cols+r%at:]
		to := y.Data[(lo+r)*y.Stride:][:y.Cols]
		for o := range to {
			to[o] = from[o*at]
		}
	}
}

// Gradients implements blas.Chain.
func (c *chain) Gradients(accumulate bool) (largest float32) {
	c.unread = false
	return c.kern.Reduce(&c.pass, accumulate)
}
