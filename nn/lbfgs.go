package nn

import (
	"math"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// LBFGS minimises the loss of a network on one batch, all of the samples, by the method of Broyden, Fletcher,
// Goldfarb and Shanno with limited memory (Liu and Nocedal, "On the limited memory BFGS method for large scale
// optimization", 1989), as PyTorch's torch.optim.LBFGS does with line_search_fn = "strong_wolfe". It is for small
// networks and samples that fit into one batch, where it gets closer to a minimum than any rule. It is a loop of
// its own, since it computes the loss several times in a step, and not an optim.Rule.
//
// It changes all parameters, and knows neither schedules nor groups. Its memory is 2·history+9 vectors as long as the
// parameters at most. Its methods belong to the network's training pass. A Predict that comes while a Step is under
// way may see a point that the line search tries.
type LBFGS struct {
	loss objective
	opt  *Optimizer // whose trainables are the parameters; it takes no step
	net  *Network

	rate            float64
	iterations      int // in a step, at most
	evaluations     int // in a step: no iteration begins after so many, if hasMost
	hasMost         bool
	history         int
	flat            float64 // the largest gradient that is as good as none
	change          float64 // the least change of parameters and loss that is one
	evaluated, done int     // evaluations and iterations so far
	converged       bool

	// The state: gradient and direction of the last iteration, how far it went along, and what the last ones have shown
	// of the curvature, the oldest first.
	gradient, direction []float32
	went                float64
	known               bool    // there was one
	scale               float64 // of what is known of no direction
	pairs               []curvaturePair

	at, start, trial []float32   // parameters now, before the step, at a point of a line
	free             [][]float32 // memory
	seen             float64     // the loss computed last
}

// curvaturePair is a step and by how much the gradient has changed on it.
type curvaturePair struct {
	step, change []float32
	inverse      float64 // 1 over their product
	alpha        float64 // of the recursion under way
}

// LBFGSOption changes one thing about an LBFGS.
type LBFGSOption func(*LBFGS)

// LBFGSRate is how far along a direction the search for a minimum begins, PyTorch's lr. It is more than 0, and 1
// by default.
func LBFGSRate(rate float64) LBFGSOption { return func(l *LBFGS) { l.rate = rate } }

// LBFGSIterations are the most iterations of a step, PyTorch's max_iter. The default is 20.
func LBFGSIterations(n int) LBFGSOption { return func(l *LBFGS) { l.iterations = n } }

// LBFGSEvaluations ends a step when the loss has been computed so many times, at the end of an iteration:
// PyTorch's max_eval. The default is 1.25 times the iterations.
func LBFGSEvaluations(n int) LBFGSOption {
	return func(l *LBFGS) { l.evaluations, l.hasMost = n, true }
}

// LBFGSHistory is how many iterations are remembered, PyTorch's history_size. The default is 100.
func LBFGSHistory(n int) LBFGSOption { return func(l *LBFGS) { l.history = n } }

// LBFGSTolerances are the largest gradient, 1e-7 by default, and the least change of parameters and loss, 1e-9, at
// which a step ends: PyTorch's tolerance_grad and tolerance_change. Both are at least 0.
func LBFGSTolerances(gradient, change float64) LBFGSOption {
	return func(l *LBFGS) { l.flat, l.change = gradient, change }
}

// NewLBFGS makes what minimises l, which is the mean over a batch, by the parameters of net.
func NewLBFGS(net *Network, l loss.Loss, opts ...LBFGSOption) (b *LBFGS, err error) {
	defer recovered(&err)
	if l == nil {
		return nil, fault.Nil("lbfgs", "loss", "one such as loss.MSE or loss.CrossEntropy")
	}
	b = &LBFGS{net: net, rate: 1, iterations: 20, history: 100, flat: 1e-7, change: 1e-9, scale: 1}
	for i, o := range opts {
		if o == nil {
			return nil, fault.Option("lbfgs", i)
		}
		o(b)
	}
	if !b.hasMost {
		b.evaluations = b.iterations + min(b.iterations/4, math.MaxInt-b.iterations)
	}
	if err := b.validate(); err != nil {
		return nil, err
	}
	if b.opt, err = NewOptimizer(net, optim.SGD(b.rate)); err != nil {
		return nil, err
	}
	if err := net.checkLogits(l); err != nil {
		return nil, err
	}
	if b.loss, err = newObjective("lbfgs", net, l); err != nil {
		return nil, err
	}
	for _, v := range []*[]float32{&b.gradient, &b.direction, &b.at, &b.start, &b.trial} {
		*v = b.vector()
	}
	return b, nil
}

func (b *LBFGS) validate() error {
	switch {
	case !(b.rate > 0 && b.rate <= math.MaxFloat32):
		return fault.Value("lbfgs", "rate", b.rate, "a finite number, more than 0")
	case b.iterations < 1:
		return fault.Value("lbfgs", "iterations", float64(b.iterations), "at least 1")
	case b.evaluations < 1:
		return fault.Value("lbfgs", "evaluations", float64(b.evaluations), "at least 1")
	case b.history < 1:
		return fault.Value("lbfgs", "history", float64(b.history), "at least 1 iteration")
	}
	if err := fault.NonNegative("lbfgs", "gradient tolerance", b.flat); err != nil {
		return err
	}
	return fault.NonNegative("lbfgs", "change tolerance", b.change)
}

// Evaluations is how many times the loss has been computed.
func (b *LBFGS) Evaluations() int {
	if b == nil {
		return 0
	}
	return b.evaluated
}

// Iterations is how many directions have been followed.
func (b *LBFGS) Iterations() int {
	if b == nil {
		return 0
	}
	return b.done
}

// Converged reports whether the last step ended since there was nothing left to gain: the gradient, or the change
// of parameters or loss, was within its tolerance.
func (b *LBFGS) Converged() bool { return b != nil && b.converged }

// Step follows up to so many directions (LBFGSIterations) with the samples x [batch][Inputs] and their target, and
// returns the loss before. What it knows of the curvature goes on from step to step, so that all should have the
// same samples. The loss never rises.
//
// Layers that draw numbers, such as dropout, draw the same throughout a step, and others in the next. Those with
// statistics (layer.BatchNorm) take them from the first pass of a step.
//
// A loss or a gradient that is not finite where the step begins is a *NonFiniteError; where the search meets one,
// it goes elsewhere. An error leaves the parameters as they were, and what is known of the curvature is forgotten.
func (b *LBFGS) Step(x tensor.Matrix, target data.Target) (before float64, err error) {
	if b == nil || b.net == nil {
		return 0, ErrNoNetwork
	}
	n := b.net
	if err := n.begin(); err != nil {
		return 0, err
	}
	defer n.end()
	if err := b.loss.Check(target, x.Rows, n.outputs); err != nil {
		return 0, err
	}
	n.dropGradients()
	if err := n.intact(); err != nil {
		return 0, err
	}
	passes := n.passes
	b.collect(b.start, (*trainable).values)
	copy(b.at, b.start)
	defer func() {
		if v := recover(); v != nil {
			err = parallel.Caught(v)
		}
		if n.passes > passes {
			n.passes = passes + 1
		}
		n.dropGradients()
		if err != nil {
			b.forget()
			b.distribute(b.start)
		}
	}()
	return b.step(&x, &target)
}

// step is Step for a caller that has begun, and puts the parameters back after an error.
func (b *LBFGS) step(x *tensor.Matrix, target *data.Target) (before float64, err error) {
	passes := b.net.passes
	evaluate := func(grad []float32) (float64, error) {
		b.net.passes = passes
		b.evaluated++
		return b.evaluate(x, target, grad)
	}
	until := b.evaluated + min(b.evaluations, math.MaxInt-b.evaluated)
	here := searched{grad: b.vector()}
	if here.loss, err = evaluate(here.grad); err != nil {
		return 0, err
	}
	before = here.loss
	if math.IsInf(before, 1) {
		return 0, b.nonFinite()
	}
	if err := b.net.commitPass(); err != nil {
		return 0, err
	}
	k := b.opt.trainables[0].kernels
	b.converged = float64(k.MaxAbs(here.grad)) <= b.flat
	for i := 0; i < b.iterations && !b.converged; i++ {
		first := !b.known
		b.direct(here.grad)
		copy(b.gradient, here.grad)
		b.went = 0
		t := b.rate
		if b.done++; first {
			sum := 0.0
			for _, g := range here.grad {
				sum += math.Abs(float64(g))
			}
			t *= min(1, 1/sum)
		}
		here.t, here.slope = 0, product(here.grad, b.direction)
		if !(here.slope < 0) && len(b.pairs) > 0 { // by rounding: it begins anew, with this iteration gone
			b.forget()
			continue
		}
		if b.converged = !(here.slope < -b.change); b.converged {
			break
		}
		length := float64(k.MaxAbs(b.direction))
		next, err := lineSearch(here, t, length, b.change, func(t float64) (searched, error) {
			p := searched{t: t, grad: b.vector()}
			b.goTo(t)
			if p.loss, err = evaluate(p.grad); err != nil {
				return p, err
			}
			p.slope = product(p.grad, b.direction)
			return p, nil
		}, func(p searched) { b.free = append(b.free, p.grad) })
		if err != nil {
			return 0, err
		}
		b.went = next.t
		b.goTo(next.t)
		copy(b.at, b.trial)
		b.converged = float64(k.MaxAbs(next.grad)) <= b.flat || math.Abs(next.t)*length <= b.change || math.Abs(next.loss-here.loss) < b.change
		if next.t != here.t {
			b.free = append(b.free, here.grad)
		}
		here = next
		if b.evaluated >= until {
			break
		}
	}
	b.free = append(b.free, here.grad)
	b.opt.steps++
	return before, nil
}

// direct makes b.direction of the gradient here and of what is known of the curvature.
func (b *LBFGS) direct(gradient []float32) {
	b.remember(gradient)
	d, k := b.direction, b.opt.trainables[0].kernels
	for i, g := range gradient {
		d[i] = -g
	}
	for i := len(b.pairs) - 1; i >= 0; i-- {
		p := &b.pairs[i]
		p.alpha = product(p.step, d) * p.inverse
		k.Axpy(float32(-p.alpha), p.change, d)
	}
	k.Scale(float32(b.scale), d)
	for i := range b.pairs {
		p := &b.pairs[i]
		k.Axpy(float32(p.alpha-product(p.change, d)*p.inverse), p.step, d)
	}
}

// remember takes in what the last iteration has shown of the curvature, if there was one: where it is not
// positive, nothing.
func (b *LBFGS) remember(gradient []float32) {
	if !b.known {
		b.known = true
		return
	}
	along, squares := 0.0, 0.0
	t := float32(b.went)
	for i, g := range gradient {
		change := float64(g - b.gradient[i])
		along += float64(change * float64(t*b.direction[i]))
		squares += float64(change * change)
	}
	if !(along > 1e-10) {
		return
	}
	p := curvaturePair{inverse: 1 / along}
	if len(b.pairs) == b.history { // the oldest is forgotten
		p.step, p.change = b.pairs[0].step, b.pairs[0].change
		b.pairs = append(b.pairs[:0], b.pairs[1:]...)
	} else {
		p.step, p.change = b.vector(), b.vector()
	}
	for i, g := range gradient {
		p.step[i], p.change[i] = t*b.direction[i], g-b.gradient[i]
	}
	b.pairs = append(b.pairs, p)
	b.scale = along / squares
}

// forget forgets all that is known of the curvature.
func (b *LBFGS) forget() {
	for _, p := range b.pairs {
		b.free = append(b.free, p.step, p.change)
	}
	b.pairs, b.known, b.scale = b.pairs[:0], false, 1
}

// product is x·y, in float64.
func product(x, y []float32) float64 {
	sum := 0.0
	for i, v := range x {
		sum += float64(float64(v) * float64(y[i]))
	}
	return sum
}

// vector is memory for as many numbers as there are parameters.
func (b *LBFGS) vector() []float32 {
	if last := len(b.free) - 1; last >= 0 {
		v := b.free[last]
		b.free = b.free[:last]
		return v
	}
	return arena.Float32(b.opt.total)
}

// collect copies what trainables have, but for padding, to dst.
func (b *LBFGS) collect(dst []float32, of func(*trainable) []float32) {
	for _, t := range b.opt.trainables {
		from := of(t)
		for _, p := range t.pieces {
			copy(dst, from[p.lo:p.hi])
			dst = dst[p.hi-p.lo:]
		}
	}
}

// distribute makes src the parameters.
func (b *LBFGS) distribute(src []float32) {
	b.net.weights.Lock()
	defer b.net.weights.Unlock()
	for _, t := range b.opt.trainables {
		to := t.values()
		for _, p := range t.pieces {
			copy(to[p.lo:p.hi], src)
			src = src[p.hi-p.lo:]
		}
		t.refresh()
	}
	b.net.parametersChanged()
}

// goTo makes the parameters those at a point of the line.
func (b *LBFGS) goTo(t float64) {
	copy(b.trial, b.at)
	b.opt.trainables[0].kernels.Axpy(float32(t), b.direction, b.trial)
	b.distribute(b.trial)
}

// evaluate returns the loss, and writes its gradient to grad. Where either is not finite, the loss is +Inf and
// b.seen what it was.
func (b *LBFGS) evaluate(x *tensor.Matrix, target *data.Target, grad []float32) (float64, error) {
	n := b.net
	y, err := n.forward(*x)
	if err != nil {
		return 0, err
	}
	weight, err := b.loss.weight(*target, y.Rows, y.Cols)
	if err != nil {
		return 0, err
	}
	dy := n.outputGradient()
	b.seen = b.loss.bound.Sum(y, *target, dy, 1/weight) / weight
	if !(math.Abs(b.seen) <= math.MaxFloat64) {
		return math.Inf(1), nil
	}
	if err := n.backward(dy, 1, nil); err != nil {
		return 0, err
	}
	if err := n.gatherBlocks(weight, n.seenBound()); err != nil {
		return 0, err
	}
	b.collect(grad, (*trainable).gradients)
	if !(b.opt.trainables[0].kernels.MaxAbs(grad) <= math.MaxFloat32) {
		return math.Inf(1), nil
	}
	return b.seen, nil
}

// nonFinite says what is not finite where a step begins.
func (b *LBFGS) nonFinite() error {
	if math.Abs(b.seen) <= math.MaxFloat64 {
		if err := b.opt.nonFiniteGradient(); err != nil {
			return err
		}
	}
	return &NonFiniteError{What: "loss", Step: b.opt.steps + 1, Value: b.seen}
}
