package nn

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
)

func TestInitialisers(t *testing.T) {
	const fanIn, fanOut = 300, 200
	tests := []struct {
		init       Initialiser
		name       string
		variance   float64
		bound      float64 // of the weights; 0: none
		kurtosis   float64 // of the weights: 9/5 uniform, 3 normal
		biasBound  float64
		biasVarian float64
	}{
		{GlorotUniform(), "glorot_uniform", 2. / (fanIn + fanOut), math.Sqrt(6. / (fanIn + fanOut)), 1.8, 0, 0},
		{GlorotNormal(), "glorot_normal", 2. / (fanIn + fanOut), 0, 3, 0, 0},
		{HeUniform(), "he_uniform", 2. / fanIn, math.Sqrt(6. / fanIn), 1.8, 0, 0},
		{HeNormal(), "he_normal", 2. / fanIn, 0, 3, 0, 0},
		{TorchLinear(), "torch_linear", 1. / 3 / fanIn, math.Sqrt(1. / fanIn), 1.8, math.Sqrt(1. / fanIn), 1. / 3 / fanIn},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.init.Name() != test.name {
				t.Errorf("name is %q", test.init.Name())
			}
			draw := func(seed uint64) (w, b []float32) {
				w, b = make([]float32, fanIn*fanOut), make([]float32, fanOut)
				for i := range b {
					b[i] = float32(math.NaN())
				}
				test.init.Fill(rand.New(rand.NewPCG(seed, 1)), fanIn, fanOut, w, b)
				return w, b
			}
			w, b := draw(1)
			checkMoments(t, "weights", w, test.variance, test.kurtosis)
			checkBound(t, "weights", w, test.bound)
			if test.biasBound == 0 {
				for i, v := range b {
					if v != 0 {
						t.Fatalf("bias %d is %v, want 0", i, v)
					}
				}
			} else {
				checkMoments(t, "biases", b, test.biasVarian, test.kurtosis)
				checkBound(t, "biases", b, test.biasBound)
			}

			again, biasAgain := draw(1)
			if !slices.Equal(w, again) || !slices.Equal(b, biasAgain) {
				t.Error("one seed gave two sets of weights")
			}
			other, _ := draw(2)
			if slices.Equal(w, other) {
				t.Error("two seeds gave the same weights")
			}
		})
	}
}

// checkMoments compares mean and variance with what they should be. With n
// samples the mean deviates by σ/√n and the variance by σ²·√((κ-1)/n), with
// the kurtosis κ; five of these are never reached.
func checkMoments(t *testing.T, what string, v []float32, variance, kurtosis float64) {
	t.Helper()
	n := float64(len(v))
	sum, squares := 0.0, 0.0
	for _, x := range v {
		sum += float64(x)
		squares += float64(x) * float64(x)
	}
	if tol := 5 * math.Sqrt(variance/n); !(math.Abs(sum/n) <= tol) {
		t.Errorf("%s: mean is %v, want 0 within %v", what, sum/n, tol)
	}
	if tol := 5 * variance * math.Sqrt((kurtosis-1)/n); !(math.Abs(squares/n-variance) <= tol) {
		t.Errorf("%s: variance is %v, want %v within %v", what, squares/n, variance, tol)
	}
}

// checkBound expects that all values lie within the bound and some close to
// it; or, without a bound, some further than any of the uniform ones would.
func checkBound(t *testing.T, what string, v []float32, bound float64) {
	t.Helper()
	largest := float64(max(slices.Max(v), -slices.Min(v)))
	if bound == 0 {
		squares := 0.0
		for _, x := range v {
			squares += float64(x) * float64(x)
		}
		if deviation := math.Sqrt(squares / float64(len(v))); !(largest > 3*deviation) {
			t.Errorf("%s: largest is %v at a deviation of %v: not normal", what, largest, deviation)
		}
		return
	}
	if limit := float64(float32(bound)); !(largest <= limit && largest > 0.95*limit) {
		t.Errorf("%s: largest is %v, want at most the bound %v and near it", what, largest, limit)
	}
}

func TestParseInitialiser(t *testing.T) {
	for _, init := range []Initialiser{GlorotUniform(), GlorotNormal(), HeUniform(), HeNormal(), TorchLinear()} {
		if got, err := ParseInitialiser(init.Name()); err != nil || got != init {
			t.Errorf("ParseInitialiser(%q) = %v, %v", init.Name(), got, err)
		}
	}
	_, err := ParseInitialiser("he_unifrom")
	var unknown *names.UnknownError
	if !errors.As(err, &unknown) || unknown.Nearest != "he_uniform" {
		t.Errorf("error is %v, want one that suggests he_uniform", err)
	}
}
