package nn_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"reflect"
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

// newTrainer makes a trainer of a small classifier for classes(…, 6, 3).
func newTrainer(t *testing.T, opts ...nn.OptimizerOption) *nn.Trainer {
	t.Helper()
	net := newNetwork(t, 6, []layer.Layer{layer.Dense(12), activation.ReLU(), layer.Dropout(0.1), layer.Dense(3)}, nn.Seed(7))
	tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.SGD(0.05, optim.Momentum(0.9)), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func fit(t *testing.T, tr *nn.Trainer, source data.Source, opts ...nn.FitOption) *nn.History {
	t.Helper()
	h, err := tr.Fit(context.Background(), source, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func onStep(f func(*nn.StepInfo) error) nn.FitOption {
	return nn.Callback{Step: func(_ *nn.Run, s *nn.StepInfo) error { return f(s) }}
}

func onEpoch(f func(*nn.EpochInfo) error) nn.FitOption {
	return nn.Callback{Epoch: func(_ *nn.Run, e *nn.EpochInfo) error { return f(e) }}
}

func TestFitLearnsAndRecords(t *testing.T) {
	all := classes(1, 500, 6, 3)
	train, validation := part(all, 0, 400), part(all, 400, 500)
	tr := newTrainer(t)
	var steps []nn.StepInfo
	var epochs []nn.EpochInfo
	h := fit(t, tr, train, nn.Batch(64), nn.Epochs(6), nn.Validate(validation),
		nn.Callback{
			Step:  func(_ *nn.Run, s *nn.StepInfo) error { steps = append(steps, *s); return nil },
			Epoch: func(_ *nn.Run, e *nn.EpochInfo) error { epochs = append(epochs, *e); return nil },
		})

	if len(h.Epochs) != 6 || len(epochs) != 6 || len(steps) != 6*7 || h.Steps != 6*7 || h.StoppedEarly {
		t.Fatalf("%d epochs recorded and %d called back, %d steps called back and %d counted, stopped early %v; want 6, 6, 42, 42, false",
			len(h.Epochs), len(epochs), len(steps), h.Steps, h.StoppedEarly)
	}
	for i, s := range steps {
		samples := 64
		if i%7 == 6 {
			samples = 400 - 6*64
		}
		if s.Epoch != i/7+1 || s.Step != i+1 || s.Samples != samples || s.Rate != 0.05 || !(s.Loss > 0) {
			t.Errorf("step %d: %+v", i, s)
		}
	}
	for i, e := range h.Epochs {
		if e.Epoch != i+1 || e.Steps != 7 || e.Samples != 400 || e.Rate != 0.05 || e.TrainTime <= 0 || e.EvalTime <= 0 || !(e.SamplesPerSecond > 0) {
			t.Errorf("epoch %d: %+v", i, e)
		}
		mean := 0.0
		for _, s := range steps[i*7 : i*7+7] {
			mean += s.Loss * float64(s.Samples) / 400
		}
		if !(math.Abs(e.Loss-mean) <= 1e-12) {
			t.Errorf("epoch %d: loss %v, want the mean of its steps' %v", i, e.Loss, mean)
		}
		if h.Epochs[h.BestEpoch-1].Validation.Loss > e.Validation.Loss {
			t.Errorf("epoch %d is better than the best, %d", e.Epoch, h.BestEpoch)
		}
	}
	last := h.Epochs[5]
	if !(last.Loss < h.Epochs[0].Loss/2) || !(last.Accuracy > 0.9) || !(last.Validation.Accuracy > 0.9) {
		t.Errorf("it has not learnt: %+v after %+v", last, h.Epochs[0])
	}
	m, err := tr.Evaluate(validation)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m, *last.Validation) || m.Samples != 100 {
		t.Errorf("Evaluate gives %+v, the last validation %+v", m, *last.Validation)
	}
}

// Evaluate against the definition, over several parts of a larger set.
func TestEvaluate(t *testing.T) {
	known := classes(4, 700, 6, 3)
	tr := newTrainer(t)
	m, err := tr.Evaluate(known)
	if err != nil {
		t.Fatal(err)
	}
	y, err := tr.Network().Predict(known.X)
	if err != nil {
		t.Fatal(err)
	}
	total, right := 0.0, 0
	for i, label := range known.Target.Labels {
		z := y.Data[i*3 : i*3+3]
		sum, best := 0.0, 0
		for j := range z {
			sum += math.Exp(float64(z[j]))
			if z[j] > z[best] {
				best = j
			}
		}
		total += math.Log(sum) - float64(z[label])
		if best == label {
			right++
		}
	}
	// Each sample's loss is a float32 softmax's: a few units of roundoff of
	// numbers that are no larger than 10.
	if !(math.Abs(m.Loss-total/700) <= 100*unit) || m.Accuracy != float64(right)/700 || m.Samples != 700 {
		t.Errorf("Evaluate gives %+v, want a loss of %v and an accuracy of %v", m, total/700, float64(right)/700)
	}

	regression := newNetwork(t, 6, []layer.Layer{layer.Dense(1)})
	tr, err = nn.NewTrainer(regression, loss.MSE(), optim.SGD(0.1))
	if err != nil {
		t.Fatal(err)
	}
	values := data.Values(tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{2.5}})
	if m, err := tr.Evaluate(data.Set{X: part(known, 0, 1).X, Target: values}); err != nil || !math.IsNaN(m.Accuracy) {
		t.Errorf("accuracy of a regression is %v with error %v, want NaN", m.Accuracy, err)
	}
}

// Each epoch has an order of its own; the same one in a second training and in
// a training that is done in two calls.
func TestFitIsReproducible(t *testing.T) {
	data := classes(1, 100, 6, 3)
	one, two, three := newTrainer(t), newTrainer(t), newTrainer(t)
	whole := fit(t, one, data, nn.Epochs(5), nn.Batch(30))
	fit(t, two, data, nn.Epochs(5), nn.Batch(30))
	fit(t, three, data, nn.Epochs(2), nn.Batch(30))
	rest := fit(t, three, data, nn.Epochs(3), nn.Batch(30))
	want := allWeights(t, one.Network())
	sameBits(t, "second training", allWeights(t, two.Network()), want)
	sameBits(t, "training in two calls", allWeights(t, three.Network()), want)
	if rest.Epochs[0].Epoch != 3 || rest.BestEpoch < 3 || rest.Epochs[2].Loss != whole.Epochs[4].Loss {
		t.Errorf("the second call records epochs from %d on with losses to %v, best %d; want from 3 to %v", rest.Epochs[0].Epoch, rest.Epochs[2].Loss, rest.BestEpoch, whole.Epochs[4].Loss)
	}

	ordered := newTrainer(t)
	fit(t, ordered, data, nn.Epochs(5), nn.Batch(30), nn.NoShuffle())
	if changed(allWeights(t, ordered.Network()), want) == 0 {
		t.Error("shuffling makes no difference")
	}
}

// With an identity of one feature and a rate of 0, the losses of single
// samples tell in which order they came.
func TestFitOrder(t *testing.T) {
	const samples = 10
	net := newNetwork(t, 1, []layer.Layer{layer.Dense(1)})
	if err := net.SetWeights(0, tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{1}}, []float32{0}); err != nil {
		t.Fatal(err)
	}
	tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(0))
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.Matrix{Rows: samples, Cols: 1, Stride: 1, Data: make([]float32, samples)}
	for i := range x.Data {
		x.Data[i] = float32(i)
	}
	data := data.Set{X: x, Target: data.Values(tensor.Matrix{Rows: samples, Cols: 1, Stride: 1, Data: make([]float32, samples)})}
	orders := map[string]bool{}
	for _, opts := range [][]nn.FitOption{nil, {nn.NoShuffle()}, {nn.DropLast()}} {
		var order []int
		opts = append(opts, nn.Epochs(3), nn.Batch(1), onStep(func(s *nn.StepInfo) error {
			order = append(order, int(math.Round(math.Sqrt(s.Loss))))
			return nil
		}))
		fit(t, tr, data, opts...)
		for e := range 3 {
			seen := map[int]bool{}
			for _, i := range order[e*samples : (e+1)*samples] {
				seen[i] = true
			}
			if len(seen) != samples {
				t.Errorf("an epoch took the samples %v", order[e*samples:(e+1)*samples])
			}
			orders[fmt.Sprint(order[e*samples:(e+1)*samples])] = true
		}
	}
	// Three times three epochs, three of which are in order.
	if len(orders) != 7 || !orders["[0 1 2 3 4 5 6 7 8 9]"] {
		t.Errorf("%d different orders, want 7 with the one of the data: %v", len(orders), orders)
	}
	for _, c := range []struct {
		opts []nn.FitOption
		want int
	}{{[]nn.FitOption{nn.Batch(4)}, 3}, {[]nn.FitOption{nn.Batch(4), nn.DropLast()}, 2}, {[]nn.FitOption{nn.Batch(1000)}, 1}} {
		if h := fit(t, tr, data, append(c.opts, nn.Epochs(1))...); h.Steps != c.want {
			t.Errorf("%d batches of 10 samples, want %d", h.Steps, c.want)
		}
	}
}

