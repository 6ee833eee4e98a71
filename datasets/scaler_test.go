package datasets

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
)

// uneven returns a set whose features need scaling: a large offset, a tiny
// range, a constant, a constant that float32 rounds, and huge values.
func uneven(n int) *Set {
	s := &Set{Name: "uneven", X: make([]float32, 5*n), Rows: n, Features: 5}
	for i := range n {
		v := float32(i*7919%n) / float32(n)
		copy(s.Row(i), []float32{2000 + v*25, 1e-20 * v, -3, .1, (v - .5) * 3e38 * 2})
	}
	return s
}

func TestStandardise(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 3, 101} {
		s := uneven(n)
		before := slices.Clone(s.X)
		scaler := FitStandardise(s)
		if !slices.Equal(s.X, before) {
			t.Fatal("fitting changed the set")
		}
		if err := scaler.Apply(s); err != nil {
			t.Fatal(err)
		}
		mustValid(t, s, nil)
		for c := range s.Features {
			mean, squares := 0.0, 0.0
			for r := range n {
				mean += float64(s.Row(r)[c]) / float64(n)
			}
			for r := range n {
				squares += math.Pow(float64(s.Row(r)[c])-mean, 2) / float64(n)
			}
			// The mean, rounded to float32, is off by 2^-24 of itself: for feature 0
			// that is 2000/2^24 over a deviation of at least 6.
			if !near(mean, 0, 2e-5) {
				t.Errorf("%d rows, feature %d: mean %v", n, c, mean)
			}
			want := 1.0
			if c == 2 || c == 3 {
				want = 0
			}
			if !near(math.Sqrt(squares), want, 1e-6) {
				t.Errorf("%d rows, feature %d: deviation %v, want %v", n, c, math.Sqrt(squares), want)
			}
		}
	}
}

func TestMinMax(t *testing.T) {
	t.Parallel()
	s := uneven(101)
	if err := FitMinMax(s).Apply(s); err != nil {
		t.Fatal(err)
	}
	mustValid(t, s, nil)
	low, high := ranges(s)
	for c, want := range []float32{1, 1, 0, 0, 0} {
		if c == 4 {
			continue // its range does not fit float32; finite is all that is promised
		}
		if low[c] != 0 || high[c] != want {
			t.Errorf("feature %d: %v to %v, want 0 to %v", c, low[c], high[c], want)
		}
	}
}

// The scaler knows the training part alone: test rows do not move it.
func TestScalerIsFittedOnTrainingPart(t *testing.T) {
	t.Parallel()
	train := &Set{X: []float32{0, 10}, Rows: 2, Features: 1}
	test := &Set{X: []float32{20, -10, 5}, Rows: 3, Features: 1}
	for kind, want := range map[string][]float32{MinMax: {2, -1, .5}, Standardise: {3, -3, 0}} {
		scaler, err := FitScaler(kind, train)
		if err != nil {
			t.Fatal(err)
		}
		got := test.Subset([]int{0, 1, 2})
		if err := scaler.Apply(got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.X, want) {
			t.Errorf("%s: got %v, want %v", kind, got.X, want)
		}
	}
}

func TestScalerOneRow(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{Standardise, MinMax} {
		s := &Set{X: []float32{5, -7}, Rows: 1, Features: 2}
		scaler, err := FitScaler(kind, s)
		if err != nil {
			t.Fatal(err)
		}
		if err := scaler.Apply(s); err != nil || !slices.Equal(s.X, []float32{0, 0}) {
			t.Errorf("%s: got %v, %v", kind, s.X, err)
		}
	}
}

func TestScalerJSON(t *testing.T) {
	t.Parallel()
	want := FitStandardise(uneven(11))
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Scaler
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Kind != want.Kind || !slices.Equal(got.Offset, want.Offset) || !slices.Equal(got.Scale, want.Scale) {
		t.Errorf("got %+v from %s, want %+v", got, text, want)
	}
}

func TestScalerRefuses(t *testing.T) {
	t.Parallel()
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	s := &Set{X: []float32{1, 2, 3, 4}, Rows: 2, Features: 2}
	for name, scaler := range map[string]Scaler{
		"other features":   {Offset: []float32{0}, Scale: []float32{1}},
		"zero value":       {},
		"fewer scales":     {Offset: []float32{0, 0}, Scale: []float32{1}},
		"scale 0":          {Offset: []float32{0, 0}, Scale: []float32{1, 0}},
		"scale NaN":        {Offset: []float32{0, 0}, Scale: []float32{nan, 1}},
		"scale Inf":        {Offset: []float32{0, 0}, Scale: []float32{1, inf}},
		"offset not known": {Offset: []float32{0, nan}, Scale: []float32{1, 1}},
	} {
		err := scaler.Apply(s)
		var shape *ShapeError
		var value *ValueError
		if !errors.As(err, &shape) && !errors.As(err, &value) {
			t.Errorf("%s: got %v (%T)", name, err, err)
		}
		if !slices.Equal(s.X, []float32{1, 2, 3, 4}) {
			t.Fatalf("%s: the set was changed", name)
		}
	}
	_, err := FitScaler("min-max", s)
	var unknown *names.UnknownError
	if !errors.As(err, &unknown) || unknown.Nearest != MinMax {
		t.Errorf("got %v, want a suggestion of %s", err, MinMax)
	}
}
