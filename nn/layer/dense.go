package layer

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/initial"
)

type dense struct {
	out    int
	noBias bool
	init   initial.Initialiser // nil: the network's
	err    error               // of an option that was nil, or given nil
}

// Dense is a fully connected layer of out neurons: y = x·W + b, with W
// [inputs][out] and b [out], which NoBias leaves out. A function that follows
// directly becomes part of it: both run as one.
//
// Weights start as the network's initialiser or the option Init says.
func Dense(out int, opts ...DenseOption) Layer {
	l := dense{out: out}
	for i, o := range opts {
		if o == nil {
			l.err = fault.Option("dense", i)
			continue
		}
		o(&l)
	}
	return l
}

// DenseOption changes one thing about a Dense layer.
type DenseOption func(*dense)

// Init sets the layer's initialiser in place of the network's. A nil is an error
// of nn.New.
func Init(i initial.Initialiser) DenseOption {
	return func(l *dense) {
		if l.init = i; i == nil {
			l.err = fault.Nil("dense", "initialiser", "one such as initial.HeUniform(), or no Init")
		}
	}
}

// NoBias makes a Dense layer without a bias: y = x·W. What a normalisation follows needs none.
func NoBias() DenseOption { return func(l *dense) { l.noBias = true } }

func densePart() catalog.Part[Layer] { return DensePart(initial.Catalog()) }

// DensePart is Dense in a catalogue whose initialisers are those of inits, for who has one of
// his own: nn.Layers().Without("dense").With(layer.DensePart(initial.Catalog().With(mine))).
func DensePart(inits catalog.Catalog[initial.Initialiser]) catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "dense",
		Params: []catalog.Param{
			{Name: "out", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "neurons"},
			{Name: "init", Kind: catalog.OnePart, Of: inits, Optional: true, Help: "draws the first weights in place of the network's"},
			{Name: "bias", Kind: catalog.Bool, Default: "true", Help: "adds a number to each sum"},
		},
		Help:    "weighted sums of all inputs, and a bias each",
		Formula: "x·W + b",
		Torch:   "torch.nn.Linear",
		Example: "dense(8)",
		New: func(a catalog.Args) (Layer, error) {
			var opts []DenseOption
			if !a.Bool("bias") {
				opts = append(opts, NoBias())
			}
			if a.Has("init") {
				opts = append(opts, Init(catalog.One[initial.Initialiser](a, "init")))
			}
			return Dense(a.Int("out"), opts...), nil
		},
	}
}

// String implements Layer.
func (l dense) String() string {
	s := densePart().Spell().Int("out", l.out).Bool("bias", !l.noBias)
	if l.init != nil {
		s = s.Part("init", l.init.String())
	}
	return s.String()
}

// Build implements Layer.
func (l dense) Build(b Builder, x Value) (Value, error) {
	if l.err != nil {
		return Value{}, l.err
	}
	return b.Dense(x, Affine{Out: l.out, NoBias: l.noBias, Init: l.init})
}
