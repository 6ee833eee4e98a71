package nn

import (
	"math"
	"strconv"
)

// Dropout sets each element to zero with probability p while training, and
// multiplies the others by 1/(1-p), so that the expected value stays
// (Srivastava et al., 2014, in the inverted form). When predicting it does
// nothing. p is at least 0 and less than 1.
//
// What is dropped is a function of the network's seed, the layer's position,
// the number of the training pass, and the element's row and column: the same
// for any number of workers, and recomputed on the way back rather than
// stored.
func Dropout(p float64) Layer { return dropoutLayer{p} }

type dropoutLayer struct{ p float64 }

// Kind implements Layer.
func (l dropoutLayer) Kind() string { return "dropout" }

// String adds the probability to the kind.
func (l dropoutLayer) String() string { return "dropout " + strconv.FormatFloat(l.p, 'g', -1, 64) }

// Build implements Layer.
func (l dropoutLayer) Build(in int, env *Environment) (Stage, error) {
	if err := checkFraction("dropout", "probability", l.p); err != nil {
		return nil, err
	}
	return &dropoutStage{
		width: in,
		seed:  env.Seed,
		drop:  uint64(math.Round(l.p * (1 << 32))),
		scale: float32(1 / (1 - l.p)),
	}, nil
}

type dropoutStage struct {
	width int
	seed  uint64
	drop  uint64  // an element is dropped if its 32 random bits are less
	scale float32 // what the others are multiplied by
}

func (s *dropoutStage) Outputs() int { return s.width }

func (s *dropoutStage) Forward(pass Pass, x, y Matrix) error {
	if !pass.Training {
		copyRows(y, x)
		return nil
	}
	s.mask(pass.Step, x, y)
	return nil
}

// Backward multiplies by the same mask again: the derivative of scale·x is
// scale, that of zero is zero.
func (s *dropoutStage) Backward(pass Pass, _, _, dy, dx Matrix) error {
	if dx.Data == nil {
		return nil
	}
	return s.Forward(pass, dy, dx)
}

func (s *dropoutStage) Parameters() []*Parameter { return nil }

// mask writes the elements of src that are kept, scaled, to dst, and zeros
// for the others.
func (s *dropoutStage) mask(step uint64, src, dst Matrix) {
	pass := mix64(s.seed + step*golden)
	for i := range src.Rows {
		s.maskRow(mix64(pass+uint64(i)*golden), rowOf(src, i), rowOf(dst, i))
	}
}

// maskRow draws 64 random bits for each two elements.
func (s *dropoutStage) maskRow(state uint64, src, dst []float32) {
	dst = dst[:len(src)]
	for len(src) >= 2 {
		bits := mix64(state)
		state += golden
		dst[0] = s.keep(uint64(uint32(bits)), src[0])
		dst[1] = s.keep(bits>>32, src[1])
		src, dst = src[2:], dst[2:]
	}
	if len(src) == 1 {
		dst[0] = s.keep(uint64(uint32(mix64(state))), src[0])
	}
}

// keep returns scale·v, or 0 if the random number u, of 32 bits, is less than
// drop. It has no branch, since nothing could predict one: the top bit of u -
// drop says which is less, and becomes a mask of zeros or ones.
func (s *dropoutStage) keep(u uint64, v float32) float32 {
	dropped := uint32((u - s.drop) >> 63)
	return math.Float32frombits(math.Float32bits(s.scale*v) & (dropped - 1))
}
