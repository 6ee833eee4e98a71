package nn

import (
	"errors"
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// graph is a network as nodes, in the order in which they run, and the values between
// them. Value 0 is the network's input.
type graph struct {
	values []*value
	nodes  []*node
	output int // the value that comes out

	presets []preset      // first values of tensors, until there is memory for them
	owners  map[any]owner // of tensors, and of the first numbers of their memory
}

// value is a batch on its way: a node makes it, others read it.
type value struct {
	shape   tensor.Shape
	size    int   // features of a row
	from    int   // the node that makes it; -1 for the input
	readers []int // the nodes that read it, in order; one that reads it twice is there twice
	wanted  bool  // whether the gradient at it is
}

// node is a step of a network: an operation, and the function behind it.
type node struct {
	index   int         // in the graph
	name    string      // its place: "3", or "3.1" within a container
	desc    string      // "dense 784→512 + relu"
	layers  []described // the layers that it runs
	in      []int       // values
	out     int
	op      op
	f       *function // what its output comes out of; nil where that changes nothing
	back    bool      // whether the way back passes it: something at or before it is trained
	trained bool
	bends   bool // whether f comes after op, which does not apply it itself
}

// described is a layer for people.
type described struct{ name, desc string }

// op is what a node does.
type op interface {
	// takes reports whether the node can take in a function behind it. Unless op
	// applies it, it overwrites what op writes.
	takes(f *function) bool
	applies(f *function) bool
	// keeps says whether a way back reads the node's inputs, and what op writes: then they
	// stay, as there may be several after one way forward; keepsGradient whether the gradient
	// there is wanted to the end of the step.
	keeps() (in, out bool)
	keepsGradient() bool
	// need is how many floats it keeps, and wants while it is called, for so many rows.
	need(rows int, training bool) (kept, scratch int)
	// place may put inputs where the output lies, and mark the node as one to skip.
	place(g *graph, l *layout, n *node)
	// forward computes n's output.
	forward(n *node, m *memory) error
	// backward is given dz, the gradient at what op writes, and contributes to those of
	// the inputs.
	backward(n *node, w *workspace, dz tensor.Matrix) error
	// handsOn reports whether what comes out is what goes in, but for what training drops.
	handsOn(n *node) bool
	// bounded reports whether up and down know, and backward cannot fail.
	bounded() bool
	// up is what no magnitude in the output exceeds, given those of all values before and the
	// largest parameter; down is the same for the gradient at an input, given dz's.
	up(n *node, values []float64, param float64) float64
	down(n *node, dz, param float64) float64
}

// wrap says which layer err is about.
func (n *node) wrap(err error) error {
	if err == nil || named(err) {
		return err
	}
	return &LayerError{Name: n.name, Layer: n.desc, Err: err}
}

// named reports whether err says already which layer it is about.
func named(err error) bool {
	var known *LayerError
	return errors.As(err, &known)
}

// finish makes of what a builder has put together what runs.
func (g *graph) finish() error {
	g.fuse()
	g.compact()
	for _, n := range g.nodes {
		if n.out != g.output && len(g.values[n.out].readers) == 0 {
			return n.wrap(errors.New("nobody reads what comes out of it: Build has to return it, or to build something on it"))
		}
	}
	for _, n := range g.nodes {
		n.bends = n.f != nil && !n.op.applies(n.f)
	}
	seen := map[string]bool{}
	for _, n := range g.nodes {
		h, ok := n.op.(holder)
		if !ok {
			continue
		}
		for _, t := range h.tensors() {
			if seen[t.Name] {
				return n.wrap(fmt.Errorf("it has two tensors called %s: build each of its layers by the builder's Layer, which gives them names", t.Name))
			}
			seen[t.Name] = true
		}
	}
	return nil
}

// compact drops the values that nobody makes any more, since the node that did has been taken in.
func (g *graph) compact() {
	number := make([]int, len(g.values))
	kept := g.values[:0]
	for v, val := range g.values {
		number[v] = len(kept)
		if v == 0 || val.from >= 0 {
			kept = append(kept, val)
		}
	}
	g.values = kept
	g.output = number[g.output]
	for _, n := range g.nodes {
		n.out = number[n.out]
		for i, v := range n.in {
			n.in[i] = number[v]
		}
	}
}

// link notes who makes and reads each value.
func (g *graph) link() {
	for _, v := range g.values {
		v.from, v.readers = -1, v.readers[:0]
	}
	for i, n := range g.nodes {
		n.index = i
		g.values[n.out].from = i
		for _, v := range n.in {
			g.values[v].readers = append(g.values[v].readers, i)
		}
	}
}

// fuse lets nodes take in the functions behind them where nobody else reads what they make.
func (g *graph) fuse() {
	g.link()
	makers := make([]*node, len(g.values))
	kept := g.nodes[:0]
	for _, n := range g.nodes {
		from := makers[n.in[0]]
		if _, ok := n.op.(elementwise); ok && from != nil && len(g.values[n.in[0]].readers) == 1 && from.f == nil && !from.taken() && from.op.takes(n.f) {
			if !n.f.identity() {
				from.f = n.f
			}
			from.out = n.out
			from.layers = append(from.layers, n.layers...)
			from.desc += " + " + n.desc
		} else {
			from = n
			kept = append(kept, n)
		}
		makers[n.out] = from
	}
	g.nodes = kept
	g.link()
}

// taken reports whether the node has taken in a function: a second one is a node of its own,
// identities too, so that a network is what was written.
func (n *node) taken() bool { return len(n.layers) > 1 }

// slopes reports whether the node's function keeps its derivative for the way back.
func (n *node) slopes() bool { return n.f != nil && n.f.Slope != nil }

// want marks the values whose gradients are wanted, and the nodes on the way back.
func (g *graph) want(input bool) {
	g.values[0].wanted = input
	for _, n := range g.nodes {
		n.back = n.trained || slices.ContainsFunc(n.in, func(v int) bool { return g.values[v].wanted })
		g.values[n.out].wanted = n.back
	}
}

// kept reports whether the way back reads value v.
func (g *graph) kept(v int) bool {
	val := g.values[v]
	for _, i := range val.readers {
		if in, _ := g.nodes[i].op.keeps(); in && g.nodes[i].back {
			return true
		}
	}
	if val.from < 0 {
		return false
	}
	n := g.nodes[val.from]
	_, out := n.op.keeps()
	return n.back && (out || n.f != nil && !n.slopes()) // f' is a function of it
}

// trains reports whether there is anything to train.
func (g *graph) trains() bool {
	return slices.ContainsFunc(g.nodes, func(n *node) bool { return n.trained })
}

// infers reports whether inferredBound knows about all nodes, and no stage has parameters.
func (g *graph) infers() bool {
	return !slices.ContainsFunc(g.nodes, func(n *node) bool {
		return !n.op.bounded() || n.f != nil && n.f.Steepest <= 0
	})
}

// checkTrainable reports a network that cannot be trained: one with a function that
// has no derivative.
func (g *graph) checkTrainable() error {
	for _, n := range g.nodes {
		if n.f != nil && !n.f.Trainable() {
			return n.wrap(ErrUntrainable)
		}
	}
	return nil
}

// stages are the nodes with a stage of code, in order.
func (g *graph) stages() (list []*staged) {
	for _, n := range g.nodes {
		if s, ok := n.op.(*staged); ok {
			list = append(list, s)
		}
	}
	return list
}

// blocks are the nodes that are plans, in order.
func (g *graph) blocks() (list []*block) {
	for _, n := range g.nodes {
		if b, ok := n.op.(*block); ok {
			list = append(list, b)
		}
	}
	return list
}

// size is the number of parameters of a node.
func (n *node) size() int {
	if h, ok := n.op.(holder); ok {
		return h.size()
	}
	return 0
}

// checkShape reports a value whose rows are too long, or that is none.
func checkShape(of string, s tensor.Shape) error {
	if s.Size() == 0 {
		return fmt.Errorf("%s: its shape is %v, want dimensions of at least 1", of, []int(s))
	}
	return checkWidth(of, "number of features", s.Size())
}

var _ layer.Builder = (*builder)(nil)
