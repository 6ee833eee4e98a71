package bench

import (
	"context"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
)

// Recipe is how MNIST is learnt for the time to an accuracy: a network
// 784-hidden-10 with ReLU, softmax cross-entropy and Adam.
type Recipe struct {
	Hidden int
	Batch  int
	Rate   float64
	Epochs int // at most
}

// MNISTRecipe is the recipe of the suite.
func MNISTRecipe() Recipe { return Recipe{Hidden: 512, Batch: 128, Rate: 1e-3, Epochs: 15} }

// Learnt is what came of a training run towards an accuracy.
type Learnt struct {
	Accuracy float64       // on the test part, after the last epoch
	Epochs   int           // trained
	Training time.Duration // in epochs alone: loading and evaluation are not counted
	Reached  bool
}

// TimeToAccuracy trains until target, a share of the test part, is right.
func TimeToAccuracy(ctx context.Context, be blas.Backend, r Recipe, train, test *datasets.Set, target float64, seed uint64) (Learnt, error) {
	net, err := nn.New(train.Features, []nn.Layer{nn.Dense(r.Hidden), nn.ReLU(), nn.Dense(train.Classes)},
		nn.WithBackend(be), nn.WithSeed(seed), nn.WithInit(nn.TorchLinear()), nn.WithMaxBatch(r.Batch))
	if err != nil {
		return Learnt{}, err
	}
	defer net.Close()
	trainer, err := nn.NewTrainer(net, nn.SoftmaxCrossEntropy(), nn.Adam(r.Rate))
	if err != nil {
		return Learnt{}, err
	}
	var result Learnt
	_, err = trainer.Fit(ctx, labelled(train), nn.Batch(r.Batch), nn.Epochs(r.Epochs), nn.Validate(labelled(test)),
		nn.OnEpoch(func(e nn.EpochInfo) error {
			result.Epochs = e.Epoch
			result.Training += e.TrainTime
			result.Accuracy = e.Validation.Accuracy
			if result.Accuracy >= target {
				result.Reached = true
				return nn.ErrStop
			}
			return nil
		}))
	return result, err
}

// labelled is a data set as package nn takes it.
func labelled(s *datasets.Set) nn.Data {
	return nn.Data{
		X:      nn.Matrix{Rows: s.Rows, Cols: s.Features, Stride: s.Features, Data: s.X},
		Target: nn.Labels(s.Labels),
	}
}
