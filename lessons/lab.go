package lessons

import (
	"context"
	"errors"
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// matrix is rows of so many columns.
func matrix(cols int, values ...float32) tensor.Matrix {
	return tensor.Matrix{Rows: len(values) / cols, Cols: cols, Stride: cols, Data: values}
}

// examples are inputs and the values that should come out, one for each row.
func examples(x tensor.Matrix, y ...float32) data.Set {
	return data.Set{X: x, Target: data.Values(matrix(1, y...))}
}

// corners are the inputs of a gate: 00, 01, 10 and 11.
func corners() tensor.Matrix { return matrix(2, 0, 0, 0, 1, 1, 0, 1, 1) }

// experiment is a network and how it is trained.
type experiment struct {
	in     int
	layers []layer.Layer
	loss   loss.Loss
	rule   optim.Rule
	seed   uint64
	batch  int // 0: all rows at once
	epochs int

	// start is called before the first step, epoch after each epoch with the mean loss in it.
	start func(*nn.Network) error
	epoch func(number int, loss float64, net *nn.Network) error
}

// build makes the network, with its first weights.
func (e *experiment) build() (*nn.Network, error) {
	return nn.New(tensor.Shape{e.in}, layer.Stack(e.layers...), nn.Seed(e.seed))
}

// run trains the network, and returns it. Who calls closes it.
func (e *experiment) run(ctx context.Context, set data.Set) (*nn.Network, error) {
	net, err := e.build()
	if err != nil {
		return nil, err
	}
	if err := e.train(ctx, net, set); err != nil {
		return nil, errors.Join(err, net.Close())
	}
	return net, nil
}

func (e *experiment) train(ctx context.Context, net *nn.Network, set data.Set) error {
	if e.start != nil {
		if err := e.start(net); err != nil {
			return err
		}
	}
	trainer, err := nn.NewTrainer(net, e.loss, e.rule)
	if err != nil {
		return err
	}
	batch := e.batch
	if batch == 0 {
		batch = set.X.Rows
	}
	watch := nn.Callback{Epoch: func(_ *nn.Run, i *nn.EpochInfo) error {
		if e.epoch == nil {
			return nil
		}
		return e.epoch(i.Epoch, i.Loss, net)
	}}
	_, err = trainer.Fit(ctx, set, nn.Batch(batch), nn.Epochs(e.epochs), watch)
	return err
}

// answers are the first outputs of a network, row by row.
func answers(net *nn.Network, x tensor.Matrix) ([]float64, error) {
	y, err := net.Predict(x)
	if err != nil {
		return nil, err
	}
	return column(y, 0), nil
}

// neuronAnswers are what one neuron says whose weights and bias are given, with a function behind its sum.
func neuronAnswers(end layer.Layer, weights tensor.Matrix, bias float32, x tensor.Matrix) ([]float64, error) {
	net, err := (&experiment{in: weights.Rows, layers: []layer.Layer{layer.Dense(1), end}}).build()
	if err != nil {
		return nil, err
	}
	defer net.Close()
	if err := net.SetWeights(0, weights, []float32{bias}); err != nil {
		return nil, err
	}
	return answers(net, x)
}

// column is a column of a matrix, whatever its leading dimension is.
func column(m tensor.Matrix, j int) []float64 {
	list := make([]float64, m.Rows)
	for i := range list {
		list[i] = float64(tensor.Row(m, i)[j])
	}
	return list
}

// accuracy is the share of rows whose answer lies on the same side of level as what should come.
func accuracy(got []float64, level float64, want []float32) float64 {
	right := 0
	for i, v := range got {
		if (v > level) == (want[i] > 0.5) {
			right++
		}
	}
	return float64(right) / float64(len(got))
}

// plane samples a function of networks on a grid: rows of the square from low to high, n each way, bottom row first.
func plane(low, high float64, n int) tensor.Matrix {
	values := make([]float32, 0, 2*n*n)
	for j := range n {
		for i := range n {
			values = append(values, float32(between(low, high, i, n)), float32(between(low, high, j, n)))
		}
	}
	return matrix(2, values...)
}

// between is the place of point i of n from low to high.
func between(low, high float64, i, n int) float64 {
	return low + (high-low)*float64(i)/float64(n-1)
}

// line is n points from low to high, as inputs of one column.
func line(low, high float64, n int) tensor.Matrix {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(between(low, high, i, n))
	}
	return matrix(1, values...)
}

