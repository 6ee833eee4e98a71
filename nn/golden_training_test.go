package nn

import (
	"path/filepath"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// goldenTrainings is how many of neurona's own files are trainings: none may get lost.
const goldenTrainings = 88

// goldenTolerance is how far losses may be away, of themselves, and final numbers, of the largest of their
// tensor. PyTorch's own results move by up to a tenth of it with the order of rows.
const goldenTolerance = 2e-5

// TestGoldenTrainings reproduces the trainings on every backend of this build and every ISA, where there is a
// chain with it and without, by every way that takes a step.
func TestGoldenTrainings(t *testing.T) {
	files := goldenTyped(t, "testdata/golden2", "trajectory")
	if goldenFolder("") == "" && len(files) != goldenTrainings {
		t.Fatalf("%d files, want %d", len(files), goldenTrainings)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			g := readTraining(t, file)
			if string(g.Rule["kind"]) == `"lbfgs"` {
				eachISA(t, "native", g.runLBFGS)
				eachOther(t, g.runLBFGS)
				return
			}
			eachChaining(t, g.eachWay)
			eachOther(t, g.eachWay)
		})
	}
}

// eachWay takes the steps fused, gathered and with a loss of one's own.
func (g *goldenFile) eachWay(t *testing.T, b blas.Backend) {
	if g.MicroBatches == 0 {
		g.step0(t, b, passTolerance, passTolerance)
	}
	t.Run("fused", func(t *testing.T) { g.run(t, b, (*Trainer).Step) })
	t.Run("gathered", func(t *testing.T) { g.run(t, b, (*Trainer).Step, InspectGradients()) })
	t.Run("backward", func(t *testing.T) { g.run(t, b, stepByStep) })
}

// run trains as the file has it.
func (g *goldenFile) run(t *testing.T, b blas.Backend, step func(*Trainer, tensor.Matrix, data.Target) (float64, error), opts ...OptimizerOption) {
	tolerance, losses := goldenTolerance, g.Losses
	if string(g.Rule["kind"]) == `"muon_and_adamw"` { // PyTorch iterates otherwise
		tolerance = trainingTolerance
	}
	if g.Rates != nil {
		opts = append(opts, Schedule(g.Rates))
	}
	if g.MicroBatches > 0 {
		opts, losses = append(opts, Accumulate(g.MicroBatches)), g.MicroLosses
	}
	net := g.network(t, b)
	tr := g.trainer(t, net, g.rule(t), opts...)
	g.train(t, losses, tolerance, func(x tensor.Matrix, target data.Target) (float64, error) { return step(tr, x, target) })
	if g.FinalBase != nil {
		g.compareState(t, tr.Optimizer(), "base", g.FinalBase)
		if err := tr.Optimizer().UseAverages(); err != nil {
			t.Fatal(err)
		}
	}
	g.compareTensors(t, "final value", net, g.Final, tolerance)
	if g.EMA.Decay != 0 {
		g.compareAverages(t, tr, tolerance)
	}
	if g.EvalX != nil {
		x := testMatrix(len(g.EvalX), len(g.EvalX[0]), func(i, j int) float32 { return g.EvalX[i][j] })
		predicted, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		compareGolden(t, "predictions", toRows(predicted, false), g.EvalOutput, tolerance)
	}
}

// compareAverages takes the averages in the place of the weights, and gives those back.
func (g *goldenFile) compareAverages(t *testing.T, tr *Trainer, tolerance float64) {
	t.Helper()
	if err := tr.Optimizer().UseAverages(); err != nil {
		t.Fatal(err)
	}
	g.compareTensors(t, "average", tr.net, g.FinalAverage, tolerance)
	if err := tr.Optimizer().UseLatest(); err != nil {
		t.Fatal(err)
	}
	g.compareTensors(t, "final value, once more,", tr.net, g.Final, tolerance)
}
