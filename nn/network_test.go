package nn_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
	"gonum.org/v1/gonum/mat"
)

func TestNewValidates(t *testing.T) {
	dense := []layer.Layer{layer.Dense(2)}
	for _, c := range []struct {
		name   string
		inputs int
		layers []layer.Layer
		opts   []nn.Option
		want   string
		typed  any
	}{
		{"no inputs", 0, dense, nil, "number of inputs is 0", new(*nn.HyperparameterError)},
		{"no layers", 2, nil, nil, "number of layers is 0", new(*nn.HyperparameterError)},
		{"no neurons", 2, []layer.Layer{activation.ReLU(), layer.Dense(0)}, nil, "layer 1 (dense(0)): dense: number of neurons is 0", new(*nn.LayerError)},
		{"too many neurons", 1 << 20, []layer.Layer{layer.Dense(1 << 20)}, nil, "layer 0 (dense(1048576))", new(*nn.ShapeError)},
		{"dropout of everything", 2, []layer.Layer{layer.Dropout(1)}, nil, "probability is 1", new(*nn.HyperparameterError)},
		{"dropout NaN", 2, []layer.Layer{layer.Dropout(math.NaN())}, nil, "layer 0 (dropout(NaN))", new(*nn.LayerError)},
		{"batch", 2, dense, []nn.Option{nn.MaxBatch(0)}, "largest batch is 0", new(*nn.HyperparameterError)},
		{"precision", 2, dense, []nn.Option{nn.Precision("float23")}, `did you mean "float32"`, new(*names.UnknownError)},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, err := nn.New(tensor.Shape{c.inputs}, layer.Stack(c.layers...), c.opts...)
			if net != nil || err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, c.typed) {
				t.Errorf("New returned %v, want a %T that says %q", err, c.typed, c.want)
			}
		})
	}
}

func TestShapesOfPasses(t *testing.T) {
	net := newNetwork(t, 3, []layer.Layer{layer.Dense(4), activation.ReLU(), layer.Dense(2)})
	matrix := func(rows, cols int) tensor.Matrix {
		return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	}
	expect := func(what string, err error, which int, want string) {
		t.Helper()
		var where *nn.LayerError
		var shape *nn.ShapeError
		if !errors.As(err, &where) || !errors.As(err, &shape) || where.Name != strconv.Itoa(which) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a *ShapeError about layer %d that says %q", what, err, which, want)
		}
	}
	_, err := net.Forward(matrix(5, 2))
	expect("Forward", err, 0, "layer 0 (dense 3→4 + relu): forward: x is 5×2, want 3 columns")
	_, err = net.Forward(matrix(0, 3))
	expect("Forward of nothing", err, 0, "at least one row")
	_, err = net.Predict(matrix(5, 4))
	expect("Predict", err, 0, "predict: x is 5×4, want 3 columns")
	_, err = net.Predict(tensor.Matrix{Rows: -1, Cols: 3})
	expect("Predict", err, 0, "-1×3")
	expect("PredictInto", net.PredictInto(matrix(5, 3), matrix(5, 3)), 2, "y is 5×3, want 5×2")
	expect("SetWeights", net.SetWeights(2, matrix(2, 4), make([]float32, 2)), 2, "w is 2×4, want 4×2")
	expect("SetWeights", net.SetWeights(2, matrix(4, 2), make([]float32, 3)), 2, "b has 3 elements, want 2")
	y, err := net.Forward(matrix(5, 3))
	if err != nil {
		t.Fatal(err)
	}
	expect("Backward", net.Backward(matrix(4, 2)), 2, "dy is 4×2, want 5×2")
	expect("Backward of y", net.Backward(y), 2, "the matrix that Forward returned")
	if err := net.Backward(matrix(5, 2)); err != nil {
		t.Errorf("Backward after its errors: %v", err)
	}
	// A Forward that fails leaves nothing to go back from.
	if _, err := net.Forward(matrix(5, 2)); err == nil {
		t.Fatal("Forward took two columns for three")
	}
	if err := net.Backward(matrix(5, 2)); !errors.Is(err, nn.ErrNoForward) {
		t.Errorf("Backward after a Forward that failed: %v, want ErrNoForward", err)
	}

	tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(1))
	if err != nil {
		t.Fatal(err)
	}
	var target *loss.TargetError
	if _, err := tr.Step(matrix(5, 3), data.Values(matrix(4, 2))); !errors.As(err, &target) {
		t.Errorf("Step with a short target: %v, want a *TargetError", err)
	}
	_, err = tr.Step(matrix(5, 2), data.Values(matrix(5, 2)))
	expect("Step", err, 0, "x is 5×2")
}

func TestWeights(t *testing.T) {
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		rng := rand.New(rand.NewPCG(1, 2))
		net := newNetwork(t, 3, []layer.Layer{layer.Dense(35), activation.ReLU(), layer.Dense(2)}, nn.Backend(b))
		w, bias := randomMatrix(rng, 35, 2, 3), []float32{5, 6}
		if err := net.SetWeights(2, w, bias); err != nil {
			t.Fatal(err)
		}
		got, gotBias, err := net.Weights(2)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, "weights", flat(got), flat(w))
		sameBits(t, "bias", gotBias, bias)
		// They are copies, both ways.
		w.Data[0], got.Data[0], gotBias[0], bias[1] = 100, 100, 100, 100
		if again, b, _ := net.Weights(2); again.Data[0] == 100 || b[0] != 5 || b[1] != 6 {
			t.Error("the network shares memory with its user")
		}
		for _, i := range []int{-1, 1, 3} {
			var where *nn.LayerError
			_, _, err := net.Weights(i)
			if !errors.Is(err, nn.ErrNoWeights) || !errors.As(err, &where) || where.Name != strconv.Itoa(i) {
				t.Errorf("Weights(%d): %v, want ErrNoWeights", i, err)
			}
			if err := net.SetWeights(i, w, bias); !errors.Is(err, nn.ErrNoWeights) {
				t.Errorf("SetWeights(%d): %v, want ErrNoWeights", i, err)
			}
			if _, _, err := net.Gradients(i); !errors.Is(err, nn.ErrNoWeights) {
				t.Errorf("Gradients(%d): %v, want ErrNoWeights", i, err)
			}
		}
	})
}

