package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// loadBuiltIn draws or reads a built-in set, and says what is to be learnt of it.
func (t *training) loadBuiltIn() error {
	train, test, err := t.opts.openBuiltIn(t.opts.rows, t.opts.seed)
	if err != nil {
		return err
	}
	var validation *datasets.Set
	if f := t.opts.validation; f > 0 {
		if train, validation, err = split(train, f, t.opts.seed); err != nil {
			return err
		}
	}
	columns := make([]table.Plain, train.Features)
	if train.FeatureNames != nil {
		for i := range columns {
			columns[i].Name = train.FeatureNames[i]
		}
	}
	if err := fitScalers(columns, train, t.opts.scale); err != nil {
		return err
	}
	if t.task, err = model.NewTask(columns, classNames(train), t.modelOptions()...); err != nil {
		return blameTable(err)
	}
	if err := t.settle(); err != nil {
		return err
	}
	if train.Features == 2 {
		t.unscaled = &model.Examples{Truth: []model.Truth{{Classes: test.Labels}}}
		t.unscaled.X = dense(test.Rows, 2, slices.Clone(test.X))
	}
	t.train, t.test = ofSet(t.task, train), ofSet(t.task, test)
	if validation != nil {
		t.validation = ofSet(t.task, validation)
	}
	return nil
}

// split divides set into a rest and the fraction to validate with, both of at least one row.
func split(set *datasets.Set, fraction float64, seed uint64) (rest, part *datasets.Set, err error) {
	if set.Rows < 2 {
		return nil, nil, badFlag("validation", fraction, "0: there is 1 row, and nothing to divide")
	}
	least := 1 / float64(set.Rows)
	return set.Split(min(max(fraction, least), 1-least), seed)
}

// classNames are the names of the classes of a set, numbers if it has none.
func classNames(set *datasets.Set) []string {
	if set.Labels == nil || set.ClassNames != nil {
		return set.ClassNames
	}
	numbers := make([]string, set.Classes)
	for i := range numbers {
		numbers[i] = strconv.Itoa(i)
	}
	return numbers
}

// fitScalers fits a scaler to each feature of a set.
func fitScalers(columns []table.Plain, set *datasets.Set, kind string) error {
	if table.ScaleKind(kind) == table.Unscaled {
		return nil
	}
	values := make([]float64, set.Rows)
	for c := range columns {
		for r := range values {
			values[r] = float64(set.X[r*set.Features+c])
		}
		var err error
		if columns[c].Scaler, err = table.FitScaler(table.ScaleKind(kind), values); err != nil {
			return fmt.Errorf("%s: feature %d: %w", set.Name, c, err)
		}
	}
	return nil
}

// ofSet are the rows of a set, which it scales in place.
func ofSet(task *model.Task, set *datasets.Set) *model.Examples {
	x := dense(set.Rows, set.Features, set.X)
	task.Scale(x)
	return task.Examples(x, []model.Truth{{Classes: set.Labels}})
}

// dense is the view of numbers as a matrix.
func dense(rows, cols int, data []float32) tensor.Matrix {
	return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// fit returns the rows of a built-in set as the model takes them.
func (m *openModel) fit(set *datasets.Set) (*model.Examples, error) {
	if classes := classNames(set); !slices.Equal(classes, m.Classes()) {
		return nil, fmt.Errorf("%s: classes are %q, want %q, which the model tells apart", set.Name, classes, cuts(m.Classes(), nameWidth))
	}
	encoder := m.Task().Encoder()
	features := encoder.Features()
	for i, name := range features {
		if _, ok := encoder.Scaler(i); !ok {
			return nil, fmt.Errorf("%s: its features are numbers, and the model was trained on %q", set.Name, name)
		}
	}
	if !encoder.Schema().Named() {
		features = nil
	}
	set, err := arrange(set, features, m.Network().Inputs())
	if err != nil {
		return nil, err
	}
	return ofSet(m.Task(), set), nil
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
