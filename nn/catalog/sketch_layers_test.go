package catalog_test

import (
	"github.com/neurona-ml/neurona/nn/catalog"
)

type layer interface{ String() string }

// activation is a family of its own whose parts are layers too.
type activation struct {
	name  string
	slope float64
}

func (f activation) String() string {
	p, err := activations().Lookup(f.name)
	if err != nil || f.name != "leaky_relu" {
		return f.name
	}
	return p.Spell().Float("slope", f.slope).String()
}

func activations() catalog.Catalog[activation] {
	return catalog.New[activation]("activation").With(
		catalog.Part[activation]{
			Name: "relu", Help: "cuts off what is negative", Formula: "max(0, z)", Torch: "torch.nn.ReLU",
			New: func(catalog.Args) (activation, error) { return activation{name: "relu"}, nil },
		},
		catalog.Part[activation]{
			Name: "leaky_relu", Help: "shrinks what is negative", Formula: "max(slope·z, z)", Torch: "torch.nn.LeakyReLU",
			Params: []catalog.Param{{Name: "slope", Kind: catalog.Number, Default: "0.01", Range: catalog.Inside(0, 1)}},
			New: func(a catalog.Args) (activation, error) {
				return activation{"leaky_relu", a.Float("slope")}, nil
			},
		},
		catalog.Part[activation]{
			Name: "silu", Help: "is z where that is large", Formula: "z·sigmoid(z)", Torch: "torch.nn.SiLU",
			Formerly: map[string]string{"swish": "silu"},
			New:      func(catalog.Args) (activation, error) { return activation{name: "silu"}, nil },
		},
	)
}

type dense struct {
	out  int
	bias bool
	init initialiser
}

func densePart(inits catalog.Catalog[initialiser]) catalog.Part[layer] {
	return catalog.Part[layer]{
		Name: "dense",
		Params: []catalog.Param{
			{Name: "out", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "outputs"},
			{Name: "bias", Kind: catalog.Bool, Default: "true"},
			{Name: "init", Kind: catalog.OnePart, Of: inits, Default: "torch_linear", Help: "draws the first weights"},
		},
		Help: "weighted sums of all inputs", Formula: "x·W + b", Torch: "torch.nn.Linear", Example: "dense(8)",
		New: func(a catalog.Args) (layer, error) {
			return dense{a.Int("out"), a.Bool("bias"), catalog.One[initialiser](a, "init")}, nil
		},
	}
}

func (l dense) String() string {
	return densePart(initialisers()).Spell().Int("out", l.out).Bool("bias", l.bias).Part("init", l.init.String()).String()
}

// container is a stack or a residual.
type container struct {
	name   string
	layers []layer
	scale  float64
}

func containerPart(name, help string) catalog.Part[layer] {
	return catalog.Part[layer]{
		Name: name,
		Params: []catalog.Param{
			{Name: "layers", Kind: catalog.ManyParts},
			{Name: "scale", Kind: catalog.Number, Default: "1"},
		},
		Help: help, Example: name + "(dense(8), relu)",
		New: func(a catalog.Args) (layer, error) {
			return container{name, catalog.Many[layer](a, "layers"), a.Float("scale")}, nil
		},
	}
}

func (l container) String() string {
	list := make([]string, len(l.layers))
	for i, inner := range l.layers {
		list[i] = inner.String()
	}
	return containerPart(l.name, "").Spell().Parts("layers", list...).Float("scale", l.scale).String()
}

type reshape struct{ shape []int }

func reshapePart() catalog.Part[layer] {
	return catalog.Part[layer]{
		Name:    "reshape",
		Params:  []catalog.Param{{Name: "shape", Kind: catalog.Integers, Range: catalog.AtLeast(1)}},
		Help:    "the same numbers in another shape",
		Torch:   "torch.nn.Unflatten",
		Example: "reshape([28, 28, 1])",
		New:     func(a catalog.Args) (layer, error) { return reshape{a.Ints("shape")}, nil },
	}
}

func (l reshape) String() string { return reshapePart().Spell().Ints("shape", l.shape...).String() }

// pick has what no other sketch has: a text and a word.
type pick struct{ column, missing string }

func pickPart() catalog.Part[layer] {
	return catalog.Part[layer]{
		Name: "pick",
		Params: []catalog.Param{
			{Name: "column", Kind: catalog.Text},
			{Name: "missing", Kind: catalog.Word, Choices: []string{"zero", "mean", "refuse"}, Default: "refuse"},
		},
		Help: "one column by name", Example: `pick("área, m²", missing=mean)`,
		New: func(a catalog.Args) (layer, error) { return pick{a.Text("column"), a.Word("missing")}, nil },
	}
}

func (l pick) String() string {
	return pickPart().Spell().Text("column", l.column).Word("missing", l.missing).String()
}

func layersOf(inits catalog.Catalog[initialiser]) catalog.Catalog[layer] {
	own := catalog.New[layer]("layer").With(
		densePart(inits),
		containerPart("stack", "layers one after the other"),
		containerPart("residual", "adds its input to what its layers give"),
		reshapePart(), pickPart(),
	)
	return catalog.Adopt(own, activations(), func(f activation) layer { return f })
}

func layers() catalog.Catalog[layer] { return layersOf(initialisers()) }
