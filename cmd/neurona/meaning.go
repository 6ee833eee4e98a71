package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

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
	noLabel    bool         // nothing is to be predicted
	tasks      []table.Task // of the labels, one by one, once they have been found

	columnsPath string
	columns     *columnsFile // nil without --columns
}

func (m *meaning) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&m.labels, "label", nil, "table: the column to predict, by name, #3 for the third, #-1 for the last (default: the last, unless another is called a label; may be repeated)")
	f.StringVar(&m.task, "task", automatic, "table: classification, regression, or auto, by the labels and --loss")
	f.StringArrayVar(&m.as, "as", nil, `table: what a column is, such as zip=category, when=dmy, price=decimal_comma, "cut=Fair<Good<Very Good" (may be repeated)`)
	f.StringArrayVar(&m.drop, "drop", nil, "table: a column to leave out (may be repeated)")
	f.StringArrayVar(&m.only, "only", nil, "table: a column to learn from, and no others (may be repeated)")
	f.StringArrayVar(&m.na, "na", nil, "table: a word that stands for a missing cell in any column, beside NA, ?, null ... among numbers and dates (may be repeated)")
	f.StringVar(&m.weight, "weight", "", "table: the column that says how much a row counts in training")
	f.StringVar(&m.group, "group", "", "table: the column that says which rows belong together, on one side of a split")
	f.StringVar(&m.pastFuture, "past-future", "", "table: the column of times to split by: train on the past, test on the future")
	f.StringVar(&m.columnsPath, "columns", "", "table: a file that says what all columns are, which neurona inspect --write has written; flags beside it go before what it says")
	complete(cmd, "task", tasks())
	_ = cmd.MarkFlagFilename("columns", "json") // the error would say that there is no such flag
}

func tasks() []string {
	return []string{automatic, string(table.Classification), string(table.Regression)}
}

// check reports flags that are given and empty, as variables of scripts are that nobody has set: nothing, or a column without a name,
// is not what they ask for.
func (m *meaning) check(changed func(flag string) bool) error {
	for _, c := range []struct{ flag, value string }{{"weight", m.weight}, {"group", m.group}, {"past-future", m.pastFuture}} {
		if changed(c.flag) && c.value == "" {
			return noColumn(c.flag)
		}
	}
	if changed("columns") && m.columnsPath == "" {
		return badFlag("columns", `""`, "the name of a file")
	}
	for _, c := range []struct {
		flag   string
		values []string
	}{{"label", m.labels}, {"drop", m.drop}, {"only", m.only}} {
		if slices.Contains(c.values, "") {
			return noColumn(c.flag)
		}
	}
	return nil
}

// noColumn is the error that a flag is empty which names a column.
func noColumn(flag string) error {
	return badFlag(flag, `""`, "a column, by name, or #3 for the third, if it has none")
}

// given tells whether a flag says something that is of tables alone, and which.
func (m *meaning) given() (flag string, ok bool) {
	for _, c := range []struct {
		flag string
		ok   bool
	}{
		{"label", m.labels != nil}, {"task", m.task != automatic}, {"as", m.as != nil}, {"drop", m.drop != nil}, {"only", m.only != nil}, {"na", m.na != nil},
		{"weight", m.weight != ""}, {"group", m.group != ""}, {"past-future", m.pastFuture != ""}, {"columns", m.columnsPath != ""},
	} {
		if c.ok {
			return c.flag, true
		}
	}
	return "", false
}

// namesLabel tells whether anybody has said which column is to be predicted.
func (m *meaning) namesLabel() bool {
	return m.labels != nil || m.columns != nil && slices.ContainsFunc(m.columns.Columns, func(e columnEntry) bool { return e.Role == table.Label })
}

// withoutLabel is the meaning of columns of which none is to be predicted.
func (m meaning) withoutLabel() *meaning {
	m.labels, m.tasks, m.task, m.noLabel = nil, nil, automatic, true
	return &m
}

// infer finds out what the columns of a table are, from the given rows alone; nil are all.
func (m *meaning) infer(tab *table.Table, rows []int) (*table.Schema, error) {
	if err := m.agrees(tab); err != nil {
		return nil, err
	}
	s, err := m.inferred(tab, rows)
	if err != nil {
		return nil, err
	}
	return s, m.keepsLabels(tab, s)
}

// inferred is what a file of columns and flags make of the columns together.
func (m *meaning) inferred(tab *table.Table, rows []int) (*table.Schema, error) {
	if m.columns != nil {
		return m.columns.infer(tab, rows, m)
	}
	options, err := m.options()
	if err != nil {
		return nil, err
	}
	return table.Infer(tab, rows, options...)
}

// keepsLabels reports a column that is to be predicted and to be left out: one of them is a slip.
func (m *meaning) keepsLabels(tab *table.Table, s *table.Schema) error {
	for _, name := range m.drop {
		if c, err := tab.Find(name); err == nil && s.Fields[c.Index()].Role == table.Label {
			return badFlag("drop", name, "another column than one that is to be predicted")
		}
	}
	return nil
}

// agrees reports a column that --as says two things of: which of them was meant, nobody knows.
func (m *meaning) agrees(tab *table.Table) error {
	if len(m.as) < 2 {
		return nil
	}
	columns, said := tab.Columns(), map[int]string{}
	for _, as := range m.as {
		found, what := columnsOfAs(tab, columns, as)
		for _, c := range found {
			before, ok := said[c.Index()]
			if ok && before != what {
				name := strconv.Quote(c.Name)
				if called, err := tab.Find(c.Name); err != nil || called != c {
					name = tab.Spell(c)
				}
				return flagError("as", fmt.Errorf("column %s is %q and %q: want one of them", name, before, what))
			}
			said[c.Index()] = what
		}
	}
	return nil
}

// columnsOfAs are the columns that "column=what" is about: all of a name. Either may have an equals sign in it.
func columnsOfAs(tab *table.Table, columns []*table.Column, as string) (found []*table.Column, what string) {
	for i := range len(as) {
		if as[i] != '=' {
			continue
		}
		for _, c := range columns {
			if c.Name == as[:i] {
				found = append(found, c)
			}
		}
		if found == nil {
			if c, err := tab.Find(as[:i]); err == nil {
				found = append(found, c)
			}
		}
		if found != nil {
			return found, as[i+1:]
		}
	}
	return nil, "" // package table says that there is none
}

// open reads the file of --columns, if there is one.
func (m *meaning) open() (err error) {
	if m.columnsPath != "" && m.columns == nil {
		m.columns, err = readColumns(m.columnsPath)
	}
	return err
}

// files are those that are read beside the table.
func (m *meaning) files() []input {
	if m.columnsPath == "" {
		return nil
	}
	return []input{{"--columns", m.columnsPath}}
}

// options are those of table.Infer that the flags ask for.
func (m *meaning) options() ([]table.InferOption, error) {
	if m.columnsPath != "" && m.only != nil {
		return nil, &usageError{errors.New("--only and --columns: the file says of all columns whether they are used; --drop leaves out more")}
	}
	if m.group != "" && m.pastFuture != "" {
		return nil, &usageError{errors.New("--group and --past-future: rows are divided by one of them")}
	}
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
	if m.noLabel {
		list = append(list, table.NoLabel())
	}
	switch m.task {
	case automatic:
	case string(table.Classification), string(table.Regression):
		list = append(list, table.AsTask(table.Task(m.task)))
	default:
		return nil, flagError("task", names.Unknown("task", m.task, tasks()))
	}
	for i, task := range m.tasks {
		list = append(list, table.AsTask(task, m.labels[i]))
	}
	return list, nil
}
