package nn

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// goldenLoss is PyTorch's loss of those settings. It fails at one that it does not read.
func goldenLoss(t *testing.T, settings goldenSettings) loss.Loss {
	t.Helper()
	left := maps.Clone(settings)
	spelling, smooth := "", false
	switch kind := setting[string](t, left, "kind"); kind {
	case "mse", "mae":
		spelling = kind
	case "huber":
		spelling = fmt.Sprintf("huber(delta=%v)", setting[float64](t, left, "delta"))
	case "cross_entropy":
		spelling = kind
		if left["class_weights"] != nil {
			spelling = fmt.Sprintf("cross_entropy(weights=%s)", setting[json.RawMessage](t, left, "class_weights"))
		} else if smooth = string(left["label_smoothing"]) == "0.1"; smooth {
			delete(left, "label_smoothing")
		}
	case "gaussian_nll":
		setting[float64](t, left, "eps") // no variance comes near it
		if setting[string](t, left, "variance") == "exp" && !setting[bool](t, left, "full") {
			spelling = "gaussian"
		}
	}
	l, err := loss.Catalog().Parse(spelling)
	if err != nil || len(left) > 0 {
		t.Fatalf("no loss for %s: %s is not read (%v)", settings, left, err)
	}
	if smooth {
		return smoothed{l}
	}
	return l
}

// smoothed is the cross-entropy with label smoothing of 0.1, in float64.
type smoothed struct{ loss.Loss }

func (smoothed) Bind(*kernels.Set) loss.Loss { return smoothed{loss.CrossEntropy()} }

func (smoothed) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) (sum float64) {
	for i := range y.Rows {
		row := rowOf(y, i)
		total := 0.0
		for _, v := range row {
			total += math.Exp(float64(v))
		}
		for j, v := range row {
			want := 0.1 / float64(len(row))
			if j == t.Labels[i] {
				want += 0.9
			}
			sum -= want * (float64(v) - math.Log(total))
			if dy.Data != nil {
				rowOf(dy, i)[j] = float32(scale * (math.Exp(float64(v))/total - want))
			}
		}
	}
	return sum
}

// TestGoldenLosses reproduces the trainings with losses that have settings.
func TestGoldenLosses(t *testing.T) {
	eachGolden(t, "loss_*", 4, func(t *testing.T, g *goldenFile) {
		eachChaining(t, func(t *testing.T, b blas.Backend) {
			g.step0(t, b, passTolerance, passTolerance)
			net := g.network(t, b)
			g.train(t, g.Losses, trainingTolerance, g.trainer(t, net, goldenRule(t, g.Rule)).Step)
			g.compareTensors(t, "final value", net, g.Final, trainingTolerance)
		})
	})
}
