package nn_test

import (
	"math"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// ones is a matrix of ones.
func ones(rows, cols int) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	for i := range m.Data {
		m.Data[i] = 1
	}
	return m
}

// masks returns what dropout of ones gives in the first passes of a network,
// and checks that each Backward has the mask of its Forward.
func masks(t *testing.T, p float64, rows, cols, passes int, seed uint64, layers ...layer.Layer) [][]float32 {
	t.Helper()
	net := newNetwork(t, cols, append(layers, layer.Dropout(p)), nn.InputGradient(), nn.Seed(seed))
	x := ones(rows, cols)
	var all [][]float32
	for range passes {
		y, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		mask := flat(y)
		all = append(all, mask)
		if err := net.Backward(x); err != nil {
			t.Fatal(err)
		}
		sameBits(t, "mask on the way back", flat(net.InputGradient()), mask)
		if z, err := net.Predict(x); err != nil || changed(z.Data, x.Data) != 0 {
			t.Errorf("dropout predicts, with error %v", err)
		}
	}
	return all
}

func TestDropout(t *testing.T) {
	const rows, cols = 40, 251
	for _, p := range []float64{0, 0.1, 0.5, 0.9} {
		all := masks(t, p, rows, cols, 2, 1)
		scale := float32(1 / (1 - p))
		dropped := 0
		for _, v := range all[0] {
			if v == 0 {
				dropped++
			} else if v != scale {
				t.Fatalf("p = %v: an element became %v, want 0 or %v", p, v, scale)
			}
		}
		// Within five standard deviations of the binomial distribution.
		n := float64(rows * cols)
		if diff := math.Abs(float64(dropped) - p*n); !(diff <= 5*math.Sqrt(n*p*(1-p))) {
			t.Errorf("p = %v: %d of %v elements dropped", p, dropped, n)
		}
		independent(t, "passes", p, all[0], all[1])
		independent(t, "rows", p, all[0][:len(all[0])-cols], all[0][cols:])
		independent(t, "columns", p, all[0][:len(all[0])-1], all[0][1:])
		independent(t, "second columns", p, all[0][:len(all[0])-2], all[0][2:])
		independent(t, "seeds", p, all[0], masks(t, p, rows, cols, 1, 2)[0])
		sameBits(t, "same seed", masks(t, p, rows, cols, 2, 1)[1], all[1])
	}
}

// independent checks that two sequences of zeros with probability p are zero
// together with probability p², within five standard deviations.
func independent(t *testing.T, what string, p float64, a, b []float32) {
	t.Helper()
	both := 0.0
	for i := range a {
		if a[i] == 0 && b[i] == 0 {
			both++
		}
	}
	n := float64(len(a))
	// Neighbouring pairs share an element: their variance is at most three
	// times that of independent pairs.
	if diff := math.Abs(both - p*p*n); !(diff <= 5*math.Sqrt(3*n*p*p*(1-p*p))) {
		t.Errorf("p = %v: of two %s both are dropped %v times in %v, want about %v", p, what, both, n, p*p*n)
	}
}

// Two dropout layers of one network drop different elements, and a short batch
// has the rows of a long one.
func TestDropoutStreams(t *testing.T) {
	two := masks(t, 0.5, 20, 100, 1, 1, layer.Dropout(0.5))[0]
	kept := 0.0
	for _, v := range two {
		if v != 0 {
			if v != 4 {
				t.Fatalf("an element became %v, want 0 or 4", v)
			}
			kept++
		}
	}
	if !(math.Abs(kept-500) <= 5*math.Sqrt(2000*0.25*0.75)) {
		t.Errorf("%v of 2000 elements kept by two layers, want about 500", kept)
	}
	long, short := masks(t, 0.5, 20, 100, 1, 1)[0], masks(t, 0.5, 7, 100, 1, 1)[0]
	sameBits(t, "short batch", short, long[:700])
}

// A network with dropout of zero is the one without it.
func TestDropoutOfNothing(t *testing.T) {
	data := classes(1, 64, 6, 3)
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		var want []float32
		for _, dropout := range []bool{false, true} {
			// Too wide to be trained whole, which would round otherwise.
			layers := []layer.Layer{layer.Dense(40), activation.Tanh()}
			if dropout {
				layers = append(layers, layer.Dropout(0))
			}
			net := newNetwork(t, 6, append(layers, layer.Dense(3, layer.Init(constantInit(0.1)))), nn.Backend(b))
			trainBySteps(t, net, optim.SGD(0.1), data, 16, 2)
			got := allWeights(t, net)
			if want == nil {
				want = got
			}
			// With dropout between them the derivative of tanh is a pass of
			// its own, which rounds as the fused one does.
			sameBits(t, "dropout of zero", got, want)
		}
	})
}
