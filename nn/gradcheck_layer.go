package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// ErrNotWritten reports a stage whose Forward leaves outputs as they were, or
// computes NaN from random numbers.
var ErrNotWritten = errors.New("it is NaN, as it was before Forward: Forward must write all of y, from x alone")

// CheckLayer builds layer for rows of in features and checks the gradients of
// its parameters and of its input, as CheckGradients does, on random samples,
// normally distributed, for a random weighted sum of its outputs. It also lets
// the layer be the first of a network, where Backward is not asked for a
// gradient at the input.
//
// Use it in the test of a layer of your own:
//
//	if _, err := nn.CheckLayer(MyLayer{}, 7); err != nil {
//		t.Error(err)
//	}
func CheckLayer(l layer.Layer, in int, opts ...CheckOption) (GradientReport, error) {
	report, err := checkLayer(l, in, opts, InputGradient())
	if err == nil {
		_, err = checkLayer(l, in, append(slices.Clone(opts), CheckElements(1)))
	}
	return report, err
}

func checkLayer(l layer.Layer, in int, opts []CheckOption, netOpts ...Option) (GradientReport, error) {
	c, err := newCheckConfig(opts)
	if err != nil {
		return GradientReport{}, err
	}
	netOpts = append(netOpts, Seed(c.seed))
	if c.backend != nil {
		netOpts = append(netOpts, Backend(c.backend))
	}
	net, err := New(tensor.Shape{in}, l, netOpts...)
	if err != nil {
		return GradientReport{}, err
	}
	defer net.Close()
	if most := net.mostTried(); c.rows > most {
		return GradientReport{}, fault.Value("gradient check", "number of rows", float64(c.rows), fmt.Sprintf("at most %d, which take %d MiB in this layer", most, maxTried>>18))
	}
	rng := random.New(c.seed, streamCheck)
	x := newMatrix(c.rows, in)
	coefficients := newMatrix(c.rows, net.Outputs())
	for i := range c.rows {
		fillNormal(rng, 1, rowOf(x, i))
		fillUniform(rng, 1, rowOf(coefficients, i))
	}
	if err := checkWritten(net, x); err != nil {
		return GradientReport{}, err
	}
	return CheckGradients(net, weightedSum{}, x, data.Values(coefficients), opts...)
}

// checkWritten lets the layer write to a matrix of NaN, none of which may stay.
func checkWritten(net *Network, x tensor.Matrix) error {
	y := newMatrix(x.Rows, net.outputs)
	for i := range y.Data {
		y.Data[i] = float32(math.NaN())
	}
	if err := net.PredictInto(x, y); err != nil {
		return err
	}
	for i := range y.Rows {
		for j, v := range rowOf(y, i) {
			if v != v {
				return fmt.Errorf("gradient check: output [%d][%d]: %w", i, j, ErrNotWritten)
			}
		}
	}
	return nil
}

// weightedSum is the loss Σ t·y, whose gradient is t.
type weightedSum struct{}

func (weightedSum) String() string { return "weighted_sum" }

func (weightedSum) Link() loss.Link { return loss.Identity }

func (weightedSum) Outputs(targets int) int { return targets }

func (weightedSum) Check(t data.Target, rows, cols int) error { return loss.MSE().Check(t, rows, cols) }

func (weightedSum) Weight(data.Target, int, int) float64 { return 1 }

func (weightedSum) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	c, sum := float32(scale), 0.0
	for i := range y.Rows {
		weights := rowOf(t.Values, i)
		for j, v := range rowOf(y, i) {
			sum += float64(float64(v) * float64(weights[j]))
		}
		if dy.Data != nil {
			for j, w := range weights {
				rowOf(dy, i)[j] = c * w
			}
		}
	}
	return sum
}
