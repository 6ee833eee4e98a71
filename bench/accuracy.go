package bench

import (
	"context"
	"time"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Recipe is how a data set is learnt for the time to an accuracy.
type Recipe struct {
	Step   TrainStep // taken once for each batch of an epoch
	Rate   float64   // of the optimizer, constant
	Target float64   // share of the test part that is to be right after an epoch
	Epochs int       // at most
}

// MNISTRecipe is the recipe of the suite.
func MNISTRecipe() Recipe {
	return Recipe{
		Step:   TrainStep{[]int{784, 512, 10}, 128, "relu", "identity", "ce", "adam"},
		Rate:   1e-3,
		Target: 0.98,
		Epochs: 20,
	}
}

// Learnt is what came of a training run towards an accuracy.
type Learnt struct {
	Accuracy float64       // on the test part, after the last epoch
	Epochs   int           // trained
	Training time.Duration // in epochs alone: loading and evaluation are not counted
	Reached  bool
}

// TimeToAccuracy trains a network of the recipe's until its target is reached
// or its epochs are over. The options are the network's, as for
// [TrainStep.NewTrainer].
func TimeToAccuracy(ctx context.Context, r Recipe, train, test *datasets.Set, opts ...nn.Option) (Learnt, error) {
	// He's initial weights take 5 or 6 epochs to 98 % where those of PyTorch's
	// Linear take 8; rivals draw theirs by the same rule.
	opts = append([]nn.Option{nn.Init(initial.HeUniform())}, opts...)
	trainer, err := r.Step.NewTrainer(r.Rate, opts...)
	if err != nil {
		return Learnt{}, err
	}
	defer trainer.Network().Close()
	var result Learnt
	_, err = trainer.Fit(ctx, labelled(train), nn.Batch(r.Step.Batch), nn.Epochs(r.Epochs), nn.Validate(labelled(test)),
		nn.Callback{Epoch: func(_ *nn.Run, e *nn.EpochInfo) error {
			result.Epochs = e.Epoch
			result.Training += e.TrainTime
			result.Accuracy = e.Validation.Accuracy
			if result.Accuracy >= r.Target {
				result.Reached = true
				return nn.ErrStop
			}
			return nil
		}})
	return result, err
}

// labelled is a data set as package nn takes it.
func labelled(s *datasets.Set) data.Set {
	return data.Set{
		X:      tensor.Matrix{Rows: s.Rows, Cols: s.Features, Stride: s.Features, Data: s.X},
		Target: data.Labels(s.Labels),
	}
}
