package main

import (
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/spf13/cobra"
)

// meaning is what the columns of a table are, as far as flags say it: the rest is inferred.
type meaning struct {
	labels     []string
	task       string
	as         []string
	drop       []string
	only       []string
	na         []string
	weight     string
	group      string
	pastFuture string
}

func (m *meaning) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&m.labels, "label", nil, "table: the column to predict, by name, #3 for the third, #-1 for the last (default: the last, unless another is called a label; may be repeated)")
	f.StringVar(&m.task, "task", automatic, "table: classification, regression, or auto, by the labels and --loss")
	f.StringArrayVar(&m.as, "as", nil, `table: what a column is, such as zip=category, when=dmy, price=decimal_comma, "cut=Fair<Good<Very Good" (may be repeated)`)
	f.StringArrayVar(&m.drop, "drop", nil, "table: a column to leave out (may be repeated)")
	f.StringArrayVar(&m.only, "only", nil, "table: a column to learn from, and no others (may be repeated)")
	f.StringArrayVar(&m.na, "na", nil, "table: a word that stands for a missing cell in any column, instead of NA, ?, null ... among numbers and dates (may be repeated)")
	f.StringVar(&m.weight, "weight", "", "table: the column that says how much a row counts in training")
	f.StringVar(&m.group, "group", "", "table: the column that says which rows belong together, on one side of a split")
	f.StringVar(&m.pastFuture, "past-future", "", "table: the column of times to split by: train on the past, test on the future")
	complete(cmd, "task", tasks())
}

func tasks() []string {
	return []string{automatic, string(table.Classification), string(table.Regression)}
}

// given tells whether a flag says something that is of tables alone, and which.
func (m *meaning) given() (flag string, ok bool) {
	for _, c := range []struct {
		flag string
		ok   bool
	}{
		{"label", m.labels != nil}, {"task", m.task != automatic}, {"as", m.as != nil}, {"drop", m.drop != nil}, {"only", m.only != nil}, {"na", m.na != nil},
		{"weight", m.weight != ""}, {"group", m.group != ""}, {"past-future", m.pastFuture != ""},
	} {
		if c.ok {
			return c.flag, true
		}
	}
	return "", false
}

// options are those of table.Infer that the flags ask for.
func (m *meaning) options() ([]table.InferOption, error) {
	var list []table.InferOption
	for _, c := range []struct {
		values []string
		option func(...string) table.InferOption
	}{{m.as, table.As}, {m.drop, table.Drop}, {m.only, table.Only}, {m.na, table.Na}, {m.labels, table.Labels}} {
		if c.values != nil {
			list = append(list, c.option(c.values...))
		}
	}
	for _, c := range []struct {
		value  string
		option func(string) table.InferOption
	}{{m.weight, table.WeightColumn}, {m.group, table.GroupColumn}, {m.pastFuture, table.PastFutureColumn}} {
		if c.value != "" {
			list = append(list, c.option(c.value))
		}
	}
	switch m.task {
	case automatic:
	case string(table.Classification), string(table.Regression):
		list = append(list, table.AsTask(table.Task(m.task)))
	default:
		return nil, flagError("task", names.Unknown("task", m.task, tasks()))
	}
	return list, nil
}
