package nntest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// CheckRule checks what optim.Rule and its steppers promise. It trains a network of four Dense layers, 0 and 2 to 4, with a
// LayerNorm at 1, or of those of Layers, for the mean squared error on random samples:
//
//   - Steps are taken, and leave all finite, with gradients of 0 from the first step on, too.
//   - Training goes on with the same bits in another network with another optimizer, given Tensors and State; where its
//     momentum moves, with optim.Cyclic too.
//   - Biases that are frozen by optim.Groups keep their bits, and what is not frozen moves unless the rate is 0.
//
// And it calls each optim.Elementwise and optim.Normwise that the rule has, on all kernels if it is an optim.Vector:
//
//   - An Update of some parameters does what one of all of them does, to the bit, and again after another Begin of the same
//     step: it depends on nothing but Begin and what it is given.
//   - All is finite after gradients of 0, 1e-12, 1 and 1000.
//   - Nothing exceeds what an optim.Bounder has said beforehand, but by 2⁻²⁰ of it.
//   - An optim.Measurer does what Update does, and returns the largest parameter.
//   - All of this holds while the momentum of an optim.MomentumStepper moves, and one that is set to the rule's own is that.
//
// Of an optim.Normwise, Direction and Follow are held to the same, with the sums of the whole tensor for all parts of it. They
// change neither the parameters nor their gradients, and Direction reads nothing from where it writes. An optim.Matrixwise is
// called by the network alone.
func CheckRule(r optim.Rule, opts ...Option) (err error) {
	defer recovered(&err)
	c, err := newConfig("rule check", opts)
	if err != nil {
		return err
	}
	if r == nil {
		return fault.Nil("rule check", "rule", "one such as optim.SGD")
	}
	if err := r.Validate(); err != nil {
		return err
	}
	if c.layers == nil {
		c.shape, c.layers = tensor.Shape{4}, layer.Stack(layer.Dense(7), layer.LayerNorm(), layer.Dense(6), layer.Dense(5), layer.Dense(3))
	}
	b, end, err := c.open()
	if err != nil {
		return err
	}
	defer end()
	k := ruleCheck{Rule: r, config: c, backend: b}
	for _, check := range []func() error{k.zeroGradients, k.resumed, k.frozen, k.steppers} {
		if err := check(); err != nil {
			return fmt.Errorf("rule check: %s: %w", r, err)
		}
	}
	return nil
}

// ruleCheck is a check under way.
type ruleCheck struct {
	optim.Rule
	config  config
	backend blas.Backend
}

// ruleTraining is a network that a rule trains.
type ruleTraining struct {
	net *nn.Network
	opt *nn.Optimizer
}

func (k *ruleCheck) train(r optim.Rule, seed uint64, opts ...nn.OptimizerOption) (t ruleTraining, err error) {
	if t.net, err = nn.New(k.config.shape, k.config.layers, nn.Backend(k.backend), nn.Seed(seed)); err != nil {
		return t, err
	}
	t.opt, err = nn.NewOptimizer(t.net, r, opts...)
	return t, err
}

// step takes a step with the gradient of the mean squared error on random samples, times size.
func (t ruleTraining) step(step int, size float32) error {
	rng := rand.New(rand.NewPCG(uint64(step), streamCheck))
	x := newMatrix(5, t.net.Inputs(), func() float32 { return float32(rng.NormFloat64()) })
	y, err := t.net.Forward(x)
	if err != nil {
		return err
	}
	dy := clone(y)
	for i := range dy.Rows {
		for j, v := range tensor.Row(dy, i) {
			tensor.Row(dy, i)[j] = size * (v - float32(rng.NormFloat64())) * 2 / float32(dy.Rows*dy.Cols)
		}
	}
	if err := t.net.Backward(dy); err != nil {
		return err
	}
	if err := t.opt.Step(); err != nil {
		return err
	}
	if t.opt.Steps() != step {
		return fmt.Errorf("step %d is the optimizer's step %d", step, t.opt.Steps())
	}
	tensors, err := t.all()
	if err != nil {
		return err
	}
	for _, v := range tensors {
		if at := slices.IndexFunc(v.Value, func(v float32) bool { return !finite32(v) }); at >= 0 {
			return fmt.Errorf("element %d of %s is %v after step %d", at, v.Name, v.Value[at], step)
		}
	}
	return nil
}

