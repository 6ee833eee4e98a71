package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// The twin is a network written naively in float64, where every number
// carries a bound on how far a float32 computation of it may be away. With u =
// 2⁻²⁴, float32's unit roundoff, a sum of n products is wrong by at most
// γₙ·Σ|aᵢbᵢ| in any order, γₙ = n·u/(1-n·u) (Higham, Accuracy and Stability of
// Numerical Algorithms, 3.1), on top of what the errors of its operands bring.

const unit = 0x1p-24

func gamma(n int) float64 { return float64(n) * unit / (1 - float64(n)*unit) }

// approx is a number v that a float32 computation knows within ±e.
type approx struct{ v, e float64 }

// mul is the product without the rounding of the product itself.
func mul(a, b approx) approx {
	return approx{a.v * b.v, math.Abs(a.v)*b.e + a.e*math.Abs(b.v) + a.e*b.e}
}

// dot is the sum of n products; term gives their operands.
func dot(n int, term func(i int) (a, b approx)) approx {
	var sum approx
	size := 0.0
	for i := range n {
		a, b := term(i)
		p := mul(a, b)
		sum.v += p.v
		sum.e += p.e
		size += math.Abs(p.v) + p.e
	}
	sum.e += gamma(n) * size
	return sum
}

var one = approx{1, 0}

type approxMatrix [][]approx

func exact(m tensor.Matrix) approxMatrix {
	a := make(approxMatrix, m.Rows)
	for i := range a {
		a[i] = make([]approx, m.Cols)
		for j := range a[i] {
			a[i][j].v = float64(m.Data[i*m.Stride+j])
		}
	}
	return a
}

func sized(rows, cols int, f func(i, j int) approx) approxMatrix {
	a := make(approxMatrix, rows)
	for i := range a {
		a[i] = make([]approx, cols)
		for j := range a[i] {
			a[i][j] = f(i, j)
		}
	}
	return a
}

// twinActivation gives y = f(z) and f'(z). The kernels state at most 2.6 ulp,
// which is less than 6 units of roundoff, for sigmoid and tanh.
func twinActivation(name string, z approx) (y, slope approx) {
	switch name {
	case "identity":
		return z, one
	case "relu":
		y = approx{max(0, z.v), z.e}
		switch {
		case z.v > z.e:
			return y, one
		case z.v < -z.e:
			return y, approx{}
		}
		return y, approx{0.5, 0.5} // float32 may be on either side of the kink
	case "tanh":
		y = approx{v: math.Tanh(z.v)}
		y.e = z.e + 6*unit*(math.Abs(y.v)+z.e)
		return y, approx{1 - y.v*y.v, 2*math.Abs(y.v)*y.e + y.e*y.e + 3*unit}
	case "sigmoid":
		y = approx{v: 1 / (1 + math.Exp(-z.v))}
		y.e = z.e/4 + 6*unit*(y.v+z.e)
		return y, approx{y.v * (1 - y.v), y.e + y.e*y.e + 3*unit}
	}
	panic("the twin has no activation " + name)
}

// parseArchitecture turns "dense 5, relu, dense 3" into layers.
func parseArchitecture(t *testing.T, text string) (words []string, layers []layer.Layer) {
	t.Helper()
	for _, word := range strings.Split(text, ", ") {
		var l layer.Layer
		var err error
		switch name, number, _ := strings.Cut(word, " "); name {
		case "dense":
			var out int
			out, err = strconv.Atoi(number)
			l = layer.Dense(out)
		case "dropout":
			var p float64
			p, err = strconv.ParseFloat(number, 64)
			l = layer.Dropout(p)
		default:
			l, err = activation.Catalog().Parse(name)
		}
		if err != nil {
			t.Fatal(err)
		}
		words, layers = append(words, word), append(layers, l)
	}
	return words, layers
}

// twin is the twin's pass: what it has at each layer.
type twin struct {
	words   []string
	acts    []approxMatrix // input, then each layer's output
	slopes  []approxMatrix // f'(z) of activation layers
	w       []approxMatrix // of dense layers
	dw      []approxMatrix
	db      [][]approx
	dx      approxMatrix
	outputs approxMatrix
}

