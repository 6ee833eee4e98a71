package layer

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A Layer describes a part of a network. It holds no weights, and may be used
// several times and in several networks. nntest.CheckLayer tells in a test whether one
// of one's own has the right gradients and keeps what Stage promises.
type Layer interface {
	// String is the layer's spelling, which a catalogue reads: "dense(512)". It stands in
	// messages and summaries, and in files.
	String() string
	// Build adds to the network what the layer does with x, and returns what comes out. It
	// is called once for each place that the layer has in a network.
	Build(b Builder, x Value) (Value, error)
}

// Value is a batch on its way through a network, as long as that is being built.
type Value struct {
	Shape tensor.Shape // of a row
	// Of and ID are the builder's: what the value is part of, and which one it is there.
	Of any
	ID int
}

// Builder makes the graph of a network: values, and what computes them. A layer
// of one's own needs Stage and Env; the others are for layers that are composed of
// what there is. Its errors name the layer.
type Builder interface {
	// Layer builds a layer within this one, whose tensors have the number of
	// those before it in their names: "3.1.weight".
	Layer(l Layer, x Value) (Value, error)
	// Dense computes x·W + b, or x·W. It runs as a plan, which takes in the function behind it
	// and is updated while its gradient is computed.
	Dense(x Value, a Affine) (Value, error)
	// Apply applies f to each element. What makes x takes f in where it can and nobody
	// else reads x.
	Apply(x Value, f Function) (Value, error)
	// Stage runs s.
	Stage(x Value, s Stage) (Value, error)
	// Add sums values of one size.
	Add(x ...Value) (Value, error)
	// Concat sets rows beside each other.
	Concat(x ...Value) (Value, error)
	// Preset gives the tensors of the layer, and of those within it, first values in place of those that
	// are drawn: all of them, by their names within the layer, "weight" or "1.weight". Others than the
	// layer turns out to have are an error of nn.New.
	Preset(tensors []tensor.Tensor)
	// Env is what the network offers to the layer.
	Env() *Env
}

// Env is what a network offers to a layer that it builds.
type Env struct {
	Backend blas.Backend // multiplies matrices; Backend.Kernels has the vector kernels
	Rand    *rand.Rand   // the layer's own stream, seeded by the network's seed and the layer's place
	Seed    uint64       // the layer's own seed, for randomness in passes
}

// Affine is what Builder.Dense computes.
type Affine struct {
	Out    int                 // neurons
	NoBias bool                // x·W alone
	Init   initial.Initialiser // nil: the network's
}

// Container is a layer made of others.
type Container interface {
	Layer
	// Layers are those directly within it, in order.
	Layers() []Layer
}
