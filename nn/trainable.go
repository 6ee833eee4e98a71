package nn

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// trainable is parameters that lie together in memory, all of a block's or one
// tensor of a stage, with the state that an optimizer keeps for them.
type trainable struct {
	node    *node
	block   *block         // nil for a tensor of a stage
	param   *tensor.Tensor // nil for a block
	kernels *kernels.Set
	slots   [optim.MaxSlots][]float32 // of what is Elementwise
	used    int                       // slots

	members []*member // its tensors: a block's weight and, if it has one, bias
	pieces  []piece   // all of it but padding
	cut     bool      // it has more than one group, or parts that are none's
	length  int
}

// member is one of the tensors of a trainable.
type member struct {
	tensor tensor.Tensor // without numbers, and with its name as in files
	group  *group        // nil if it is frozen
	matrix *matrix       // nil unless its rule is Matrixwise
	norms  *normTensor   // nil unless its rule is Normwise
}

// piece is elements [lo, hi) of a trainable that one group changes, or nobody.
type piece struct {
	lo, hi  int
	member  *member // the first of those whose elements are in it
	changes *group  // whose rule is element-wise; nil if there is none
}

// span is pieces of a trainable, small enough that the values, gradients and
// state of a few fit into the second-level cache, and large enough that
// handing it to a worker costs little.
type span struct {
	owner  *trainable
	pieces []piece // that are not frozen
}

const (
	// spanLength: with Adam, a span takes four vectors of 64 KiB.
	spanLength = 16 << 10
	// inlineLength is how many elements are updated without asking other
	// workers for help. SGD takes about 1 µs for 8 Ki elements in cache, and
	// waking a worker that is parked 10 µs.
	inlineLength = 64 << 10
)

// addTrainables lists the network's parameters, asks the rule what it does with each tensor,
// and cuts them into spans.
func (o *Optimizer) addTrainables() error {
	segments := o.listTrainables()
	var members []*member
	var tensors []tensor.Tensor
	for _, t := range o.trainables {
		members = append(members, t.members...)
		for _, m := range t.members {
			tensors = append(tensors, m.tensor)
		}
	}
	groups, err := o.assign(tensors)
	if err != nil {
		return err
	}
	for i, m := range members {
		m.group = groups[i]
	}
	for i, t := range o.trainables {
		t.addPieces(segments[i])
		t.addSlots()
		o.addSpans(t)
		o.norms.add(t, segments[i])
		for j := range t.members {
			o.addMatrix(t, j)
		}
		if t.param != nil {
			o.ofStages = append(o.ofStages, t)
		} else if !t.frozen() {
			o.sinks[slices.Index(o.net.nodes, t.node)] = t
		}
	}
	return nil
}

// listTrainables lists what there is, and which parts of each are its members'.
func (o *Optimizer) listTrainables() (segments [][]blas.Segment) {
	o.net.weights.RLock() // a larger batch replaces plans
	defer o.net.weights.RUnlock()
	o.sinks = make([]*trainable, len(o.net.nodes))
	for _, h := range o.net.holders() {
		list, parts := h.trainables()
		for _, t := range list {
			t.kernels, t.length = o.net.backend.Kernels(), len(t.values())
		}
		o.trainables, segments = append(o.trainables, list...), append(segments, parts...)
	}
	return segments
}

// membersOf are tensors as members: of a block in the order of a sink's range.
func membersOf(tensors []tensor.Tensor) (list []*member) {
	for _, t := range tensors {
		list = append(list, &member{tensor: t})
	}
	return list
}

// addPieces makes pieces of segments: neighbours of one group are one.
func (t *trainable) addPieces(segments []blas.Segment) {
	for _, s := range segments {
		m := t.members[0]
		if s.Bias {
			m = t.members[1]
		}
		if last := len(t.pieces) - 1; last >= 0 && t.pieces[last].hi == s.Lo && t.pieces[last].member.group == m.group {
			t.pieces[last].hi = s.Hi
			continue
		}
		p := piece{lo: s.Lo, hi: s.Hi, member: m}
		if m.group != nil && m.group.elements != nil {
			p.changes = m.group
		}
		t.pieces = append(t.pieces, p)
	}
	first := t.members[0].group
	all := len(t.pieces) == 1 && t.pieces[0].lo == 0 && t.pieces[0].hi == t.length // no padding either
	t.cut = !all || slices.ContainsFunc(t.members, func(m *member) bool { return m.group == nil || m.group != first || m.group.elements == nil })
}

