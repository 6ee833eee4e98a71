package nn

import (
	"math"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/optim"
)

// normStep takes the steps of Normwise rules: directions and their norms, in parts; the norms of each tensor, of parts
// in order, so that no bit depends on the workers; the steps, into copies that are looked at; and those are written.
type normStep struct {
	o       *Optimizer
	tensors []*normTensor
	parts   []normPart // of one tensor after the other, so that those of one are neighbours
	tasks   []int      // where the parts of each begin, and where the last ones end

	pass        func(s *normStep, p *normPart) // the one under way
	coefficient float32
}

// normTensor is a tensor that a Normwise rule changes, with its own memory: others of its trainable may have another rule,
// or none. Vectors are as long as the tensor and have its parts one after the other.
type normTensor struct {
	owner *trainable
	group *group

	next      []float32                 // the directions, and then the parameters after the step to come
	slots     [optim.MaxSlots][]float32 // the state
	nextSlots [optim.MaxSlots][]float32 // that after the step to come

	own, along float64 // sums of squares over it: of the parameters, and of the direction
}

// normPart is elements [lo, hi) of a trainable that are one tensor's, spanLength at most.
type normPart struct {
	of     *normTensor
	lo, hi int
	at     int // where they begin in the tensor's own vectors

	own, along float64 // sums of squares over it
	bad        bool    // something is not finite
}

// add adds the tensors of a trainable whose rules are Normwise.
func (s *normStep) add(t *trainable, segments []blas.Segment) {
	for i, m := range t.members {
		if m.group == nil || m.group.norms == nil {
			continue
		}
		x := &normTensor{owner: t, group: m.group}
		length := 0
		for _, segment := range segments {
			if segment.Bias != (i == 1) {
				continue
			}
			for lo := segment.Lo; lo < segment.Hi; lo += spanLength {
				hi := min(lo+spanLength, segment.Hi)
				s.addPart(normPart{of: x, lo: lo, hi: hi, at: length})
				length += hi - lo
			}
		}
		x.next = arena.Float32(length)
		for slot, of := range m.group.slots {
			x.slots[slot], x.nextSlots[slot] = startOf(of, length), arena.Float32(length)
		}
		m.norms = x
		s.tensors = append(s.tensors, x)
	}
}

// addPart adds a part to the last task, unless that is long enough.
func (s *normStep) addPart(p normPart) {
	s.parts = append(s.parts, p)
	n := len(s.parts)
	if len(s.tasks) == 0 {
		s.tasks = []int{0, n}
		return
	}
	last := len(s.tasks) - 1
	length := 0
	for _, q := range s.parts[s.tasks[last-1]:n] {
		length += q.hi - q.lo
	}
	if length > spanLength {
		s.tasks = append(s.tasks, n)
	} else {
		s.tasks[last] = n
	}
}

// run does a pass over all parts.
func (s *normStep) run(pass func(s *normStep, p *normPart)) error {
	s.pass = pass
	if tasks := len(s.tasks) - 1; s.o.total >= inlineLength {
		return s.o.net.backend.Run(s, tasks)
	} else {
		return parallel.Alone(s, tasks)
	}
}

// Task implements blas.Job.
func (s *normStep) Task(i, _ int) {
	for at := s.tasks[i]; at < s.tasks[i+1]; at++ {
		s.pass(s, &s.parts[at])
	}
}

// prepare takes the steps on copies, with gradients times coefficient, and returns a *NonFiniteError if anything would not
// be finite.
func (s *normStep) prepare(coefficient float32) error {
	s.coefficient = coefficient
	if err := s.run((*normStep).direct); err != nil {
		return err
	}
	if s.bad() >= 0 {
		return s.o.nonFiniteGradient()
	}
	for _, x := range s.tensors {
		x.own, x.along = 0, 0
	}
	for i := range s.parts {
		p := &s.parts[i]
		p.of.own, p.of.along = p.of.own+p.own, p.of.along+p.along
	}
	if err := s.run((*normStep).follow); err != nil {
		return err
	}
	if at := s.bad(); at >= 0 {
		return s.nonFinite(&s.parts[at])
	}
	return nil
}

