package nn

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestMemory counts what a network takes by hand.
func TestMemory(t *testing.T) {
	net, err := New(tensor.Shape{16}, layer.Stack(layer.Dense(32), activation.ReLU(), layer.LayerNorm(), layer.Dense(48)), Backend(openBackend(t, "gonum")))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	const rows = 16
	parameters := 17*32 + 33*48
	norm := 4 * 32 // two tensors, values and gradients
	// Activations of three nodes and the gradients at them, means and deviations, and sums of
	// one task.
	pass := rows*(32+32+48)*2 + 2*rows + 2*32
	training, prediction, err := net.Memory(rows)
	if want := int64(4 * (2*parameters + norm + pass)); err != nil || training != want {
		t.Errorf("training takes %d bytes, %v, want %d", training, err, want)
	}
	// One matrix of 32 features is written while the other is read; outputs are the caller's.
	if want := int64(4 * (parameters + norm + predictRows*2*32)); prediction != want {
		t.Errorf("predicting takes %d bytes, want %d", prediction, want)
	}
	for _, batch := range []int{0, -1, math.MaxInt} {
		var hyper *HyperparameterError
		if _, _, err := net.Memory(batch); !errors.As(err, &hyper) {
			t.Errorf("a batch of %d: %v", batch, err)
		}
	}
	if _, _, err := new(Network).Memory(1); !errors.Is(err, ErrNoNetwork) {
		t.Errorf("no network: %v", err)
	}
}

// TestNetworkMemoryIsUsedAgain: gradients of stages go where others were, and predictions of deep
// networks need no more than those of the two widest neighbours.
func TestNetworkMemoryIsUsedAgain(t *testing.T) {
	b := openBackend(t, "gonum")
	of := func(depth int) (training, prediction int64) {
		var layers []layer.Layer
		for range depth {
			layers = append(layers, layer.Residual(layer.LayerNorm(), layer.Dropout(0.1), activation.Tanh()))
		}
		net, err := New(tensor.Shape{64}, layer.Stack(append(layers, layer.Dense(1))...), Backend(b))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		// Without what hangs on the number of tensors.
		return floatBytes * int64(newLayout(net.graph, 64, true).floats), floatBytes * int64(newLayout(net.graph, predictRows, false).floats)
	}
	shallowTraining, shallow := of(4)
	deepTraining, deep := of(40)
	if deep != shallow {
		t.Errorf("40 blocks predict in %d bytes, 4 in %d", deep, shallow)
	}
	// Each block has four values, of which the sum's two operands are one, and keeps no
	// gradient.
	block := (deepTraining - shallowTraining) / 36
	if most := int64(floatBytes * 64 * (4*64 + 2)); block > most {
		t.Errorf("a block trains in %d bytes, want at most %d", block, most)
	}
}
