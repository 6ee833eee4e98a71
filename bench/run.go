package bench

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Layers returns the layers of the step's network: Dense layers with
// activations between and, unless it is the identity, after them.
func (s TrainStep) Layers() ([]layer.Layer, error) {
	var layers []layer.Layer
	for i, width := range s.Sizes[1:] {
		layers = append(layers, layer.Dense(width))
		act := s.Activation
		if i == len(s.Sizes)-2 {
			act = s.Output
		}
		if act == "identity" {
			continue
		}
		l, err := activation.Catalog().Parse(act)
		if err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
	return layers, nil
}

// NewTrainer makes the step's network of its layers, for its batch, and a trainer with the
// step's loss and optimizer at a constant rate. Weights are drawn as PyTorch's
// Linear draws them; opts, which come last, may say otherwise. Close the
// trainer's network when done.
func (s TrainStep) NewTrainer(rate float64, opts ...nn.Option) (*nn.Trainer, error) {
	layers, err := s.Layers()
	if err != nil {
		return nil, err
	}
	return s.newTrainer(layer.Stack(layers...), rate, opts...)
}

// newTrainer is NewTrainer of another network for the step's samples.
func (s TrainStep) newTrainer(root layer.Layer, rate float64, opts ...nn.Option) (*nn.Trainer, error) {
	loss, err := s.loss()
	if err != nil {
		return nil, err
	}
	rule, err := optim.Rules().Parse(fmt.Sprintf("%s(lr=%v)", s.Optimizer, rate))
	if err != nil {
		return nil, err
	}
	net, err := nn.New(tensor.Shape{s.Sizes[0]}, root, append([]nn.Option{nn.MaxBatch(s.Batch), nn.Init(initial.TorchLinear())}, opts...)...)
	if err != nil {
		return nil, err
	}
	trainer, err := nn.NewTrainer(net, loss, rule)
	if err != nil {
		return nil, errors.Join(err, net.Close())
	}
	return trainer, nil
}

func (s TrainStep) loss() (loss.Loss, error) {
	switch s.Loss {
	case "mse":
		return loss.MSE(), nil
	case "bce":
		return loss.BinaryCrossEntropy(), nil
	case "ce":
		return loss.CrossEntropy(), nil
	}
	return nil, names.Unknown("loss", s.Loss, []string{"mse", "bce", "ce"})
}

// Run is a training step ready to be taken again and again on one batch.
type Run struct {
	Trainer *nn.Trainer
	X       tensor.Matrix
	Target  data.Target
}

// NewRun prepares s on a backend: weights as [TrainStep.NewTrainer] draws
// them, a random batch in [-1, 1), random labels, or targets that are 0 or 1.
// The seed fixes all of them. The options are the network's. Close the run when done.
func NewRun(be blas.Backend, s TrainStep, seed uint64, opts ...nn.Option) (*Run, error) {
	layers, err := s.Layers()
	if err != nil {
		return nil, err
	}
	return newRun(be, s, layer.Stack(layers...), seed, opts...)
}

// newRun is NewRun of another network for the step's samples.
func newRun(be blas.Backend, s TrainStep, root layer.Layer, seed uint64, opts ...nn.Option) (*Run, error) {
	trainer, err := s.newTrainer(root, s.gentleRate(), append([]nn.Option{nn.Backend(be), nn.Seed(seed)}, opts...)...)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 2))
	return &Run{Trainer: trainer, X: Random(rng, s.Batch, s.Sizes[0]), Target: s.target(rng)}, nil
}

// MultipliesIn reports whether a backend does any of the products of these kinds in a
// precision, for layers of these sizes and a batch: all may be so small that they are
// done in float32.
func MultipliesIn(be blas.Backend, p blas.Precision, sizes []int, batch int, kinds ...blas.Which) (bool, error) {
	if _, ok := be.(blas.PairMultiplier); !ok || p == blas.Float32 {
		return true, nil
	}
	for l := 1; l < len(sizes); l++ {
		plan, err := be.Dense(blas.DenseSpec{In: sizes[l-1], Out: sizes[l], MaxBatch: batch, Precision: p})
		if err != nil {
			return false, err
		}
		x, ok := plan.(blas.Explainer)
		if !ok {
			return true, nil // there is nobody to ask
		}
		for _, kind := range kinds {
			if x.Explain(kind, batch).Unit != nil {
				return true, nil
			}
		}
	}
	return false, nil
}

// gentleRate is so small that any number of steps on one batch stays finite.
func (s TrainStep) gentleRate() float64 {
	if s.Optimizer == "adam" {
		return 1e-4
	}
	return 1e-3
}

// target draws what the step's batch should have given.
func (s TrainStep) target(rng *rand.Rand) data.Target {
	outputs := s.Sizes[len(s.Sizes)-1]
	if s.Loss == "ce" {
		labels := make([]int, s.Batch)
		for i := range labels {
			labels[i] = rng.IntN(outputs)
		}
		return data.Labels(labels)
	}
	values := plainMatrix(s.Batch, outputs)
	for i := range values.Data {
		values.Data[i] = float32(rng.IntN(2))
	}
	return data.Values(values)
}

// Step takes one training step and returns the loss before it.
func (r *Run) Step() (float64, error) { return r.Trainer.Step(r.X, r.Target) }

// Close frees the run's network; the backend stays open.
func (r *Run) Close() error { return r.Trainer.Network().Close() }
