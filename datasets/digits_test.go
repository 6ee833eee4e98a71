package datasets

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDigits(t *testing.T) {
	t.Parallel()
	s, err := Digits(257, 1)
	mustValid(t, s, err)
	if s.Features != 784 || !slices.Equal(s.Shape, []int{28, 28}) || s.Classes != 10 {
		t.Fatalf("got %d features of shape %v, %d classes", s.Features, s.Shape, s.Classes)
	}
	for i := range s.Rows {
		if s.Labels[i] != i%10 {
			t.Errorf("image %d is labelled %d", i, s.Labels[i])
		}
		dark := 0
		for _, v := range s.Row(i) {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("image %d has a pixel %v", i, v)
			}
			if v > .5 {
				dark++
			}
		}
		if dark < 15 || dark > 784/3 {
			t.Errorf("image %d (a %d) has %d dark pixels", i, i%10, dark)
		}
	}
}

func TestDigitsImageDependsOnSeedAndIndex(t *testing.T) {
	t.Parallel()
	long, err := Digits(100, 1)
	mustValid(t, long, err)
	for _, n := range []int{1, 2, 3, 37} {
		short, err := Digits(n, 1)
		prefix, _ := long.cut(n)
		sameSet(t, mustValid(t, short, err), prefix)
	}
	other, err := Digits(100, 2)
	mustValid(t, other, err)
	for i := range 100 {
		if slices.Equal(other.Row(i), long.Row(i)) {
			t.Errorf("image %d is the same for two seeds", i)
		}
		for j := range i {
			if slices.Equal(long.Row(i), long.Row(j)) {
				t.Errorf("images %d and %d are the same", i, j)
			}
		}
	}
}

func TestDigitsArguments(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 0, maxElements, math.MaxInt} {
		_, err := Digits(n, 1)
		wantArgument(t, err, "n")
	}
}

// A linear model learns something and stays below 90 % on images that it has
// not seen: the set needs a hidden layer.
func TestDigitsAreNotLinear(t *testing.T) {
	t.Parallel()
	const rows, epochs = 6000, 6
	s, err := Digits(rows+2000, 1)
	mustValid(t, s, err)
	train, test := s.cut(rows)
	best := 0.0
	trainLinear(train, epochs, func(w []float64) { best = max(best, linearAccuracy(w, test)) })
	if !(best > .6 && best < .9) {
		t.Errorf("a linear model reaches %.3f, want more than 0.6 and less than 0.9", best)
	}
	t.Logf("a linear model reaches %.3f", best)
}

// trainLinear fits softmax regression by stochastic gradient descent, one row
// at a time, in float64. The weights are [Classes][Features+1], the bias last;
// epoch sees them after every pass.
func trainLinear(s *Set, epochs int, epoch func(w []float64)) {
	width := s.Features + 1
	w := make([]float64, s.Classes*width)
	p := make([]float64, s.Classes)
	rng := rand.New(rand.NewPCG(1, 1))
	for e := range epochs {
		rate := .02 * (1 - float64(e)/float64(epochs))
		for _, r := range rng.Perm(s.Rows) {
			x := s.Row(r)
			linearScores(p, w, x)
			sum, top := 0.0, slices.Max(p)
			for c := range p {
				p[c] = math.Exp(p[c] - top)
				sum += p[c]
			}
			for c := range p {
				g := p[c] / sum
				if c == s.Labels[r] {
					g--
				}
				row := w[c*width : (c+1)*width]
				for i, v := range x {
					row[i] -= rate * g * float64(v)
				}
				row[s.Features] -= rate * g
			}
		}
		epoch(w)
	}
}

func linearScores(scores, w []float64, x []float32) {
	width := len(x) + 1
	for c := range scores {
		row := w[c*width : (c+1)*width]
		sum := row[len(x)]
		for i, v := range x {
			sum += row[i] * float64(v)
		}
		scores[c] = sum
	}
}

func linearAccuracy(w []float64, s *Set) float64 {
	scores := make([]float64, s.Classes)
	right := 0
	for r := range s.Rows {
		linearScores(scores, w, s.Row(r))
		if slices.Index(scores, slices.Max(scores)) == s.Labels[r] {
			right++
		}
	}
	return float64(right) / float64(s.Rows)
}

func BenchmarkDigits(b *testing.B) {
	const n = 1000
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Digits(n, 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "images/s")
}
