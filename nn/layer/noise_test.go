package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// trained is what the passes of a network of noise make of x, and then of the gradient dy.
func trained(t *testing.T, x, dy tensor.Matrix, workers, passes int, seed uint64, layers ...layer.Layer) (y, dx [][]float32) {
	t.Helper()
	b, err := backends.Open("gonum", backends.Options{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	net, err := nn.New(tensor.Shape{x.Cols}, layer.Stack(layers...), nn.Backend(b), nn.Seed(seed), nn.InputGradient())
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	for range passes {
		out, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		y = append(y, familytest.Elements(out))
		if err := net.Backward(dy); err != nil {
			t.Fatal(err)
		}
		dx = append(dx, familytest.Elements(net.InputGradient()))
	}
	return y, dx
}

// filled is a matrix of a number.
func filled(rows, cols int, v float32) tensor.Matrix {
	m := familytest.Numbers(rows, cols, 9)
	for i := range m.Data {
		m.Data[i] = v
	}
	return m
}

// sameNumbers says whether bits are the same, but for those of NaN.
func sameNumbers(a, b []float32) bool {
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) && (a[i] == a[i] || b[i] == b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

// TestNoiseOfWorkers: noise that several workers share is that of one.
func TestNoiseOfWorkers(t *testing.T) {
	const rows, cols = 331, 199 // enough for a second worker
	x, dy := familytest.Numbers(rows, cols, 9), familytest.Numbers(rows, cols, 11)
	for _, l := range []layer.Layer{layer.Dropout(0.4), layer.AlphaDropout(0.4), layer.GaussianNoise(0.4)} {
		y, dx := trained(t, x, dy, 1, 2, 7, l)
		for _, workers := range []int{2, 5} {
			otherY, otherDx := trained(t, x, dy, workers, 2, 7, l)
			for pass := range y {
				if !sameNumbers(otherY[pass], y[pass]) || !sameNumbers(otherDx[pass], dx[pass]) {
					t.Errorf("%v: pass %d of %d workers differs from that of one", l, pass, workers)
				}
			}
		}
	}
}

// TestDropoutDrops: what is dropped is 0, and no -0, whatever it was, and its gradient too; what is
// kept is scaled, NaN and infinities with it.
func TestDropoutDrops(t *testing.T) {
	const rows, cols = 50, 67
	inf := float32(math.Inf(1))
	want, _ := trained(t, filled(rows, cols, 1), filled(rows, cols, 1), 1, 1, 3, layer.Dropout(0.25))
	for _, v := range []float32{-1, inf, -inf, float32(math.NaN()), 0x1p-149, float32(math.Copysign(0, -1))} {
		y, dx := trained(t, filled(rows, cols, v), filled(rows, cols, v), 1, 1, 3, layer.Dropout(0.25))
		alpha, _ := trained(t, filled(rows, cols, v), filled(rows, cols, v), 1, 1, 3, layer.AlphaDropout(0.25))
		dropped := make([]float32, rows*cols)
		for i, kept := range want[0] {
			if kept != 0 {
				dropped[i] = float32(1/0.75) * v
			}
			if isKept := alpha[0][i] == alpha[0][0] || alpha[0][i] != alpha[0][i]; v != v && isKept != (kept != 0) {
				t.Fatalf("alpha_dropout makes %v of %v where dropout makes %v of 1", alpha[0][i], v, kept)
			}
		}
		if !sameNumbers(y[0], dropped) || !sameNumbers(dx[0], dropped) {
			t.Errorf("of %v: got %v, and back %v, want %v", v, y[0][:cols], dx[0][:cols], dropped[:cols])
		}
	}
}

// TestDropoutNearOne: shares are multiples of 2^-32 below 1, and what is kept is scaled by those, so
// that means stay what they are.
func TestDropoutNearOne(t *testing.T) {
	for p, want := range map[float64]float64{
		0: 1, 0x1p-34: 1, 0.75: 4, 1 - 0x1p-31: 0x1p31, 1 - 0x1p-32: 0x1p32, 1 - 0x1p-40: 0x1p32, 1 - 1.6*0x1p-32: 0x1p31,
	} {
		stage, ok := work(t, layer.Dropout(p), 1, 1).Stage.(layer.Bounded)
		if !ok {
			t.Fatal("dropout has no bound")
		}
		if got := stage.Gain(); got != want {
			t.Errorf("p = 1-%g: what is kept is multiplied by %v, want %v", 1-p, got, want)
		}
	}
	y, _ := trained(t, filled(64, 1000, 1), filled(64, 1000, 1), 1, 1, 3, layer.Dropout(0x1p-34))
	for _, v := range y[0] {
		if v != 1 {
			t.Fatalf("a share of 0 made %v of 1", v)
		}
	}
}

// TestDropoutStreams: whether an element is dropped has nothing to do with whether it is in another
// pass, another layer or with another seed, nor with its neighbours in rows and columns: χ² of the
// four outcomes together, by the probability that was asked for.
func TestDropoutStreams(t *testing.T) {
	const rows, cols = 300, 257
	x := filled(rows, cols, 1)
	for _, p := range []float64{0.1, 0.5, 0.8} {
		passes, _ := trained(t, x, x, 1, 2, 7, layer.Dropout(p))
		seeds, _ := trained(t, x, x, 1, 1, 8, layer.Dropout(p))
		layers, _ := trained(t, x, x, 1, 1, 7, layer.Dropout(0), layer.Dropout(p))
		a := passes[0]
		for what, b := range map[string][]float32{
			"passes": passes[1], "seeds": seeds[0], "layers": layers[0],
			"columns": a[1:], "second columns": a[2:], "rows": a[cols:], "rows and columns": a[cols+1:], "columns in order": a[cols-1:],
		} {
			var counted [2][2]float64
			dropped := map[bool]int{true: 1}
			for i, v := range b {
				counted[dropped[a[i] == 0]][dropped[v == 0]]++
			}
			n, chi, probability := float64(len(b)), 0.0, [2]float64{1 - p, p}
			for i := range counted {
				for j, c := range counted[i] {
					expected := n * probability[i] * probability[j]
					chi += (c - expected) * (c - expected) / expected
				}
			}
			if !(chi <= 35) { // with three degrees of freedom once in 10^7 times
				t.Errorf("p = %v: of two %s %v are kept and dropped, χ² is %.1f", p, what, counted, chi)
			}
		}
	}
}

// TestGaussianNoiseColumns: the noise of every column has the variance that was asked for, and no two
// columns have anything to do with each other, whatever the width of a row; gradients stay as they are.
func TestGaussianNoiseColumns(t *testing.T) {
	const rows, sigma, offset = 4000, 0.5, 3
	n := math.Sqrt(rows)
	for _, cols := range []int{1, 2, 3, 4, 5, 8, 9, 17} {
		t.Run(fmt.Sprint(cols), func(t *testing.T) {
			dy := familytest.Numbers(rows, cols, 11)
			y, dx := trained(t, filled(rows, cols, offset), dy, 1, 2, 5, layer.GaussianNoise(sigma))
			if !sameNumbers(dx[1], familytest.Elements(dy)) {
				t.Error("the gradient has changed")
			}
			noise := func(pass, r, c int) float64 { return (float64(y[pass][r*cols+c]) - offset) / sigma }
			for a := range cols {
				mean, again := 0.0, 0.0
				for r := range rows {
					mean += noise(0, r, a)
					again += noise(0, r, a) * noise(1, r, a)
				}
				if !(math.Abs(mean) <= 5*n && math.Abs(again) <= 5*n) {
					t.Errorf("column %d has the mean %v and the product %v with the next pass", a, mean/rows, again/rows)
				}
				for b := a; b < cols; b++ {
					product := 0.0
					for r := range rows {
						product += noise(0, r, a) * noise(0, r, b)
					}
					want, deviation := 0.0, n
					if a == b {
						want, deviation = rows, math.Sqrt2*n
					}
					if !(math.Abs(product-want) <= 5*deviation) {
						t.Errorf("the product of columns %d and %d is %v, want %v", a, b, product/rows, want/rows)
					}
				}
			}
		})
	}
}
