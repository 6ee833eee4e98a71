package datasets

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
)

func TestGates(t *testing.T) {
	t.Parallel()
	// The operators of Go are the oracle.
	for name, gate := range map[string]func(a, b bool) bool{
		"and":  func(a, b bool) bool { return a && b },
		"or":   func(a, b bool) bool { return a || b },
		"nand": func(a, b bool) bool { return !(a && b) },
		"nor":  func(a, b bool) bool { return !(a || b) },
		"xor":  func(a, b bool) bool { return a != b },
		"xnor": func(a, b bool) bool { return a == b },
	} {
		s, err := Gate(name)
		mustValid(t, s, err)
		if s.Rows != 4 || s.Features != 2 || s.Classes != 2 || s.Outputs != 1 {
			t.Errorf("%s: %d rows, %d features, %d classes, %d outputs", name, s.Rows, s.Features, s.Classes, s.Outputs)
		}
		inputs := make(map[[2]float32]bool)
		for i := range s.Rows {
			a, b := s.Row(i)[0], s.Row(i)[1]
			inputs[[2]float32{a, b}] = true
			if want := gate(a == 1, b == 1); (s.Labels[i] == 1) != want || (s.Y[i] == 1) != want {
				t.Errorf("%s(%v, %v): label %d, target %v, want %v", name, a, b, s.Labels[i], s.Y[i], want)
			}
		}
		if len(inputs) != 4 {
			t.Errorf("%s: inputs are %v", name, s.X)
		}
	}
}

func TestUnknownGate(t *testing.T) {
	t.Parallel()
	_, err := Gate("xorr")
	var unknown *names.UnknownError
	if !errors.As(err, &unknown) || unknown.Nearest != "xor" {
		t.Errorf("got %v, want a suggestion of xor", err)
	}
}

// planarSets are the generators of points with their arguments but n and seed.
func planarSets() map[string]func(n int, noise float64, seed uint64) (*Set, error) {
	return map[string]func(n int, noise float64, seed uint64) (*Set, error){
		"circle": Circle,
		"moons":  Moons,
		"spiral": func(n int, noise float64, seed uint64) (*Set, error) { return Spiral(n, 3, noise, seed) },
		"blobs":  func(n int, noise float64, seed uint64) (*Set, error) { return Blobs(n, 5, noise, seed) },
	}
}

func TestPlanarSets(t *testing.T) {
	t.Parallel()
	for name, draw := range planarSets() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := draw(997, .1, 3)
			mustValid(t, s, err)
			if s.Name != name || s.Rows != 997 || s.Features != 2 {
				t.Fatalf("got %q, %dx%d", s.Name, s.Rows, s.Features)
			}
			counts := make([]int, s.Classes)
			for _, label := range s.Labels {
				counts[label]++
			}
			// Within 5 standard deviations of a fair draw.
			fair := 1 / float64(s.Classes)
			for class, c := range counts {
				if !near(float64(c), 997*fair, 5*math.Sqrt(997*fair*(1-fair))) {
					t.Errorf("class %d has %d of 997 rows", class, c)
				}
			}
			if (s.Classes == 2) != (s.Outputs == 1) {
				t.Errorf("%d classes and %d outputs", s.Classes, s.Outputs)
			}

			again, err := draw(997, .1, 3)
			sameSet(t, mustValid(t, again, err), s)
			longer, err := draw(1500, .1, 3)
			prefix, _ := mustValid(t, longer, err).cut(997)
			sameSet(t, prefix, s)
			other, err := draw(997, .1, 4)
			if slices.Equal(mustValid(t, other, err).X, s.X) {
				t.Error("two seeds gave the same points")
			}
			clean, err := draw(997, 0, 3)
			mustValid(t, clean, err)
			if !slices.Equal(clean.Labels, s.Labels) {
				t.Error("the labels depend on the noise")
			}
			sum := 0.0
			for i := range s.X {
				d := float64(s.X[i]) - float64(clean.X[i])
				sum += d * d
			}
			if got := math.Sqrt(sum / float64(len(s.X))); !near(got, .1, .01) {
				t.Errorf("noise has standard deviation %v, want 0.1", got)
			}
		})
	}
}

func TestPlanarArguments(t *testing.T) {
	t.Parallel()
	for name, draw := range planarSets() {
		for _, n := range []int{-1, 0, 1, math.MaxInt} {
			_, err := draw(n, 0, 1)
			wantArgument(t, err, "n")
		}
		for _, noise := range []float64{-.1, math.NaN(), math.Inf(1), 1e300} {
			_, err := draw(10, noise, 1)
			wantArgument(t, err, "noise")
		}
		if s, err := draw(5, 1e30, 1); err != nil || s.Validate() != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, classes := range []int{-1, 0, 1, math.MaxInt} {
		_, err := Spiral(10, classes, 0, 1)
		wantArgument(t, err, "classes")
		_, err = Blobs(10, classes, 0, 1)
		wantArgument(t, err, "classes")
	}
	_, err := Blobs(4, 5, 0, 1)
	wantArgument(t, err, "n")
}

func TestCircleLabelsTheDisc(t *testing.T) {
	t.Parallel()
	s, err := Circle(2000, 0, 1)
	mustValid(t, s, err)
	radius := math.Sqrt(2 / math.Pi)
	for i := range s.Rows {
		x, y := float64(s.Row(i)[0]), float64(s.Row(i)[1])
		if !(math.Abs(x) <= 1 && math.Abs(y) <= 1) {
			t.Fatalf("row %d is (%v, %v), outside the square", i, x, y)
		}
		// The label was decided before rounding to float32.
		if d := math.Hypot(x, y); (d < radius) != (s.Labels[i] == 1) && !near(d, radius, 1e-6) {
			t.Errorf("row %d is %v from the centre and has label %d", i, d, s.Labels[i])
		}
	}
}

func TestCleanShapes(t *testing.T) {
	t.Parallel()
	const tol = 1e-6 // a few roundings of numbers up to 2 to float32
	moons, err := Moons(100, 0, 1)
	mustValid(t, moons, err)
	spiral, err := Spiral(100, 4, 0, 1)
	mustValid(t, spiral, err)
	blobs, err := Blobs(100, 4, 0, 1)
	mustValid(t, blobs, err)
	for i := range 100 {
		x, y := float64(moons.Row(i)[0]), float64(moons.Row(i)[1])
		if moons.Labels[i] == 1 {
			x, y = x-1, .5-y
		}
		if !near(math.Hypot(x, y), 1, tol) || !(y >= -tol) {
			t.Errorf("moons row %d is not on its half circle: (%v, %v)", i, x, y)
		}

		x, y = float64(spiral.Row(i)[0]), float64(spiral.Row(i)[1])
		r := math.Hypot(x, y)
		arm := math.Atan2(y, x)/(2*math.Pi) - spiralTurns*r - float64(spiral.Labels[i])/4
		if !near(arm, math.Round(arm), 1e-5) {
			t.Errorf("spiral row %d is %v of a turn off its arm", i, arm-math.Round(arm))
		}

		want := [][2]float64{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}[blobs.Labels[i]]
		if x, y := float64(blobs.Row(i)[0]), float64(blobs.Row(i)[1]); !near(x, want[0], tol) || !near(y, want[1], tol) {
			t.Errorf("blobs row %d of class %d is (%v, %v)", i, blobs.Labels[i], x, y)
		}
	}
}
