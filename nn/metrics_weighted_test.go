package nn_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestWeightedMetricsSeeProbabilities: with weights too a metric of probabilities is given those, and no answers, of
// which a pair out of four is a tie.
func TestWeightedMetricsSeeProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 17))
	const rows = 300
	x := tensor.Matrix{Rows: rows, Cols: 2, Stride: 2, Data: make([]float32, rows*2)}
	y := tensor.Matrix{Rows: rows, Cols: 1, Stride: 1, Data: make([]float32, rows)}
	target := data.Values(y)
	target.Weights = make([]float32, rows)
	for i := range rows {
		x.Data[2*i], x.Data[2*i+1] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
		if rng.Float32() < 1/(1+float32(math.Exp(float64(-2*x.Data[2*i])))) {
			y.Data[i] = 1
		}
		target.Weights[i] = float32(i % 4)
	}
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1)), nn.Seed(3))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	tr, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.SGD(0.1))
	if err != nil {
		t.Fatal(err)
	}
	m, err := tr.Evaluate(data.Set{X: x, Target: target}, metric.ROCAUC(), metric.LogLoss(), metric.Brier(metric.BrierAuto))
	if err != nil {
		t.Fatal(err)
	}
	out, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	pairs, above, logs, squares, all := 0.0, 0.0, 0.0, 0.0, 0.0
	for i := range rows {
		w, p, t := float64(target.Weights[i]), 1/(1+math.Exp(-float64(out.Data[i*out.Stride]))), float64(y.Data[i])
		all += w
		logs -= w * math.Log(1-math.Abs(p-t))
		squares += w * (p - t) * (p - t)
		for j := range rows {
			if y.Data[i] == 1 && y.Data[j] == 0 {
				v := w * float64(target.Weights[j])
				pairs += v
				switch yi, yj := out.Data[i*out.Stride], out.Data[j*out.Stride]; {
				case yi > yj:
					above += v
				case yi == yj:
					above += v / 2
				}
			}
		}
	}
	// Probabilities are rounded to float32, which moves each by 2⁻²⁴ of itself.
	for name, want := range map[string]float64{"roc_auc": above / pairs, "log_loss": logs / all, "brier": squares / all} {
		if got, _ := m.Value(name); !(math.Abs(got-want) <= 0x1p-22*want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}

	// Where it is NaN, it is said why.
	clear(y.Data)
	m, err = tr.Evaluate(data.Set{X: x, Target: target}, metric.ROCAUC())
	if err != nil {
		t.Fatal(err)
	}
	if v := m.Values[0]; v.Value == v.Value || !strings.Contains(v.Undefined, "class 1 did not come") {
		t.Errorf("of one class the area is %v, because %q", v.Value, v.Undefined)
	}
}
