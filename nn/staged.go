package nn

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// staged is the op of a stage: code of a layer's own.
type staged struct {
	*node
	stage   layer.Stage
	all     []*tensor.Tensor // in the order of the stage's
	params  []*tensor.Tensor // those that are trained
	lengths []int            // of all, as they were built
	env     *layer.Env
	in      int // features that go in

	gain        float64 // of a layer.Bounded; 0 if nobody knows
	passive     bool
	overwritten bool
	forgetful   bool
	committer   layer.Committer // nil if it is none
	minRows     int             // that it trains on
}

// newStaged looks at a stage for rows of in features.
func newStaged(s layer.Stage, in int, b *builder) (*staged, error) {
	o := &staged{stage: s, all: s.Tensors(), env: &b.env, in: in, minRows: 1}
	for i, t := range o.all {
		if err := checkTensor(i, t, o.all[:i]); err != nil {
			return nil, err
		}
		o.lengths = append(o.lengths, t.Size())
		if t.Role != tensor.Buffer {
			o.params = append(o.params, t)
		}
	}
	_, o.passive = s.(layer.Passive)
	_, o.overwritten = s.(layer.Overwritten)
	_, o.forgetful = s.(layer.Forgetful)
	o.committer, _ = s.(layer.Committer)
	// Steps that are known beforehand to succeed are taken without a look at stages.
	if bounded, ok := s.(layer.Bounded); ok && len(o.all) == 0 && o.committer == nil {
		o.gain = bounded.Gain()
	}
	if few, ok := s.(layer.MinRows); ok {
		o.minRows = max(1, few.MinRows())
	}
	out := s.Out()
	if err := checkShape(b.kind(), out); err != nil {
		return nil, &ShapeError{Op: b.kind(), Detail: fmt.Sprintf("rows of shape %v come out, want dimensions of at least 1 and at most %d features", []int(out), maxWidth)}
	}
	if o.passive && out.Size() != in {
		return nil, &ShapeError{Op: b.kind(), Detail: fmt.Sprintf("rows of %d features come out of a stage that hands on its input, want the %d that go in", out.Size(), in)}
	}
	return o, nil
}

// checkTensor reports a tensor whose sizes disagree or whose name cannot tell it apart.
func checkTensor(i int, t *tensor.Tensor, before []*tensor.Tensor) error {
	if t == nil {
		return fmt.Errorf("tensor %d is nil", i)
	}
	for _, other := range before {
		if other.Name == t.Name || other == t {
			return fmt.Errorf("tensor %d is called %q: names must differ and not be empty", i, t.Name)
		}
	}
	if t.Role > tensor.Buffer {
		return fmt.Errorf("tensor %s has the %v, want one of package tensor", t.Name, t.Role)
	}
	size, grads := t.Size(), len(t.Value)
	if t.Role == tensor.Buffer {
		grads = 0
	}
	switch {
	case t.Name == "":
		return fmt.Errorf("tensor %d is called %q: names must differ and not be empty", i, t.Name)
	case size == 0 || size > maxSlice:
		return &ShapeError{Op: "tensor " + t.Name, Detail: fmt.Sprintf("its dimensions are %v, want at least 1 each and at most %d numbers", t.Dims, maxSlice)}
	case t.Value == nil && t.Grad == nil: // the network's memory
	case len(t.Value) != size || len(t.Grad) != grads:
		return &ShapeError{Op: "tensor " + t.Name, Detail: fmt.Sprintf("it is %v with %d values and %d gradients", t.Dims, len(t.Value), len(t.Grad))}
	}
	return nil
}

// values implements holder.
func (s *staged) values() (list [][]float32, err error) {
	for _, t := range s.all {
		list = append(list, slices.Clone(t.Value))
	}
	return list, nil
}

// gradients implements holder.
func (s *staged) gradients() (list [][]float32, err error) {
	for _, t := range s.all {
		list = append(list, slices.Clone(t.Grad))
	}
	return list, nil
}

// set implements holder.
func (s *staged) set(values [][]float32) error {
	for i, t := range s.all {
		copy(t.Value, values[i])
	}
	return nil
}

// trainables implements holder.
func (s *staged) trainables() (list []*trainable, segments [][]blas.Segment) {
	for _, p := range s.params {
		named := tensor.Tensor{Name: tensorName(s.name, p.Name), Role: p.Role, Dims: p.Dims}
		list = append(list, &trainable{node: s.node, param: p, members: membersOf([]tensor.Tensor{named})})
		segments = append(segments, []blas.Segment{{Hi: len(p.Value)}})
	}
	return list, segments
}

// realise makes memory for tensors that have none.
func (s *staged) realise(c *config) (err error) {
	defer func() { err = s.wrap(err) }()
	defer recovered(&err) // Init may be the user's
	for i, t := range s.all {
		if t.Value == nil {
			t.Value = arena.Float32(s.lengths[i])
			if t.Role != tensor.Buffer {
				t.Grad = arena.Float32(s.lengths[i])
			}
			if t.Init != nil && !c.blank {
				t.Init(s.env.Rand, t.Value)
			}
		}
	}
	return s.intact()
}

