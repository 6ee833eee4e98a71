package optim

import "github.com/neurona-ml/neurona/nn/catalog"

type constant struct{}

// Constant leaves the rate as it is.
func Constant() Schedule { return constant{} }

func constantPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "constant", Help: "leaves the rate as it is", Formula: "lr", Torch: "ConstantLR with a factor of 1",
		New: func(catalog.Args) (Schedule, error) { return Constant(), nil },
	}
}

func (constant) String() string                        { return constantPart().Spell().String() }
func (constant) Validate(Progress) error               { return nil }
func (constant) Rate(base float64, _ Progress) float64 { return base }
