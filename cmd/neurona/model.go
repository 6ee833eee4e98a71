package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// model is a saved network with what it has been trained to do.
type model struct {
	path    string
	net     *nn.Network
	task    *task
	backend blas.Backend
}

// openModel loads a model to compute as the flags ask for.
func (a *app) openModel(path string, e *engine) (*model, error) {
	precision, err := e.parsePrecision()
	if err != nil {
		return nil, err
	}
	b, err := e.open()
	if err != nil {
		return nil, err
	}
	net, meta, err := nn.LoadFile(path, nn.Backend(b), nn.Precision(precision))
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	m := &model{path: path, net: net, backend: b}
	if m.task, err = parseTask(meta, net); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), m.close())
	}
	a.notePrecision(net)
	return m, nil
}

func (m *model) close() error { return errors.Join(m.net.Close(), m.backend.Close()) }

// prepare arranges and scales the features of a set as they were in training.
// It may change the set or return another.
func (m *model) prepare(set *datasets.Set) (*datasets.Set, error) {
	set, err := arrange(set, m.task.Features, m.net.Inputs())
	if err != nil {
		return nil, err
	}
	return set, m.task.apply(set)
}

// predict applies the model to a set that has been prepared. Outputs that are no
// numbers, which damaged weights give, are an error: no class could be told.
func (m *model) predict(set *datasets.Set) (tensor.Matrix, error) {
	y, err := m.net.Predict(matrix(set))
	if err != nil {
		return y, fmt.Errorf("%s: %w", m.path, err)
	}
	for i := range y.Rows {
		for _, v := range y.Data[i*y.Stride : i*y.Stride+y.Cols] {
			if v-v != 0 {
				return y, fmt.Errorf("%s: the model's output for row %d is %v, want a finite number", m.path, i+1, v)
			}
		}
	}
	return y, nil
}

// arrange returns a set whose features are those called want, in that order.
// Features of other names are left out. If either side has no names, the
// features are taken as they come, and there must be exactly inputs.
func arrange(set *datasets.Set, want []string, inputs int) (*datasets.Set, error) {
	if want == nil || set.FeatureNames == nil {
		if set.Features != inputs {
			return nil, fmt.Errorf("%s: %s, want the %d that the model was trained on", set.Name, plural(set.Features, "feature"), inputs)
		}
		return set, nil
	}
	if slices.Equal(want, set.FeatureNames) {
		return set, nil
	}
	columns := make([]int, len(want))
	for i, name := range want {
		if columns[i] = slices.Index(set.FeatureNames, name); columns[i] < 0 {
			return nil, fmt.Errorf("%s: there is no column %q, which the model was trained on: %w", set.Name, name,
				names.Unknown("column", name, set.FeatureNames))
		}
	}
	arranged := *set
	arranged.Features, arranged.FeatureNames = len(want), want
	arranged.X = make([]float32, 0, set.Rows*len(want))
	for i := range set.Rows {
		row := set.Row(i)
		for _, c := range columns {
			arranged.X = append(arranged.X, row[c])
		}
	}
	return &arranged, nil
}
