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
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// lossGolden is a training by PyTorch 2.15 with a loss that has settings.
type lossGolden struct {
	accumulated   // its layers and rule
	Loss          map[string]any
	Y             []json.RawMessage // [step]: labels, or [row][column]
	Losses        []float64
	Step0Output   [][]float32                `json:"step0_output"`
	Step0Gradient map[string]json.RawMessage `json:"step0_gradients"`
}

// spelling is how the loss of the file is written here.
func (g *lossGolden) spelling(t *testing.T) string {
	t.Helper()
	switch g.Loss["kind"] {
	case "mae":
		return "mae"
	case "huber":
		return fmt.Sprintf("huber(delta=%v)", g.Loss["delta"])
	case "cross_entropy":
		weights, err := json.Marshal(g.Loss["class_weights"])
		if err != nil || len(g.Loss) != 2 {
			break
		}
		return fmt.Sprintf("cross_entropy(weights=%s)", weights)
	case "gaussian_nll":
		if g.Loss["variance"] == "exp" && g.Loss["full"] == false { // no variance comes near eps
			return "gaussian"
		}
	}
	t.Fatalf("no loss for %v", g.Loss)
	return ""
}

// TestGoldenLosses reproduces the trainings with losses that have settings.
func TestGoldenLosses(t *testing.T) {
	files, err := filepath.Glob("testdata/golden2/loss_*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("files %v (%v)", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g := new(lossGolden)
		if err := json.Unmarshal(text, g); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		l, err := loss.Catalog().Parse(g.spelling(t))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, k := range kernels.Sets() {
			b, err := backends.Open("native", backends.Options{ISA: k.ISA})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			for name, backend := range map[string]blas.Backend{"whole": b, "plans": unchained{b}} {
				t.Run(fmt.Sprintf("%s/isa=%s/%s", filepath.Base(file), b.Kernels().ISA, name), func(t *testing.T) { g.run(t, backend, l) })
			}
		}
	}
}

func (g *lossGolden) run(t *testing.T, b blas.Backend, l loss.Loss) {
	first, target := g.batch(t, 0)
	net := g.network(t, b)
	y, err := net.Forward(first)
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "output of step 0", toRows(y, false), g.Step0Output, passTolerance)
	dy := newMatrix(y.Rows, y.Cols)
	bound := loss.Bind(l, b.Kernels())
	bound.Sum(y, target, dy, 1/bound.Weight(target, y.Rows, y.Cols))
	if err := net.Backward(dy); err != nil {
		t.Fatal(err)
	}
	g.compare(t, "step 0's gradients", net.Gradients, g.Step0Gradient, passTolerance)

	trained := g.network(t, b)
	trainer, err := NewTrainer(trained, l, g.rule(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range g.Losses {
		x, target := g.batch(t, i)
		got, err := trainer.Step(x, target)
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(got - want); !(diff <= trainingTolerance*math.Abs(want)) {
			t.Errorf("loss of step %d is %v, want %v", i, got, want)
		}
	}
	g.compare(t, "final parameters", trained.Weights, g.Final, trainingTolerance)
}

// compare expects what of each Dense layer the file has by name.
func (g *lossGolden) compare(t *testing.T, what string, of func(which int) (tensor.Matrix, []float32, error), want map[string]json.RawMessage, tolerance float64) {
	t.Helper()
	for i, l := range g.Layers {
		if l.Kind != "linear" {
			continue
		}
		var wantW [][]float32
		var wantB []float32
		if err := json.Unmarshal(want[fmt.Sprintf("%d.weight", i)], &wantW); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(want[fmt.Sprintf("%d.bias", i)], &wantB); err != nil {
			t.Fatal(err)
		}
		w, bias, err := of(i)
		if err != nil {
			t.Fatal(err)
		}
		compareGolden(t, fmt.Sprintf("%s: weights of layer %d", what, i), toRows(w, true), wantW, tolerance)
		compareGolden(t, fmt.Sprintf("%s: biases of layer %d", what, i), [][]float32{bias}, [][]float32{wantB}, tolerance)
	}
}

// batch returns the input and target of a step.
func (g *lossGolden) batch(t *testing.T, i int) (tensor.Matrix, data.Target) {
	t.Helper()
	return (&trajectory{X: g.X, Y: g.Y}).batch(t, i)
}
