package nn_test

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Large batches go through in parts, which must not show; neither do strides.
func TestPredictInParts(t *testing.T) {
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		for _, architecture := range []string{"dense 3", "dense 40, relu, dropout 0.5, dense 3, tanh, dropout 0.5", "dropout 0.5, relu, dense 3", "dropout 0.5", "dense 9, dense 8, dense 7, dense 3"} {
			words, layers := parseArchitecture(t, architecture)
			for i, w := range words {
				words[i] = strings.Replace(w, "dropout 0.5", "dropout 0", 1) // it does nothing
			}
			net := newNetwork(t, 5, layers, nn.Backend(b))
			rng := rand.New(rand.NewPCG(1, 2))
			for _, rows := range []int{1, 255, 256, 257, 600} {
				x := randomMatrix(rng, rows, 5, 2)
				y := randomMatrix(rng, rows, net.Outputs(), 3)
				want := newTwin(t, net, words, x, y)
				if err := net.PredictInto(x, y); err != nil {
					t.Fatal(err)
				}
				check(t, architecture, y, want.outputs)
				for i, v := range y.Data {
					if i%y.Stride >= y.Cols && v == v {
						t.Fatalf("PredictInto wrote %v between two rows", v)
					}
				}
				z, err := net.Predict(x)
				if err != nil {
					t.Fatal(err)
				}
				sameBits(t, architecture, z.Data, flat(y))
			}
		}
	})
}

// Many goroutines predict while one trains. With the loss MSE on one bias, at
// rate 1/2 and the target moving, every whole step makes both outputs equal;
// whoever saw half a step would see them differ.
func TestPredictDuringTraining(t *testing.T) {
	const width = 64
	for name, opts := range map[string][]nn.OptimizerOption{"fused": nil, "unfused": {nn.InspectGradients()}} {
		t.Run(name, func(t *testing.T) {
			net := newNetwork(t, 1, []layer.Layer{layer.Dense(width)}, nn.Backend(openBackend(t, "native", "", 2)))
			if err := net.SetWeights(0, tensor.Matrix{Rows: 1, Cols: width, Stride: width, Data: make([]float32, width)}, make([]float32, width)); err != nil {
				t.Fatal(err)
			}
			tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(1), opts...)
			if err != nil {
				t.Fatal(err)
			}
			zero := tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{0}}
			done := make(chan struct{})
			var readers sync.WaitGroup
			for range 4 {
				readers.Go(func() {
					y := tensor.Matrix{Rows: 1, Cols: width, Stride: width, Data: make([]float32, width)}
					for {
						select {
						case <-done:
							return
						default:
						}
						if err := net.PredictInto(zero, y); err != nil {
							t.Error(err)
							return
						}
						_, b, err := net.Weights(0)
						if err != nil {
							t.Error(err)
							return
						}
						for i := range y.Data {
							if y.Data[i] != y.Data[0] || b[i] != b[0] {
								t.Errorf("outputs %v and %v, biases %v and %v: half a step", y.Data[0], y.Data[i], b[0], b[i])
								return
							}
						}
					}
				})
			}
			target := tensor.Matrix{Rows: 1, Cols: width, Stride: width, Data: make([]float32, width)}
			for s := range 300 {
				for i := range target.Data {
					target.Data[i] = float32(s % 17)
				}
				// A larger batch now and then brings new plans.
				rows := 1
				x, y := zero, target
				if s%100 == 50 {
					rows = 100 + s
					x = tensor.Matrix{Rows: rows, Cols: 1, Stride: 1, Data: make([]float32, rows)}
					y = tensor.Matrix{Rows: rows, Cols: width, Stride: width, Data: make([]float32, rows*width)}
				}
				if _, err := tr.Step(x, data.Values(y)); err != nil {
					t.Fatal(err)
				}
			}
			close(done)
			readers.Wait()
		})
	}
}

// slow is a stage that waits until it is told to go on.
type slow struct {
	layer.Plain
	entered, leave chan struct{}
}

func (slow) String() string                                              { return "slow" }
func (s slow) Build(b layer.Builder, x layer.Value) (layer.Value, error) { return b.Stage(x, s) }
func (slow) Out() tensor.Shape                                           { return tensor.Shape{1} }
func (slow) Backward(*layer.Pass, tensor.Matrix, tensor.Matrix, tensor.Matrix, tensor.Matrix) error {
	return nil
}
func (s slow) Forward(pass *layer.Pass, x, y tensor.Matrix) error {
	if pass.Training {
		s.entered <- struct{}{}
		<-s.leave
	}
	y.Data[0] = x.Data[0]
	return nil
}

