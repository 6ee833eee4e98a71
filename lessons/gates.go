package lessons

import (
	"context"
	"errors"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// gatesFacts are of neurons of two inputs that make gates.
type gatesFacts struct {
	And, Or, Nand gate   // set by hand, with a step
	Heavy         gate   // an OR again: AND with larger weights
	Refusal       string // what the library says when a step is to be learnt through
	Epochs        int
	Learnt        []gate    // the sigmoid's AND, after some epochs
	Majority      []float64 // of three inputs, 000 to 111: at least two are on
	MajorityBias  float64
}

// gate is a neuron of two inputs and what it answers at the corners.
type gate struct {
	Epoch     int
	W1, W2, B float64
	Sums      [4]float64 // w1·x1 + w2·x2 + b at 00, 01, 10, 11
	Out       [4]float64
}

// At is how much of a gate is on at x2 = 0: where its line crosses the axis of x1.
func (g gate) At() float64 { return -g.B / g.W1 }

func (f *gatesFacts) compute(ctx context.Context) error {
	byHand := &experiment{in: 2, layers: []layer.Layer{layer.Dense(1), activation.Heaviside()}}
	net, err := byHand.build()
	if err != nil {
		return err
	}
	defer net.Close()
	for _, g := range []struct {
		into      *gate
		w1, w2, b float64
	}{{&f.And, 1, 1, -1.5}, {&f.Or, 1, 1, -0.5}, {&f.Heavy, 2, 2, -1.5}, {&f.Nand, -1, -1, 1.5}} {
		if err := net.SetWeights(0, matrix(1, float32(g.w1), float32(g.w2)), []float32{float32(g.b)}); err != nil {
			return err
		}
		if *g.into, err = gateOf(net, 0); err != nil {
			return err
		}
	}
	if _, err := net.Forward(corners()); !errors.Is(err, nn.ErrUntrainable) {
		return errors.Join(errors.New("lessons: a step was learnt through"), err)
	}
	f.Refusal = nn.ErrUntrainable.Error()
	if err := f.majority(); err != nil {
		return err
	}
	return f.learn(ctx)
}

// gateOf reads a neuron of two inputs.
func gateOf(net *nn.Network, epoch int) (g gate, err error) {
	w, b, err := neuronOf(net, 0, 0)
	if err != nil {
		return g, err
	}
	g = gate{Epoch: epoch, W1: w[0], W2: w[1], B: b}
	out, err := answers(net, corners())
	if err != nil {
		return g, err
	}
	for i := range g.Out {
		x := corners().Data[2*i : 2*i+2]
		g.Out[i], g.Sums[i] = out[i], g.W1*float64(x[0])+g.W2*float64(x[1])+g.B
	}
	return g, nil
}

// learn has a sigmoid learn the gate that a step cannot.
func (f *gatesFacts) learn(ctx context.Context) error {
	const rate = 5
	f.Epochs = 1000
	see := func(epoch int, net *nn.Network) error {
		if epoch != 0 && epoch != 10 && epoch != 100 && epoch != f.Epochs {
			return nil
		}
		g, err := gateOf(net, epoch)
		f.Learnt = append(f.Learnt, g)
		return err
	}
	e := experiment{in: 2, layers: []layer.Layer{layer.Dense(1), activation.Sigmoid()}, loss: loss.MSE(), rule: optim.SGD(rate), seed: 3, epochs: f.Epochs,
		start: func(net *nn.Network) error { return see(0, net) },
		epoch: func(epoch int, _ float64, net *nn.Network) error { return see(epoch, net) }}
	net, err := e.run(ctx, examples(corners(), 0, 0, 0, 1))
	if err != nil {
		return err
	}
	return net.Close()
}

// majority sets a gate of three inputs that is on if at least two are.
func (f *gatesFacts) majority() error {
	e := &experiment{in: 3, layers: []layer.Layer{layer.Dense(1), activation.Heaviside()}}
	net, err := e.build()
	if err != nil {
		return err
	}
	defer net.Close()
	f.MajorityBias = -1.5
	if err := net.SetWeights(0, matrix(1, 1, 1, 1), []float32{float32(f.MajorityBias)}); err != nil {
		return err
	}
	var x []float32
	for i := range 8 {
		x = append(x, float32(i>>2&1), float32(i>>1&1), float32(i&1))
	}
	f.Majority, err = answers(net, matrix(3, x...))
	return err
}
