package lessons

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// activationsFacts are of functions that bend.
type activationsFacts struct {
	Curves      []curve // step, sigmoid, tanh, relu
	AtZero      float64 // σ(0)
	SlopeAtZero float64 // σ'(0)
	Deep        int     // sigmoids in a row, and the most that the gradient through them can be
	DeepSlope   float64
	DeepReal    float64 // what it is through a network of as many sigmoids, all weights 1

	Trained int        // points of the one-dimensional classes
	Asked   int        // points to judge by
	W, B    float64    // of the neuron that tells them apart
	Bins    []forecast // what it says against what is the case
	AskedX  float64    // an input, and what the neuron says of it
	Said    float64
	Odds    float64 // of that: p/(1-p)
	LogOdds float64

	bends [][]float64 // of the sum 4·x1 + 2·x2: as it is, and through sigmoid, tanh, relu
}

// curve is an activation, sampled.
type curve struct {
	Name     string
	x, y, dy []float64 // dy is nil where there is no slope
}

// forecast is how often a neuron was right that said something between From and To.
type forecast struct {
	From, To, Said, Happened float64 // Said is the mean of what it said, Happened the share of yes
	N                        int
}

const bendGrid = 41

func (f *activationsFacts) compute(ctx context.Context) error {
	for _, a := range []struct {
		name string
		l    layer.Layer
	}{{"step", activation.Heaviside()}, {"sigmoid", activation.Sigmoid()}, {"tanh", activation.Tanh()}, {"relu", activation.ReLU()}} {
		c, err := sampled(a.name, a.l)
		if err != nil {
			return err
		}
		f.Curves = append(f.Curves, c)
	}
	middle := len(f.Curves[1].x) / 2
	f.AtZero, f.SlopeAtZero = f.Curves[1].y[middle], f.Curves[1].dy[middle]
	if err := f.deep(); err != nil {
		return err
	}
	if err := f.bend(); err != nil {
		return err
	}
	return f.forecasts(ctx)
}

// sampled has the library compute a function and, by a step backwards, its slope.
func sampled(name string, l layer.Layer) (curve, error) {
	x := line(-5, 5, 201)
	c := curve{Name: name, x: widened(x.Data)}
	net, err := nn.New(tensor.Shape{1}, layer.Stack(layer.Dense(1), l), nn.InputGradient(), nn.MaxBatch(x.Rows))
	if err != nil {
		return c, err
	}
	defer net.Close()
	if err := net.SetWeights(0, matrix(1, 1), []float32{0}); err != nil {
		return c, err
	}
	y, err := net.Forward(x)
	if errors.Is(err, nn.ErrUntrainable) { // the step, which has no slope
		c.y, err = answers(net, x)
		return c, err
	}
	if err != nil {
		return c, err
	}
	c.y = column(y, 0)
	ones := make([]float32, x.Rows)
	for i := range ones {
		ones[i] = 1
	}
	if err := net.Backward(matrix(1, ones...)); err != nil {
		return c, err
	}
	c.dy = column(net.InputGradient(), 0)
	return c, nil
}

// deep sends a gradient back through a column of sigmoids.
func (f *activationsFacts) deep() error {
	f.Deep = 10
	f.DeepSlope = math.Pow(f.SlopeAtZero, float64(f.Deep))
	var layers []layer.Layer
	for range f.Deep {
		layers = append(layers, layer.Dense(1), activation.Sigmoid())
	}
	net, err := nn.New(tensor.Shape{1}, layer.Stack(layers...), nn.InputGradient())
	if err != nil {
		return err
	}
	defer net.Close()
	for i := range f.Deep {
		if err := net.SetWeights(2*i, matrix(1, 1), []float32{0}); err != nil {
			return err
		}
	}
	if _, err := net.Forward(matrix(1, 0)); err != nil {
		return err
	}
	if err := net.Backward(matrix(1, 1)); err != nil {
		return err
	}
	f.DeepReal = float64(net.InputGradient().Data[0])
	return nil
}

// bend shows what functions make of a weighted sum over the plane.
func (f *activationsFacts) bend() error {
	grid := plane(-2, 2, bendGrid)
	for _, a := range []layer.Layer{activation.Identity(), activation.Sigmoid(), activation.Tanh(), activation.ReLU()} {
		y, err := neuronAnswers(a, matrix(1, 4, 2), 0, grid)
		if err != nil {
			return err
		}
		f.bends = append(f.bends, y)
	}
	return nil
}

// forecasts trains a neuron on two classes that overlap, and looks how often it is right when it says 0.7.
func (f *activationsFacts) forecasts(ctx context.Context) error {
	f.Trained, f.Asked = 4000, 20000
	draw := func(n int, seed uint64) (x, y []float32) {
		rng := rand.New(rand.NewPCG(seed, 2))
		for i := range n {
			class := i % 2
			x = append(x, float32(2*float64(class)-1+1.2*rng.NormFloat64()))
			y = append(y, float32(class))
		}
		return x, y
	}
	x, y := draw(f.Trained, 1)
	e := experiment{in: 1, layers: []layer.Layer{layer.Dense(1)}, loss: loss.BinaryCrossEntropy(), rule: optim.Adam(0.05), seed: 1, epochs: 20, batch: 100}
	net, err := e.run(ctx, examples(matrix(1, x...), y...))
	if err != nil {
		return err
	}
	defer net.Close()
	w, b, err := neuronOf(net, 0, 0)
	if err != nil {
		return err
	}
	f.W, f.B = w[0], b
	x, y = draw(f.Asked, 2)
	z, err := answers(net, matrix(1, x...))
	if err != nil {
		return err
	}
	const bins = 10
	f.Bins = make([]forecast, bins)
	for i, v := range z {
		p := sigmoid(v)
		bin := &f.Bins[min(int(bins*p), bins-1)]
		bin.N++
		bin.Said += p
		bin.Happened += float64(y[i])
	}
	for i := range f.Bins {
		bin := &f.Bins[i]
		bin.From, bin.To = float64(i)/bins, float64(i+1)/bins
		if bin.N == 0 {
			return fmt.Errorf("of %d points none was said to be likely by %.1f to %.1f", f.Asked, bin.From, bin.To)
		}
		bin.Said, bin.Happened = bin.Said/float64(bin.N), bin.Happened/float64(bin.N)
	}
	f.AskedX = 0.5
	f.LogOdds = f.W*f.AskedX + f.B
	f.Said = sigmoid(f.LogOdds)
	f.Odds = f.Said / (1 - f.Said)
	return nil
}
