package nn

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// accumulated is a training by PyTorch 2.15 in which the batches of an accumulated
// step have different numbers of rows.
type accumulated struct {
	Layers []struct {
		Kind       string
		In, Out    int
		Weight     [][]float32 // [out][in]
		BiasValues []float32   `json:"bias_values"`
	}
	Loss         struct{ Kind string }
	Rule         map[string]any
	Clip         *struct{ Max float64 }
	MicroBatches int           `json:"micro_batches"`
	X            [][][]float32 // [micro-batch][row][column]
	Y            [][]int
	MicroLosses  []float64                  `json:"micro_losses"`
	Final        map[string]json.RawMessage // by name
}

func (g *accumulated) network(t *testing.T, b blas.Backend) *Network {
	t.Helper()
	var layers []layer.Layer
	for _, l := range g.Layers {
		if l.Kind == "linear" {
			layers = append(layers, layer.Dense(l.Out))
			continue
		}
		act, err := activation.Catalog().Parse(l.Kind)
		if err != nil {
			t.Fatal(err)
		}
		layers = append(layers, act)
	}
	net, err := New(tensor.Shape{g.Layers[0].In}, layer.Stack(layers...), Backend(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	for i, l := range g.Layers {
		if l.Kind != "linear" {
			continue
		}
		w := testMatrix(l.In, l.Out, func(i, j int) float32 { return l.Weight[j][i] })
		if err := net.SetWeights(i, w, l.BiasValues); err != nil {
			t.Fatal(err)
		}
	}
	return net
}

func (g *accumulated) rule(t *testing.T) optim.Rule {
	t.Helper()
	rate := g.Rule["lr"].(float64)
	switch g.Rule["kind"] {
	case "sgd":
		return optim.SGD(rate)
	case "adam":
		return optim.Adam(rate)
	}
	t.Fatalf("no rule for %v", g.Rule)
	return nil
}

// TestGoldenAccumulation takes steps of batches of different sizes, by Trainer.Step and
// by Forward, Backward and Optimizer.Step, with and without a chain.
func TestGoldenAccumulation(t *testing.T) {
	files, err := filepath.Glob("testdata/golden2/accumulate_*.json")
	if err != nil || len(files) != 2 {
		t.Fatalf("files %v (%v), want two", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g := new(accumulated)
		if err := json.Unmarshal(text, g); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, k := range kernels.Sets() {
			b, err := backends.Open("native", backends.Options{ISA: k.ISA})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			for name, backend := range map[string]blas.Backend{"whole": b, "plans": unchained{b}} {
				for _, level := range []string{"step", "backward"} {
					t.Run(fmt.Sprintf("%s/isa=%s/%s/%s", filepath.Base(file), b.Kernels().ISA, name, level), func(t *testing.T) {
						g.run(t, backend, level == "step")
					})
				}
			}
		}
	}
}

func (g *accumulated) run(t *testing.T, b blas.Backend, bySteps bool) {
	opts := []OptimizerOption{Accumulate(g.MicroBatches)}
	if g.Clip != nil {
		opts = append(opts, ClipNorm(g.Clip.Max))
	}
	net := g.network(t, b)
	if g.Loss.Kind != "cross_entropy" {
		t.Fatalf("loss %q", g.Loss.Kind)
	}
	trainer, err := NewTrainer(net, loss.CrossEntropy(), g.rule(t), opts...)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range g.MicroLosses {
		x := testMatrix(len(g.X[i]), len(g.X[i][0]), func(r, c int) float32 { return g.X[i][r][c] })
		got, err := 0.0, error(nil)
		if bySteps {
			got, err = trainer.Step(x, data.Labels(g.Y[i]))
		} else {
			got, err = stepByStep(trainer, x, data.Labels(g.Y[i]))
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(got - want); !(diff <= trainingTolerance*want) {
			t.Errorf("loss of batch %d is %v, want %v", i, got, want)
		}
	}
	for i, l := range g.Layers {
		if l.Kind != "linear" {
			continue
		}
		var wantW [][]float32
		var wantB []float32
		if err := json.Unmarshal(g.Final[fmt.Sprintf("%d.weight", i)], &wantW); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(g.Final[fmt.Sprintf("%d.bias", i)], &wantB); err != nil {
			t.Fatal(err)
		}
		w, bias, err := net.Weights(i)
		if err != nil {
			t.Fatal(err)
		}
		compareGolden(t, fmt.Sprintf("weights of layer %d", i), toRows(w, true), wantW, trainingTolerance)
		compareGolden(t, fmt.Sprintf("biases of layer %d", i), [][]float32{bias}, [][]float32{wantB}, trainingTolerance)
	}
}

// stepByStep is Trainer.Step as people do it who bring their own loss.
func stepByStep(tr *Trainer, x tensor.Matrix, target data.Target) (float64, error) {
	y, err := tr.net.Forward(x)
	if err != nil {
		return 0, err
	}
	dy := newMatrix(y.Rows, y.Cols)
	loss := tr.loss.mean(y, target, dy)
	if err := tr.net.Backward(dy); err != nil {
		return 0, err
	}
	return loss, tr.opt.Step()
}

// TestAccumulationCountsRows fits the five rows of an example by hand: whatever the
// batches, an accumulated step is that of one batch of all rows.
func TestAccumulationCountsRows(t *testing.T) {
	x := testMatrix(5, 1, func(_, _ int) float32 { return 1 })
	target := data.Values(testMatrix(5, 1, func(i, _ int) float32 { return float32(i / 4 * 10) }))
	for _, k := range kernels.Sets() {
		b, err := backends.Open("native", backends.Options{ISA: k.ISA})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		for _, backend := range []blas.Backend{b, unchained{b}} {
			for _, batch := range []int{1, 2, 3, 4, 5} {
				net, err := New(tensor.Shape{1}, layer.Stack(layer.Dense(1)), Backend(backend), Init(zeros{}))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { net.Close() })
				tr, err := NewTrainer(net, loss.MSE(), optim.SGD(0.5), Accumulate((5+batch-1)/batch))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := tr.Fit(t.Context(), data.Set{X: x, Target: target}, Batch(batch), Epochs(1), NoShuffle()); err != nil {
					t.Fatal(err)
				}
				w, bias, err := net.Weights(0)
				if err != nil {
					t.Fatal(err)
				}
				// The gradient is 2·mean(0-t) = -4 for both.
				if got := w.Data[0]; !(math.Abs(float64(got)-2) <= 1e-6) || !(math.Abs(float64(bias[0])-2) <= 1e-6) {
					t.Errorf("%s, batches of %d: weight %v, bias %v, want 2 and 2", b.Kernels().ISA, batch, got, bias[0])
				}
			}
		}
	}
}