func TestSecondTrainingPassIsBusy(t *testing.T) {
	s := slow{entered: make(chan struct{}), leave: make(chan struct{})}
	net := newNetwork(t, 1, []layer.Layer{layer.Dense(1), s})
	opt := newOptimizer(t, net, optim.SGD(1))
	tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(1))
	if err != nil {
		t.Fatal(err)
	}
	one := tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{1}}
	var pass sync.WaitGroup
	pass.Go(func() {
		if _, err := net.Forward(one); err != nil {
			t.Error(err)
		}
	})
	<-s.entered
	_, errForward := net.Forward(one)
	_, errTrainer := tr.Step(one, data.Values(one))
	_, _, errGradients := net.Gradients(0)
	for what, err := range map[string]error{
		"Forward": errForward, "Backward": net.Backward(one), "Trainer.Step": errTrainer, "Gradients": errGradients,
		"Optimizer.Step": opt.Step(), "Flush": opt.Flush(), "SetWeights": net.SetWeights(0, one, []float32{1}),
	} {
		if !errors.Is(err, nn.ErrBusy) {
			t.Errorf("%s during a pass: %v, want ErrBusy", what, err)
		}
	}
	if _, err := net.Predict(one); err != nil {
		t.Errorf("Predict during a pass: %v", err)
	}
	close(s.leave)
	pass.Wait()
}

func TestCloseEndsGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(2)))
		if err != nil {
			t.Fatal(err)
		}
		x := tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{1, 2}}
		tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(1))
		if err != nil {
			t.Fatal(err)
		}
		if err := net.Close(); err != nil {
			t.Fatal(err)
		}
		if err := net.Close(); err != nil {
			t.Errorf("second Close: %v", err)
		}
		_, errForward := net.Forward(x)
		_, errPredict := net.Predict(x)
		_, errStep := tr.Step(x, data.Values(x))
		_, errEvaluate := tr.Evaluate(data.Set{X: x, Target: data.Values(x)})
		_, errFit := tr.Fit(t.Context(), data.Set{X: x, Target: data.Values(x)})
		for what, err := range map[string]error{"Forward": errForward, "Predict": errPredict, "Step": errStep, "Evaluate": errEvaluate, "Fit": errFit} {
			if !errors.Is(err, nn.ErrClosed) {
				t.Errorf("%s after Close: %v, want ErrClosed", what, err)
			}
		}
	}
	// A goroutine may take a moment to be gone after it has said so.
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// A backend that came by Backend stays open.
func TestCloseLeavesForeignBackend(t *testing.T) {
	b := openBackend(t, "native", "", 2)
	for range 2 {
		net, err := nn.New(tensor.Shape{200}, layer.Stack(layer.Dense(300)), nn.Backend(b))
		if err != nil {
			t.Fatal(err)
		}
		if net.Backend() != b {
			t.Error("the network has another backend")
		}
		if _, err := net.Predict(randomMatrix(rand.New(rand.NewPCG(1, 1)), 256, 200, 0)); err != nil {
			t.Error(err)
		}
		if err := net.Close(); err != nil {
			t.Error(err)
		}
	}
}

// counting is a backend whose plans count how they are applied.
type counting struct {
	blas.Backend
	forward, predict int
}

func (c *counting) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	d, err := c.Backend.Dense(spec)
	return countingPlan{d, c}, err
}

type countingPlan struct {
	blas.Dense
	c *counting
}

func (p countingPlan) Forward(x, y blas.Matrix) error {
	p.c.forward++
	return p.Dense.Forward(x, y)
}

func (p countingPlan) Predict(x, y blas.Matrix) error {
	p.c.predict++
	return p.Dense.Predict(x, y)
}

// TestPredictIsNotForward shows that plans are told whether a batch is trained on.
func TestPredictIsNotForward(t *testing.T) {
	c := &counting{Backend: openBackend(t, "native", "", 1)}
	net := newNetwork(t, 5, []layer.Layer{layer.Dense(4), activation.ReLU(), layer.Dense(3)}, nn.Backend(c))
	x := randomMatrix(rand.New(rand.NewPCG(3, 4)), 300, 5, 0)
	if _, err := net.Predict(x); err != nil {
		t.Fatal(err)
	}
	if c.forward != 0 || c.predict != 4 { // two layers, two parts of rows
		t.Errorf("predicting: %d calls of Forward and %d of Predict, want 0 and 4", c.forward, c.predict)
	}
	if _, err := net.Forward(x); err != nil {
		t.Fatal(err)
	}
	if c.forward != 2 || c.predict != 4 {
		t.Errorf("a training pass: %d calls of Forward and %d of Predict in all, want 2 and 4", c.forward, c.predict)
	}
}