// newTwin runs the twin on net's weights, forward for x and backward from dy.
func newTwin(t *testing.T, net *nn.Network, words []string, x, dy tensor.Matrix) *twin {
	t.Helper()
	n := len(words)
	w := &twin{words: words, acts: []approxMatrix{exact(x)}, slopes: make([]approxMatrix, n), w: make([]approxMatrix, n), dw: make([]approxMatrix, n), db: make([][]approx, n)}
	for l, word := range words {
		in := w.acts[l]
		switch name, _, _ := strings.Cut(word, " "); name {
		case "dense":
			weights, b, err := net.Weights(l)
			if err != nil {
				t.Fatal(err)
			}
			w.w[l] = exact(weights)
			w.acts = append(w.acts, sized(len(in), len(b), func(i, j int) approx {
				return dot(len(in[i])+1, func(p int) (approx, approx) {
					if p == len(in[i]) {
						return approx{v: float64(b[j])}, one
					}
					return in[i][p], w.w[l][p][j]
				})
			}))
		case "dropout": // of zero probability
			w.acts = append(w.acts, in)
		default:
			out := sized(len(in), len(in[0]), func(i, j int) approx { y, _ := twinActivation(name, in[i][j]); return y })
			w.acts = append(w.acts, out)
			w.slopes[l] = sized(len(in), len(in[0]), func(i, j int) approx { _, s := twinActivation(name, in[i][j]); return s })
		}
	}
	w.outputs = w.acts[n]
	w.backward(exact(dy))
	return w
}

func (w *twin) backward(d approxMatrix) {
	for l := len(w.words) - 1; l >= 0; l-- {
		in, rows := w.acts[l], len(d)
		switch {
		case w.w[l] != nil:
			weights, out := w.w[l], len(d[0])
			w.dw[l] = sized(len(weights), out, func(p, j int) approx {
				return dot(rows, func(i int) (approx, approx) { return in[i][p], d[i][j] })
			})
			w.db[l] = sized(1, out, func(_, j int) approx {
				return dot(rows, func(i int) (approx, approx) { return d[i][j], one })
			})[0]
			above := d
			d = sized(rows, len(weights), func(i, p int) approx {
				return dot(out, func(j int) (approx, approx) { return above[i][j], weights[p][j] })
			})
		case w.slopes[l] != nil:
			above := d
			d = sized(rows, len(d[0]), func(i, j int) approx {
				p := mul(above[i][j], w.slopes[l][i][j])
				p.e += 2 * unit * (math.Abs(p.v) + p.e)
				return p
			})
		}
	}
	w.dx = d
}

// check compares got with what the twin has.
func check(t *testing.T, what string, got tensor.Matrix, want approxMatrix) {
	t.Helper()
	if got.Rows != len(want) || got.Cols != len(want[0]) {
		t.Errorf("%s is %d×%d, want %d×%d", what, got.Rows, got.Cols, len(want), len(want[0]))
		return
	}
	for i := range want {
		for j, w := range want[i] {
			// The smallest normal number allows for results that underflow.
			if v := float64(got.Data[i*got.Stride+j]); !(math.Abs(v-w.v) <= w.e+0x1p-126) {
				t.Errorf("%s[%d][%d] = %v, want %v ± %v", what, i, j, v, w.v, w.e)
				return
			}
		}
	}
}

func vector(b []float32) tensor.Matrix {
	return tensor.Matrix{Rows: 1, Cols: len(b), Stride: len(b), Data: b}
}

// randomMatrix has slack columns of NaN, which nobody may read.
func randomMatrix(rng *rand.Rand, rows, cols, slack int) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols + slack, Data: make([]float32, rows*(cols+slack))}
	for i := range m.Data {
		m.Data[i] = float32(math.NaN())
		if i%m.Stride < cols {
			m.Data[i] = float32(rng.NormFloat64())
		}
	}
	return m
}

