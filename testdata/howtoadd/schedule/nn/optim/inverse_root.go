package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type inverseRoot struct{}

// InverseRoot divides the rate by the root of the step's number.
func InverseRoot() Schedule { return inverseRoot{} }

func inverseRootPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "inverse_root", Help: "falls with the root of the step", Formula: "lr/√step",
		New: func(catalog.Args) (Schedule, error) { return InverseRoot(), nil },
	}
}

func (inverseRoot) String() string { return "inverse_root" }

func (inverseRoot) Validate(Progress) error { return nil }

func (inverseRoot) Rate(base float64, p Progress) float64 {
	return base / math.Sqrt(float64(max(p.Step, 1)))
}