func TestFitStopsWhenCancelled(t *testing.T) {
	data := classes(1, 100, 6, 3)
	tr, same := newTrainer(t), newTrainer(t)
	ctx, cancel := context.WithCancel(context.Background())
	h, err := tr.Fit(ctx, data, nn.Batch(10), nn.Epochs(5), onStep(func(s *nn.StepInfo) error {
		if s.Step == 17 {
			cancel()
		}
		return nil
	}))
	if !errors.Is(err, context.Canceled) || h == nil || h.Steps != 17 || len(h.Epochs) != 1 {
		t.Fatalf("Fit returned %v with %+v, want context.Canceled after 17 steps and one whole epoch", err, h)
	}
	// What is left is exactly the network of 17 steps, and can be used.
	_, err = same.Fit(context.Background(), data, nn.Batch(10), nn.Epochs(5), onStep(func(s *nn.StepInfo) error {
		if s.Step == 17 {
			return nn.ErrStop
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "weights after cancelling", allWeights(t, tr.Network()), allWeights(t, same.Network()))
	if _, err := tr.Evaluate(data); err != nil {
		t.Error(err)
	}

	before := allWeights(t, tr.Network())
	if h, err := tr.Fit(ctx, data); !errors.Is(err, context.Canceled) || h.Steps != 0 {
		t.Errorf("Fit with a context that is done returned %v after %d steps", err, h.Steps)
	}
	sameBits(t, "weights after no step", allWeights(t, tr.Network()), before)
}

// TestCancelledAccumulationIsForgotten cancels in the middle of an accumulated
// step: the next step starts afresh instead of adding to what is left.
func TestCancelledAccumulationIsForgotten(t *testing.T) {
	data := classes(1, 40, 6, 3)
	tr := newTrainer(t, nn.Accumulate(3))
	ctx, cancel := context.WithCancel(context.Background())
	_, err := tr.Fit(ctx, data, nn.Batch(10), onStep(func(*nn.StepInfo) error { cancel(); return nil }))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Fit returned %v, want context.Canceled", err)
	}
	if err := tr.Optimizer().Flush(); err != nil || tr.Optimizer().Steps() != 0 {
		t.Errorf("after cancelling, Flush returned %v and %d steps have been taken, want none", err, tr.Optimizer().Steps())
	}
}

func TestCallbacksEndTraining(t *testing.T) {
	data := classes(1, 40, 6, 3)
	other := errors.New("the disk is full")
	for _, c := range []struct {
		name   string
		opt    nn.FitOption
		epochs int
		want   error
	}{
		{"stop in a step", onStep(func(*nn.StepInfo) error { return nn.ErrStop }), 0, nil},
		{"stop after an epoch, wrapped", onEpoch(func(*nn.EpochInfo) error { return fmt.Errorf("good enough: %w", nn.ErrStop) }), 1, nil},
		{"fail in a step", onStep(func(*nn.StepInfo) error { return other }), 0, other},
		{"fail after an epoch", onEpoch(func(*nn.EpochInfo) error { return other }), 1, other},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := newTrainer(t).Fit(context.Background(), data, c.opt)
			if !errors.Is(err, c.want) || (c.want == nil) != h.StoppedEarly || len(h.Epochs) != c.epochs {
				t.Errorf("Fit returned %v, %d epochs, stopped early %v; want %v, %d epochs", err, len(h.Epochs), h.StoppedEarly, c.want, c.epochs)
			}
		})
	}
}

