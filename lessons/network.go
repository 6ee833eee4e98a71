package lessons

import (
	"context"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// networkFacts are of a network that tells two arms of a spiral apart.
type networkFacts struct {
	Points, Unseen    int
	First, Second     int // neurons of the hidden layers
	Parameters        int
	Epochs            int
	Accuracy          float64 // of points that it has not seen
	SingleAccuracy    float64 // of one neuron alone
	ShallowAccuracy   float64 // of a network without the second hidden layer
	Small             int     // parameters of 3-5-2
	Wide              int     // hidden neurons of the network that learns by heart
	FewPoints         int
	FewTrain, FewTest float64 // its accuracy on the few noisy points that it has seen, and on others

	x      tensor.Matrix // some of the points, for figures
	y      []float32
	first  [][]float64 // what each neuron of the first hidden layer says on a grid
	second [][]float64 // of the second
	out    []float64
}

const (
	networkGrid = 41
	spiralEdge  = 1.2 // of figures
)

func (f *networkFacts) compute(ctx context.Context) error {
	f.Points, f.Unseen, f.First, f.Second, f.Epochs = 400, 2000, 4, 3, 600
	train, test, err := spirals(f.Points, f.Unseen, 0.05)
	if err != nil {
		return err
	}
	f.x, f.y = tensor.Rows(train.X, 0, 120), train.Target.Values.Data[:120]
	hidden := []layer.Layer{layer.Dense(f.First), activation.Tanh(), layer.Dense(f.Second), activation.Tanh(), layer.Dense(1)}
	net, acc, err := learnPlane(ctx, hidden, train, test, f.Epochs)
	if err != nil {
		return err
	}
	defer net.Close()
	f.Accuracy, f.Parameters = acc, net.NumParameters()
	if err := f.see(net, hidden); err != nil {
		return err
	}
	for _, other := range []struct {
		layers []layer.Layer
		into   *float64
	}{{[]layer.Layer{layer.Dense(1)}, &f.SingleAccuracy}, {[]layer.Layer{layer.Dense(f.First), activation.Tanh(), layer.Dense(1)}, &f.ShallowAccuracy}} {
		net, acc, err := learnPlane(ctx, other.layers, train, test, f.Epochs)
		if err != nil {
			return err
		}
		*other.into = acc
		if err := net.Close(); err != nil {
			return err
		}
	}
	small, err := nn.New(tensor.Shape{3}, layer.Stack(layer.Dense(5), activation.Tanh(), layer.Dense(2)))
	if err != nil {
		return err
	}
	f.Small = small.NumParameters()
	if err := small.Close(); err != nil {
		return err
	}
	return f.byHeart(ctx)
}

// byHeart trains a wide network on a few noisy points, for long.
func (f *networkFacts) byHeart(ctx context.Context) error {
	f.Wide, f.FewPoints = 100, 40
	few, test, err := spirals(f.FewPoints, f.Unseen, 0.15)
	if err != nil {
		return err
	}
	net, acc, err := learnPlane(ctx, []layer.Layer{layer.Dense(f.Wide), activation.ReLU(), layer.Dense(f.Wide), activation.ReLU(), layer.Dense(1)}, few, test, 1000)
	if err != nil {
		return err
	}
	defer net.Close()
	y, err := answers(net, few.X)
	if err != nil {
		return err
	}
	f.FewTrain, f.FewTest = accuracy(y, 0, few.Target.Values.Data), acc
	return nil
}

// spirals are points of two arms of a spiral, to learn from and to be judged by.
func spirals(train, test int, noise float64) (a, b data.Set, err error) {
	for _, part := range []struct {
		n    int
		seed uint64
		into *data.Set
	}{{train, 1, &a}, {test, 2, &b}} {
		set, err := datasets.Spiral(part.n, 2, noise, part.seed)
		if err != nil {
			return a, b, err
		}
		*part.into = examples(matrix(2, set.X...), set.Y...)
	}
	return a, b, nil
}

// see looks at what each neuron says of the plane.
func (f *networkFacts) see(net *nn.Network, layers []layer.Layer) error {
	grid := plane(-spiralEdge, spiralEdge, networkGrid)
	var err error
	if f.first, err = hiddenAnswers(net, layers, 2, grid); err != nil {
		return err
	}
	if f.second, err = hiddenAnswers(net, layers, 4, grid); err != nil {
		return err
	}
	f.out, err = answers(net, grid)
	return err
}
