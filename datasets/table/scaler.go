package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
)

// ScaleKind is a way of bringing numbers to where networks learn well.
type ScaleKind string

// Ways of scaling.
const (
	Standardise ScaleKind = "standardise" // mean 0, standard deviation 1
	Robust      ScaleKind = "robust"      // median 0, quartiles 1 apart, and clipped smoothly to ±3
	Quantile    ScaleKind = "quantile"    // normally distributed
	MinMax      ScaleKind = "minmax"      // 0 to 1
	Unscaled    ScaleKind = "none"
)

// ScaleKinds are all ways of scaling.
func ScaleKinds() []ScaleKind { return []ScaleKind{Standardise, Robust, Quantile, MinMax, Unscaled} }

// TargetScales are those that Invert takes back, and so serve for labels.
func TargetScales() []ScaleKind { return []ScaleKind{Standardise, MinMax, Unscaled} }

func scaleError(option string, kind ScaleKind, known []ScaleKind) error {
	return badOption(option, quote(string(kind)), fmt.Sprintf("one of %q", known))
}

// Invertible tells whether Invert takes back what Apply has made of a number.
func (s *Scaler) Invertible() bool { return slices.Contains(TargetScales(), s.Kind) }

// Scaler moves and scales numbers, in float64: (x - Offset) / Scale.
//
// Robust then takes z to z/√(1+(z/3)²), as RealMLP does (Holzmüller, Grinsztajn, Steinwart 2024). Quantile takes x to the
// share of training values below it, by linear interpolation between quantiles, half of these from below and half from above
// where several are equal, as scikit-learn does; and that share p, kept 1/2 of a quantile from 0 and 1, to Φ⁻¹(p).
type Scaler struct {
	Kind      ScaleKind `json:"kind"`
	Offset    float64   `json:"offset"`
	Scale     float64   `json:"scale"`
	Quantiles []float64 `json:"quantiles,omitempty"` // ascending, of equal shares
}

// maxQuantiles is how many a scaler keeps: enough for shares to be right to some hundred-thousandths where values are spread smoothly, and few enough
// that a model of a large table does not hold a list of its numbers.
const maxQuantiles = 256

// fitScaler fits a scaler to values in ascending order, of which there is one at least. What is constant
// becomes 0. It follows from the values alone, not from the order in which they came.
func fitScaler(kind ScaleKind, sorted []float64) Scaler {
	s := Scaler{Kind: kind, Scale: 1}
	n, low, high := float64(len(sorted)), sorted[0], sorted[len(sorted)-1]
	scale := 0.0
	switch kind {
	case Standardise:
		// Differences to the least are exact where a mean is large beside its spread, and do not overflow.
		for _, v := range sorted {
			s.Offset += (v - low) / n
		}
		s.Offset += low
		far := max(high-s.Offset, s.Offset-low)
		for _, v := range sorted {
			if far > 0 {
				d := (v - s.Offset) / far
				scale += d * d
			}
		}
		scale = far * math.Sqrt(scale/n)
	case Robust:
		s.Offset = quantile(sorted, 0.5)
		if scale = quantile(sorted, 0.75) - quantile(sorted, 0.25); scale == 0 {
			scale = high/2 - low/2
		}
	case Quantile:
		m := min(maxQuantiles, len(sorted))
		for i := range m {
			s.Quantiles = append(s.Quantiles, quantile(sorted, float64(i)/float64(max(m-1, 1))))
		}
	case MinMax:
		s.Offset, scale = low, high-low
	}
	if low == high && kind != Unscaled {
		s.Offset, scale = low, 1
	}
	if scale > 0 {
		s.Scale = scale
	}
	return s
}

// FitScaler fits a scaler to values, in any order: those of training that are not missing.
func FitScaler(kind ScaleKind, values []float64) (Scaler, error) {
	if !slices.Contains(ScaleKinds(), kind) {
		return Scaler{}, scaleError("FitScaler", kind, ScaleKinds())
	}
	if len(values) == 0 {
		return Scaler{}, errors.New("no values to fit a scaler to")
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	if math.IsNaN(sorted[0]) || math.IsInf(sorted[len(sorted)-1]-sorted[0], 0) {
		return Scaler{}, errors.New("values that are no finite numbers, or further apart than float64 holds, cannot be scaled")
	}
	return fitScaler(kind, sorted), nil
}

// middle is what is scaled to the middle of training: mean, median, or of the range.
func (s *Scaler) middle() float64 {
	switch s.Kind {
	case Quantile:
		return quantile(s.Quantiles, 0.5)
	case MinMax:
		return s.Offset + s.Scale/2
	}
	return s.Offset
}

// quantile interpolates between values in ascending order.
func quantile(sorted []float64, p float64) float64 {
	at := float64(p * float64(len(sorted)-1)) // rounded, before a place is taken off it
	i := min(int(at), len(sorted)-1)
	if i == len(sorted)-1 || sorted[i] == sorted[i+1] {
		return sorted[i]
	}
	// Each operation is rounded by itself and grows with p, so that quantiles are in order on every processor: a·(1-r) + b·r, fused or
	// not, is off by a last digit either way.
	step := float64((at - float64(i)) * (sorted[i+1] - sorted[i]))
	return min(sorted[i]+step, sorted[i+1])
}

// median of values in ascending order.
func median(sorted []float64) float64 { return quantile(sorted, 0.5) }

// Apply scales a number.
func (s *Scaler) Apply(v float64) float64 {
	if s.Kind == Quantile {
		q, m := s.Quantiles, float64(len(s.Quantiles))
		if q[0] == q[len(q)-1] {
			return 0
		}
		p := (s.share(v, sort.SearchFloat64s(q, v)) + s.share(v, sort.Search(len(q), func(i int) bool { return q[i] > v })-1)) / 2
		p = min(max(p, 0.5/m), 1-0.5/m)
		return math.Sqrt2 * math.Erfinv(2*p-1)
	}
	z := (v - s.Offset) / s.Scale
	if s.Kind == Robust {
		if math.Abs(z) > 1e9 {
			return math.Copysign(3, z)
		}
		z /= math.Sqrt(1 + z*z/9)
	}
	return z
}

// share is that of the values below v, which lies at or beside quantile i.
func (s *Scaler) share(v float64, i int) float64 {
	q := s.Quantiles
	last := float64(len(q) - 1)
	switch {
	case i < 0:
		return 0
	case i >= len(q):
		return 1
	case q[i] == v:
		return float64(i) / last
	case q[i] > v && i == 0:
		return 0
	case q[i] > v:
		return (float64(i-1) + (v-q[i-1])/(q[i]-q[i-1])) / last
	case i == len(q)-1:
		return 1
	}
	return (float64(i) + (v-q[i])/(q[i+1]-q[i])) / last
}

// Invert takes what Apply has made of a number back to it. Robust and Quantile keep too little for that;
// targets are never scaled by these.
func (s *Scaler) Invert(z float64) float64 { return z*s.Scale + s.Offset }

// valid tells whether a scaler that was read can be used.
func (s *Scaler) valid() bool {
	if !slices.Contains(ScaleKinds(), s.Kind) || !(s.Scale > 0) || (s.Kind == Quantile) != (len(s.Quantiles) > 0) {
		return false
	}
	return slices.IsSorted(s.Quantiles)
}

// toFloat32 rounds to the nearest finite float32.
func toFloat32(v float64) float32 {
	return float32(min(max(v, -math.MaxFloat32), math.MaxFloat32))
}
