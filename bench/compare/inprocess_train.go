package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/neurona-ml/neurona/bench"
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
)

// firstLosses is how many losses are compared between rivals.
const firstLosses = 3

func (r *inProcess) step(s step, tm timing) (answer, error) {
	precision, err := r.precision(s.Precision)
	if err != nil {
		return answer{}, err
	}
	trainer, err := s.NewTrainer(s.Rate, nn.Backend(r.backend), nn.Precision(precision))
	if err != nil {
		return answer{}, err
	}
	net := trainer.Network()
	defer net.Close()
	if as, why := net.Precision(); as != precision {
		return answer{}, &declined{why}
	}
	in, err := bench.MultipliesIn(r.backend, precision, s.Sizes, s.Batch, blas.ForwardProduct, blas.DataProduct, blas.WeightsProduct)
	if err != nil {
		return answer{}, err
	}
	if !in {
		return answer{}, &declined{"all products are so small that float32 is faster"}
	}
	data := newStepData(s)
	next := 0
	for i, l := range net.Layers() {
		if !strings.HasPrefix(l.String(), "dense(") {
			continue
		}
		if err := net.SetWeights(i, data.Weights[next], data.Biases[next]); err != nil {
			return answer{}, err
		}
		next++
	}
	a := answer{Settings: "Trainer.Step"}
	for range firstLosses {
		loss, err := trainer.Step(data.X, data.Target)
		if err != nil {
			return answer{}, err
		}
		a.Losses = append(a.Losses, loss)
	}
	a.Nanos, err = bestTime(func() error {
		_, err := trainer.Step(data.X, data.Target)
		return err
	}, tm)
	return a, err
}

func (r *inProcess) mnist(ctx context.Context, m mnist) (answer, error) {
	precision, err := r.precision(m.Precision)
	if err != nil {
		return answer{}, err
	}
	train, test, err := datasets.LoadMNIST(m.Dir)
	if err != nil {
		return answer{}, err
	}
	got, err := bench.TimeToAccuracy(ctx, m.Recipe, train, test, nn.Backend(r.backend), nn.Precision(precision), nn.Seed(m.Seed))
	if err == nil && !got.Reached {
		err = fmt.Errorf("%.2f %% after %d epochs, want %.2f %%", 100*got.Accuracy, got.Epochs, 100*m.Target)
	}
	return answer{Nanos: float64(got.Training), Settings: "Trainer.Fit", Epochs: got.Epochs, Accuracy: got.Accuracy}, err
}
