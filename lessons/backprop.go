package lessons

import (
	"context"
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// backpropFacts are of one sample that goes through a 2-2-1 network of sigmoids, and back.
type backpropFacts struct {
	X       [2]float64
	T       float64     // what should come
	Hidden  [2]unit     // the neurons
	Output  unit        //
	Cost    float64     // (a - t)²
	DCDA    float64     // ∂C/∂a of the output: 2(a - t)
	Weights []backParam // all weights and biases, the output's first
	Worst   float64     // the most that the library's gradient and the finite difference differ

	Parameters  int     // of this network
	Passes      int     // forward passes that finite differences take: two for each of them
	MNIST       int     // parameters of 784-512-10
	MNISTPasses int     //
	Step        float64 // of the finite differences
	Perfect     float64 // the largest gradient if the target is what the network says anyway
	Rate        float64 // of one step
	CostAfter   float64 // and the cost after it
}

// unit is a neuron on the way forward and back.
type unit struct {
	W     [2]float64
	B     float64
	Z, A  float64
	Slope float64 // a(1 - a) = ∂a/∂z
	Delta float64 // ∂C/∂z: its share of the error
}

// backParam is a weight or bias: the three factors of the chain rule at its neuron, their product, what the library
// finds, and what the finite difference is.
type backParam struct {
	Formula          string // as a formula: w_{11}
	Back, Slope, In  float64
	Product, Library float64
	Difference       float64
}

func (f *backpropFacts) compute(ctx context.Context) error {
	f.X, f.T, f.Step, f.Rate = [2]float64{1, 0.5}, 1, 1e-4, 1
	f.Hidden = [2]unit{{W: [2]float64{0.5, 1.5}, B: 0.25}, {W: [2]float64{-1, 2}, B: -0.5}}
	f.Output = unit{W: [2]float64{1, -2}, B: 0.75}
	f.forward()
	f.backward()
	if err := f.library(); err != nil {
		return err
	}
	f.Parameters = len(f.Weights)
	f.Passes = 2 * f.Parameters
	big, err := nn.New(tensor.Shape{784}, layer.Stack(layer.Dense(512), activation.Sigmoid(), layer.Dense(10)))
	if err != nil {
		return err
	}
	f.MNIST = big.NumParameters()
	f.MNISTPasses = 2 * f.MNIST
	return big.Close()
}

// forward computes sums and activations, and the cost.
func (f *backpropFacts) forward() {
	for j := range f.Hidden {
		h := &f.Hidden[j]
		h.Z = h.W[0]*f.X[0] + h.W[1]*f.X[1] + h.B
		h.A = sigmoid(h.Z)
		h.Slope = h.A * (1 - h.A)
	}
	o := &f.Output
	o.Z = o.W[0]*f.Hidden[0].A + o.W[1]*f.Hidden[1].A + o.B
	o.A = sigmoid(o.Z)
	o.Slope = o.A * (1 - o.A)
	f.Cost = (o.A - f.T) * (o.A - f.T)
}

// backward hands the error back, and lists what each weight has of it.
func (f *backpropFacts) backward() {
	o := &f.Output
	f.DCDA = 2 * (o.A - f.T)
	o.Delta = f.DCDA * o.Slope
	for j := range f.Hidden {
		h := &f.Hidden[j]
		h.Delta = o.Delta * o.W[j] * h.Slope
	}
	at := f.parameters()
	add := func(formula string, back, slope, in float64) {
		f.Weights = append(f.Weights, backParam{Formula: formula, Back: back, Slope: slope, In: in,
			Product: back * slope * in, Difference: f.difference(at[len(f.Weights)])})
	}
	add("v_1", f.DCDA, o.Slope, f.Hidden[0].A)
	add("v_2", f.DCDA, o.Slope, f.Hidden[1].A)
	add("c", f.DCDA, o.Slope, 1)
	for j := range f.Hidden {
		h := &f.Hidden[j]
		back := o.Delta * o.W[j]
		add([...]string{"w_{11}", "w_{12}"}[j], back, h.Slope, f.X[0])
		add([...]string{"w_{21}", "w_{22}"}[j], back, h.Slope, f.X[1])
		add([...]string{"b_1", "b_2"}[j], back, h.Slope, 1)
	}
}

// parameters are all weights and biases, the output's first.
func (f *backpropFacts) parameters() []*float64 {
	var all []*float64
	for _, u := range []*unit{&f.Output, &f.Hidden[0], &f.Hidden[1]} {
		all = append(all, &u.W[0], &u.W[1], &u.B)
	}
	return all
}

// difference is the central finite difference of the cost by a parameter, in float64: (C(p+h) - C(p-h))/2h.
func (f *backpropFacts) difference(p *float64) float64 {
	try := func(by float64) float64 {
		was := *p
		*p += by
		g := *f
		g.forward()
		*p = was
		return g.Cost
	}
	return (try(f.Step) - try(-f.Step)) / (2 * f.Step)
}

// library has the network do the same.
func (f *backpropFacts) library() error {
	net, err := (&experiment{in: 2, layers: []layer.Layer{layer.Dense(2), activation.Sigmoid(), layer.Dense(1), activation.Sigmoid()}}).build()
	if err != nil {
		return err
	}
	defer net.Close()
	h, o := &f.Hidden, &f.Output
	first := matrix(2, float32(h[0].W[0]), float32(h[1].W[0]), float32(h[0].W[1]), float32(h[1].W[1]))
	if err := net.SetWeights(0, first, []float32{float32(h[0].B), float32(h[1].B)}); err != nil {
		return err
	}
	if err := net.SetWeights(2, matrix(1, float32(o.W[0]), float32(o.W[1])), []float32{float32(o.B)}); err != nil {
		return err
	}
	x := matrix(2, float32(f.X[0]), float32(f.X[1]))
	if err := backwards(net, x, f.T); err != nil {
		return err
	}
	w, b, err := net.Gradients(0)
	if err != nil {
		return err
	}
	v, c, err := net.Gradients(2)
	if err != nil {
		return err
	}
	for i, g := range []float32{v.Data[0], v.Data[1], c[0], w.Data[0], w.Data[2], b[0], w.Data[1], w.Data[3], b[1]} {
		f.Weights[i].Library = float64(g)
		f.Worst = max(f.Worst, math.Abs(float64(g)-f.Weights[i].Difference))
	}
	return f.further(net, x)
}

// backwards goes forward and back with one sample.
func backwards(net *nn.Network, x tensor.Matrix, target float64) error {
	y, err := net.Forward(x)
	if err != nil {
		return err
	}
	return net.Backward(matrix(1, 2*(y.Data[0]-float32(target))))
}

// further takes the step that the gradient asks for, and asks what it is where the answer is right already.
func (f *backpropFacts) further(net *nn.Network, x tensor.Matrix) error {
	g := *f
	for i, p := range g.parameters() {
		*p -= f.Rate * f.Weights[i].Product
	}
	g.forward()
	f.CostAfter = g.Cost

	y, err := net.Predict(x)
	if err != nil {
		return err
	}
	fresh, err := (&experiment{in: 2, layers: net.Layers()}).build()
	if err != nil {
		return err
	}
	defer fresh.Close()
	if err := fresh.CopyFrom(net); err != nil {
		return err
	}
	if err := backwards(fresh, x, float64(y.Data[0])); err != nil {
		return err
	}
	tensors, err := fresh.GradientTensors()
	if err != nil {
		return err
	}
	for _, t := range tensors {
		for _, v := range t.Grad {
			f.Perfect = max(f.Perfect, math.Abs(float64(v)))
		}
	}
	return nil
}
