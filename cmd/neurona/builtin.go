package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
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
	d := &drawn{Inputs: train.Features, Names: train.FeatureNames, Classes: classNames(train)}
	if d.Scalers, err = fitScalers(train, t.opts.scale); err != nil {
		return err
	}
	t.task.Drawn = d
	if err := t.settle(); err != nil {
		return err
	}
	if train.Features == 2 {
		t.unscaled = &examples{answers: answers{{labels: test.Labels}}}
		t.unscaled.X = dense(test.Rows, 2, slices.Clone(test.X))
	}
	t.train, t.test = t.task.ofSet(train), t.task.ofSet(test)
	if validation != nil {
		t.validation = t.task.ofSet(validation)
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

// fitScalers fits a scaler to each feature of a set; none at all leave features as they are.
func fitScalers(set *datasets.Set, kind string) ([]table.Scaler, error) {
	if table.ScaleKind(kind) == table.Unscaled {
		return nil, nil
	}
	list, values := make([]table.Scaler, set.Features), make([]float64, set.Rows)
	for c := range list {
		for r := range values {
			values[r] = float64(set.X[r*set.Features+c])
		}
		var err error
		if list[c], err = table.FitScaler(table.ScaleKind(kind), values); err != nil {
			return nil, fmt.Errorf("%s: feature %d: %w", set.Name, c, err)
		}
	}
	return list, nil
}

// ofSet are the rows of a set, which it scales in place.
func (t *task) ofSet(set *datasets.Set) *examples {
	x := dense(set.Rows, set.Features, set.X)
	t.scale(x)
	return t.examples(x, answers{{labels: set.Labels}})
}

// scale scales features that are columns' numbers, as those of built-in data are.
func (t *task) scale(x tensor.Matrix) {
	for c := range x.Cols {
		s, _ := t.encoder.Scaler(c)
		if s.Kind == table.Unscaled {
			continue
		}
		for r := range x.Rows {
			v := &x.Data[r*x.Stride+c]
			*v = float32(s.Apply(float64(*v)))
		}
	}
}

// fit returns the rows of a built-in set as the model takes them.
func (m *model) fit(set *datasets.Set) (*examples, error) {
	if classes := classNames(set); !slices.Equal(classes, m.task.classes()) {
		return nil, fmt.Errorf("%s: classes are %q, want %q, which the model tells apart", set.Name, classes, cuts(m.task.classes(), nameWidth))
	}
	features := m.task.encoder.Features()
	for i, name := range features {
		if _, ok := m.task.encoder.Scaler(i); !ok {
			return nil, fmt.Errorf("%s: its features are numbers, and the model was trained on %q", set.Name, name)
		}
	}
	if !m.task.encoder.Schema().Named() {
		features = nil
	}
	set, err := arrange(set, features, m.net.Inputs())
	if err != nil {
		return nil, err
	}
	return m.task.ofSet(set), nil
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