// bad is the first part in which something is not finite, -1 if there is none.
func (s *normStep) bad() int {
	return slices.IndexFunc(s.parts, func(p normPart) bool { return p.bad })
}

// from is the part's range of a vector of its tensor.
func (p *normPart) from(vector []float32) []float32 { return vector[p.at : p.at+p.hi-p.lo] }

// slots is the part's range of vectors of state.
func (p *normPart) slots(of *[optim.MaxSlots][]float32) (slots [optim.MaxSlots][]float32) {
	for i := range p.of.group.slots {
		slots[i] = p.from(of[i])
	}
	return slots
}

// direct writes the direction of a part, and the state after the step.
func (s *normStep) direct(p *normPart) {
	x := p.of
	t := x.owner
	values, grad, d := t.values()[p.lo:p.hi], t.gradients()[p.lo:p.hi], p.from(x.next)
	if s.coefficient != 1 {
		t.kernels.Scale(s.coefficient, grad)
	}
	if p.bad = !(t.largest(grad) <= math.MaxFloat32); p.bad {
		return // the rule might write it, and it is to be named
	}
	slots := p.slots(&x.nextSlots)
	for i, old := range p.slots(&x.slots) {
		copy(slots[i], old)
	}
	x.group.norms.Direction(d, values, grad, slots)
	p.own, p.along = t.kernels.SumSquares(values), t.kernels.SumSquares(d)
}

// follow takes the step of a part along its direction.
func (s *normStep) follow(p *normPart) {
	x := p.of
	t := x.owner
	d, slots := p.from(x.next), p.slots(&x.nextSlots)
	x.group.norms.Follow(d, t.values()[p.lo:p.hi], slots, x.own, x.along)
	p.bad = !(t.largest(d) <= math.MaxFloat32)
	for _, slot := range slots {
		p.bad = p.bad || !(t.largest(slot) <= math.MaxFloat32)
	}
}

// write writes what prepare has prepared. The caller holds the weights, and refreshes what is made of them.
func (s *normStep) write() error {
	if len(s.parts) == 0 {
		return nil
	}
	return s.run((*normStep).commit)
}

func (s *normStep) commit(p *normPart) {
	x := p.of
	copy(x.owner.values()[p.lo:p.hi], p.from(x.next))
	next := p.slots(&x.nextSlots)
	for i, slot := range p.slots(&x.slots) {
		copy(slot, next[i])
	}
}

// spread copies a vector of x to where the layout of the parameters has it in flat.
func (s *normStep) spread(x *normTensor, vector, flat []float32) {
	for i := range s.parts {
		if p := &s.parts[i]; p.of == x {
			copy(flat[p.lo:p.hi], p.from(vector))
		}
	}
}

// gather is the way back.
func (s *normStep) gather(x *normTensor, flat, vector []float32) {
	for i := range s.parts {
		if p := &s.parts[i]; p.of == x {
			copy(p.from(vector), flat[p.lo:p.hi])
		}
	}
}

// average writes to dst, for each trainable, what is to be used in place of parameters.
func (s *normStep) average(dst [][]float32) {
	for i := range s.parts {
		p := &s.parts[i]
		averaged := p.of.group.averaged
		if averaged == nil {
			continue
		}
		t := p.of.owner
		to := dst[slices.Index(s.o.trainables, t)]
		averaged.Average(to[p.lo:p.hi], t.values()[p.lo:p.hi], p.slots(&p.of.slots))
	}
}

// nonFinite says what would not be finite after the step of a part, the parameters first.
func (s *normStep) nonFinite(p *normPart) error {
	x := p.of
	t, values, slot := x.owner, p.from(x.next), -1
	for t.largest(values) <= math.MaxFloat32 {
		slot++
		values = p.from(x.nextSlots[slot])
	}
	i := slices.IndexFunc(values, func(v float32) bool { return !isFinite(v) })
	marked := make([]float32, t.length) // the place in the layout of the parameters
	marked[p.lo+i] = float32(math.NaN())
	where, _, _ := t.nonFinite(marked)
	return t.nonFiniteError(s.o.steps+1, afterStep(x.group, slot, where), float64(values[i]))
}
