package nn

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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

// The files in testdata/golden are short trainings computed by PyTorch 1.13 on
// its CPU, in float32. Both sides round, each in its own order, so a sum of n
// terms may differ by about 2·n·u of the sum of their magnitudes, with u =
// 2^-24. The longest sums here, over 65 inputs or 37 samples, follow one another
// three times in a forward pass and three times in a backward one: a few times
// 1e-6 of the largest magnitude, so
const passTolerance = 1e-5 // of the largest magnitude: step 0's output and gradients

// A training adds up the differences of 10 to 20 steps. Adam divides by the
// root of the squared gradient, and so gives a small gradient, whose error
// relative to itself is larger, the weight of a large one: a tenth of that is
// what is seen.
const trainingTolerance = 1e-4 // losses relative to themselves, final parameters to the largest magnitude

// trajectory is one of the files.
type trajectory struct {
	Sizes            []int                      `json:"sizes"`
	HiddenActivation string                     `json:"hidden_activation"`
	OutputActivation string                     `json:"output_activation"`
	Loss             string                     `json:"loss"`
	Reduction        string                     `json:"reduction"`
	Optimizer        string                     `json:"optimizer"`
	Hyperparameters  map[string]json.RawMessage `json:"hyperparameters"`
	ClipGradNorm     *float64                   `json:"clip_grad_norm"`
	AccumulateSteps  int                        `json:"accumulate_steps"`

	InitialWeights [][][]float32     `json:"initial_weights"` // [layer][out][in]
	InitialBiases  [][]float32       `json:"initial_biases"`
	X              [][][]float32     `json:"x"` // [pass][sample][feature]
	Y              []json.RawMessage `json:"y"` // [pass]: labels, or [sample][output]

	Step0Output      [][]float32   `json:"step0_output"`
	Step0GradWeights [][][]float32 `json:"step0_grad_weights"`
	Step0GradBiases  [][]float32   `json:"step0_grad_biases"`
	Losses           []float64     `json:"losses"`
	FinalWeights     [][][]float32 `json:"final_weights"`
	FinalBiases      [][]float32   `json:"final_biases"`

	opts []Option // of the network
}

