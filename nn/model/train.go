package model

import (
	"context"
	"errors"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Train makes a model of a table: it finds out what the columns are and which one is to be predicted, keeps rows to test with, trains a
// network on the others and judges it. [Model.Scores] has how it did. The same table, options and seed make the same model, to the
// bit.
//
// Doubts about the table are nothing that keeps from training: who wants to see them calls [Prepare]. When ctx is cancelled, training
// ends after the step under way, and there is no model.
func Train(ctx context.Context, t *table.Table, opts ...Option) (*Model, error) {
	p, err := Prepare(t, opts...)
	if err != nil {
		return nil, err
	}
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	return p.train(ctx, o)
}

func (p *Prepared) train(ctx context.Context, o *options) (m *Model, err error) {
	x, task := p.Train.X, p.Task
	layers := append(slices.Clone(o.hidden), layer.Dense(task.Outputs()))
	how := append([]nn.Option{nn.Seed(o.seed), nn.MaxBatch(min(o.batch, x.Rows))}, o.network...)
	net, err := nn.New(tensor.Shape{x.Cols}, layer.Stack(layers...), how...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, net.Close())
		}
	}()
	trainer, err := nn.NewTrainer(net, task.loss, o.rule, nn.Schedule(o.schedule))
	if err != nil {
		return nil, err
	}
	fit := []nn.FitOption{nn.Batch(o.batch), nn.Epochs(o.epochs)}
	if p.Validation != nil {
		fit = append(fit, nn.Validate(p.Validation.Set))
	}
	if o.patience > 0 {
		fit = append(fit, nn.EarlyStop(nn.ValidationLoss(), o.patience))
	}
	if _, err := trainer.Fit(ctx, p.Train.Set, append(fit, o.fit...)...); err != nil {
		return nil, err
	}
	if p.Test == nil {
		// The last step may have made weights that are finite and give outputs that are not, and no loss follows it.
		if err := task.Finite(net, x); err != nil {
			return nil, err
		}
		return New(net, task)
	}
	score, _, err := task.Evaluate(trainer, p.Test)
	if err != nil {
		return nil, err
	}
	score.Part = "test"
	return New(net, task, score)
}
