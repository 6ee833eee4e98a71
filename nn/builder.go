package nn

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// builder builds a layer in its place: it implements layer.Builder.
type builder struct {
	*graph
	backend blas.Backend
	name    string // "3.1"; empty for the whole network
	layer   layer.Layer
	depth   int // layers around it
	env     layer.Env
	next    int // number of the next layer within
}

// maxNesting bounds how deep layers lie within one another: what they are spelt as, with two
// brackets for the innermost one, can be read again.
const maxNesting = catalog.MaxDepth - 2

// build makes the graph of a network. It takes no memory for parameters.
func build(shape tensor.Shape, root layer.Layer, c *config) (*graph, error) {
	if root == nil {
		return nil, fault.Nil("network", "layer", "one such as layer.Stack")
	}
	b := &builder{graph: &graph{}, backend: c.backend, layer: root, env: layer.Env{Backend: c.backend, Seed: c.seed}}
	in, err := b.value(shape)
	if err != nil {
		return nil, err
	}
	b.env.Rand = random.New(c.seed, random.Layers) // of a network of one layer
	out, err := b.build(root, in)
	if err != nil {
		if !named(err) {
			err = &LayerError{Name: b.place(), Layer: b.kind(), Err: err}
		}
		return nil, err
	}
	if len(b.nodes) == 0 {
		return nil, fault.Value("network", "number of layers", 0, "at least 1")
	}
	b.output = out.ID
	return b.graph, b.finish()
}

// place is the layer's name, that of the first one for a network of one layer.
func (b *builder) place() string { return cmp.Or(b.name, "0") }

// kind is the layer's spelling.
func (b *builder) kind() string { return spelling(b.layer) }

// value makes a value that nobody makes or reads yet.
func (b *builder) value(shape tensor.Shape) (layer.Value, error) {
	if size := shape.Size(); size < 1 || size > maxWidth {
		return layer.Value{}, checkShape(b.kind(), shape)
	}
	shape = slices.Clone(shape)
	b.values = append(b.values, &value{shape: shape, size: shape.Size(), from: -1})
	return layer.Value{Shape: slices.Clone(shape), Of: b.graph, ID: len(b.values) - 1}, nil
}

// node makes a node that makes a value of that shape.
func (b *builder) node(o op, desc string, shape tensor.Shape, in ...layer.Value) (layer.Value, error) {
	n := &node{name: b.place(), desc: desc, layers: []described{{b.place(), desc}}, op: o}
	for _, x := range in {
		n.in = append(n.in, x.ID)
	}
	out, err := b.value(shape)
	if err != nil {
		return layer.Value{}, err
	}
	n.out = out.ID
	b.nodes = append(b.nodes, n)
	return out, nil
}

// check reports a value that is none of the network's.
func (b *builder) check(list ...layer.Value) error {
	for _, x := range list {
		if x.Of != b.graph || x.ID < 0 || x.ID >= len(b.values) || !slices.Equal(x.Shape, b.values[x.ID].shape) {
			return fmt.Errorf("value %d of shape %v is none of this network's: take what Build was given, or what the builder has returned", x.ID, []int(x.Shape))
		}
	}
	return nil
}

// Layer implements layer.Builder.
func (b *builder) Layer(l layer.Layer, x layer.Value) (out layer.Value, err error) {
	at := b.next
	b.next++
	inner := &builder{graph: b.graph, backend: b.backend, layer: l, depth: b.depth + 1, name: strconv.Itoa(at)}
	if b.name != "" {
		inner.name = b.name + "." + inner.name
	}
	stream := random.Layers + uint64(at)
	inner.env = layer.Env{Backend: b.backend, Rand: random.New(b.env.Seed, stream), Seed: random.Seed(b.env.Seed, stream)}
	if inner.depth > maxNesting { // its spelling would have no end
		return layer.Value{}, &LayerError{Name: inner.name, Layer: fmt.Sprintf("%T", l), Err: fmt.Errorf("layers are nested more than %d deep", maxNesting)}
	}
	defer func() {
		if err != nil && !named(err) {
			err = &LayerError{Name: inner.name, Layer: inner.kind(), Err: err}
		}
	}()
	if err := b.check(x); err != nil {
		return layer.Value{}, err
	}
	if l == nil {
		return layer.Value{}, errors.New("the layer is nil")
	}
	return inner.build(l, x)
}

