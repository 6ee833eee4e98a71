package lessons

import (
	"context"
	"fmt"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// xorFacts are of the gate that one neuron cannot be.
type xorFacts struct {
	Alone     [4]float64 // what one neuron says, trained: probabilities at 00, 01, 10, 11
	AloneLoss float64    // its mean loss in the end
	Nobody    float64    // that of saying 0.5 always: ln 2

	Hand []joined // two neurons with a step, OR and NAND, and AND of them

	Epochs, Starts int
	Failed         int    // starts of 2-2-1 that end with a wrong case
	Wider          int    // starts of 2-4-1 that do
	GoodSeed       uint64 // the first that works, and the first that fails; 0 if there is none
	BadSeed        uint64

	good, bad []float64 // what these say on a grid
}

// joined is a case with what two neurons say of it and what the third makes of that.
type joined struct {
	X1, X2, Or, Nand, Xor float64
}

const xorGrid = 41

func (f *xorFacts) compute(ctx context.Context) error {
	f.Epochs, f.Starts = 300, 100
	xor := examples(corners(), 0, 1, 1, 0)
	one := experiment{in: 2, layers: []layer.Layer{layer.Dense(1)}, loss: loss.BinaryCrossEntropy(), rule: optim.Adam(0.1), seed: 1, epochs: f.Epochs,
		epoch: func(_ int, loss float64, _ *nn.Network) error { f.AloneLoss = loss; return nil }}
	net, err := one.run(ctx, xor)
	if err != nil {
		return err
	}
	defer net.Close()
	y, err := answers(net, corners())
	if err != nil {
		return err
	}
	for i, z := range y {
		f.Alone[i] = sigmoid(z)
	}
	f.Nobody = ln2
	if err := f.byHand(); err != nil {
		return err
	}
	return f.starts(ctx)
}

// byHand joins OR and NAND to XOR.
func (f *xorFacts) byHand() error {
	e := &experiment{in: 2, layers: []layer.Layer{layer.Dense(2), activation.Heaviside(), layer.Dense(1), activation.Heaviside()}}
	net, err := e.build()
	if err != nil {
		return err
	}
	defer net.Close()
	if err := net.SetWeights(0, matrix(2, 1, -1, 1, -1), []float32{-0.5, 1.5}); err != nil {
		return err
	}
	if err := net.SetWeights(2, matrix(1, 1, 1), []float32{-1.5}); err != nil {
		return err
	}
	found, err := hiddenAnswers(net, e.layers, 2, corners())
	if err != nil {
		return err
	}
	out, err := answers(net, corners())
	if err != nil {
		return err
	}
	for i, x := 0, corners().Data; i < 4; i++ {
		f.Hand = append(f.Hand, joined{float64(x[2*i]), float64(x[2*i+1]), found[0][i], found[1][i], out[i]})
	}
	return nil
}

// starts trains from many first weights, and counts those that fail.
func (f *xorFacts) starts(ctx context.Context) error {
	for seed := uint64(1); seed <= uint64(f.Starts); seed++ {
		works, grid, err := f.start(ctx, 2, seed)
		if err != nil {
			return err
		}
		switch {
		case works && f.GoodSeed == 0:
			f.GoodSeed, f.good = seed, grid
		case !works && f.BadSeed == 0:
			f.BadSeed, f.bad = seed, grid
		}
		if !works {
			f.Failed++
		}
		if works, _, err = f.start(ctx, 4, seed); err != nil {
			return err
		}
		if !works {
			f.Wider++
		}
	}
	if f.GoodSeed == 0 {
		return fmt.Errorf("none of %d starts has learnt XOR", f.Starts)
	}
	return nil
}

// start trains a network of so many hidden neurons: whether it has all cases right in the end, and what it says on a grid.
func (f *xorFacts) start(ctx context.Context, hidden int, seed uint64) (works bool, grid []float64, err error) {
	truth := []float32{0, 1, 1, 0}
	e := experiment{in: 2, layers: []layer.Layer{layer.Dense(hidden), activation.Tanh(), layer.Dense(1)},
		loss: loss.BinaryCrossEntropy(), rule: optim.Adam(0.1), seed: seed, epochs: f.Epochs}
	net, err := e.run(ctx, examples(corners(), truth...))
	if err != nil {
		return false, nil, err
	}
	defer net.Close()
	y, err := answers(net, corners())
	if err != nil {
		return false, nil, err
	}
	grid, err = answers(net, plane(-0.6, 1.6, xorGrid))
	return accuracy(y, 0, truth) == 1, grid, err
}
