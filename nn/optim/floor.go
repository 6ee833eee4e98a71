package optim

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// FloorOption is what Floor returns: an option of Cosine, CosineRestarts, Cyclic, Plateau and Polynomial.
type FloorOption float64

// Floor leaves this fraction of the rate, from 0 to 1, at the end, or where it is lowest. The default is 0, with
// Cyclic 0.1.
func Floor(fraction float64) FloorOption { return FloorOption(fraction) }

func (o FloorOption) applyCosine(s *cosine)                 { s.floor = float64(o) }
func (o FloorOption) applyPlateau(s *plateau)               { s.floor = float64(o) }
func (o FloorOption) applyPolynomial(s *polynomial)         { s.floor = float64(o) }
func (o FloorOption) applyCosineRestarts(s *cosineRestarts) { s.floor = float64(o) }
func (o FloorOption) applyCyclic(s *cyclic)                 { s.floor = float64(o) }

func floorParam(byDefault string) catalog.Param {
	return catalog.Param{Name: "floor", Kind: catalog.Number, Default: byDefault, Range: catalog.Between(0, 1), Help: "the fraction of the rate that stays"}
}

func checkFloor(of string, floor float64) error {
	if !(floor >= 0 && floor <= 1) {
		return fault.Value(of, "floor", floor, "a fraction from 0 to 1")
	}
	return nil
}
