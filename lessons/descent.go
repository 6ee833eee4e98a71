package lessons

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// descentFacts are of a neuron of one input, whose cost is a surface over its weight and its bias.
type descentFacts struct {
	X, Y         []float64 // examples
	W, B         float64   // where the cost is least
	Least        float64   // and what it is there
	StartW       float64   // where all paths begin
	StartB       float64
	StartCost    float64
	StartSlopeW  float64 // the gradient there, by the library
	StartSlopeB  float64
	Curvature    float64 // the largest and the smallest of the surface, that of the steepest direction and of the flattest
	Flattest     float64
	Limit        float64 // 2/Curvature: from this rate on descent does not come down
	Best         float64 // 2/(Curvature + Flattest), the quickest of all rates
	Paths        []descentPath
	TenCurvature float64 // the largest curvature with ten times the inputs, and the limit then
	TenLimit     float64
	BottomSlopeW float64 // the gradient at the least cost
	BottomSlopeB float64
}

// descentPath is a descent by one rate.
type descentPath struct {
	Rate   float64
	Steps  int     // that were taken
	Within int     // steps until the cost is within a hundredth of the way of the least; 0 if never
	Cost   float64 // after the last step
	Broken string  // what the library says when the cost is no number any more; "" if it stays one

	w, b, costs []float64 // from the start on
}

// Wild tells whether the path leads up.
func (p descentPath) Wild(start float64) bool { return p.Broken != "" || p.Cost > start }

const descentSteps = 100

func (f *descentFacts) compute(ctx context.Context) error {
	f.X, f.Y = []float64{-1, -0.5, 0, 0.5, 1, 1.5, 2}, []float64{-1.3, 0.2, 0.4, 2.1, 2.3, 4.2, 4.6}
	f.W, f.B = leastSquares(f.X, f.Y)
	f.Least = f.cost(f.W, f.B)
	f.StartW, f.StartB = -2, 1
	f.StartCost = f.cost(f.StartW, f.StartB)
	f.Curvature, f.Flattest = f.curvatures(1)
	f.TenCurvature, _ = f.curvatures(10)
	f.TenLimit = 2 / f.TenCurvature
	f.Limit, f.Best = 2/f.Curvature, 2/(f.Curvature+f.Flattest)
	for _, rate := range []float64{0.02, f.Best, 0.98 * f.Limit, 1.1 * f.Limit} {
		p, err := f.descend(ctx, round3(rate), descentSteps)
		if err != nil {
			return err
		}
		f.Paths = append(f.Paths, p)
	}
	// Far enough beyond the limit, float32 runs out of numbers.
	p, err := f.descend(ctx, round3(3*f.Limit), 1000)
	if err != nil {
		return err
	}
	f.Paths = append(f.Paths, p)
	for _, p := range f.Paths[:4] {
		if p.Steps < descentSteps {
			return fmt.Errorf("descent at a rate of %v broke off after %d steps: %s", p.Rate, p.Steps, p.Broken)
		}
	}
	if f.StartSlopeW, f.StartSlopeB, err = f.slope(f.StartW, f.StartB); err != nil {
		return err
	}
	f.BottomSlopeW, f.BottomSlopeB, err = f.slope(f.W, f.B)
	return err
}

// round3 rounds to thousandths, as rates are shown.
func round3(v float64) float64 { return math.Round(1000*v) / 1000 }

func (f *descentFacts) cost(w, b float64) float64 {
	sum := 0.0
	for i, x := range f.X {
		d := w*x + b - f.Y[i]
		sum += d * d
	}
	return sum / float64(len(f.X))
}

// curvatures are those of the cost in its steepest and its flattest direction, the same everywhere: the eigenvalues of
// 2/n·[Σx², Σx; Σx, n], of inputs that are so many times as large.
func (f *descentFacts) curvatures(times float64) (steepest, flattest float64) {
	n, xx, x := float64(len(f.X)), 0.0, 0.0
	for _, v := range f.X {
		v *= times
		xx, x = xx+v*v, x+v
	}
	a, b, c := 2*xx/n, 2*x/n, 2.0
	middle, half := (a+c)/2, math.Hypot((a-c)/2, b)
	return middle + half, middle - half
}

func (f *descentFacts) set() data.Set {
	x, y := make([]float32, len(f.X)), make([]float32, len(f.Y))
	for i := range x {
		x[i], y[i] = float32(f.X[i]), float32(f.Y[i])
	}
	return examples(matrix(1, x...), y...)
}

// descend goes down from the start.
func (f *descentFacts) descend(ctx context.Context, rate float64, steps int) (descentPath, error) {
	p := descentPath{Rate: rate}
	see := func(net *nn.Network) error {
		w, b, err := neuronOf(net, 0, 0)
		if err != nil {
			return err
		}
		p.w, p.b, p.costs = append(p.w, w[0]), append(p.b, b), append(p.costs, f.cost(w[0], b))
		return nil
	}
	e := experiment{in: 1, layers: []layer.Layer{layer.Dense(1)}, loss: loss.MSE(), rule: optim.SGD(rate), epochs: steps,
		start: func(net *nn.Network) error {
			if err := net.SetWeights(0, matrix(1, float32(f.StartW)), []float32{float32(f.StartB)}); err != nil {
				return err
			}
			return see(net)
		},
		epoch: func(_ int, _ float64, net *nn.Network) error { return see(net) }}
	net, err := e.build()
	if err != nil {
		return p, err
	}
	defer net.Close()
	err = e.train(ctx, net, f.set())
	if broken := (*nn.NonFiniteError)(nil); errors.As(err, &broken) {
		p.Broken = err.Error()
	} else if err != nil {
		return p, err
	}
	p.Steps = len(p.costs) - 1
	p.Cost = p.costs[p.Steps]
	for i, c := range p.costs {
		if c-f.Least <= 0.01*(f.StartCost-f.Least) {
			p.Within = i
			break
		}
	}
	return p, nil
}

// slope is the gradient of the cost, by a step backwards.
func (f *descentFacts) slope(w, b float64) (byW, byB float64, err error) {
	net, err := (&experiment{in: 1, layers: []layer.Layer{layer.Dense(1)}}).build()
	if err != nil {
		return 0, 0, err
	}
	defer net.Close()
	if err := net.SetWeights(0, matrix(1, float32(w)), []float32{float32(b)}); err != nil {
		return 0, 0, err
	}
	set := f.set()
	y, err := net.Forward(set.X)
	if err != nil {
		return 0, 0, err
	}
	dy := make([]float32, y.Rows)
	for i := range dy {
		dy[i] = 2 * (tensor.Row(y, i)[0] - set.Target.Values.Data[i]) / float32(len(dy))
	}
	if err := net.Backward(matrix(1, dy...)); err != nil {
		return 0, 0, err
	}
	weights, bias, err := net.Gradients(0)
	if err != nil {
		return 0, 0, err
	}
	return float64(weights.Data[0]), float64(bias[0]), nil
}
