package nn

import (
	"runtime"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestUsersRunUnlocked has a schedule and a loss that predict, while somebody wants to
// write the weights: whoever waits for a lock keeps others from reading.
func TestUsersRunUnlocked(t *testing.T) {
	for _, layers := range [][]layer.Layer{{layer.Dense(3)}, {layer.Dense(40), activation.ReLU(), layer.Dense(3)}} {
		net, err := New(tensor.Shape{6}, layer.Stack(layers...))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		x := newMatrix(4, 6)
		s := scheduleFunc(func(base float64, _ int) float64 {
			if _, err := net.Predict(x); err != nil {
				t.Error(err)
			}
			return base
		})
		for _, opts := range [][]OptimizerOption{{Schedule(s)}, {Schedule(s), ClipNorm(1)}} {
			l := predictingLoss{loss.MSE(), func() {
				written := make(chan bool)
				go func() {
					net.weights.Lock()
					_ = net.version
					net.weights.Unlock()
					close(written)
				}()
				for range 100 {
					if _, err := net.Predict(x); err != nil {
						t.Error(err)
					}
					runtime.Gosched()
				}
				<-written
			}}
			tr, err := NewTrainer(net, l, optim.SGD(0.1), opts...)
			if err != nil {
				t.Fatal(err)
			}
			data := data.Set{X: x, Target: data.Values(newMatrix(4, 3))}
			if _, err := tr.Step(data.X, data.Target); err != nil {
				t.Error(err)
			}
			if _, err := tr.Evaluate(data); err != nil {
				t.Error(err)
			}
			if _, err := tr.Fit(t.Context(), data, Epochs(2), Validate(data)); err != nil {
				t.Error(err)
			}
		}
	}
}

type predictingLoss struct {
	loss.Loss
	before func()
}

func (l predictingLoss) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	l.before()
	return l.Loss.Sum(y, t, dy, scale)
}

type scheduleFunc func(base float64, step int) float64

func (scheduleFunc) String() string                                { return "of a stranger" }
func (scheduleFunc) Validate(optim.Progress) error                 { return nil }
func (s scheduleFunc) Rate(base float64, p optim.Progress) float64 { return s(base, p.Step) }