// Labels that have nothing to do with the samples cannot be learnt: on other
// samples the loss soon rises.
func TestEarlyStopGoesBackToTheBestWeights(t *testing.T) {
	train, validation := classes(1, 30, 6, 3), classes(2, 30, 6, 3)
	tr := newTrainer(t)
	var weights [][]float32
	h := fit(t, tr, train, nn.Epochs(200), nn.Validate(validation), nn.EarlyStop(nn.ValidationLoss(), 3),
		onEpoch(func(*nn.EpochInfo) error {
			weights = append(weights, allWeights(t, tr.Network()))
			return nil
		}))
	if !h.StoppedEarly || len(h.Epochs) != h.BestEpoch+3 {
		t.Fatalf("stopped early %v after %d epochs, the best of which is %d; want an end 3 epochs after the best", h.StoppedEarly, len(h.Epochs), h.BestEpoch)
	}
	for _, e := range h.Epochs {
		if best := h.Epochs[h.BestEpoch-1]; e.Epoch != best.Epoch && !(e.Validation.Loss > best.Validation.Loss) {
			t.Errorf("epoch %d has loss %v, the best, %d, %v", e.Epoch, e.Validation.Loss, best.Epoch, best.Validation.Loss)
		}
	}
	sameBits(t, "weights after early stopping", allWeights(t, tr.Network()), weights[h.BestEpoch-1])
	m, err := tr.Evaluate(validation)
	if err != nil {
		t.Fatal(err)
	}
	if h.Restored == nil || h.Restored.Epoch != h.BestEpoch || h.Restored.Step != h.BestEpoch {
		t.Errorf("restored %+v, want epoch %d, each of one step", h.Restored, h.BestEpoch)
	}
	if !reflect.DeepEqual(m, *h.Epochs[h.BestEpoch-1].Validation) {
		t.Errorf("the network evaluates to %+v, the best epoch to %+v", m, *h.Epochs[h.BestEpoch-1].Validation)
	}

	// A least improvement that nothing reaches: the first epoch counts, and
	// then patience.
	if h := fit(t, newTrainer(t), train, nn.Epochs(200), nn.Validate(validation), nn.EarlyStop(nn.ValidationLoss(), 2, nn.MinDelta(1000))); len(h.Epochs) != 3 {
		t.Errorf("%d epochs, want 3", len(h.Epochs))
	}
}

