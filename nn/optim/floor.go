package optim

import "github.com/neurona-ml/neurona/nn/fault"

// FloorOption is what Floor returns: an option of Cosine and Plateau.
type FloorOption float64

// Floor leaves this fraction of the rate, from 0 to 1, at the end. The default is 0.
func Floor(fraction float64) FloorOption { return FloorOption(fraction) }

func (o FloorOption) applyCosine(s *cosine)   { s.floor = float64(o) }
func (o FloorOption) applyPlateau(s *plateau) { s.floor = float64(o) }

func checkFloor(of string, floor float64) error {
	if !(floor >= 0 && floor <= 1) {
		return fault.Value(of, "floor", floor, "a fraction from 0 to 1")
	}
	return nil
}
