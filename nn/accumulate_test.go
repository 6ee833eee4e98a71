package nn

import (
	"math"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

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
	eachChaining(t, func(t *testing.T, b blas.Backend) {
		for _, batch := range []int{1, 2, 3, 4, 5} {
			net, err := New(tensor.Shape{1}, layer.Stack(layer.Dense(1)), Backend(b), Init(zeros{}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { net.Close() })
			tr, err := NewTrainer(net, loss.MSE(), optim.SGD(0.5), Accumulate((5+batch-1)/batch))
			if err != nil {
				t.Fatal(err)
			}
			set := data.Set{X: x, Target: target}
			if _, err := tr.Fit(t.Context(), set, Batch(batch), Epochs(1), NoShuffle()); err != nil {
				t.Fatal(err)
			}
			w, bias, err := net.Weights(0)
			if err != nil {
				t.Fatal(err)
			}
			// The gradient is 2·mean(0-t) = -4 for both.
			if got := w.Data[0]; !(math.Abs(float64(got)-2) <= 1e-6) || !(math.Abs(float64(bias[0])-2) <= 1e-6) {
				t.Errorf("batches of %d: weight %v, bias %v, want 2 and 2", batch, got, bias[0])
			}
		}
	})
}
