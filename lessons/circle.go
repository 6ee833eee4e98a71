package lessons

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// circleFacts are of four neurons that enclose a circle.
type circleFacts struct {
	Points, Unseen int
	Radius         float64
	Epochs, Starts int
	Limit          float64 // the share of new points from which on a start has worked
	Failed         int
	Good, Bad      enclosure
	Three, Two     float64 // the best accuracy with three neurons and with two, of the same starts

	x tensor.Matrix // some points, for figures
	y []float32
}

// enclosure is a trained network.
type enclosure struct {
	Seed     uint64
	Accuracy float64
	Neurons  []halfPlane
	Gap      float64 // the widest angle, in degrees, between the directions of neighbours that are not idle: of 180 and more, one side is open
	Bias     float64 // of the last neuron: the level at which the sum is cut

	each [][]float64 // what each neuron adds to the sum, on a grid
	sum  []float64   // all of them, and the bias: a yes is above 0
}

// halfPlane is a hidden neuron: the direction in which it says no, away from the middle, how far out its line lies, and what
// it adds to the sum.
type halfPlane struct {
	Angle    float64 // in degrees, counterclockwise from the axis of x1
	Distance float64 // of its line from the middle; negative if the line lies on the other side
	Height   float64 // weight by which the last neuron takes it: the height of its cliff is twice that
}

// Idle tells whether the neuron's line lies outside of all points: it says the same to each.
func (h halfPlane) Idle() bool { return math.Abs(h.Distance) > circleEdge }

const (
	circleGrid = 41
	circleEdge = 1.4 // of figures
)

func (f *circleFacts) compute(ctx context.Context) error {
	f.Points, f.Unseen, f.Epochs, f.Starts, f.Limit = 500, 2000, 300, 20, 0.93
	f.Radius = math.Sqrt(2 / math.Pi)
	var sets [2]data.Set
	for i, n := range []int{f.Points, f.Unseen} {
		s, err := datasets.Circle(n, 0, uint64(i+1))
		if err != nil {
			return err
		}
		sets[i] = examples(matrix(2, s.X...), s.Y...)
	}
	f.x, f.y = tensor.Rows(sets[0].X, 0, 150), sets[0].Target.Values.Data[:150]
	for seed := uint64(1); seed <= uint64(f.Starts); seed++ {
		e, err := f.enclose(ctx, 4, seed, sets[0], sets[1])
		if err != nil {
			return err
		}
		works := e.Accuracy >= f.Limit
		if !works {
			f.Failed++
		}
		if works && (f.Good.Seed == 0 || e.Gap < f.Good.Gap) {
			f.Good = e
		}
		if !works && (f.Bad.Seed == 0 || e.Gap > f.Bad.Gap) {
			f.Bad = e
		}
	}
	if f.Good.Seed == 0 {
		return fmt.Errorf("none of %d starts has enclosed the circle", f.Starts)
	}
	for seed := uint64(1); seed <= 5; seed++ {
		for _, c := range []struct {
			hidden int
			into   *float64
		}{{3, &f.Three}, {2, &f.Two}} {
			e, err := f.enclose(ctx, c.hidden, seed, sets[0], sets[1])
			if err != nil {
				return err
			}
			*c.into = max(*c.into, e.Accuracy)
		}
	}
	return nil
}

// enclose trains a network of so many hidden neurons, and looks at what each of them has become.
func (f *circleFacts) enclose(ctx context.Context, hidden int, seed uint64, train, test data.Set) (enclosure, error) {
	c := enclosure{Seed: seed}
	e := experiment{in: 2, layers: []layer.Layer{layer.Dense(hidden), activation.Tanh(), layer.Dense(1)},
		loss: loss.BinaryCrossEntropy(), rule: optim.Adam(0.03), seed: seed, epochs: f.Epochs, batch: 50}
	net, err := e.run(ctx, train)
	if err != nil {
		return c, err
	}
	defer net.Close()
	y, err := answers(net, test.X)
	if err != nil {
		return c, err
	}
	c.Accuracy = accuracy(y, 0, test.Target.Values.Data)
	return c, c.look(net, e.layers, hidden)
}

// look takes the network apart.
func (c *enclosure) look(net *nn.Network, layers []layer.Layer, hidden int) error {
	last, bias, err := neuronOf(net, 2, 0)
	if err != nil {
		return err
	}
	c.Bias = bias
	grid := plane(-circleEdge, circleEdge, circleGrid)
	each, err := hiddenAnswers(net, layers, 2, grid)
	if err != nil {
		return err
	}
	if c.sum, err = answers(net, grid); err != nil {
		return err
	}
	for j := range hidden {
		w, b, err := neuronOf(net, 0, j)
		if err != nil {
			return err
		}
		// tanh is odd: a neuron that the last one takes with a negative weight is the opposite one, taken with a positive.
		size, sign := math.Hypot(w[0], w[1]), 1.0
		if last[j] < 0 {
			sign = -1
		}
		// It says yes where sign·(w·x + b) > 0, so the no lies towards -sign·w.
		c.Neurons = append(c.Neurons, halfPlane{
			Angle:    degrees(math.Atan2(-sign*w[1], -sign*w[0])),
			Distance: sign * b / size,
			Height:   math.Abs(last[j]),
		})
		for i := range each[j] {
			each[j][i] *= last[j]
		}
	}
	c.each = each
	c.Gap = widestGap(c.Neurons)
	return nil
}

// degrees is an angle from 0 to 360.
func degrees(radians float64) float64 { return math.Mod(radians*180/math.Pi+360, 360) }

// widestGap is the widest angle between neighbouring directions.
func widestGap(neurons []halfPlane) float64 {
	var angles []float64
	for _, n := range neurons {
		if !n.Idle() {
			angles = append(angles, n.Angle)
		}
	}
	if len(angles) == 0 {
		return 360
	}
	slices.Sort(angles)
	widest := angles[0] + 360 - angles[len(angles)-1]
	for i := 1; i < len(angles); i++ {
		widest = max(widest, angles[i]-angles[i-1])
	}
	return widest
}
