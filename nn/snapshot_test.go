package nn_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// TestSnapshot goes back and forth between weights, of a network of the same layers too. With
// them it predicts and trains as a network that was saved and loaded does.
func TestSnapshot(t *testing.T) {
	known := classes(1, 20, 6, 3)
	trainer := func() *nn.Trainer {
		net := newNetwork(t, 6, []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(40), activation.ReLU(), layer.Dense(3)}, nn.Seed(7))
		tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.SGD(0.1))
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	tr, same := trainer(), trainer()
	var first, later nn.Snapshot
	take := func(s *nn.Snapshot) []float32 {
		t.Helper()
		if err := s.Take(tr.Network()); err != nil {
			t.Fatal(err)
		}
		return allWeights(t, tr.Network())
	}
	before := take(&first)
	fit(t, tr, known, nn.Epochs(5))
	take(&later)
	fit(t, tr, known, nn.Epochs(5))
	after := take(&later) // in the same memory
	for _, c := range []struct {
		s    *nn.Snapshot
		tr   *nn.Trainer
		want []float32
	}{{&first, tr, before}, {&later, tr, after}, {&later, same, after}} {
		if err := c.s.Restore(c.tr.Network()); err != nil {
			t.Fatal(err)
		}
		sameBits(t, "weights", allWeights(t, c.tr.Network()), c.want)
		loaded := trainer()
		var file bytes.Buffer
		if err := c.tr.Network().Save(&file, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := nn.LoadInto(loaded.Network(), &file); err != nil {
			t.Fatal(err)
		}
		y, err := c.tr.Network().Predict(known.X)
		if err != nil {
			t.Fatal(err)
		}
		want, err := loaded.Network().Predict(known.X)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, "predictions", y.Data, want.Data)
		for _, one := range []*nn.Trainer{c.tr, loaded} {
			if _, err := one.Step(known.X, known.Target); err != nil {
				t.Fatal(err)
			}
		}
		sameBits(t, "weights a step later", allWeights(t, c.tr.Network()), allWeights(t, loaded.Network()))
	}
	other := newNetwork(t, 6, []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(3)})
	before = allWeights(t, other)
	if err := first.Restore(other); !errors.As(err, new(*nn.ShapeError)) {
		t.Errorf("a snapshot of another network: %v", err)
	}
	sameBits(t, "weights", allWeights(t, other), before)
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Take(other); !errors.Is(err, nn.ErrClosed) {
		t.Errorf("a snapshot of a closed network: %v", err)
	}
}
