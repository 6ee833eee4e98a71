package nn

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// The losses of L-BFGS part by 1e-4 when PyTorch itself rounds otherwise: its line searches go on from what they have seen.
const (
	lbfgsLosses = 1e-3
	lbfgsFinal  = 5e-3
)

func (g *goldenFile) runLBFGS(t *testing.T, b blas.Backend) {
	s := g.Rule
	if search := setting[string](t, cloned(s), "line_search_fn"); search != "strong_wolfe" {
		t.Fatalf("no line search %s", search)
	}
	steps := func(name string) int { return setting[int](t, cloned(s), name) }
	number := func(name string) float64 { return cloned(s).number(t, name) }
	net := g.network(t, b)
	l, err := NewLBFGS(net, goldenLoss(t, g.Loss), LBFGSRate(number("lr")), LBFGSIterations(steps("max_iter")), LBFGSEvaluations(steps("max_eval")),
		LBFGSHistory(steps("history_size")), LBFGSTolerances(number("tolerance_grad"), number("tolerance_change")))
	if err != nil {
		t.Fatal(err)
	}
	g.train(t, g.Losses, lbfgsLosses, l.Step)
	g.compareTensors(t, "final value", net, g.Final, lbfgsFinal)
	x, target := goldenBatch(t, g.X[0], g.Y[0])
	last, err := l.Step(x, target)
	if err != nil {
		t.Fatal(err)
	}
	if diff := math.Abs(last - g.FinalLoss); !(diff <= lbfgsFinal*g.FinalLoss) { // 3e-6, of logarithms of 1 less as much
		t.Errorf("the loss is %v in the end, want %v", last, g.FinalLoss)
	}
}

// cloned is a copy of settings, of which reading takes away.
func cloned(s goldenSettings) goldenSettings {
	c := goldenSettings{}
	for name, v := range s {
		c[name] = v
	}
	return c
}

// TestLBFGSSolvesLeastSquares: of a linear model, some iterations find what the normal equations say.
func TestLBFGSSolvesLeastSquares(t *testing.T) {
	b := openRules(t, "native", "")
	x, target := ruleBatch(7)
	net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(3)), Backend(b), Init(zeros{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	l, err := NewLBFGS(net, loss.MSE(), LBFGSTolerances(1e-6, 0))
	if err != nil {
		t.Fatal(err)
	}
	last, before := math.Inf(1), 0.0
	for range 20 {
		if before, err = l.Step(x, target); err != nil {
			t.Fatal(err)
		}
		if !(before <= last) {
			t.Fatalf("the loss has risen from %v to %v", last, before)
		}
		last = before
	}
	// Seven rows, six weights and a bias: all of them are met.
	if !(last <= 1e-9) {
		t.Errorf("the loss is %v after %d iterations, want 0", last, l.Iterations())
	}
}

// narrow is a loss that is infinite where outputs are beyond 2.
type narrow struct{ loss.Loss }

func (n narrow) Sum(y tensor.Matrix, target data.Target, dy tensor.Matrix, scale float64) float64 {
	for i := range y.Rows {
		for _, v := range rowOf(y, i) {
			if !(math.Abs(float64(v)) <= 2) {
				return math.Inf(1)
			}
		}
	}
	return n.Loss.Sum(y, target, dy, scale)
}

// TestLBFGSStaysWithinWhatIsFinite: where a search meets a loss that is infinite it turns back, and where a step begins at
// one, the parameters stay.
func TestLBFGSStaysWithinWhatIsFinite(t *testing.T) {
	b := openRules(t, "native", "")
	net, err := New(tensor.Shape{1}, layer.Stack(layer.Dense(1)), Backend(b), Init(zeros{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	x := testMatrix(4, 1, func(i, _ int) float32 { return float32(i) - 1 })
	target := data.Values(testMatrix(4, 1, func(i, _ int) float32 { return 1.5 * (float32(i) - 1) })) // at the edge: 3 is beyond
	l, err := NewLBFGS(net, narrow{loss.MSE()}, LBFGSRate(50))
	if err != nil {
		t.Fatal(err)
	}
	first, err := l.Step(x, target)
	if err != nil {
		t.Fatal(err)
	}
	second, err := l.Step(x, target)
	if err != nil || !(second < 0.5*first) {
		t.Errorf("losses %v and %v, %v, want one that falls", first, second, err)
	}
	if err := net.SetWeights(0, tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{9}}, []float32{0}); err != nil {
		t.Fatal(err)
	}
	before := flatWeights(net)
	var bad *NonFiniteError
	if _, err := l.Step(x, target); !errors.As(err, &bad) || !slices.Equal(before, flatWeights(net)) {
		t.Errorf("error %v where the loss is infinite, want a *NonFiniteError and the parameters as they were", err)
	}
}

// TestLBFGSWithStages trains what a Dense alone is not, with numbers that are drawn and statistics, and does without
// allocations once its history is full.
func TestLBFGSWithStages(t *testing.T) {
	b := openRules(t, "native", "")
	layers := []layer.Layer{layer.Dense(20, layer.Init(initial.GlorotUniform())), layer.BatchNorm(), activation.Tanh(), layer.Dropout(0.2), denseAlone{5}, layer.Dense(3)}
	net, err := New(tensor.Shape{6}, layer.Stack(layers...), Backend(b), Seed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	l, err := NewLBFGS(net, loss.MSE(), LBFGSHistory(3), LBFGSIterations(4))
	if err != nil {
		t.Fatal(err)
	}
	x, target := ruleBatch(3)
	step := func() float64 {
		before, err := l.Step(x, target)
		if err != nil {
			t.Fatal(err)
		}
		return before
	}
	first := step()
	for range 10 {
		step()
	}
	if last := step(); !(last < 0.7*first) {
		t.Errorf("the loss goes from %v to %v in %d evaluations", first, last, l.Evaluations())
	}
	if allocs := testing.AllocsPerRun(5, func() { step() }); allocs > 0 {
		t.Errorf("%v allocations a step", allocs)
	}
	tensors, err := net.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(tensors, func(t tensor.Tensor) bool { return t.Name == "layers.1.running_var" })
	if at < 0 || slices.Max(tensors[at].Value) == 1 {
		t.Error("statistics stay as they were")
	}
}
