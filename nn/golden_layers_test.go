package nn

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/optim"
)

// layerGolden is a training of layers that have more than weights and biases.
type layerGolden struct {
	goldenFile
	Rates      goldenRates
	EvalX      [][]float32 `json:"eval_x"`
	EvalOutput [][]float32 `json:"eval_output"`
}

// goldenRates are rates, one for each step.
type goldenRates []float64

func (goldenRates) String() string                             { return "the file's" }
func (goldenRates) Validate(optim.Progress) error              { return nil }
func (r goldenRates) Rate(_ float64, p optim.Progress) float64 { return r[p.Step-1] }

// TestGoldenLayers reproduces the files on every backend of this build and every ISA.
func TestGoldenLayers(t *testing.T) {
	for pattern, number := range map[string]int{"layer_*": 14, "activation_*": 17, "combination_*": 1} {
		eachGolden(t, pattern, number, func(t *testing.T, g *layerGolden) {
			for _, backend := range []string{"native", "gonum"} {
				t.Run("backend="+backend, func(t *testing.T) {
					eachISA(t, backend, func(t *testing.T, b blas.Backend) {
						t.Run("check=false", func(t *testing.T) { g.run(t, b) })
						t.Run("check=true", func(t *testing.T) { g.run(t, b, InspectGradients()) })
					})
				})
			}
		})
	}
}

// spreads is how many times as far as PyTorch's own results differ with the order of rows ours may
// be away: sums are cut otherwise here, and functions are others'.
const spreads = 20

func (g *layerGolden) run(t *testing.T, b blas.Backend, opts ...OptimizerOption) {
	tolerance := func(of string) float64 {
		s, ok := g.Spread[of]
		if !ok {
			t.Fatalf("the file does not say how far %s may be", of)
		}
		return spreads * s
	}
	g.step0(t, b, tolerance("step0_output"), tolerance("step0_gradients"))

	net := g.network(t, b)
	if g.Rates != nil {
		opts = append(opts, Schedule(g.Rates))
	}
	tr := g.trainer(t, net, goldenRule(t, g.Rule), opts...)
	g.train(t, g.Losses, tolerance("losses"), tr.Step)
	g.compareTensors(t, "final value", net, g.Final, tolerance("final"))
	if g.EvalX == nil {
		return
	}
	x := testMatrix(len(g.EvalX), len(g.EvalX[0]), func(i, j int) float32 { return g.EvalX[i][j] })
	predicted, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "predictions", toRows(predicted, false), g.EvalOutput, tolerance("eval_output"))
}
