package datasets

import (
	"errors"
	"math"

	"github.com/neurona-ml/neurona/internal/names"
)

// The kinds of Scaler.
const (
	Standardise = "standardise"
	MinMax      = "minmax"
)

// Scaler moves and scales each feature: x' = (x - Offset) / Scale. Fit it on
// the training part, apply it to every part, and keep it with the model (its
// fields are plain JSON), since the network has only ever seen scaled features.
type Scaler struct {
	Kind   string    `json:"kind"`   // how it was fitted: Standardise or MinMax
	Offset []float32 `json:"offset"` // [Features]
	Scale  []float32 `json:"scale"`  // [Features], finite and not 0
}

// FitScaler fits a scaler of the named kind on the training part of a set.
func FitScaler(kind string, train *Set) (Scaler, error) {
	switch kind {
	case Standardise:
		return FitStandardise(train), nil
	case MinMax:
		return FitMinMax(train), nil
	}
	return Scaler{}, names.Unknown("scaler", kind, []string{Standardise, MinMax})
}

// FitStandardise returns the scaler that gives each feature of train mean 0 and
// (population) standard deviation 1. A constant feature keeps scale 1: it
// becomes 0. Train must be valid (see [Set.Validate]) and hold the training
// part only.
func FitStandardise(train *Set) Scaler {
	n := train.Features
	mean, variance := make([]float64, n), make([]float64, n)
	for r := range train.Rows {
		for c, x := range train.Row(r) {
			mean[c] += float64(x)
		}
	}
	for c := range mean {
		mean[c] /= float64(train.Rows)
	}
	// A second pass: the difference of sums of squares cancels for a feature
	// whose mean is large beside its spread, such as a year.
	for r := range train.Rows {
		for c, x := range train.Row(r) {
			d := float64(x) - mean[c]
			variance[c] += d * d
		}
	}
	low, high := ranges(train)
	s := newScaler(Standardise, n)
	for c := range n {
		// The rounded mean of equal values may differ from them by an ulp, so a
		// constant is known by its range, not by its variance.
		if low[c] < high[c] {
			s.set(c, mean[c], math.Sqrt(variance[c]/float64(train.Rows)))
		} else if train.Rows > 0 {
			s.set(c, float64(low[c]), 1)
		}
	}
	return s
}

// FitMinMax returns the scaler that maps the range of each feature of train to
// 0..1. A constant feature keeps scale 1: it becomes 0. Rows outside the
// training part may fall outside 0..1. Train must be valid (see [Set.Validate])
// and hold the training part only.
func FitMinMax(train *Set) Scaler {
	low, high := ranges(train)
	s := newScaler(MinMax, train.Features)
	for c := range train.Features {
		if train.Rows > 0 {
			s.set(c, float64(low[c]), float64(high[c])-float64(low[c]))
		}
	}
	return s
}

// ranges returns the least and the greatest value of each feature.
func ranges(s *Set) (low, high []float32) {
	low, high = make([]float32, s.Features), make([]float32, s.Features)
	for r := range s.Rows {
		for c, x := range s.Row(r) {
			if r == 0 {
				low[c], high[c] = x, x
				continue
			}
			low[c], high[c] = min(low[c], x), max(high[c], x)
		}
	}
	return low, high
}

// newScaler returns the scaler that changes nothing.
func newScaler(kind string, features int) Scaler {
	s := Scaler{Kind: kind, Offset: make([]float32, features), Scale: make([]float32, features)}
	for c := range s.Scale {
		s.Scale[c] = 1
	}
	return s
}

// set stores the offset and scale of feature c. A scale that float32 cannot
// hold is brought to the nearest that it can; 0, the scale of a constant,
// becomes 1.
func (s *Scaler) set(c int, offset, scale float64) {
	s.Offset[c] = float32(offset)
	s.Scale[c] = 1
	if scale != 0 {
		s.Scale[c] = float32(min(max(scale, math.SmallestNonzeroFloat32), math.MaxFloat32))
	}
}

// Apply scales the features of a set in place. The set is unchanged if Apply
// returns an error: a *ShapeError if the scaler is for another number of
// features, a *ValueError if a scale (read from a damaged file, say) is 0 or not
// finite.
func (s Scaler) Apply(set *Set) error {
	if len(s.Offset) != set.Features {
		return &ShapeError{set.Name, "Features", set.Features, len(s.Offset), "the scaler's features"}
	}
	if len(s.Scale) != len(s.Offset) {
		return &ShapeError{set.Name, "len(Scale)", len(s.Scale), len(s.Offset), "len(Offset)"}
	}
	if err := set.validateShape(); err != nil {
		return err
	}
	for c, scale := range s.Scale {
		if scale == 0 || scale-scale != 0 {
			return &ValueError{Set: set.Name, Field: "Scale", Column: c, Value: float64(scale),
				Err: errors.New("want a finite scale other than 0")}
		}
		if offset := s.Offset[c]; offset-offset != 0 {
			return &ValueError{Set: set.Name, Field: "Offset", Column: c, Value: float64(offset), Err: ErrNotFinite}
		}
	}
	for r := range set.Rows {
		row := set.Row(r)
		for c, x := range row {
			// In float64: the difference of two float32 may not fit float32.
			row[c] = float32((float64(x) - float64(s.Offset[c])) / float64(s.Scale[c]))
		}
	}
	return nil
}
