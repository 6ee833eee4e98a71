package nntest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

var errFails = errors.New("it fails now")

// countdown fails at one of the calls of a part, or only counts them. Streams are used by several goroutines.
type countdown struct {
	calls atomic.Int64
	at    int64
}

func (c *countdown) call() error {
	if n := c.calls.Add(1); n == c.at {
		return fmt.Errorf("call %d: %w", n, errFails)
	}
	return nil
}

// failingLayer copies its input.
type failingLayer struct {
	layer.Plain
	*countdown
	shape tensor.Shape
}

func (failingLayer) String() string { return "failing" }
func (l failingLayer) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	l.shape = x.Shape
	return b.Stage(x, l)
}
func (l failingLayer) Out() tensor.Shape { return l.shape }
func (l failingLayer) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		copy(tensor.Row(y, i), tensor.Row(x, i))
	}
	return l.call()
}
func (l failingLayer) Backward(p *layer.Pass, _, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return l.call()
	}
	return l.Forward(p, dy, dx)
}

// failingMetric is the root mean square error.
type failingMetric struct {
	metric.Metric
	*countdown
}

func (m failingMetric) Start() metric.State { return failingState{m.Metric.Start(), m.countdown} }

type failingState struct {
	metric.State
	*countdown
}

func (s failingState) Add(y, mean tensor.Matrix, t data.Target) error {
	if err := s.State.Add(y, mean, t); err != nil { // which is checked to fail
		return err
	}
	return s.call()
}

func (s failingState) Merge(o metric.State) error {
	if other, ok := o.(failingState); ok {
		o = other.State
	}
	if err := s.State.Merge(o); err != nil {
		return err
	}
	return s.call()
}

// failingSource has some rows.
type failingSource struct {
	data.Source
	*countdown
}

func (s failingSource) Open(epoch, rank, ranks int) (data.Stream, error) {
	stream, err := s.Source.Open(epoch, rank, ranks)
	if err != nil {
		return nil, err
	}
	return failingStream{stream, s.countdown}, s.call()
}

type failingStream struct {
	data.Stream
	*countdown
}

func (s failingStream) Next(b *data.Batch, rows int) error {
	if err := s.Stream.Next(b, rows); err != nil {
		return err
	}
	return s.call()
}

func (s failingStream) Skip(rows int64) error {
	if err := s.Stream.Skip(rows); err != nil {
		return err
	}
	return s.call()
}

func (s failingStream) Close() error {
	if err := s.Stream.Close(); err != nil {
		return err
	}
	return s.call()
}

// TestFailures: wherever a part fails first, the check fails, and with that part's error.
func TestFailures(t *testing.T) {
	b := openBackend(t, "native")
	x := newMatrix(12, 2, func() float32 { return 0.5 })
	for i := range x.Data {
		x.Data[i] = float32(i*7%5) - 2
	}
	network := func(c *countdown) *nn.Network {
		net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(3), failingLayer{countdown: c}, layer.Dense(2)), nn.Backend(b), nn.Seed(1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { net.Close() })
		return net
	}
	for name, check := range map[string]func(*countdown) error{
		"layer": func(c *countdown) error {
			_, err := CheckLayer(failingLayer{countdown: c}, tensor.Shape{2}, Backend(b), Rows(4))
			return err
		},
		"gradients": func(c *countdown) error {
			_, err := CheckGradients(network(c), loss.MSE(), x, data.Values(x))
			return err
		},
		"rule": func(c *countdown) error {
			return CheckRule(optim.SGD(0.1, optim.Momentum(0.5)), Backend(b), Layers(tensor.Shape{2}, layer.Stack(layer.Dense(3), failingLayer{countdown: c}, layer.Dense(2))))
		},
		"metric": func(c *countdown) error { return CheckMetric(failingMetric{metric.RMSE(), c}, Backend(b)) },
		"source": func(c *countdown) error {
			return CheckSource(failingSource{data.Set{X: x, Target: data.Values(x)}, c}, Backend(b))
		},
	} {
		t.Run(name, func(t *testing.T) {
			all := &countdown{}
			err, calls := check(all), all.calls.Load()
			if err != nil || calls == 0 {
				t.Fatalf("%d calls, %v", calls, err)
			}
			first := int64(1)
			if name == "metric" {
				first = 9 // the first one of each kind of outputs and targets says whether the metric takes it
			}
			// Some of many: the first ones, and others spread over the rest.
			for at := first; at <= calls; at += 1 + at/20 {
				if err := check(&countdown{at: at}); !errors.Is(err, errFails) {
					t.Errorf("call %d of %d fails: %v", at, calls, err)
				}
			}
		})
	}
}
