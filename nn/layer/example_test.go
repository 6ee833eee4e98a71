package layer_test

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// UnitScale is a whole layer of one's own, with statistics: it divides by the root mean square of
// all numbers of a training batch, and when predicting by a running one.
type UnitScale struct{}

// String implements layer.Layer.
func (UnitScale) String() string { return "unit_scale" }

// Build implements layer.Layer. The buffer is saved with the network, and no optimizer touches it.
func (UnitScale) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, &unitScale{
		shape:   x.Shape,
		running: &tensor.Tensor{Name: "running_rms", Role: tensor.Buffer, Dims: []int{1}, Init: tensor.Fill(1)},
	})
}

type unitScale struct {
	shape   tensor.Shape
	running *tensor.Tensor
	sums    [2]float64 // of the call under way in a training pass
}

func (s *unitScale) Out() tensor.Shape         { return s.shape }
func (s *unitScale) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.running} }

// Need: from Forward to Backward and Commit it keeps the batch's root mean square.
func (s *unitScale) Need(_ int, training bool) (kept, scratch int) {
	if training {
		return 1, 0
	}
	return 0, 0
}

func (s *unitScale) Forward(p *layer.Pass, x, y tensor.Matrix) error {
	rms := s.running.Value[0]
	if p.Training {
		square, n, err := s.mean(p, x, x)
		if err != nil {
			return err
		}
		if rms = float32(math.Sqrt(square)); !(rms > 0 && rms <= math.MaxFloat32) {
			return fmt.Errorf("the root mean square of %v numbers is %v, want a finite one above 0", n, rms)
		}
		p.Kept[0] = rms
	}
	for i := range x.Rows {
		out := tensor.Row(y, i)
		for j, v := range tensor.Row(x, i) {
			out[j] = v / rms
		}
	}
	return nil
}

// Backward: dx = (dy - y·mean(dy·y))/rms, since every number has its part in rms.
func (s *unitScale) Backward(p *layer.Pass, _, y, dy, dx tensor.Matrix) error {
	if dx.Data == nil { // nobody wants it
		return nil
	}
	product, _, err := s.mean(p, dy, y)
	if err != nil {
		return err
	}
	for i := range y.Rows {
		out, d := tensor.Row(dx, i), tensor.Row(dy, i)
		for j, v := range tensor.Row(y, i) {
			out[j] = (d[j] - v*float32(product)) / p.Kept[0]
		}
	}
	return nil
}

// mean is that of a·b over the numbers of all ranks.
func (s *unitScale) mean(p *layer.Pass, a, b tensor.Matrix) (mean, n float64, err error) {
	s.sums = [2]float64{0, float64(a.Rows * a.Cols)}
	for i := range a.Rows {
		for j, v := range tensor.Row(a, i) {
			s.sums[0] += float64(v) * float64(tensor.Row(b, i)[j])
		}
	}
	if p.Sum != nil {
		err = p.Sum(s.sums[:])
	}
	return s.sums[0] / s.sums[1], s.sums[1], err
}

// Commit implements layer.Committer: the pass counts.
func (s *unitScale) Commit(p *layer.Pass) {
	s.running.Value[0] += 0.1 * (p.Kept[0] - s.running.Value[0])
}

// A layer with statistics of its own: what it keeps of a pass lies in the pass, and its buffer
// changes when a step is taken.
func Example_statistics() {
	report, err := nntest.CheckLayer(UnitScale{}, tensor.Shape{4})
	fmt.Println(report.Failed, "derivatives are wrong, error:", err)

	net, err := nn.New(tensor.Shape{2}, layer.Stack(UnitScale{}, layer.Dense(1)))
	if err != nil {
		panic(err)
	}
	defer net.Close()
	trainer, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(0.1))
	if err != nil {
		panic(err)
	}
	x := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{3, 3, -3, -3}}
	y := tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, 0}}
	for range 2 {
		if _, err := trainer.Step(x, data.Values(y)); err != nil {
			panic(err)
		}
		tensors, err := net.Tensors()
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %.2f\n", tensors[0].Name, tensors[0].Value[0])
	}
	// Output:
	// 0 derivatives are wrong, error: <nil>
	// layers.0.running_rms: 1.20
	// layers.0.running_rms: 1.38
}