// TestBestWeightsComeBackWhateverEndsFit ends training with early stopping in
// all ways there are, on samples whose validation loss soon rises: the weights
// are those of the best epoch, or the last ones if no epoch was whole.
func TestBestWeightsComeBackWhateverEndsFit(t *testing.T) {
	const endAt = 20 // epochs, the best of which is one of the first
	other := errors.New("the disk is full")
	for name, c := range map[string]struct {
		inEpoch bool // whether it ends within an epoch rather than after one
		end     func(tr *nn.Trainer, cancel context.CancelFunc) error
		want    error
	}{
		"context between steps":  {true, func(_ *nn.Trainer, cancel context.CancelFunc) error { cancel(); return nil }, context.Canceled},
		"context between epochs": {false, func(_ *nn.Trainer, cancel context.CancelFunc) error { cancel(); return nil }, context.Canceled},
		"callback in an epoch":   {true, func(*nn.Trainer, context.CancelFunc) error { return other }, other},
		"callback after one":     {false, func(*nn.Trainer, context.CancelFunc) error { return other }, other},
		"ErrStop in an epoch":    {true, func(*nn.Trainer, context.CancelFunc) error { return nn.ErrStop }, nil},
		"ErrStop after one":      {false, func(*nn.Trainer, context.CancelFunc) error { return nn.ErrStop }, nil},
		"a loss that is NaN": {true, func(tr *nn.Trainer, _ context.CancelFunc) error {
			w, b, err := tr.Network().Weights(3)
			if err != nil {
				return err
			}
			b[0] = float32(math.NaN())
			return tr.Network().SetWeights(3, w, b)
		}, &nn.NonFiniteError{}},
	} {
		for _, after := range []int{0, endAt} {
			if after == 0 && !c.inEpoch {
				continue
			}
			t.Run(fmt.Sprintf("%s, %d whole epochs", name, after), func(t *testing.T) {
				train, validation := classes(1, 30, 6, 3), classes(2, 30, 6, 3)
				tr := newTrainer(t)
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				var weights [][]float32
				var last []float32
				ended := false
				h, err := tr.Fit(ctx, train, nn.Batch(10), nn.Epochs(50), nn.Validate(validation), nn.EarlyStop(nn.ValidationLoss(), 50),
					onStep(func(s *nn.StepInfo) error {
						if !c.inEpoch || ended || len(weights) != after || s.Step%3 != 2 {
							return nil
						}
						ended = true
						err := c.end(tr, cancel)
						last = allWeights(t, tr.Network())
						return err
					}),
					onEpoch(func(*nn.EpochInfo) error {
						weights = append(weights, allWeights(t, tr.Network()))
						if !c.inEpoch && len(weights) == after {
							return c.end(tr, cancel)
						}
						return nil
					}))
				var nonFinite *nn.NonFiniteError
				if errors.As(c.want, &nonFinite) {
					if !errors.As(err, &nonFinite) {
						t.Fatalf("Fit returned %v, want a *NonFiniteError", err)
					}
				} else if !errors.Is(err, c.want) {
					t.Fatalf("Fit returned %v, want %v", err, c.want)
				}
				if len(h.Epochs) != after {
					t.Fatalf("%d whole epochs, want %d", len(h.Epochs), after)
				}
				if after == 0 {
					sameBits(t, "weights without a whole epoch", allWeights(t, tr.Network()), last)
					return
				}
				if h.BestEpoch == after {
					t.Fatalf("the last epoch, %d, is the best: nothing to go back to", after)
				}
				sameBits(t, "weights after Fit", allWeights(t, tr.Network()), weights[h.BestEpoch-1])
			})
		}
	}
}