// addSlots makes the state of what is Elementwise.
func (t *trainable) addSlots() {
	for _, m := range t.members {
		if g := m.group; g != nil && g.elements != nil {
			t.used = max(t.used, len(g.slots))
		}
	}
	for s := range t.used {
		t.slots[s] = arena.Float32(t.length)
	}
	for _, p := range t.pieces {
		if p.changes == nil {
			continue
		}
		for s, slot := range p.changes.slots {
			if slot.Init == 0 {
				continue
			}
			for i := p.lo; i < p.hi; i++ {
				t.slots[s][i] = slot.Init
			}
		}
	}
}

// addSpans cuts what somebody changes into spans.
func (o *Optimizer) addSpans(t *trainable) {
	for lo := 0; lo < t.length; lo += spanLength {
		s := span{owner: t}
		for _, p := range t.pieces {
			p.lo, p.hi = max(p.lo, lo), min(p.hi, lo+spanLength)
			if p.lo < p.hi && p.member.group != nil {
				s.pieces = append(s.pieces, p)
				o.total += p.hi - p.lo
			}
		}
		if len(s.pieces) > 0 {
			o.ranges = append(o.ranges, s)
		}
	}
}

// frozen reports whether no rule changes any of it.
func (t *trainable) frozen() bool {
	return !slices.ContainsFunc(t.members, func(m *member) bool { return m.group != nil })
}

// values is looked up each time: a network that meets a larger batch makes
// new plans.
func (t *trainable) values() []float32 {
	if t.param != nil {
		return t.param.Value
	}
	return t.block.plan.Parameters()
}

func (t *trainable) gradients() []float32 {
	if t.param != nil {
		return t.param.Grad
	}
	return t.block.plan.Gradients()
}

func (t *trainable) refresh() {
	if t.param == nil {
		t.block.plan.Refresh()
	}
}

// Update implements blas.Sink: a range that is two groups' is cut in two.
func (t *trainable) Update(lo, weights int, params, grads []float32) {
	if !t.cut {
		g := t.members[0].group
		g.saw(t.update(g, lo, params, grads))
		return
	}
	t.updateMember(0, lo, params[:weights], grads[:weights])
	if weights < len(params) && len(t.members) > 1 { // without a bias the rest is padding
		t.updateMember(1, lo+weights, params[weights:], grads[weights:])
	}
}

// updateMember is Update for a range of a member's.
func (t *trainable) updateMember(i, lo int, params, grads []float32) {
	m := t.members[i]
	if m.group != nil && len(params) > 0 {
		m.group.saw(t.update(m.group, lo, params, grads))
	}
}

// update takes a group's step on parameters lo and on, and returns the largest magnitude in them
// afterwards if the group measures it.
func (t *trainable) update(g *group, lo int, params, grads []float32) (largest float32) {
	return g.updater.UpdateMeasured(params, grads, lo, &t.slots)
}

// updateAlone multiplies all gradients by coefficient and updates the parameters, while no other
// goroutine is at them.
func updateAlone(list []*trainable, coefficient float32) {
	for _, t := range list {
		if t.cut {
			t.updatePieces(t.pieces, coefficient, true)
		} else {
			grads, g := t.gradients(), t.members[0].group
			if coefficient != 1 {
				t.kernels.Scale(coefficient, grads)
			}
			g.top = max(g.top, math.Float32bits(t.update(g, 0, t.values(), grads)))
		}
		t.refresh()
	}
}

// updatePieces multiplies the gradients of some pieces by coefficient and updates their
// parameters, but for those of matrices. If it is alone, no other goroutine is at t.
func (t *trainable) updatePieces(pieces []piece, coefficient float32, alone bool) {
	values, gradients := t.values(), t.gradients()
	for i := range pieces {
		p := &pieces[i]
		g := p.changes
		if g == nil {
			continue
		}
		params, grads := values[p.lo:p.hi], gradients[p.lo:p.hi]
		if coefficient != 1 {
			t.kernels.Scale(coefficient, grads)
		}
		largest := t.update(g, p.lo, params, grads)
		if alone { // atomic operations take time
			g.top = max(g.top, math.Float32bits(largest))
		} else {
			g.saw(largest)
		}
	}
}

