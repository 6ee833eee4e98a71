package nn_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// linked is a loss of a user's own that says what outputs mean.
type linked struct {
	loss.Loss
	link loss.Link
}

func (l linked) Link() loss.Link { return l.link }

// TestLogitsNeedOutputsWithoutBounds expects NewTrainer to refuse a loss on
// logits where the last activation bounds the outputs, however that comes last,
// and nothing else.
func TestLogitsNeedOutputsWithoutBounds(t *testing.T) {
	bce, ce := loss.BinaryCrossEntropy(), loss.CrossEntropy()
	for name, c := range map[string]struct {
		loss   loss.Loss
		layers []layer.Layer
		layer  int      // the one named, -1 for none
		words  []string // of the message
	}{
		"sigmoid":             {bce, []layer.Layer{layer.Dense(1), activation.Sigmoid()}, 0, []string{"sigmoid keeps the outputs between 0 and 1", "binary_cross_entropy", "leave out the last sigmoid", "MSE"}},
		"tanh":                {bce, []layer.Layer{layer.Dense(1), activation.Tanh()}, 0, []string{"tanh keeps the outputs between -1 and 1", "applies sigmoid itself"}},
		"relu":                {bce, []layer.Layer{layer.Dense(1), activation.ReLU()}, 0, []string{"relu keeps the outputs at 0 or above"}},
		"softmax":             {ce, []layer.Layer{layer.Dense(4), activation.Tanh(), layer.Dense(3), activation.ReLU()}, 2, []string{"layer 2 (dense 4→3 + relu)", "cross_entropy", "applies softmax itself"}},
		"before dropout":      {ce, []layer.Layer{layer.Dense(3), activation.Sigmoid(), layer.Dropout(0.5), layer.Dropout(0.1)}, 0, []string{"sigmoid"}},
		"before the identity": {ce, []layer.Layer{layer.Dense(3), activation.Sigmoid(), activation.Identity()}, 0, []string{"sigmoid"}},
		"in no block":         {ce, []layer.Layer{layer.Dense(3), layer.Dropout(0.5), activation.Tanh()}, 2, []string{"layer 2 (tanh)"}},
		"a loss of one's own": {linked{loss.MSE(), loss.Sigmoid}, []layer.Layer{layer.Dense(1), activation.Tanh()}, 0, []string{"applies sigmoid itself"}},

		"log variances": {loss.Gaussian(), []layer.Layer{layer.Dense(2), activation.ReLU()}, 0, []string{"relu keeps the outputs at 0 or above", "the loss gaussian takes them for means and logarithms of variances", "applies mean_variance itself"}},

		"a part on logits":          {loss.Split(loss.Part{Columns: 1, Loss: loss.MSE(), Factor: 1}, loss.Part{Columns: 1, Loss: bce, Factor: 1}), []layer.Layer{layer.Dense(2), activation.Tanh()}, 0, []string{"the loss binary_cross_entropy takes them for logits"}},
		"parts as they are":         {loss.Split(loss.Part{Columns: 2, Loss: loss.MSE(), Factor: 1}), []layer.Layer{layer.Dense(2), activation.Tanh()}, -1, nil},
		"huber":                     {loss.Huber(1), []layer.Layer{layer.Dense(1), activation.Sigmoid()}, -1, nil},
		"means and variances":       {loss.Gaussian(), []layer.Layer{layer.Dense(4), activation.Sigmoid(), layer.Dense(2)}, -1, nil},
		"no activation":             {bce, []layer.Layer{layer.Dense(4), activation.Sigmoid(), layer.Dense(1)}, -1, nil},
		"identity":                  {ce, []layer.Layer{layer.Dense(4), activation.Tanh(), layer.Dense(3), activation.Identity()}, -1, nil},
		"dropout alone":             {ce, []layer.Layer{layer.Dense(3), layer.Dropout(0.1)}, -1, nil},
		"a stage of one's own last": {ce, []layer.Layer{layer.Dense(3), activation.Sigmoid(), gain{}}, -1, nil},
		"mse":                       {loss.MSE(), []layer.Layer{layer.Dense(1), activation.Sigmoid()}, -1, nil},
		"own, of any outputs":       {linked{bce, loss.Identity}, []layer.Layer{layer.Dense(1), activation.Sigmoid()}, -1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			net := newNetwork(t, 2, c.layers)
			_, err := nn.NewTrainer(net, c.loss, optim.SGD(0.1))
			if c.layer < 0 {
				if err != nil {
					t.Errorf("NewTrainer returned %v, want no error", err)
				}
				return
			}
			var which *nn.LayerError
			var logits *nn.LogitsError
			if !errors.As(err, &which) || !errors.As(err, &logits) || which.Name != strconv.Itoa(c.layer) || !strings.Contains(c.loss.String(), logits.Loss) {
				t.Fatalf("NewTrainer returned %v, want a *LogitsError about layer %d and the loss %s", err, c.layer, c.loss.String())
			}
			for _, words := range c.words {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error %q does not say %q", err, words)
				}
			}
		})
	}
}

// TestFirstSnippetLearns trains what the package's documentation begins with.
func TestFirstSnippetLearns(t *testing.T) {
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(4), activation.Tanh(), layer.Dense(1)), nn.Seed(1))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	trainer, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.03))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(4), activation.Tanh(), layer.Dense(1)), nn.Seed(1))",
		"trainer, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.03))",
	} {
		if !strings.Contains(string(doc), "//\t"+line+"\n") {
			t.Errorf("the documentation does not have the line that is tested: %s", line)
		}
	}
	xor := data.Set{
		X:      tensor.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}},
		Target: data.Values(tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{0, 1, 1, 0}}),
	}
	if _, err := trainer.Fit(context.Background(), xor, nn.Epochs(1000), nn.Batch(4)); err != nil {
		t.Fatal(err)
	}
	if m, err := trainer.Evaluate(xor); err != nil || m.Accuracy != 1 {
		t.Errorf("XOR is learnt to an accuracy of %v with error %v, want 1", m.Accuracy, err)
	}
}
