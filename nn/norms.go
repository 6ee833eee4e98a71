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
	o     *Optimizer
	parts []normPart
	tasks []int // where the parts of each begin, and where the last ones end

	pass        func(s *normStep, p *normPart) // the one under way
	coefficient float32
}

// normPart is elements [lo, hi) of a trainable that are one tensor's, spanLength at most.
type normPart struct {
	owner  *trainable
	member *member
	lo, hi int

	own, along float64 // sums of squares: of the parameters, and of the direction
	bad        bool    // something is not finite
}

// add adds the tensors of a trainable whose rules are Normwise.
func (s *normStep) add(t *trainable, segments []blas.Segment) {
	for _, segment := range segments {
		m := t.members[0]
		if segment.Bias {
			m = t.members[1]
		}
		if m.group == nil || m.group.norms == nil {
			continue
		}
		for lo := segment.Lo; lo < segment.Hi; lo += spanLength {
			s.addPart(normPart{owner: t, member: m, lo: lo, hi: min(lo+spanLength, segment.Hi)})
		}
		if t.next == nil {
			t.next = arena.Float32(t.length)
			for i := range t.used {
				t.nextSlots[i] = arena.Float32(t.length)
			}
		}
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
		if err := s.o.nonFiniteGradient(); err != nil {
			return err
		}
	}
	for i := range s.parts {
		m := s.parts[i].member
		m.own, m.along = 0, 0
	}
	for i := range s.parts {
		p := &s.parts[i]
		p.member.own, p.member.along = p.member.own+p.own, p.member.along+p.along
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

// slots is the part's range of vectors of state.
func (p *normPart) slots(of *[optim.MaxSlots][]float32) (slots [optim.MaxSlots][]float32) {
	for i := range p.member.group.slots {
		slots[i] = of[i][p.lo:p.hi]
	}
	return slots
}

// direct writes the direction of a part, and the state after the step.
func (s *normStep) direct(p *normPart) {
	t := p.owner
	values, grad, d := t.values()[p.lo:p.hi], t.gradients()[p.lo:p.hi], t.next[p.lo:p.hi]
	if s.coefficient != 1 {
		t.kernels.Scale(s.coefficient, grad)
	}
	p.bad = !(t.largest(grad) <= math.MaxFloat32)
	slots := p.slots(&t.nextSlots)
	for i, old := range p.slots(&t.slots) {
		copy(slots[i], old)
	}
	p.member.group.norms.Direction(d, values, grad, slots)
	p.own, p.along = t.kernels.SumSquares(values), t.kernels.SumSquares(d)
}

// follow takes the step of a part along its direction.
func (s *normStep) follow(p *normPart) {
	t := p.owner
	d, slots := t.next[p.lo:p.hi], p.slots(&t.nextSlots)
	p.member.group.norms.Follow(d, t.values()[p.lo:p.hi], slots, p.member.own, p.member.along)
	finite := t.largest(d) <= math.MaxFloat32
	for _, slot := range slots {
		finite = finite && t.largest(slot) <= math.MaxFloat32
	}
	p.bad = p.bad || !finite
}

// write writes what prepare has prepared. The caller holds the weights, and refreshes what is made of them.
func (s *normStep) write() error {
	if len(s.parts) == 0 {
		return nil
	}
	return s.run((*normStep).commit)
}

func (s *normStep) commit(p *normPart) {
	t := p.owner
	copy(t.values()[p.lo:p.hi], t.next[p.lo:p.hi])
	next := p.slots(&t.nextSlots)
	for i, slot := range p.slots(&t.slots) {
		copy(slot, next[i])
	}
}

// nonFinite says what would not be finite after the step of a part.
func (s *normStep) nonFinite(p *normPart) error {
	t, slots := p.owner, p.slots(&p.owner.nextSlots)
	for slot, values := range append([][]float32{t.next[p.lo:p.hi]}, slots[:]...) {
		i := slices.IndexFunc(values, func(v float32) bool { return !isFinite(v) })
		if i < 0 {
			continue
		}
		marked := make([]float32, t.length) // the place in the layout of the parameters
		marked[p.lo+i] = float32(math.NaN())
		where, _, _ := t.nonFinite(marked)
		return t.nonFiniteError(s.o.steps+1, afterStep(p.member.group, slot-1, where), float64(values[i]))
	}
	return t.nonFiniteError(s.o.steps+1, "a parameter after the step", math.NaN())
}
