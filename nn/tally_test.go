package nn_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// multilabel is an example with three labels for each of five samples, what was
// said of them, and what scikit-learn 1.9 makes of it: accuracy_score gives 0.4
// and 1 - hamming_loss 0.6.
var multilabel = struct {
	truth, said               [][3]float32
	exactMatch, labelAccuracy float64
}{
	truth:         [][3]float32{{1, 0, 1}, {0, 1, 0}, {1, 1, 1}, {0, 0, 0}, {1, 0, 0}},
	said:          [][3]float32{{1, 0, 1}, {0, 1, 1}, {1, 0, 0}, {0, 0, 0}, {0, 1, 1}},
	exactMatch:    0.4,
	labelAccuracy: 0.6,
}

// ownLoss is a loss of a user's own that does not tell labels apart.
type ownLoss struct{ loss.Classifier }

// sayer makes a trainer of a network that returns its input and never changes.
func sayer(t *testing.T, features int, l loss.Loss) *nn.Trainer {
	t.Helper()
	net := newNetwork(t, features, []layer.Layer{layer.Dense(features)})
	identity := tensor.Matrix{Rows: features, Cols: features, Stride: features, Data: make([]float32, features*features)}
	for i := range features {
		identity.Data[i*features+i] = 1
	}
	if err := net.SetWeights(0, identity, make([]float32, features)); err != nil {
		t.Fatal(err)
	}
	tr, err := nn.NewTrainer(net, l, optim.SGD(0))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// multilabelData is the example many times over, with what was said between the
// given outputs, and samples enough for several parts of a prediction.
func multilabelData(times int, no, yes float32) data.Set {
	var x, y []float32
	for range times {
		for i := range multilabel.truth {
			for j, said := range multilabel.said[i] {
				x, y = append(x, no+said*(yes-no)), append(y, multilabel.truth[i][j])
			}
		}
	}
	rows := times * len(multilabel.truth)
	return data.Set{
		X:      tensor.Matrix{Rows: rows, Cols: 3, Stride: 3, Data: x},
		Target: data.Values(tensor.Matrix{Rows: rows, Cols: 3, Stride: 3, Data: y}),
	}
}

// TestAccuraciesOfSeveralLabels compares both accuracies with scikit-learn's, of
// evaluation, of training and of validation.
func TestAccuraciesOfSeveralLabels(t *testing.T) {
	for _, c := range []struct {
		loss    loss.Loss
		no, yes float32
	}{{loss.BinaryCrossEntropy(), -2, 3}, {loss.MSE(), 0.3, 0.8}} {
		t.Run(c.loss.String(), func(t *testing.T) {
			data := multilabelData(120, c.no, c.yes)
			check := func(what string, exact, labels float64) {
				t.Helper()
				if !(math.Abs(exact-multilabel.exactMatch) <= 1e-12) || !(math.Abs(labels-multilabel.labelAccuracy) <= 1e-12) {
					t.Errorf("%s: accuracy %v and label accuracy %v, want %v and %v", what, exact, labels, multilabel.exactMatch, multilabel.labelAccuracy)
				}
			}
			tr := sayer(t, 3, c.loss)
			m, err := tr.Evaluate(data)
			if err != nil {
				t.Fatal(err)
			}
			check("Evaluate", m.Accuracy, m.LabelAccuracy)
			var out bytes.Buffer
			h := fit(t, tr, data, nn.Epochs(1), nn.Batch(37), nn.Validate(data), nn.Log(slog.New(slog.NewTextHandler(&out, nil))))
			check("Fit", h.Epochs[0].Accuracy, h.Epochs[0].LabelAccuracy)
			check("Validate", h.Epochs[0].Validation.Accuracy, h.Epochs[0].Validation.LabelAccuracy)
			for _, want := range []string{" accuracy=0.4 ", " validation_accuracy=0.4 ", " label_accuracy=0.6 ", " validation_label_accuracy=0.6"} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("the log lacks %q: %q", want, out.String())
				}
			}
		})
	}
}

// TestAccuraciesOfOneLabel are the same: of classes that exclude each other, of a
// single output, and of a loss that does not tell labels apart.
func TestAccuraciesOfOneLabel(t *testing.T) {
	x := tensor.Matrix{Rows: 4, Cols: 3, Stride: 3, Data: []float32{1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0}}
	column := func(v ...float32) tensor.Matrix { return tensor.Matrix{Rows: len(v), Cols: 1, Stride: 1, Data: v} }
	for name, c := range map[string]struct {
		loss loss.Loss
		data data.Set
		want float64
	}{
		// scikit-learn: accuracy_score([0, 2, 1, 1], [0, 2, 2, 1]), 1 - hamming_loss likewise
		"classes":     {loss.CrossEntropy(), data.Set{X: x, Target: data.Labels([]int{0, 2, 1, 1})}, 0.75},
		"one output":  {loss.BinaryCrossEntropy(), data.Set{X: column(1, -1, 1, -1), Target: data.Values(column(1, 1, 1, 0))}, 0.75},
		"own loss":    {ownLoss{loss.BinaryCrossEntropy().(loss.Classifier)}, multilabelData(1, -1, 1), 0.4},
		"a quantity":  {loss.MSE(), data.Set{X: column(1, 2), Target: data.Values(column(1, 2))}, math.NaN()},
		"quantities":  {loss.MSE(), data.Set{X: x, Target: data.Values(tensor.Matrix{Rows: 4, Cols: 3, Stride: 3, Data: []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3}})}, math.NaN()},
		"NaN outputs": {loss.BinaryCrossEntropy(), data.Set{X: column(1, 1), Target: data.Values(column(1, 1))}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			tr := sayer(t, c.data.X.Cols, c.loss)
			if name == "NaN outputs" {
				if err := tr.Network().SetWeights(0, column(float32(math.NaN())), []float32{0}); err != nil {
					t.Fatal(err)
				}
			}
			m, err := tr.Evaluate(c.data)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(m.Accuracy) != fmt.Sprint(c.want) || fmt.Sprint(m.LabelAccuracy) != fmt.Sprint(c.want) {
				t.Errorf("accuracy %v and label accuracy %v, want %v", m.Accuracy, m.LabelAccuracy, c.want)
			}
			if name == "NaN outputs" {
				return
			}
			var out bytes.Buffer
			if _, err := tr.Fit(context.Background(), c.data, nn.Epochs(1), nn.Log(slog.New(slog.NewTextHandler(&out, nil)))); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), "label_accuracy") {
				t.Errorf("the log has a label accuracy: %q", out.String())
			}
		})
	}
}
