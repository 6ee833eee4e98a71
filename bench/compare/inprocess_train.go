package main

import (
	"context"
	"fmt"
	"time"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
)

// firstLosses is how many losses are compared between rivals.
const firstLosses = 3

func (r *inProcess) step(s step, tm timing) (answer, error) {
	layers, err := stepLayers(s.Sizes, s.Hidden, s.Output)
	if err != nil {
		return answer{}, err
	}
	net, trainer, err := r.trainer(s.Sizes[0], layers, s.Batch, s.Precision, s.Loss, s.Optimizer, s.Rate, 0)
	if err != nil {
		return answer{}, err
	}
	defer net.Close()
	data := newStepData(s)
	next := 0
	for i, l := range layers {
		if l.Kind() != "dense" {
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

// stepLayers lists Dense layers with activations between and after.
func stepLayers(sizes []int, hidden, output string) ([]nn.Layer, error) {
	var layers []nn.Layer
	for i, width := range sizes[1:] {
		layers = append(layers, nn.Dense(width))
		activation := hidden
		if i == len(sizes)-2 {
			activation = output
		}
		if activation == "identity" {
			continue
		}
		l, err := nn.ActivationLayer(activation)
		if err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
	return layers, nil
}

func (r *inProcess) trainer(inputs int, layers []nn.Layer, batch int, precisionName, lossName, optimizer string, rate float64, seed uint64) (*nn.Network, *nn.Trainer, error) {
	precision, err := precision(precisionName)
	if err != nil {
		return nil, nil, err
	}
	if lossName == "ce" {
		lossName = nn.SoftmaxCrossEntropy().Name()
	}
	loss, err := nn.ParseLoss(lossName)
	if err != nil {
		return nil, nil, err
	}
	rule, err := nn.ParseRule(optimizer, rate)
	if err != nil {
		return nil, nil, err
	}
	net, err := nn.New(inputs, layers, nn.WithBackend(r.backend), nn.WithMaxBatch(batch), nn.WithPrecision(precision), nn.WithSeed(seed))
	if err != nil {
		return nil, nil, err
	}
	trainer, err := nn.NewTrainer(net, loss, rule)
	if err != nil {
		net.Close()
		return nil, nil, err
	}
	return net, trainer, nil
}

func (r *inProcess) mnist(ctx context.Context, m mnist) (answer, error) {
	train, test, err := datasets.LoadMNIST(m.Dir)
	if err != nil {
		return answer{}, err
	}
	layers, err := stepLayers(m.Sizes, m.Hidden, "identity")
	if err != nil {
		return answer{}, err
	}
	net, trainer, err := r.trainer(m.Sizes[0], layers, m.Batch, m.Precision, "ce", m.Optimizer, m.Rate, m.Seed)
	if err != nil {
		return answer{}, err
	}
	defer net.Close()
	a := answer{Settings: "Trainer.Fit"}
	var took time.Duration
	_, err = trainer.Fit(ctx, labelled(train), nn.Batch(m.Batch), nn.Epochs(m.Epochs), nn.Validate(labelled(test)),
		nn.OnEpoch(func(e nn.EpochInfo) error {
			took += e.TrainTime
			a.Epochs, a.Accuracy = e.Epoch, e.Validation.Accuracy
			if a.Accuracy >= m.Target {
				return nn.ErrStop
			}
			return nil
		}))
	if err == nil && a.Accuracy < m.Target {
		err = fmt.Errorf("%.2f %% after %d epochs, want %.2f %%", 100*a.Accuracy, a.Epochs, 100*m.Target)
	}
	a.Nanos = float64(took)
	return a, err
}

func labelled(s *datasets.Set) nn.Data {
	return nn.Data{
		X:      nn.Matrix{Rows: s.Rows, Cols: s.Features, Stride: s.Features, Data: s.X},
		Target: nn.Labels(s.Labels),
	}
}