// TestBestWeightsThatCannotComeBack closes the network in a callback: both
// errors arrive.
func TestBestWeightsThatCannotComeBack(t *testing.T) {
	data := classes(1, 30, 6, 3)
	other := errors.New("the disk is full")
	net, err := nn.New(tensor.Shape{6}, layer.Stack(layer.Dense(3)))
	if err != nil {
		t.Fatal(err)
	}
	tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.SGD(0.1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = tr.Fit(context.Background(), data, nn.Validate(data), nn.EarlyStop(nn.ValidationLoss(), 3), onEpoch(func(*nn.EpochInfo) error {
		return errors.Join(other, net.Close())
	}))
	if !errors.Is(err, other) || !errors.Is(err, nn.ErrClosed) {
		t.Errorf("Fit returned %v, want the callback's error and ErrClosed", err)
	}
}

func TestFitLogs(t *testing.T) {
	data := classes(1, 40, 6, 3)
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, nil))
	fit(t, newTrainer(t), data, nn.Epochs(2), nn.Validate(data), nn.Log(logger))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "epoch=2 loss=") || !strings.Contains(lines[1], "validation_accuracy=") {
		t.Errorf("logged %q", lines)
	}
}

// With five batches an epoch and two passes a step, each epoch takes two whole
// steps and one with what is left.
func TestFitFlushesAccumulation(t *testing.T) {
	tr := newTrainer(t, nn.Accumulate(2))
	h := fit(t, tr, classes(1, 50, 6, 3), nn.Batch(10), nn.Epochs(2))
	if h.Steps != 10 || tr.Optimizer().Steps() != 6 {
		t.Errorf("%d batches and %d steps, want 10 and 6", h.Steps, tr.Optimizer().Steps())
	}
}