// State implements blas.Sink.
func (t *trainable) State() [][]float32 { return t.slots[:t.used] }

// run does a job over all spans.
func (o *Optimizer) run(job blas.Job) error {
	if o.total < inlineLength {
		return parallel.Alone(job, len(o.ranges))
	}
	return o.net.backend.Run(job, len(o.ranges))
}

// updateAll multiplies all gradients by coefficient and updates the parameters. The
// caller holds the weights.
func (o *Optimizer) updateAll(coefficient float32) (err error) {
	if o.total < inlineLength && len(o.matrices) == 0 && len(o.norms.parts) == 0 {
		// Spans take small networks as long as the update does.
		updateAlone(o.trainables, coefficient)
		return nil
	}
	if o.elements {
		o.update.coefficient = coefficient
		err = o.run(&o.update)
	}
	if err == nil {
		err = o.writeMatrices()
	}
	if err == nil {
		err = o.norms.write()
	}
	o.refresh() // after a panic halfway too
	return err
}

// updateJob multiplies the gradients of each span by coefficient and updates
// its parameters.
type updateJob struct {
	o           *Optimizer
	coefficient float32
}

func (j *updateJob) Task(i, _ int) {
	s := &j.o.ranges[i]
	s.owner.updatePieces(s.pieces, j.coefficient, false)
}

// normJob sums the squares of the gradients of each span, or finds the largest.
type normJob struct {
	o    *Optimizer
	sums []float64
}

func (j *normJob) Task(i, _ int) {
	s := &j.o.ranges[i]
	gradients := s.owner.gradients()
	sum := 0.0
	for _, p := range s.pieces {
		sum = j.o.clip.normOf(s.owner.kernels, gradients[p.lo:p.hi], sum)
	}
	j.sums[i] = sum
}

// gradientNorm is the Euclidean norm of all gradients, but for those of frozen tensors, or the largest of them if
// clipping goes by that. Squares of float32
// numbers cannot overflow float64, so it is finite if and only if all
// gradients are.
func (o *Optimizer) gradientNorm() (float64, error) {
	if err := o.run(&o.norm); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, s := range o.norm.sums {
		if o.clip.kind == clipLargest {
			sum = max(sum, s) // NaN if either is
		} else {
			sum += s
		}
	}
	if o.clip.kind == clipLargest {
		return sum, nil
	}
	return math.Sqrt(sum), nil
}

// nonFiniteGradient is the error for the first gradient that is not finite, nil if all
// are.
func (o *Optimizer) nonFiniteGradient() error {
	for _, t := range o.trainables {
		if where, v, found := t.nonFinite(t.gradients()); found {
			return t.nonFiniteError(o.steps+1, "gradient of "+where, v)
		}
	}
	return nil
}

// nonFinite returns the first element of flat, in the layout of the parameters, that is
// not finite, and its place. Frozen tensors are not looked at.
func (t *trainable) nonFinite(flat []float32) (where string, v float64, found bool) {
	if t.param != nil {
		if t.members[0].group == nil {
			return "", 0, false
		}
		cols := t.param.Dims[len(t.param.Dims)-1]
		return nonFiniteIn(t.param.Name, tensor.Matrix{Rows: len(flat) / cols, Cols: cols, Stride: cols, Data: flat})
	}
	w, b, err := t.block.unpack(flat)
	if err != nil {
		return "", 0, false
	}
	if t.members[0].group != nil {
		if where, v, found = nonFiniteIn("weight", w); found {
			return where, v, true
		}
	}
	if len(t.members) < 2 || t.members[1].group == nil {
		return "", 0, false
	}
	return nonFiniteIn("bias", tensor.Matrix{Rows: 1, Cols: len(b), Stride: len(b), Data: b})
}

func nonFiniteIn(name string, m tensor.Matrix) (where string, v float64, found bool) {
	for i := range m.Rows {
		for j, g := range rowOf(m, i) {
			if !isFinite(g) {
				return fmt.Sprintf("%s [%d][%d]", name, i, j), float64(g), true
			}
		}
	}
	return "", 0, false
}
