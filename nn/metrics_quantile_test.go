package nn

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestMetricsOfQuantiles: the pinball metric of the levels of a quantile loss is that loss, its details are of each
// output, and metrics of other levels, or of one, are refused.
func TestMetricsOfQuantiles(t *testing.T) {
	net, err := New(tensor.Shape{6}, layer.Dense(6), Backend(openRules(t, "native", "")), Seed(3))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	tr, err := NewTrainer(net, loss.Quantile(0.1, 0.5, 0.9), optim.SGD(0.1))
	if err != nil {
		t.Fatal(err)
	}
	x, target := ruleBatch(0)
	target.Values.Cols = 2
	set := data.Set{X: x, Target: target}
	m, err := tr.Evaluate(set, metric.Pinball(0.1, 0.5, 0.9), metric.Coverage(0.1, 0.5, 0.9))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Values[0].Value; !(math.Abs(got-m.Loss) <= 1e-6*m.Loss) {
		t.Errorf("the pinball metric is %v, the loss %v", got, m.Loss)
	}
	y, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	details := m.Details(metric.Coverage(0.1, 0.5, 0.9).String())
	for j := range 6 {
		below := 0.0
		for i := range y.Rows {
			if rowOf(target.Values, i)[j%2] <= rowOf(y, i)[j] {
				below++
			}
		}
		if got, want := details[0][j], below/float64(y.Rows); !(math.Abs(got-want) <= 1e-15) {
			t.Errorf("the coverage of output %d is %v, want %v", j, got, want)
		}
	}
	for _, other := range []metric.Metric{metric.Pinball(0.5), metric.Pinball(0.1, 0.2, 0.8, 0.9), metric.Coverage(), metric.MAE()} {
		var mismatch *metric.MismatchError
		if _, err := tr.Evaluate(set, other); !errors.As(err, &mismatch) || !strings.Contains(err.Error(), "quantiles") {
			t.Errorf("%s: error %v, want a *metric.MismatchError", other, err)
		}
	}
}
