package nn

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestUnclosedNetworks trains networks that have opened their backends, predicts with
// them and drops them: their goroutines end, with nobody closing anything.
func TestUnclosedNetworks(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3)) // workers of a backend that New opens
	before := runtime.NumGoroutine()
	for i := range 20 {
		width, precision := 4, blas.Float32
		switch i % 3 {
		case 1:
			width = 200 // products, and the optimizer's work, are shared
		case 2:
			width, precision = 100, blas.BF16
		}
		useOnce(t, width, precision)
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines after 20 networks, %d before", runtime.NumGoroutine(), before)
		}
		runtime.GC()
	}
}

// useOnce makes a network, takes steps, one that fails among them, and predicts.
func useOnce(t *testing.T, width int, precision blas.Precision) {
	t.Helper()
	net, err := New(tensor.Shape{width}, layer.Stack(layer.Dense(width), activation.Tanh(), layer.Dropout(0.1), layer.Dense(width), activation.ReLU(), layer.Dense(1)), Precision(precision))
	if err != nil {
		t.Fatal(err)
	}
	if net.Backend().Workers() != 3 {
		t.Fatalf("%d workers, want 3", net.Backend().Workers())
	}
	trainer, err := NewTrainer(net, loss.MSE(), fragile{optim.Adam(0.001), 4})
	if err != nil {
		t.Fatal(err)
	}
	x, y := newMatrix(64, width), newMatrix(64, 1)
	fillNormal(random.New(3, 4), 1, x.Data)
	if _, err := trainer.Fit(context.Background(), data.Set{X: x, Target: data.Values(y)}, Epochs(3), Batch(64)); err != nil {
		t.Fatal(err)
	}
	if _, err := trainer.Step(x, data.Values(y)); err == nil {
		t.Fatal("a rule that panics is no error")
	}
	if _, err := net.Predict(x); err != nil {
		t.Fatal(err)
	}
}
