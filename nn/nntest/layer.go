package nntest

import (
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// CheckLayer makes a network of a layer for rows of that shape and does what CheckGradients does,
// on random samples, normally distributed, or categories (layer.Categorical), for a random weighted sum of the outputs.
//
// Use it in the test of a layer of your own:
//
//	if _, err := nntest.CheckLayer(MyLayer{}, tensor.Shape{7}); err != nil {
//		t.Error(err)
//	}
func CheckLayer(l layer.Layer, shape tensor.Shape, opts ...Option) (report Report, err error) {
	c, err := newConfig("gradient check", opts)
	if err != nil {
		return Report{}, err
	}
	netOpts := []nn.Option{nn.Seed(c.seed), nn.MaxBatch(c.rows)}
	if c.backend != nil {
		netOpts = append(netOpts, nn.Backend(c.backend))
	}
	net, err := nn.New(shape, l, netOpts...)
	if err != nil {
		return Report{}, err
	}
	defer net.Close()
	rng := random.New(c.seed, streamCheck)
	x := newMatrix(c.rows, net.Inputs(), func() float32 { return float32(rng.NormFloat64()) })
	for column := range x.Cols {
		if n := layer.Categories(l, column); n > 0 {
			for i := range x.Rows {
				tensor.Row(x, i)[column] = float32(rng.IntN(n))
			}
		}
	}
	coefficients := newMatrix(c.rows, net.Outputs(), func() float32 { return 2*rng.Float32() - 1 })
	return CheckGradients(net, weightedSum{}, x, data.Values(coefficients), opts...)
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
		weights := tensor.Row(t.Values, i)
		for j, v := range tensor.Row(y, i) {
			sum += float64(float64(v) * float64(weights[j]))
		}
		if dy.Data != nil {
			for j, w := range weights {
				tensor.Row(dy, i)[j] = c * w
			}
		}
	}
	return sum
}
