package lessons

import (
	"context"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// neuronFacts are of one neuron that adds up a bill.
type neuronFacts struct {
	Inputs        []billed
	Bias          float64
	Sum           float64   // what the network says
	More          []float64 // the bill for 0, 1, 2 ... coffees, all else as it is
	Big           float64   // the bill of the first exercise
	Voucher       float64   // what is taken off in the second
	LessBias      float64   // the bias that takes it off
	VoucherSum    float64
	Steep, Gentle float64   // what a sigmoid says of the smallest and of the largest bill drawn, less Limit
	Limit         float64   // above which a bill is a large one
	Bent          []float64 // σ(bill - Limit) for each of More
	Stepped       []float64 // 1 where the bill is above Limit, by the network with a step
}

// billed is an input with its weight.
type billed struct{ Input, Weight, Product float64 }

func (f *neuronFacts) compute(context.Context) error {
	neuron, err := nn.New(tensor.Shape{3}, layer.Stack(layer.Dense(1)))
	if err != nil {
		return err
	}
	defer neuron.Close()
	prices, order := []float32{1.5, 4.25, 3}, []float32{2, 1, 0}
	f.Bias = 0.75
	set := func(bias float64) error { return neuron.SetWeights(0, matrix(1, prices...), []float32{float32(bias)}) }
	bill := func(order ...float32) (float64, error) {
		y, err := answers(neuron, matrix(3, order...))
		if err != nil {
			return 0, err
		}
		return y[0], nil
	}
	if err := set(f.Bias); err != nil {
		return err
	}
	if f.Sum, err = bill(order...); err != nil {
		return err
	}
	for i, x := range order {
		f.Inputs = append(f.Inputs, billed{float64(x), float64(prices[i]), float64(x) * float64(prices[i])})
	}
	for coffees := range 9 {
		v, err := bill(float32(coffees), order[1], order[2])
		if err != nil {
			return err
		}
		f.More = append(f.More, v)
	}
	if f.Big, err = bill(3, 2, 1); err != nil {
		return err
	}
	f.Voucher, f.LessBias = 2, f.Bias-2
	if err := set(f.LessBias); err != nil {
		return err
	}
	if f.VoucherSum, err = bill(order...); err != nil {
		return err
	}
	return f.bend(prices, order)
}

// bend puts functions behind the sum.
func (f *neuronFacts) bend(prices, order []float32) (err error) {
	f.Limit = 10
	var orders []float32
	for coffees := range f.More {
		orders = append(orders, float32(coffees), order[1], order[2])
	}
	bias := float32(f.Bias - f.Limit)
	if f.Stepped, err = neuronAnswers(activation.Heaviside(), matrix(1, prices...), bias, matrix(3, orders...)); err != nil {
		return err
	}
	if f.Bent, err = neuronAnswers(activation.Sigmoid(), matrix(1, prices...), bias, matrix(3, orders...)); err != nil {
		return err
	}
	f.Gentle, f.Steep = f.Bent[0], f.Bent[len(f.Bent)-1]
	return nil
}