// build calls Build, which may be the user's and panic.
func (b *builder) build(l layer.Layer, x layer.Value) (out layer.Value, err error) {
	defer recovered(&err)
	if out, err = l.Build(b, x); err != nil {
		return layer.Value{}, err
	}
	return out, b.check(out)
}

// spelling is a layer's, even of one that panics when it is asked.
func spelling(l layer.Layer) (text string) {
	if l == nil {
		return "nil"
	}
	text = fmt.Sprintf("%T", l)
	defer func() { recover() }()
	return l.String()
}

// Env implements layer.Builder.
func (b *builder) Env() *layer.Env { return &b.env }

// Dense implements layer.Builder.
func (b *builder) Dense(x layer.Value, a layer.Affine) (layer.Value, error) {
	if err := b.check(x); err != nil {
		return layer.Value{}, err
	}
	if err := checkWidth("dense", "number of neurons", a.Out); err != nil {
		return layer.Value{}, err
	}
	in := x.Shape.Size()
	if err := (blas.DenseSpec{In: in, Out: a.Out, MaxBatch: 1, Precision: blas.Float32}).Validate(); err != nil {
		return layer.Value{}, err
	}
	o := &block{in: in, out: a.Out, noBias: a.NoBias, init: a.Init, rand: b.env.Rand}
	desc := fmt.Sprintf("dense %d→%d", in, a.Out)
	if a.NoBias {
		desc += " without bias"
	}
	out, err := b.node(o, desc, tensor.Shape{a.Out}, x)
	if err == nil {
		o.node = b.nodes[len(b.nodes)-1]
		o.trained = true
	}
	return out, err
}

// Apply implements layer.Builder.
func (b *builder) Apply(x layer.Value, f layer.Function) (layer.Value, error) {
	if err := b.check(x); err != nil {
		return layer.Value{}, err
	}
	bound, err := bindFunction(f, b.backend.Kernels())
	if err != nil {
		return layer.Value{}, err
	}
	out, err := b.node(elementwise{}, f.Name, x.Shape, x)
	if err == nil {
		b.nodes[len(b.nodes)-1].f = bound
	}
	return out, err
}

// Stage implements layer.Builder.
func (b *builder) Stage(x layer.Value, s layer.Stage) (out layer.Value, err error) {
	defer recovered(&err) // s is the user's
	if err := b.check(x); err != nil {
		return layer.Value{}, err
	}
	if s == nil {
		return layer.Value{}, errors.New("the stage that Build has made is nil")
	}
	o, err := newStaged(s, x.Shape.Size(), b)
	if err != nil {
		return layer.Value{}, err
	}
	out, err = b.node(o, b.kind(), s.Out(), x)
	if err == nil {
		o.node = b.nodes[len(b.nodes)-1]
		o.trained = len(o.params) > 0
		err = o.checkShared(b.graph)
	}
	return out, err
}

// Add implements layer.Builder.
func (b *builder) Add(x ...layer.Value) (layer.Value, error) {
	if err := b.check(x...); err != nil {
		return layer.Value{}, err
	}
	if len(x) == 0 {
		return layer.Value{}, errors.New("a sum of nothing")
	}
	for _, v := range x[1:] {
		if v.Shape.Size() != x[0].Shape.Size() {
			return layer.Value{}, &ShapeError{Op: "sum", Detail: fmt.Sprintf("of %d features and %d, want as many", x[0].Shape.Size(), v.Shape.Size())}
		}
	}
	return b.node(&sum{kernels: b.backend.Kernels()}, "sum", x[0].Shape, x...)
}

// Concat implements layer.Builder.
func (b *builder) Concat(x ...layer.Value) (layer.Value, error) {
	if err := b.check(x...); err != nil {
		return layer.Value{}, err
	}
	if len(x) == 0 {
		return layer.Value{}, errors.New("a concatenation of nothing")
	}
	o, width := &join{}, 0
	for _, v := range x {
		o.columns = append(o.columns, width)
		width += v.Shape.Size()
		if width > maxWidth {
			return layer.Value{}, checkWidth("concat", "number of features", width)
		}
	}
	return b.node(o, "concat", tensor.Shape{width}, x...)
}
