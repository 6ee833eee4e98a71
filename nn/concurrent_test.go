package nn_test

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// TestReadingWhileBatchesGrow calls all methods that are safe at any time while
// training meets ever larger batches, each of which brings new plans. What it
// looks for is found by the race detector.
func TestReadingWhileBatchesGrow(t *testing.T) {
	const largest = 400
	data := classes(1, largest, 6, 3)
	for name, layers := range map[string][]layer.Layer{
		"chain":  {layer.Dense(5), activation.ReLU(), layer.Dense(3)},
		"plans":  {layer.Dense(70), activation.ReLU(), layer.Dense(3)},
		"stages": {layer.Dense(8), gain{}, layer.Dropout(0.1), layer.Dense(3)},
	} {
		t.Run(name, func(t *testing.T) {
			net := newNetwork(t, 6, layers, nn.MaxBatch(1), nn.InputGradient(), nn.Backend(openBackend(t, "native", "", 2)))
			if name == "chain" {
				net = newNetwork(t, 6, layers, nn.MaxBatch(1), nn.Backend(openBackend(t, "native", "", 2)))
			}
			tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.SGD(0.01))
			if err != nil {
				t.Fatal(err)
			}
			parameters, summary, last := net.NumParameters(), net.Summary(), len(layers)-1
			var explained atomic.Int32
			readers := map[string]func() error{
				"NumParameters": func() error { return same(net.NumParameters(), parameters) },
				"Summary":       func() error { return same(net.Summary(), summary) },
				"Layers":        func() error { return same(len(net.Layers()), len(layers)) },
				"getters": func() error {
					as, _ := net.Precision()
					return errors.Join(same(as, blas.Float32), same(net.AskedPrecision(), blas.Float32), same(net.Inputs(), 6),
						same(net.Outputs(), 3), same(net.Seed(), 0), same(net.Backend().Name(), "native"))
				},
				"Explain": func() error {
					if explained.Add(1) > 2 { // each takes a while, and holds training up
						return nil
					}
					_, err := net.Explain(1)
					return err
				},
				"Weights":       func() error { _, _, err := net.Weights(last); return err },
				"Predict":       func() error { _, err := net.Predict(part(data, 0, 3).X); return err },
				"Save":          func() error { return net.Save(io.Discard, nil) },
				"Evaluate":      func() error { _, err := tr.Evaluate(part(data, 0, 3)); return err },
				"InputGradient": func() error { net.InputGradient(); return nil },
				"Gradients":     func() error { _, _, err := net.Gradients(last); return unless(err, nn.ErrBusy, nn.ErrNoGradient) },
				"NewTrainer": func() error {
					_, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.SGD(0.01))
					return err
				},
			}
			done := make(chan struct{})
			var reading sync.WaitGroup
			for name, read := range readers {
				reading.Go(func() {
					for {
						if err := read(); err != nil {
							t.Errorf("%s: %v", name, err)
							return
						}
						select {
						case <-done:
							return
						default:
						}
					}
				})
			}
			for rows := 1; rows <= largest; rows += rows/3 + 1 {
				for {
					d := part(data, 0, rows)
					_, err := tr.Step(d.X, d.Target)
					if err == nil {
						break
					}
					if !errors.Is(err, nn.ErrBusy) { // somebody looks at gradients
						t.Fatal(err)
					}
				}
			}
			close(done)
			reading.Wait()
		})
	}
}

// same reports values that are not equal.
func same[T comparable](got, want T) error {
	if got != want {
		return errors.New("it is not what it was before training")
	}
	return nil
}

// unless returns err if it is none of those that may be.
func unless(err error, allowed ...error) error {
	for _, a := range allowed {
		if errors.Is(err, a) {
			return nil
		}
	}
	return err
}