// ln2 is the loss of who says of every yes and no that they are as likely as each other.
const ln2 = math.Ln2

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// neuronOf is a layer's neuron: its weights, as they stand in a column, and its bias.
func neuronOf(net *nn.Network, layer, neuron int) (w []float64, b float64, err error) {
	weights, bias, err := net.Weights(layer)
	if err != nil {
		return nil, 0, err
	}
	for i := range weights.Rows {
		w = append(w, float64(tensor.Row(weights, i)[neuron]))
	}
	return w, float64(bias[neuron]), nil
}

// squareRootOfMean is the root of the mean square distance of numbers from a centre.
func squareRootOfMean(list []float64, centre float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += (v - centre) * (v - centre)
	}
	return math.Sqrt(sum / float64(len(list)))
}

// sampledPlane is the function whose values on the grid of plane are given: between the points it is bilinear, and beyond
// the grid as at its edge.
func sampledPlane(values []float64, low, high float64, n int) func(x, y float64) float64 {
	place := func(v float64) (int, float64) {
		at := min(max((v-low)/(high-low)*float64(n-1), 0), float64(n-1))
		i := min(int(at), n-2)
		return i, at - float64(i)
	}
	return func(x, y float64) float64 {
		i, u := place(x)
		j, v := place(y)
		at := func(i, j int) float64 { return values[j*n+i] }
		lower := float64(at(i, j)*(1-u)) + float64(at(i+1, j)*u)
		upper := float64(at(i, j+1)*(1-u)) + float64(at(i+1, j+1)*u)
		return float64(lower*(1-v)) + float64(upper*v)
	}
}

// meanAndDeviation are the mean of numbers and their standard deviation, divided by n.
func meanAndDeviation(list []float64) (mean, deviation float64) {
	for _, v := range list {
		mean += v / float64(len(list))
	}
	return mean, squareRootOfMean(list, mean)
}

// leastSquares is the line w·x + b whose squared distances from the points sum to the least: w is the covariance of x
// and y over the variance of x, and the line goes through the mean of both (Gauss, 1809).
func leastSquares(x, y []float64) (w, b float64) {
	mx, dx := meanAndDeviation(x)
	my, _ := meanAndDeviation(y)
	covariance := 0.0
	for i := range x {
		covariance += (x[i] - mx) * (y[i] - my) / float64(len(x))
	}
	w = covariance / (dx * dx)
	return w, my - w*mx
}

// learnPlane trains a network of two inputs to say yes or no, and says how many of the points to judge by it has right.
func learnPlane(ctx context.Context, layers []layer.Layer, train, test data.Set, epochs int) (*nn.Network, float64, error) {
	e := experiment{in: 2, layers: layers, loss: loss.BinaryCrossEntropy(), rule: optim.Adam(0.02), seed: 1, epochs: epochs, batch: min(50, train.X.Rows)}
	net, err := e.run(ctx, train)
	if err != nil {
		return nil, 0, err
	}
	y, err := answers(net, test.X)
	if err != nil {
		return nil, 0, errors.Join(err, net.Close())
	}
	return net, accuracy(y, 0, test.Target.Values.Data), nil
}

// hiddenAnswers are what the neurons say that come out of the first layers of a network, one list each.
func hiddenAnswers(net *nn.Network, layers []layer.Layer, depth int, x tensor.Matrix) ([][]float64, error) {
	front, err := (&experiment{in: x.Cols, layers: layers[:depth]}).build()
	if err != nil {
		return nil, err
	}
	defer front.Close()
	for i := 0; i < depth; i++ {
		w, b, err := net.Weights(i)
		if errors.Is(err, nn.ErrNoWeights) {
			continue
		}
		if err == nil {
			err = front.SetWeights(i, w, b)
		}
		if err != nil {
			return nil, err
		}
	}
	y, err := front.Predict(x)
	if err != nil {
		return nil, err
	}
	all := make([][]float64, y.Cols)
	for j := range all {
		all[j] = column(y, j)
	}
	return all, nil
}

func widened(list []float32) []float64 {
	wide := make([]float64, len(list))
	for i, v := range list {
		wide[i] = float64(v)
	}
	return wide
}
