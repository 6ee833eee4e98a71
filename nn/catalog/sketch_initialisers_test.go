package catalog_test

import "github.com/neurona-ml/neurona/nn/catalog"

// The sketches are catalogues of what neurona has, with types that only know how
// they are written: what the mechanism must suffice for.

type initialiser struct{ name string }

func (i initialiser) String() string { return i.name }

func initialisers() catalog.Catalog[initialiser] {
	part := func(name, help, formula, torch string, formerly ...string) catalog.Part[initialiser] {
		p := catalog.Part[initialiser]{
			Name: name, Help: help, Formula: formula, Torch: torch, Formerly: map[string]string{},
			New: func(catalog.Args) (initialiser, error) { return initialiser{name}, nil },
		}
		for _, old := range formerly {
			p.Formerly[old] = name
		}
		return p
	}
	return catalog.New[initialiser]("initialiser").With(
		part("glorot_uniform", "for sigmoid and tanh", "U(-a, a), a = √(6/(in+out))", "torch.nn.init.xavier_uniform_", "xavier_uniform"),
		part("glorot_normal", "for sigmoid and tanh", "N(0, 2/(in+out))", "torch.nn.init.xavier_normal_", "xavier_normal"),
		part("he_uniform", "for ReLU", "U(-a, a), a = √(6/in)", "torch.nn.init.kaiming_uniform_", "kaiming_uniform"),
		part("he_normal", "for ReLU", "N(0, 2/in)", "torch.nn.init.kaiming_normal_", "kaiming_normal"),
		part("torch_linear", "as PyTorch's Linear", "U(-a, a), a = 1/√in", ""),
	)
}
