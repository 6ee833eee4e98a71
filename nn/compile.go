package nn

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// compile turns a list of layers into nodes: each Dense with the activation
// that follows it directly into a block, everything else into a stage.
func compile(inputs int, layers []Layer, c *config) ([]*node, error) {
	var nodes []*node
	width := inputs
	for i := 0; i < len(layers); {
		n, err := compileNode(width, i, layers, c)
		if err != nil {
			return nil, &LayerError{Index: i, Layer: kindOf(layers[i]), Err: err}
		}
		if err := checkShared(n, nodes); err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		width, i = n.out, n.last+1
	}
	return nodes, nil
}

// kindOf is a layer's kind, even of one that panics when it is asked.
func kindOf(l Layer) (kind string) {
	kind = fmt.Sprintf("%T", l)
	if l == nil {
		return "nil"
	}
	defer func() { recover() }()
	return l.Kind()
}

// compileNode makes the node that starts with layer i.
func compileNode(in, i int, layers []Layer, c *config) (n *node, err error) {
	defer recovered(&err)
	if layers[i] == nil {
		return nil, errors.New("the layer is nil")
	}
	if d, ok := layers[i].(*denseLayer); ok {
		return compileBlock(d, in, i, layers, c)
	}
	stage, err := layers[i].Build(in, &Environment{
		Backend: c.backend,
		Rand:    newRand(c.seed, streamLayers+uint64(i)),
		Seed:    streamSeed(c.seed, streamLayers+uint64(i)),
	})
	if err != nil {
		return nil, err
	}
	if stage == nil {
		return nil, errors.New("Build returned neither a stage nor an error")
	}
	n = &node{
		first: i, last: i,
		in: in, out: stage.Outputs(),
		stage:      stage,
		parameters: stage.Parameters(),
	}
	if n.out < 1 || n.out > maxWidth {
		return nil, &ShapeError{Op: "build", Detail: fmt.Sprintf("the stage has %d outputs, want at least 1 and at most %d", n.out, maxWidth)}
	}
	if err := checkParameters(n.parameters); err != nil {
		return nil, err
	}
	for _, p := range n.parameters {
		n.lengths = append(n.lengths, len(p.Value))
	}
	n.desc = describe(layers[i], in, n.out)
	switch s := stage.(type) {
	case activationStage:
		n.act, n.gain = s.f, steepest
	case *dropoutStage:
		n.passive, n.gain = true, float64(s.scale)
	}
	return n, nil
}

// compileBlock makes the node of the Dense d, layer i, and of the activation
// that may follow it.
func compileBlock(d *denseLayer, in, i int, layers []Layer, c *config) (*node, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	n := &node{first: i, last: i, in: in, out: d.out, gain: steepest, desc: describe(d, in, d.out)}
	if i+1 < len(layers) {
		if a, ok := layers[i+1].(activationLayer); ok {
			n.act = a.f
			n.last = i + 1
			n.desc += " + " + a.Kind()
		}
	}
	plan, err := c.backend.Dense(blas.DenseSpec{
		In: in, Out: d.out,
		MaxBatch:   c.maxBatch,
		Activation: n.act,
		Precision:  c.precision,
	})
	if err != nil {
		return nil, err
	}
	n.plan = plan
	init := d.init
	if init == nil {
		init = c.init
	}
	if init == nil {
		init = defaultInit(n.act)
	}
	w := Matrix{Rows: in, Cols: d.out, Stride: d.out, Data: make([]float32, in*d.out)}
	b := make([]float32, d.out)
	init.Fill(newRand(c.seed, streamLayers+uint64(i)), in, d.out, w.Data, b)
	return n, blas.SetWeights(plan, w, b)
}

// checkParameters reports parameters of a stage whose sizes disagree or whose
// names cannot tell them apart.
func checkParameters(parameters []*Parameter) error {
	seen := map[string]bool{}
	for i, p := range parameters {
		if p == nil {
			return fmt.Errorf("parameter %d is nil", i)
		}
		if p.Name == "" || seen[p.Name] {
			return fmt.Errorf("parameter %d is called %q: names must differ and not be empty", i, p.Name)
		}
		seen[p.Name] = true
		if p.Rows < 1 || p.Cols < 1 || p.Rows > maxSlice/p.Cols || len(p.Value) != p.Rows*p.Cols || len(p.Grad) != len(p.Value) {
			return &ShapeError{Op: "parameter " + p.Name, Detail: fmt.Sprintf("it is %d×%d with %d values and %d gradients", p.Rows, p.Cols, len(p.Value), len(p.Grad))}
		}
	}
	return nil
}

// checkShared reports a parameter of n whose memory is also that of another stage's: an
// optimizer would update it twice, each time as if it were the only one.
func checkShared(n *node, nodes []*node) error {
	for i, p := range n.parameters {
		for _, other := range append(nodes, n) {
			for j, q := range other.parameters {
				if other == n && j >= i {
					break
				}
				if &p.Value[0] == &q.Value[0] || &p.Grad[0] == &q.Grad[0] {
					return n.wrap(fmt.Errorf("its parameter %s shares memory with %s of layer %d (%s): each needs its own", p.Name, q.Name, other.first, other.desc))
				}
			}
		}
	}
	return nil
}

// checkTrainable reports a network that cannot be trained: one with a Step
// activation.
func checkTrainable(nodes []*node) error {
	for _, n := range nodes {
		if n.act == kernels.Heaviside {
			return n.wrap(ErrUntrainable)
		}
	}
	return nil
}

// lowestTrained returns the index of the first node with parameters, or
// len(nodes).
func lowestTrained(nodes []*node) int {
	for i, n := range nodes {
		if n.trained() {
			return i
		}
	}
	return len(nodes)
}