// intact reports tensors whose memory a stage has exchanged for some of
// another length since it was built: who reads them would reach beyond.
func (s *staged) intact() error {
	for i, t := range s.all {
		want, grads := s.lengths[i], s.lengths[i]
		if t.Role == tensor.Buffer {
			grads = 0
		}
		if len(t.Value) != want || len(t.Grad) != grads {
			return s.wrap(&ShapeError{Op: "tensor " + t.Name, Detail: fmt.Sprintf("it has %d values and %d gradients, want the %d that it was built with", len(t.Value), len(t.Grad), want)})
		}
	}
	return nil
}

// owner is the stage that has a tensor.
type owner struct {
	node   *node
	tensor string
}

// checkShared reports a tensor whose memory is also that of another one: an optimizer
// would update it twice, each time as if it were the only one.
func (s *staged) checkShared(g *graph) error {
	if g.owners == nil {
		g.owners = map[any]owner{}
	}
	for _, t := range s.all {
		keys := []any{t}
		for _, memory := range [][]float32{t.Value, t.Grad} {
			if len(memory) > 0 {
				keys = append(keys, &memory[0])
			}
		}
		for _, key := range keys {
			if other, taken := g.owners[key]; taken {
				return s.wrap(fmt.Errorf("its tensor %s shares memory with %s of layer %s (%s): each needs its own", t.Name, other.tensor, other.node.name, other.node.desc))
			}
			g.owners[key] = owner{s.node, t.Name}
		}
	}
	return nil
}

// tensors lists those of the stage under their names in files.
func (s *staged) tensors() (list []tensor.Tensor) {
	for _, t := range s.all {
		list = append(list, tensor.Tensor{Name: tensorName(s.name, t.Name), Role: t.Role, Dims: slices.Clone(t.Dims)})
	}
	return list
}

// size is the number of parameters.
func (s *staged) size() int {
	total := 0
	for _, t := range s.params {
		total += t.Size()
	}
	return total
}

func (s *staged) takes(*function) bool   { return s.overwritten && !s.passive }
func (s *staged) applies(*function) bool { return false }

func (s *staged) keeps() (in, out bool) { return !s.forgetful, !s.overwritten }

func (s *staged) keepsGradient() bool { return false }

func (s *staged) need(rows int, training bool) (kept, scratch int) {
	kept, scratch = s.stage.Need(rows, training)
	return max(kept, 0), max(scratch, 0)
}

// place leaves a passive stage out of predictions: what goes in is what comes out.
func (s *staged) place(g *graph, l *layout, n *node) {
	if l.training || !s.passive {
		return
	}
	in := n.in[0]
	if n.out == l.output {
		l.nodes[n.index].skipped = len(g.values[in].readers) == 1 && l.put(in, n.out, 0)
	} else {
		l.nodes[n.index].skipped = l.put(n.out, in, 0)
	}
}

// forward runs the stage, which may be the user's and panic.
func (s *staged) forward(n *node, m *memory) (err error) {
	defer recovered(&err)
	p := m.call(n)
	if p.Training && p.Rows < s.minRows {
		return fmt.Errorf("it trains on batches of at least %d rows, this one has %d (Fit leaves out a short last one with DropLast)", s.minRows, p.Rows)
	}
	return s.stage.Forward(p, m.values[n.in[0]], m.values[n.out])
}

// backward runs the stage too. Where its gradient is to be added to others it is
// written elsewhere first.
func (s *staged) backward(n *node, w *workspace, dz tensor.Matrix) (err error) {
	defer recovered(&err)
	v := n.in[0]
	var dx tensor.Matrix
	add := false
	if w.wants(v) {
		if add = w.written[v]; add {
			dx = w.matrix(w.layout.extra, dz.Rows, s.in)
		} else {
			dx = w.gradients[v]
		}
	}
	if err := s.stage.Backward(w.call(n), w.values[v], w.values[n.out], dz, dx); err != nil {
		return err
	}
	if dx.Data != nil {
		return w.contribute(v, dx)
	}
	return nil
}

// checkBatches reports a training whose batches have as many rows, and the last one so many, if there
// is a stage that cannot train on so few.
func (n *Network) checkBatches(rows, last int) error {
	for _, s := range n.stages {
		switch {
		case rows < s.minRows:
			return s.wrap(fmt.Errorf("it trains on batches of at least %d rows, these have %d", s.minRows, rows))
		case last < s.minRows:
			return s.wrap(fmt.Errorf("it trains on batches of at least %d rows, the last one of an epoch has %d: leave it out by DropLast, or choose another Batch", s.minRows, last))
		}
	}
	return nil
}

func (s *staged) handsOn(*node) bool { return s.passive }
func (s *staged) bounded() bool      { return s.gain > 0 }

func (s *staged) up(n *node, values []float64, _ float64) float64 { return s.gain * values[n.in[0]] }

func (s *staged) down(_ *node, dz, _ float64) float64 { return s.gain * dz }

// commit lets stages write their buffers. The caller holds the weights; what panics has been
// recovered by whoever called it.
func (n *Network) commit() {
	for _, s := range n.stages {
		if s.committer != nil {
			s.committer.Commit(n.work.call(s.node))
		}
	}
	n.uncommitted = false
}
