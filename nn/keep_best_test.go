package nn_test

import (
	"testing"

	"github.com/neurona-ml/neurona/nn"
)

// TestKeepBest: no epoch is left out, and the weights are those of the best one.
func TestKeepBest(t *testing.T) {
	known := classes(1, 20, 6, 3)
	values := []float64{3, 1, 2, 2, 2, 2, 2, 2}
	tr := newTrainer(t)
	var weights [][]float32
	h := fit(t, tr, known, nn.Epochs(len(values)), nn.Validate(known), nn.KeepBest(scripted{"mine", false, &values}),
		onEpoch(func(*nn.EpochInfo) error { weights = append(weights, allWeights(t, tr.Network())); return nil }))
	if len(h.Epochs) != 8 || h.StoppedEarly || h.Restored == nil || h.Restored.Epoch != 2 {
		t.Fatalf("%d epochs, early %t, went back to %+v; want 8, false, epoch 2", len(h.Epochs), h.StoppedEarly, h.Restored)
	}
	sameBits(t, "weights", allWeights(t, tr.Network()), weights[1])
}
