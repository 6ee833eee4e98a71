package nn_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
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
		layers []nn.Layer
		layer  int      // the one named, -1 for none
		words  []string // of the message
	}{
		"sigmoid":             {bce, []nn.Layer{nn.Dense(1), nn.Sigmoid()}, 0, []string{"sigmoid keeps the outputs between 0 and 1", "binary_cross_entropy", "leave out the last sigmoid", "MSE"}},
		"tanh":                {bce, []nn.Layer{nn.Dense(1), nn.Tanh()}, 0, []string{"tanh keeps the outputs between -1 and 1", "applies sigmoid itself"}},
		"relu":                {bce, []nn.Layer{nn.Dense(1), nn.ReLU()}, 0, []string{"relu keeps the outputs at 0 or above"}},
		"softmax":             {ce, []nn.Layer{nn.Dense(4), nn.Tanh(), nn.Dense(3), nn.ReLU()}, 2, []string{"layer 2 (dense 4→3 + relu)", "cross_entropy", "applies softmax itself"}},
		"before dropout":      {ce, []nn.Layer{nn.Dense(3), nn.Sigmoid(), nn.Dropout(0.5), nn.Dropout(0.1)}, 0, []string{"sigmoid"}},
		"before the identity": {ce, []nn.Layer{nn.Dense(3), nn.Sigmoid(), nn.Identity()}, 0, []string{"sigmoid"}},
		"in no block":         {ce, []nn.Layer{nn.Dense(3), nn.Dropout(0.5), nn.Tanh()}, 2, []string{"layer 2 (tanh)"}},
		"a loss of one's own": {linked{loss.MSE(), loss.Sigmoid}, []nn.Layer{nn.Dense(1), nn.Tanh()}, 0, []string{"applies sigmoid itself"}},

		"log variances": {loss.Gaussian(), []nn.Layer{nn.Dense(2), nn.ReLU()}, 0, []string{"relu keeps the outputs at 0 or above", "the loss gaussian takes them for means and logarithms of variances", "applies mean_variance itself"}},

		"a part on logits":          {loss.Split(loss.Part{Columns: 1, Loss: loss.MSE(), Factor: 1}, loss.Part{Columns: 1, Loss: bce, Factor: 1}), []nn.Layer{nn.Dense(2), nn.Tanh()}, 0, []string{"the loss binary_cross_entropy takes them for logits"}},
		"parts as they are":         {loss.Split(loss.Part{Columns: 2, Loss: loss.MSE(), Factor: 1}), []nn.Layer{nn.Dense(2), nn.Tanh()}, -1, nil},
		"huber":                     {loss.Huber(1), []nn.Layer{nn.Dense(1), nn.Sigmoid()}, -1, nil},
		"means and variances":       {loss.Gaussian(), []nn.Layer{nn.Dense(4), nn.Sigmoid(), nn.Dense(2)}, -1, nil},
		"no activation":             {bce, []nn.Layer{nn.Dense(4), nn.Sigmoid(), nn.Dense(1)}, -1, nil},
		"identity":                  {ce, []nn.Layer{nn.Dense(4), nn.Tanh(), nn.Dense(3), nn.Identity()}, -1, nil},
		"dropout alone":             {ce, []nn.Layer{nn.Dense(3), nn.Dropout(0.1)}, -1, nil},
		"a stage of one's own last": {ce, []nn.Layer{nn.Dense(3), nn.Sigmoid(), gain{}}, -1, nil},
		"mse":                       {loss.MSE(), []nn.Layer{nn.Dense(1), nn.Sigmoid()}, -1, nil},
		"own, of any outputs":       {linked{bce, loss.Identity}, []nn.Layer{nn.Dense(1), nn.Sigmoid()}, -1, nil},
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
			var layer *nn.LayerError
			var logits *nn.LogitsError
			if !errors.As(err, &layer) || !errors.As(err, &logits) || layer.Index != c.layer || !strings.Contains(c.loss.String(), logits.Loss) {
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
	net, err := nn.New(2, []nn.Layer{nn.Dense(4), nn.Tanh(), nn.Dense(1)}, nn.WithSeed(1))
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
		"net, err := nn.New(2, []nn.Layer{nn.Dense(4), nn.Tanh(), nn.Dense(1)}, nn.WithSeed(1))",
		"trainer, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.03))",
	} {
		if !strings.Contains(string(doc), "//\t"+line+"\n") {
			t.Errorf("the documentation does not have the line that is tested: %s", line)
		}
	}
	xor := nn.Data{
		X:      nn.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}},
		Target: data.Values(nn.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{0, 1, 1, 0}}),
	}
	if _, err := trainer.Fit(context.Background(), xor, nn.Epochs(1000), nn.Batch(4)); err != nil {
		t.Fatal(err)
	}
	if m, err := trainer.Evaluate(xor); err != nil || m.Accuracy != 1 {
		t.Errorf("XOR is learnt to an accuracy of %v with error %v, want 1", m.Accuracy, err)
	}
}