// all is the tensors of the network, and then those of the state.
func (t ruleTraining) all() ([]tensor.Tensor, error) {
	tensors, err := t.net.Tensors()
	if err != nil {
		return nil, err
	}
	state, err := t.opt.State()
	return append(tensors, state.Tensors...), err
}

func (k *ruleCheck) zeroGradients() error {
	t, err := k.train(k.Rule, 0)
	if err != nil {
		return err
	}
	for step := 1; step <= 3; step++ {
		if err := t.step(step, 0); err != nil {
			return fmt.Errorf("with gradients of 0: %w", err)
		}
	}
	return nil
}

func (k *ruleCheck) resumed() error {
	if err := k.goesOn(optim.Constant()); err != nil {
		return err
	}
	moving := optim.Cyclic(3, optim.Floor(0.5))
	if err := k.goesOn(moving); err != nil && !errors.Is(err, nn.ErrMomentum) {
		return fmt.Errorf("with %s: %w", moving, err)
	}
	return nil
}

// goesOn goes on from each of some steps in another network, two steps further.
func (k *ruleCheck) goesOn(s optim.Schedule) error {
	const steps = 8
	t, err := k.train(k.Rule, 0, nn.Schedule(s))
	if err != nil {
		return err
	}
	var tensors [steps + 1][]tensor.Tensor
	var states [steps + 1]nn.OptimizerState
	for step := 1; step <= steps; step++ {
		if err := t.step(step, 1); err != nil {
			return err
		}
		if tensors[step], err = t.net.Tensors(); err != nil {
			return err
		}
		if states[step], err = t.opt.State(); err != nil {
			return err
		}
	}
	for step := 1; step+2 <= steps; step++ {
		goesOn, err := k.train(k.Rule, 1, nn.Schedule(s))
		if err != nil {
			return err
		}
		if err := errors.Join(goesOn.net.SetTensors(tensors[step]), goesOn.opt.SetState(states[step])); err != nil {
			return err
		}
		if err := errors.Join(goesOn.step(step+1, 1), goesOn.step(step+2, 1)); err != nil {
			return err
		}
		got, err := goesOn.all()
		if err != nil {
			return err
		}
		for i, w := range slices.Concat(tensors[step+2], states[step+2].Tensors) {
			if at, found := unlikeRow(got[i].Value, w.Value); found {
				return fmt.Errorf("gone on from the state after step %d, two steps later element %d of %s is %v, and %v uninterrupted: a Stepper may remember nothing but its slots", step, at, w.Name, got[i].Value[at], w.Value[at])
			}
		}
	}
	return nil
}

func (k *ruleCheck) frozen() error {
	t, err := k.train(optim.Groups(k.Rule, optim.ByRole(tensor.Bias).Freeze()), 0)
	if err != nil {
		return err
	}
	before, err := t.net.Tensors()
	if err != nil {
		return err
	}
	for step := 1; step <= 3; step++ {
		if err := t.step(step, 1); err != nil {
			return fmt.Errorf("with frozen biases: %w", err)
		}
	}
	after, err := t.net.Tensors()
	if err != nil {
		return err
	}
	moved := false
	for i, b := range before {
		at, found := unlikeRow(b.Value, after[i].Value)
		if moved = moved || found; found && b.Role == tensor.Bias {
			return fmt.Errorf("element %d of %s is frozen, was %v and is %v", at, b.Name, b.Value[at], after[i].Value[at])
		}
	}
	if !moved && k.Rate() > 0 {
		return errors.New("three steps with gradients have moved nothing")
	}
	return nil
}

