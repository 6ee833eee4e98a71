package lessons

import (
	"context"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// regressionFacts are of a neuron that learns what flats cost, from their areas.
type regressionFacts struct {
	Areas, Rents []float64 // of flats, in square metres and euros
	N            int

	Rate   float64
	Epochs int
	W, B   float64 // what descent finds: euros a square metre, and euros

	ExactW, ExactB, ExactCost float64 // the least-squares line, by formula

	Shown  []snapshot // on the way
	Costs  []float64  // after each epoch, the first of them before all; in square euros
	Within int        // epochs until the cost is within a percent of the exact one

	Asked, Rent  float64 // an area, and what the neuron says of it
	Rise         float64 // by which all rents rise in the second exercise
	RisenW       float64 // learnt again then
	RisenB       float64
	MeanA, DevA  float64 // by which areas are scaled
	ScaledW      float64 // the weight that the neuron itself has
	ScaledB      float64
	MeanResidual float64 // of the line found: the mean of rent less answer
}

// snapshot is the line after an epoch.
type snapshot struct {
	Epoch      int
	W, B, Cost float64
}

func (f *regressionFacts) compute(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(7, 1))
	f.N, f.Rate, f.Epochs = 24, 0.1, 60
	for i := range f.N {
		area := between(30, 120, i, f.N) + 4*rng.NormFloat64()
		f.Areas = append(f.Areas, area)
		f.Rents = append(f.Rents, 220+6.5*area+70*rng.NormFloat64())
	}
	f.MeanA, f.DevA = meanAndDeviation(f.Areas)
	f.ExactW, f.ExactB = leastSquares(f.Areas, f.Rents)
	f.ExactCost = f.cost(f.ExactW, f.ExactB)
	var err error
	if f.ScaledW, f.ScaledB, err = f.learn(ctx, 0, true); err != nil {
		return err
	}
	f.W, f.B = f.unscaled(f.ScaledW, f.ScaledB)
	for f.Within = 0; f.Within < len(f.Costs) && !(f.Costs[f.Within] <= 1.01*f.ExactCost); f.Within++ {
	}
	f.Asked = 75
	f.Rent = f.W*f.Asked + f.B
	for i, a := range f.Areas {
		f.MeanResidual += (f.Rents[i] - f.W*a - f.B) / float64(f.N)
	}
	f.Rise = 50
	w, b, err := f.learn(ctx, f.Rise, false)
	if err != nil {
		return err
	}
	f.RisenW, f.RisenB = f.unscaled(w, b)
	return nil
}

// hundred is the unit that rents are learnt in: numbers near 1 learn best.
const hundred = 100

// learn descends from a neuron of zeros, and returns its weight and bias. All rents are raised by rise.
func (f *regressionFacts) learn(ctx context.Context, rise float64, watched bool) (w, b float64, err error) {
	x, y := make([]float32, f.N), make([]float32, f.N)
	for i := range x {
		x[i] = float32((f.Areas[i] - f.MeanA) / f.DevA)
		y[i] = float32((f.Rents[i] + rise) / hundred)
	}
	see := func(epoch int, net *nn.Network) error {
		weights, bias, err := neuronOf(net, 0, 0)
		if err != nil {
			return err
		}
		w, b = weights[0], bias
		if watched {
			cw, cb := f.unscaled(w, b)
			cost := f.cost(cw, cb)
			f.Costs = append(f.Costs, cost)
			if epoch == 0 || epoch == 1 || epoch == 3 || epoch == 8 || epoch == f.Epochs {
				f.Shown = append(f.Shown, snapshot{epoch, cw, cb, cost})
			}
		}
		return nil
	}
	e := experiment{in: 1, layers: []layer.Layer{layer.Dense(1)}, loss: loss.MSE(), rule: optim.SGD(f.Rate), epochs: f.Epochs,
		start: func(net *nn.Network) error {
			if err := net.SetWeights(0, matrix(1, 0), []float32{0}); err != nil {
				return err
			}
			return see(0, net)
		},
		epoch: func(epoch int, _ float64, net *nn.Network) error { return see(epoch, net) }}
	net, err := e.run(ctx, data.Set{X: matrix(1, x...), Target: data.Values(matrix(1, y...))})
	if err != nil {
		return 0, 0, err
	}
	return w, b, net.Close()
}

// unscaled is the line in euros and square metres.
func (f *regressionFacts) unscaled(w, b float64) (float64, float64) {
	slope := hundred * w / f.DevA
	return slope, hundred*b - slope*f.MeanA
}

// cost is the mean of the squared distances of the rents from a line.
func (f *regressionFacts) cost(w, b float64) float64 {
	sum := 0.0
	for i, a := range f.Areas {
		d := w*a + b - f.Rents[i]
		sum += d * d
	}
	return sum / float64(f.N)
}
