// Command gomlx has GoMLX train on its Go backend.
package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/nn"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/optimizer"
	"github.com/neurona-ml/neurona/bench/compare/gorivals/rival"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
)

func main() {
	rival.Serve(rival.Library{
		Name:   "GoMLX",
		Module: "github.com/gomlx/gomlx",
		Settings: fmt.Sprintf("Go backend, %d threads, %s; forward, loss, gradients and optimizer in one model.Exec, batch kept on the device",
			runtime.GOMAXPROCS(0), runtime.Version()),
		New: newNetwork,
	})
}

// network is a whole training step compiled as one graph.
type network struct {
	backend   compute.Backend
	exec      *model.Exec
	x, target *tensors.Tensor
}

// tooMuch is the work of a step above which GoMLX without SIMD, at some ten
// GFLOP/s, takes many seconds.
const tooMuch = 20e9

func newNetwork(job *rival.Job) (rival.Stepper, error) {
	if !strings.Contains(runtime.Version(), "simd") && job.FLOPs() > tooMuch {
		return nil, rival.Declined(fmt.Sprintf("a step of %.0f GFLOP would take GoMLX without SIMD many seconds", job.FLOPs()/1e9))
	}
	backend, err := gobackend.New("")
	if err != nil {
		return nil, err
	}
	lossOf, err := lossFunction(job.Loss)
	if err != nil {
		return nil, err
	}
	update, err := optimizerOf(job)
	if err != nil {
		return nil, err
	}
	n := &network{backend: backend, x: tensors.FromFlatDataAndDimensions(job.X, job.Batch, job.Inputs())}
	if job.Labels != nil {
		n.target = tensors.FromFlatDataAndDimensions(job.Labels, job.Batch, 1)
	} else {
		n.target = tensors.FromFlatDataAndDimensions(job.Values, job.Batch, job.Outputs())
	}
	n.exec, err = model.NewExec(backend, model.NewStore(), func(scope *model.Scope, x, target *graph.Node) *graph.Node {
		g := x.Graph()
		y := x
		for i, l := range job.Layers {
			at := scope.In("layer%d", i)
			w := at.VariableWithValue("weights", tensors.FromFlatDataAndDimensions(l.W, l.In, l.Out))
			b := at.VariableWithValue("biases", tensors.FromFlatDataAndDimensions(l.B, l.Out))
			// In this version Dense leaves out a sigmoid that it is given.
			if l.Activation == "sigmoid" {
				y = graph.Sigmoid(layer.Dense(y, w.NodeValue(g), b.NodeValue(g)))
			} else {
				y = layer.Dense(y, w.NodeValue(g), b.NodeValue(g), activationOf(l.Activation))
			}
		}
		value := lossOf([]*graph.Node{target}, []*graph.Node{y})
		update.UpdateGraph(scope, g, value)
		return value
	})
	return n, err
}

func lossFunction(name string) (loss.LossFn, error) {
	switch name {
	case "mse":
		return loss.MeanSquaredError, nil
	case "bce":
		return loss.BinaryCrossentropyLogits, nil
	case "ce":
		return loss.SparseCategoricalCrossEntropyLogits, nil
	}
	return nil, rival.Declined("no loss " + name)
}

func optimizerOf(job *rival.Job) (optimizer.Interface, error) {
	switch job.Optimizer {
	case "sgd":
		return optimizer.StochasticGradientDescent().WithDecay(false).WithLearningRate(job.Rate).Done(), nil
	case "adam":
		return optimizer.Adam().LearningRate(job.Rate).Epsilon(1e-8).Done(), nil
	}
	return nil, rival.Declined("no optimizer " + job.Optimizer)
}

func activationOf(name string) activation.Type {
	if name == "relu" {
		return activation.TypeRelu
	}
	return activation.TypeNone
}

func (n *network) Step() (float64, error) {
	out, err := n.exec.Exec(n.x, n.target)
	if err != nil {
		return 0, err
	}
	value := float64(tensors.ToScalar[float32](out[0]))
	return value, out[0].FinalizeAll()
}

func (n *network) Close() error {
	n.exec.Finalize()
	n.backend.Finalize()
	return nil
}