// steppers checks each Elementwise and Normwise that tensors of the network get.
func (k *ruleCheck) steppers() error {
	t, err := k.train(k.Rule, 0)
	if err != nil {
		return err
	}
	tensors, err := t.net.Tensors()
	if err != nil {
		return err
	}
	for i := range tensors {
		tensors[i].Value = nil
	}
	list, err := optim.Assign(k.Rule, slices.DeleteFunc(tensors, func(t tensor.Tensor) bool { return t.Role == tensor.Buffer }))
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, a := range list {
		if a.Frozen || seen[a.Rule.String()] {
			continue
		}
		seen[a.Rule.String()] = true
		ways := map[string]func() optim.Stepper{"": a.Rule.Stepper}
		if v, ok := a.Rule.(optim.Vector); ok {
			for _, set := range kernels.Sets() {
				ways[" on kernels "+set.ISA] = func() optim.Stepper { return v.Bind(set) }
			}
		}
		for way, start := range ways {
			s := stepperCheck{Rule: a.Rule, rng: random.New(k.config.seed, streamCheck), start: start}
			if err := s.run(); err != nil {
				return fmt.Errorf("stepper of %s%s: %w", a.Rule, way, err)
			}
			if err := s.moving(); err != nil {
				return fmt.Errorf("stepper of %s%s, as its momentum moves: %w", a.Rule, way, err)
			}
		}
	}
	return nil
}

// stepperCheck is a check of one stepper.
type stepperCheck struct {
	optim.Rule
	rng     *rand.Rand
	start   func() optim.Stepper
	stepper optim.Elementwise
	norms   optim.Normwise        // the stepper, if it is no Elementwise
	moves   optim.MomentumStepper // the stepper, if its momentum is to move

	now parameters
	g   []float32
}

// parameters are some, with their state.
type parameters struct {
	p     []float32
	slots [optim.MaxSlots][]float32
}

func (q parameters) clone() parameters {
	q.p = slices.Clone(q.p)
	for i, s := range q.slots {
		q.slots[i] = slices.Clone(s)
	}
	return q
}

// from is a view of the parameters from lo to hi-1.
func (q parameters) from(lo, hi int) parameters {
	q.p = q.p[lo:hi]
	for i, s := range q.slots {
		if s != nil {
			q.slots[i] = s[lo:hi]
		}
	}
	return q
}

// same reports the first number that is not the same in two.
func (q parameters) same(other parameters, what string) error {
	if at, found := unlikeRow(q.p, other.p); found {
		return fmt.Errorf("parameter %d is %v, and %v %s", at, q.p[at], other.p[at], what)
	}
	for i := range q.slots {
		if at, found := unlikeRow(q.slots[i], other.slots[i]); found {
			return fmt.Errorf("element %d of slot %d is %v, and %v %s", at, i, q.slots[i][at], other.slots[i][at], what)
		}
	}
	return nil
}

func (k *stepperCheck) run() error {
	s := k.start()
	if k.use(s) {
		return k.steps()
	}
	if _, matrices := s.(optim.Matrixwise); matrices {
		return nil // the network calls it
	}
	return fmt.Errorf("%T is neither Elementwise nor Normwise nor Matrixwise", s)
}

// use makes s the stepper that is checked, and reports whether it is one that is called.
func (k *stepperCheck) use(s optim.Stepper) bool {
	k.stepper, k.norms = nil, nil
	if elements, ok := s.(optim.Elementwise); ok {
		k.stepper = elements
	} else {
		k.norms, _ = s.(optim.Normwise)
	}
	return k.stepper != nil || k.norms != nil
}

// steps takes some with the stepper, from new parameters on.
func (k *stepperCheck) steps() error {
	const n = 37 // no multiple of what vectors hold
	k.now.p, k.g = make([]float32, n), make([]float32, n)
	for i := range k.now.p {
		k.now.p[i] = float32(k.rng.NormFloat64())
	}
	k.now.slots = [optim.MaxSlots][]float32{}
	for i, slot := range k.Slots() {
		k.now.slots[i] = make([]float32, n)
		fillRow(k.now.slots[i], slot.Init)
	}
	sizes := []float64{1, 0, 1e-12, 1e3}
	for step := 1; step <= 3*len(sizes); step++ {
		for i := range k.g {
			k.g[i] = float32(sizes[step%len(sizes)] * k.rng.NormFloat64())
		}
		if err := k.step(step, k.Rate()/float64(step)); err != nil {
			return fmt.Errorf("step %d, gradients of about %v: %w", step, sizes[step%len(sizes)], err)
		}
	}
	return nil
}

