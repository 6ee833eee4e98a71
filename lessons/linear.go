package lessons

import (
	"context"
	"errors"
	"math"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// linearFacts are of layers without an activation.
type linearFacts struct {
	U, V, UV   [][]float64 // weights of two layers, 2 to 3 and 3 to 1, and their product
	A, B, C    []float64   // biases of both, and the one that they come to: a·V + b
	X          []float64   // an input
	Two, One   float64     // what both layers say of it, and what one layer says with the product
	Layers     int         // of the long network
	Width      int
	Slope      float64 // of the line that it is: the product of all its matrices
	Offset     float64
	Farthest   float64 // the most that the network is off that line
	Bent       float64 // and the most that the same network with tanh is off the best line
	Points     int     // of the circle
	FlatCircle float64 // accuracy on the circle of a network without bends, and of the same with
	BentCircle float64

	x, flat, bent []float64 // what the long networks say, for the figure
}

func (f *linearFacts) compute(ctx context.Context) error {
	if err := f.two(); err != nil {
		return err
	}
	if err := f.long(); err != nil {
		return err
	}
	return f.circle(ctx)
}

// two compares two layers with one.
func (f *linearFacts) two() error {
	u, a := matrix(3, 1, -2, 0.5, 0, 3, -1), []float32{1, 0, 2}
	v, b := matrix(1, 2, -1, 4), []float32{-3}
	f.U, f.V, f.A, f.B = rowsOf(u), rowsOf(v), widened(a), widened(b)
	f.UV = multiplied(f.U, f.V)
	f.C = []float64{multiplied([][]float64{f.A}, f.V)[0][0] + f.B[0]}
	f.X = []float64{3, -1}
	x := matrix(2, 3, -1)
	apply := func(layers []layer.Layer, weights []tensor.Matrix, biases [][]float32) (float64, error) {
		net, err := (&experiment{in: 2, layers: layers}).build()
		if err != nil {
			return 0, err
		}
		defer net.Close()
		for i := range weights {
			if err := net.SetWeights(i, weights[i], biases[i]); err != nil {
				return 0, err
			}
		}
		y, err := answers(net, x)
		if err != nil {
			return 0, err
		}
		return y[0], nil
	}
	var err error
	if f.Two, err = apply([]layer.Layer{layer.Dense(3), layer.Dense(1)}, []tensor.Matrix{u, v}, [][]float32{a, b}); err != nil {
		return err
	}
	product := matrix(1, float32(f.UV[0][0]), float32(f.UV[1][0]))
	f.One, err = apply([]layer.Layer{layer.Dense(1)}, []tensor.Matrix{product}, [][]float32{{float32(f.C[0])}})
	return err
}

// long looks at a network of many layers, drawn by chance, without bends and with them.
func (f *linearFacts) long() error {
	f.Layers, f.Width = 10, 8
	const points = 81
	x := line(-2, 2, points)
	f.x = widened(x.Data)
	flat, err := f.drawn(false)
	if err != nil {
		return err
	}
	defer flat.Close()
	if f.flat, err = answers(flat, x); err != nil {
		return err
	}
	if f.Slope, f.Offset, err = collapsed(flat); err != nil {
		return err
	}
	f.Farthest = farthest(f.x, f.flat, f.Slope, f.Offset)
	bent, err := f.drawn(true)
	if err != nil {
		return err
	}
	defer bent.Close()
	f.bent, err = answers(bent, x)
	f.Bent = narrowest(f.x, f.bent)
	return err
}

// drawn is the long network, with weights drawn by chance, and with tanh between its layers if it bends.
func (f *linearFacts) drawn(bends bool) (*nn.Network, error) {
	var layers []layer.Layer
	for i := range f.Layers {
		out := f.Width
		if i == f.Layers-1 {
			out = 1
		}
		layers = append(layers, layer.Dense(out))
		if bends && i < f.Layers-1 {
			layers = append(layers, activation.Tanh())
		}
	}
	net, err := (&experiment{in: 1, layers: layers, seed: 7}).build()
	if err != nil {
		return nil, err
	}
	if err := tilt(net); err != nil {
		return nil, errors.Join(err, net.Close())
	}
	return net, nil
}

// tilt makes all weights of a network larger, so that ten layers do not shrink everything to nothing, and gives biases to its
// neurons.
func tilt(net *nn.Network) error {
	for i := range net.Layers() {
		w, b, err := net.Weights(i)
		if errors.Is(err, nn.ErrNoWeights) {
			continue // an activation
		}
		if err != nil {
			return err
		}
		for k := range w.Data {
			w.Data[k] *= 1.4
		}
		for k := range b {
			b[k] = 0.2 * float32(k%3-1)
		}
		if err := net.SetWeights(i, w, b); err != nil {
			return err
		}
	}
	return nil
}

// collapsed is the line that a network of Dense layers is: the product of their matrices, and what their biases come to.
func collapsed(net *nn.Network) (slope, offset float64, err error) {
	product, bias := [][]float64{{1}}, [][]float64{{0}}
	for i := range net.Layers() {
		w, b, err := net.Weights(i)
		if err != nil {
			return 0, 0, err
		}
		product, bias = multiplied(product, rowsOf(w)), multiplied(bias, rowsOf(w))
		for k, v := range b {
			bias[0][k] += float64(v)
		}
	}
	return product[0][0], bias[0][0], nil
}

// circle trains networks with and without bends on what no line parts.
func (f *linearFacts) circle(ctx context.Context) error {
	f.Points = 500
	train, err := datasets.Circle(f.Points, 0, 1)
	if err != nil {
		return err
	}
	test, err := datasets.Circle(2000, 0, 2)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		layers []layer.Layer
		into   *float64
	}{
		{[]layer.Layer{layer.Dense(8), layer.Dense(8), layer.Dense(1)}, &f.FlatCircle},
		{[]layer.Layer{layer.Dense(8), activation.Tanh(), layer.Dense(8), activation.Tanh(), layer.Dense(1)}, &f.BentCircle},
	} {
		net, acc, err := learnPlane(ctx, c.layers, examples(matrix(2, train.X...), train.Y...), examples(matrix(2, test.X...), test.Y...), 200)
		if err != nil {
			return err
		}
		*c.into = acc
		if err := net.Close(); err != nil {
			return err
		}
	}
	return nil
}

// farthest is the most that points are off a line.
func farthest(x, y []float64, w, b float64) float64 {
	most := 0.0
	for i := range x {
		most = max(most, math.Abs(y[i]-w*x[i]-b))
	}
	return most
}

// narrowest is the least that any line is off points at most. For a slope it is half of how far the points are spread across
// it, which is convex in the slope.
func narrowest(x, y []float64) float64 {
	half := func(w float64) float64 {
		low, high := math.Inf(1), math.Inf(-1)
		for i := range x {
			d := y[i] - w*x[i]
			low, high = min(low, d), max(high, d)
		}
		return (high - low) / 2
	}
	a, b := -100.0, 100.0
	for range 200 {
		third := (b - a) / 3
		if half(a+third) < half(b-third) {
			b -= third
		} else {
			a += third
		}
	}
	return half((a + b) / 2)
}

// multiplied is the product of two matrices, given by rows.
func multiplied(a, b [][]float64) [][]float64 {
	c := make([][]float64, len(a))
	for i := range a {
		c[i] = make([]float64, len(b[0]))
		for k := range b {
			for j := range b[k] {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return c
}

func rowsOf(m tensor.Matrix) [][]float64 {
	rows := make([][]float64, m.Rows)
	for i := range rows {
		rows[i] = widened(tensor.Row(m, i))
	}
	return rows
}
