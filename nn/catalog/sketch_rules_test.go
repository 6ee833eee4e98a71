package catalog_test

import (
	"errors"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type rule interface{ String() string }

type sgd struct {
	lr, momentum, decay float64
	nesterov            bool
}

var errNesterov = errors.New("sgd: nesterov needs a momentum above 0")

// rate and decay are parameters of every rule.
func rate(byDefault string) catalog.Param {
	return catalog.Param{Name: "lr", Kind: catalog.Number, Default: byDefault, Range: catalog.AtLeast(0), Help: "learning rate", Formerly: []string{"rate"}}
}

func decay(byDefault string) catalog.Param {
	return catalog.Param{Name: "decay", Kind: catalog.Number, Default: byDefault, Range: catalog.AtLeast(0), Help: "weight decay", Formerly: []string{"weight_decay"}}
}

func sgdPart() catalog.Part[rule] {
	return catalog.Part[rule]{
		Name: "sgd",
		Params: []catalog.Param{
			rate("0.01"),
			{Name: "momentum", Kind: catalog.Number, Default: "0", Range: catalog.Fraction(), Help: "of the velocity"},
			{Name: "nesterov", Kind: catalog.Bool, Default: "false", Help: "looks ahead"},
			decay("0"),
		},
		Help: "stochastic gradient descent", Formula: "p -= lr·g", Torch: "torch.optim.SGD",
		Formerly: map[string]string{"momentum": "sgd(momentum=0.9)", "nesterov": "sgd(momentum=0.9, nesterov)"},
		New: func(a catalog.Args) (rule, error) {
			r := sgd{a.Float("lr"), a.Float("momentum"), a.Float("decay"), a.Bool("nesterov")}
			if r.nesterov && r.momentum == 0 {
				return nil, errNesterov
			}
			return r, nil
		},
	}
}

func (r sgd) String() string {
	return sgdPart().Spell().Float("lr", r.lr).Float("momentum", r.momentum).Bool("nesterov", r.nesterov).Float("decay", r.decay).String()
}

type adam struct {
	name      string
	lr, decay float64
	betas     []float64
}

func adamPart(name, help, decayByDefault, torch string) catalog.Part[rule] {
	return catalog.Part[rule]{
		Name: name,
		Params: []catalog.Param{
			rate("1e-3"),
			{Name: "betas", Kind: catalog.Numbers, Default: "[0.9, 0.999]", Range: catalog.Fraction(), Help: "how slowly the means forget"},
			decay(decayByDefault),
		},
		Help: help, Formula: "p -= lr·m/(√v+ε)", Torch: torch,
		New: func(a catalog.Args) (rule, error) {
			return adam{name, a.Float("lr"), a.Float("decay"), a.Floats("betas")}, nil
		},
	}
}

func (r adam) String() string {
	for _, p := range rules().Parts() {
		if p.Name == r.name {
			return p.Spell().Float("lr", r.lr).Floats("betas", r.betas...).Float("decay", r.decay).String()
		}
	}
	return r.name
}

func rules() catalog.Catalog[rule] {
	return catalog.New[rule]("rule").With(
		sgdPart(),
		adamPart("adam", "a rate for each parameter", "0", "torch.optim.Adam"),
		adamPart("adamw", "Adam with the decay apart from the gradient", "0.01", "torch.optim.AdamW"),
	)
}