// constantInit is an initialiser by which layers can be told apart.
type constantInit float32

func (constantInit) String() string { return "constant" }
func (c constantInit) Fill(_ *rand.Rand, _, _ int, w, b []float32) {
	for i := range w {
		w[i] = float32(c)
	}
	clear(b)
}

// TestFirstWeightsAreFinite: an initialiser that draws no numbers, or too large ones, makes no network.
func TestFirstWeightsAreFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(-1), 1e39} {
		var wrong *fault.HyperparameterError
		net, err := nn.New(tensor.Shape{3}, layer.Dense(2), nn.Init(initial.Constant(v)))
		if !errors.As(err, &wrong) {
			t.Errorf("constant(%v): %v, %v", v, net, err)
		}
	}
}

func TestInitialWeights(t *testing.T) {
	layers := []layer.Layer{layer.Dense(3), activation.ReLU(), layer.Dense(3, layer.Init(constantInit(7))), layer.Dense(3)}
	net := newNetwork(t, 3, layers, nn.Init(constantInit(5)))
	for i, want := range map[int]float32{0: 5, 2: 7, 3: 5} {
		w, _, err := net.Weights(i)
		if err != nil {
			t.Fatal(err)
		}
		if w.Data[0] != want {
			t.Errorf("layer %d starts as %v, want %v", i, w.Data[0], want)
		}
	}

	one, same, other := newNetwork(t, 3, layers, nn.Seed(1)), newNetwork(t, 3, layers, nn.Seed(1)), newNetwork(t, 3, layers, nn.Seed(2))
	sameBits(t, "same seed", allWeights(t, same), allWeights(t, one))
	if changed(allWeights(t, one), allWeights(t, other)) < 18 {
		t.Error("another seed gives the same weights")
	}
	first, _, _ := one.Weights(0)
	last, _, _ := one.Weights(3)
	if changed(first.Data, last.Data) == 0 {
		t.Error("two layers start with the same weights")
	}
	// LeCun's variance, 1/in, whatever follows: that of n = 3000 draws is known to 5·√(2/n) of itself.
	wide := newNetwork(t, 3, []layer.Layer{layer.Dense(1000), activation.ReLU(), layer.Dense(1000), activation.SELU(), layer.Dense(3)})
	for i, want := range map[int]float64{0: 1. / 3, 4: 1. / 1000} {
		w, _, err := wide.Weights(i)
		if err != nil {
			t.Fatal(err)
		}
		squares := 0.0
		for _, v := range w.Data {
			squares += float64(v) * float64(v) / 3000
		}
		if !(math.Abs(squares-want) <= 5*math.Sqrt(2./3000)*want) {
			t.Errorf("layer %d: the variance is %v, want about %v", i, squares, want)
		}
	}
}

func TestSummary(t *testing.T) {
	b := openBackend(t, "gonum", "generic", 1)
	net := newNetwork(t, 784, []layer.Layer{layer.Dense(512), activation.ReLU(), layer.Dropout(0.2), gain{}, layer.Dense(10)}, nn.Backend(b))
	want := strings.TrimLeft(`
784 inputs, 10 outputs, backend gonum (generic)
block  layer                 outputs  parameters
0      0      dense 784→512  512      401920
       1      relu           512
1      2      dropout(0.2)   512      0
2      3      gain           512      512
3      4      dense 512→10   10       5130
total                                 407562
`, "\n")
	var got strings.Builder
	for line := range strings.Lines(net.Summary()) {
		got.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if got.String() != want {
		t.Errorf("the summary is\n%swant\n%s", got.String(), want)
	}
	if n := net.NumParameters(); n != 407562 {
		t.Errorf("%d parameters, want 407562", n)
	}
	if net.Inputs() != 784 || net.Outputs() != 10 || len(net.Layers()) != 5 {
		t.Errorf("%d inputs, %d outputs, %d layers", net.Inputs(), net.Outputs(), len(net.Layers()))
	}
}

func TestConverters(t *testing.T) {
	d := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 0.1})
	m := nn.FromMat(d.T())
	sameBits(t, "transposed", flat(m), []float32{1, 4, 2, 5, 3, 0.1})
	if m.Rows != 3 || m.Cols != 2 {
		t.Errorf("%d×%d, want 3×2", m.Rows, m.Cols)
	}
	back := nn.ToMat(tensor.Matrix{Rows: 2, Cols: 2, Stride: 3, Data: []float32{1, 2, 99, 3, 0.1}})
	if !mat.Equal(back, mat.NewDense(2, 2, []float64{1, 2, 3, float64(float32(0.1))})) {
		t.Errorf("ToMat gives %v", mat.Formatted(back))
	}
	if empty := nn.ToMat(nn.FromMat(&mat.Dense{})); !empty.IsEmpty() {
		t.Error("the empty matrix is not empty any more")
	}
}