// eachBackend runs f on every pure Go backend and ISA of this machine.
func eachBackend(t *testing.T, f func(t *testing.T, b blas.Backend)) {
	for _, name := range []string{"native", "gonum"} {
		t.Run("backend="+name, func(t *testing.T) {
			blastest.EachISA(t, func(t *testing.T, isa string) {
				f(t, openBackend(t, name, isa, 2))
			})
		})
	}
}

func openBackend(t *testing.T, name, isa string, workers int) blas.Backend {
	t.Helper()
	b, err := backends.Open(name, backends.Options{ISA: isa, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

var architectures = []struct {
	inputs int
	layers string
}{
	{1, "dense 1"},
	{3, "dense 5, relu, dense 2"},
	{17, "dense 33, tanh, dense 16, sigmoid, dense 7"},
	{8, "dense 31, sigmoid"},
	{13, "dense 9, relu, dense 4, tanh"},
	{6, "tanh, dense 5, identity, dense 3, identity"},
	{6, "dense 20, dropout 0, relu, dense 3"},                       // an activation that is a stage, before a block
	{6, "dense 20, relu, sigmoid, dropout 0, dense 3, relu, tanh"},  // and at the end
	{5, "dropout 0, sigmoid, dropout 0, dense 18, tanh, dropout 0"}, // stages without parameters below the first block
	{4, "identity"},                                                 // nothing to train, but a gradient to pass on
	{4, "dropout 0, identity"},
	{4, "sigmoid"},
	{40, "dense 100, relu, dense 100, relu, dense 10"},
}

func TestPassesAgainstTwin(t *testing.T) {
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		for _, a := range architectures {
			for _, batch := range []int{1, 3, 17, 64} {
				for _, inputGradient := range []bool{false, true} {
					t.Run(fmt.Sprintf("%d %s/batch=%d/dx=%v", a.inputs, a.layers, batch, inputGradient), func(t *testing.T) {
						testPassAgainstTwin(t, b, a.inputs, a.layers, batch, inputGradient)
					})
				}
			}
		}
	})
}

func testPassAgainstTwin(t *testing.T, b blas.Backend, inputs int, architecture string, batch int, inputGradient bool) {
	words, layers := parseArchitecture(t, architecture)
	opts := []nn.Option{nn.Backend(b), nn.Seed(3), nn.MaxBatch(17), nn.Init(initial.TorchLinear())}
	if inputGradient {
		opts = append(opts, nn.InputGradient())
	}
	net := newNetwork(t, inputs, layers, opts...)
	rng := rand.New(rand.NewPCG(1, uint64(batch)))
	x := randomMatrix(rng, batch, inputs, 3)
	dy := randomMatrix(rng, batch, net.Outputs(), 1)
	dyBefore := append([]float32(nil), dy.Data...)

	y, err := net.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	if err := net.Backward(dy); err != nil {
		t.Fatal(err)
	}
	want := newTwin(t, net, words, x, dy)
	check(t, "y", y, want.outputs)
	for l := range layers {
		if want.dw[l] == nil {
			continue
		}
		dw, db, err := net.Gradients(l)
		if err != nil {
			t.Fatal(err)
		}
		check(t, fmt.Sprintf("dW of layer %d", l), dw, want.dw[l])
		check(t, fmt.Sprintf("db of layer %d", l), vector(db), approxMatrix{want.db[l]})
	}
	if dx := net.InputGradient(); inputGradient {
		check(t, "dx", dx, want.dx)
	} else if dx.Rows != 0 {
		t.Errorf("InputGradient is %d×%d, want it empty without the option", dx.Rows, dx.Cols)
	}
	for i, v := range dy.Data {
		if math.Float32bits(v) != math.Float32bits(dyBefore[i]) {
			t.Fatalf("Backward changed dy at %d", i)
		}
	}
	p, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "prediction", p, want.outputs)
}

// newNetwork makes a network that is closed after the test.
func newNetwork(t testing.TB, inputs int, layers []layer.Layer, opts ...nn.Option) *nn.Network {
	t.Helper()
	net, err := nn.New(tensor.Shape{inputs}, layer.Stack(layers...), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := net.Close(); err != nil {
			t.Error(err)
		}
	})
	return net
}