// reproduced lists the files, 27 of neurona's own. Of another folder there may be none.
func reproduced(t *testing.T) (list []string) {
	t.Helper()
	files := goldenTyped(t, "testdata/golden", "")
	if goldenFolder("") == "" && len(files) != 27 {
		t.Fatalf("%d files, want 27", len(files))
	}
	for _, file := range files {
		list = append(list, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	return list
}

// TestGolden reproduces the files on every backend of this build and every ISA
// of this machine.
func TestGolden(t *testing.T) {
	files := map[string]*trajectory{}
	for _, name := range reproduced(t) {
		files[name] = readGolden(t, name)
	}
	for _, backend := range backends.Names() {
		if backend == "auto" || backends.Available(backend) != nil {
			continue
		}
		for _, k := range kernels.Sets() {
			t.Run("backend="+backend+"/isa="+k.ISA, func(t *testing.T) {
				b, err := backends.Open(backend, backends.Options{ISA: k.ISA})
				if err != nil {
					t.Fatal(err)
				}
				defer b.Close()
				if os.Getenv(backends.ISAVariable) == "" && b.Kernels().ISA != k.ISA {
					t.Fatalf("the backend has the ISA %s", b.Kernels().ISA)
				}
				for name, g := range files {
					t.Run(name, func(t *testing.T) { g.run(t, b) })
				}
			})
		}
	}
}

func readGolden(t *testing.T, name string) *trajectory {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(goldenFolder("testdata/golden"), name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	g := new(trajectory)
	if err := json.Unmarshal(text, g); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if g.Reduction != "mean" || g.OutputActivation != "identity" || len(g.Losses) != len(g.X) || len(g.X) == 0 {
		t.Fatalf("%s is not what this test can read", name)
	}
	return g
}

// run does step 0 by Forward and Backward, and then the whole training by a
// Trainer.
func (g *trajectory) run(t *testing.T, b blas.Backend) {
	l, err := lossOf(g.Loss)
	if err != nil {
		t.Fatal(err)
	}
	g.checkStep0(t, b, l)

	net := g.network(t, b)
	opts := []OptimizerOption{Accumulate(g.AccumulateSteps)}
	if g.ClipGradNorm != nil {
		opts = append(opts, ClipNorm(*g.ClipGradNorm))
	}
	trainer, err := NewTrainer(net, l, g.rule(t), opts...)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range g.Losses {
		x, target := goldenBatch(t, g.X[i], g.Y[i])
		got, err := trainer.Step(x, target)
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(got - want); !(diff <= trainingTolerance*want) {
			t.Errorf("loss of pass %d is %v, want %v: off by %.2g of it", i, got, want, diff/want)
		}
	}
	if want := len(g.Losses) / g.AccumulateSteps; trainer.Optimizer().Steps() != want {
		t.Errorf("%d optimizer steps, want %d", trainer.Optimizer().Steps(), want)
	}
	for l := range g.InitialWeights {
		w, b, err := net.Weights(2 * l)
		if err != nil {
			t.Fatal(err)
		}
		compareGolden(t, fmt.Sprintf("final weights of layer %d", l), toRows(w, true), g.FinalWeights[l], trainingTolerance)
		compareGolden(t, fmt.Sprintf("final biases of layer %d", l), [][]float32{b}, [][]float32{g.FinalBiases[l]}, trainingTolerance)
	}
}

// lossOf returns the loss that has a name of PyTorch's.
func lossOf(name string) (loss.Loss, error) {
	if name == "binary_cross_entropy_with_logits" {
		name = "binary_cross_entropy"
	}
	return loss.Catalog().Parse(name)
}

func (g *trajectory) checkStep0(t *testing.T, b blas.Backend, l loss.Loss) {
	net := g.network(t, b)
	x, target := goldenBatch(t, g.X[0], g.Y[0])
	y, err := net.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "output of step 0", toRows(y, false), g.Step0Output, passTolerance)
	dy := newMatrix(y.Rows, y.Cols)
	// PyTorch accumulates gradients by adding those of loss/n.
	l = loss.Bind(l, b.Kernels())
	l.Sum(y, target, dy, 1/l.Weight(target, y.Rows, y.Cols)/float64(g.AccumulateSteps))
	if err := net.Backward(dy); err != nil {
		t.Fatal(err)
	}
	for l := range g.InitialWeights {
		dw, db, err := net.Gradients(2 * l)
		if err != nil {
			t.Fatal(err)
		}
		compareGolden(t, fmt.Sprintf("step 0's gradients of the weights of layer %d", l), toRows(dw, true), g.Step0GradWeights[l], passTolerance)
		compareGolden(t, fmt.Sprintf("step 0's gradients of the biases of layer %d", l), [][]float32{db}, [][]float32{g.Step0GradBiases[l]}, passTolerance)
	}
}

// network returns a network with the initial weights. Its Dense layers are at
// even positions.
func (g *trajectory) network(t *testing.T, b blas.Backend) *Network {
	t.Helper()
	var layers []layer.Layer
	for l, out := range g.Sizes[1:] {
		layers = append(layers, layer.Dense(out))
		if l < len(g.Sizes)-2 {
			act, err := activation.Catalog().Parse(g.HiddenActivation)
			if err != nil {
				t.Fatal(err)
			}
			layers = append(layers, act)
		}
	}
	net, err := New(tensor.Shape{g.Sizes[0]}, layer.Stack(layers...), append(g.opts, Backend(b))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	for l, rows := range g.InitialWeights {
		w := testMatrix(len(rows[0]), len(rows), func(i, j int) float32 { return rows[j][i] })
		if err := net.SetWeights(2*l, w, g.InitialBiases[l]); err != nil {
			t.Fatal(err)
		}
	}
	return net
}

// torchDefaults are the settings of PyTorch's rules that the files leave out.
var torchDefaults = map[string]string{
	"sgd":     `{"momentum": 0, "dampening": 0, "nesterov": false, "weight_decay": 0}`,
	"adam":    `{"betas": [0.9, 0.999], "eps": 1e-8, "amsgrad": false, "weight_decay": 0}`,
	"adamw":   `{"betas": [0.9, 0.999], "eps": 1e-8, "amsgrad": false}`,
	"adagrad": `{"initial_accumulator_value": 0, "lr_decay": 0, "weight_decay": 0}`,
	"rmsprop": `{"momentum": 0, "centered": false, "weight_decay": 0}`,
}

// rule is the optimizer's, with all of the file's hyper-parameters.
func (g *trajectory) rule(t *testing.T) optim.Rule {
	t.Helper()
	settings := goldenSettings{}
	if err := json.Unmarshal([]byte(torchDefaults[g.Optimizer]), &settings); err != nil {
		t.Fatalf("no rule for the optimizer %q", g.Optimizer)
	}
	maps.Copy(settings, g.Hyperparameters)
	settings["kind"] = json.RawMessage(strconv.Quote(g.Optimizer))
	return goldenRule(t, settings)
}

// goldenBatch returns the input, with slack, and the target of a pass: labels or rows.
func goldenBatch(t *testing.T, rows [][]float32, y json.RawMessage) (tensor.Matrix, data.Target) {
	t.Helper()
	x := testMatrix(len(rows), len(rows[0]), func(i, j int) float32 { return rows[i][j] })
	var target data.Target
	var values [][]float32
	if json.Unmarshal(y, &target.Labels) == nil {
		return x, target
	}
	if err := json.Unmarshal(y, &values); err != nil {
		t.Fatal(err)
	}
	return x, data.Values(testMatrix(len(values), len(values[0]), func(i, j int) float32 { return values[i][j] }))
}

// toRows copies m, or its transpose.
func toRows(m tensor.Matrix, transpose bool) [][]float32 {
	n := m.Rows
	if transpose {
		n = m.Cols
	}
	rows := make([][]float32, n)
	for i := range m.Rows {
		for j, v := range rowOf(m, i) {
			if transpose {
				rows[j] = append(rows[j], v)
			} else {
				rows[i] = append(rows[i], v)
			}
		}
	}
	return rows
}

// compareGolden expects all elements within tolerance times the largest
// magnitude that is wanted.
func compareGolden(t *testing.T, what string, got, want [][]float32, tolerance float64) {
	t.Helper()
	largest := 0.0
	for _, row := range want {
		for _, v := range row {
			largest = max(largest, math.Abs(float64(v)))
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for i, row := range want {
		if len(got[i]) != len(row) {
			t.Fatalf("%s: %d columns, want %d", what, len(got[i]), len(row))
		}
		for j, w := range row {
			if diff := math.Abs(float64(got[i][j]) - float64(w)); !(diff <= tolerance*largest) {
				t.Errorf("%s: [%d][%d] is %v, want %v: off by %.2g of the largest magnitude %v", what, i, j, got[i][j], w, diff/largest, largest)
				return
			}
		}
	}
}