// step takes a step in all ways that there are.
func (k *stepperCheck) step(step int, rate float64) error {
	if k.moves != nil {
		if err := k.move(step, rate); err != nil {
			return err
		}
	}
	if k.norms != nil {
		return k.stepNorms(step, rate)
	}
	k.stepper.Begin(step, rate)
	before, grad := k.now, slices.Clone(k.g)
	bounds, bounded := k.bound(largest(k.g))
	k.now = before.clone()
	k.stepper.Update(k.now.p, k.g, k.now.slots)
	if at, found := unlikeRow(grad, k.g); found {
		return fmt.Errorf("its Update changes gradient %d from %v to %v", at, grad[at], k.g[at])
	}
	if err := k.finite(); err != nil {
		return err
	}
	if bounded {
		if err := k.within(bounds); err != nil {
			return err
		}
	}
	k.stepper.Begin(step, rate)
	for what, cuts := range map[string][]int{"a second time": {0, len(k.g)}, "in parts": {0, 1, 16, len(k.g)}} {
		parts := before.clone()
		for i := len(cuts) - 2; i >= 0; i-- {
			part := parts.from(cuts[i], cuts[i+1])
			k.stepper.Update(part.p, k.g[cuts[i]:cuts[i+1]], part.slots)
		}
		if err := k.now.same(parts, what); err != nil {
			return err
		}
	}
	return k.measured(before)
}

// bound is what a Bounder says of the step.
func (k *stepperCheck) bound(grad float64) (b optim.Bounds, bounded bool) {
	bounder, ok := k.stepper.(optim.Bounder)
	if !ok {
		return b, false
	}
	b.Param = largest(k.now.p)
	for i, s := range k.now.slots {
		b.Slots[i] = largest(s)
	}
	unused := b // it may be asked for a step that is not taken
	bounder.Bound(&unused, 2*grad)
	bounder.Bound(&b, grad)
	return b, true
}

func (k *stepperCheck) finite() error {
	for i, s := range append([][]float32{k.now.p}, k.now.slots[:]...) {
		if at := slices.IndexFunc(s, func(v float32) bool { return !finite32(v) }); at >= 0 {
			if i == 0 {
				return fmt.Errorf("parameter %d is %v", at, s[at])
			}
			return fmt.Errorf("element %d of slot %d is %v", at, i-1, s[at])
		}
	}
	return nil
}

func (k *stepperCheck) within(b optim.Bounds) error {
	const room = 1 + 0x1p-20
	if most := largest(k.now.p); !(most <= room*b.Param+math.SmallestNonzeroFloat32) {
		return fmt.Errorf("the largest parameter is %v, beyond its bound %v", most, b.Param)
	}
	for i, s := range k.now.slots {
		if most := largest(s); !(most <= room*b.Slots[i]+math.SmallestNonzeroFloat32) {
			return fmt.Errorf("the largest element of slot %d is %v, beyond its bound %v", i, most, b.Slots[i])
		}
	}
	return nil
}

// measured takes the step by UpdateMeasured, part by part of the parameters.
func (k *stepperCheck) measured(before parameters) error {
	m, ok := k.stepper.(optim.Measurer)
	if !ok {
		return nil
	}
	parts := before.clone()
	for _, cut := range [][2]int{{16, len(k.g)}, {0, 16}} {
		p := parts.p[cut[0]:cut[1]]
		got := m.UpdateMeasured(p, k.g[cut[0]:cut[1]], cut[0], &parts.slots)
		if want := largest(p); float64(got) != want {
			return fmt.Errorf("UpdateMeasured returns %v, the largest parameter is %v", got, want)
		}
	}
	return k.now.same(parts, "by UpdateMeasured")
}
