package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/spf13/cobra"
)

// predictOptions are the flags of neurona predict.
type predictOptions struct {
	source
	engine
	labels        []string
	strict        bool
	probabilities bool
	keep          []string
	appendAll     bool
	noHeader      bool
	output        string
	json          bool
}

func (a *app) predictCommand() *cobra.Command {
	opts := &predictOptions{}
	cmd := &cobra.Command{
		Use:   "predict MODEL [FILE]",
		Short: "Apply a saved model to rows of a table",
		Long: `predict applies a model that neurona train has saved to each row of a table, or
of standard input, and writes a CSV file: the class, or the number, for each
row, in order. Where there is a header and no row, so there is in what is
written. The answer comes first, then what --probabilities and --keep or
--append ask for.

Columns that the model was trained on are found by name, whatever their order;
others are not looked at. If the table does not name them, --header no takes
them by place. What the model was not prepared for is counted on standard error:
levels that training had not, numbers outside of its range, gaps.`,
		Example: `  neurona predict iris.safetensors new.csv
  neurona predict iris.safetensors new.csv --probabilities -o answers.csv
  neurona predict iris.safetensors new.csv --keep id,when
  echo 5.1,3.5,1.4,0.2 | neurona predict iris.safetensors --header no`,
		Args: arguments("MODEL", "[FILE]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.data = []string{standard}
			if len(args) == 2 {
				opts.data = args[1:]
			}
			if cmd.Flags().Changed("keep") && len(opts.keep) == 0 {
				return noColumn("keep")
			}
			return a.predict(cmd.Context(), args[0], opts)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	opts.form.addFlags(cmd)
	f.StringArrayVar(&opts.labels, "label", nil, "a column to leave out, where columns are taken by place: #3 for the third, #-1 for the last")
	f.BoolVar(&opts.strict, "strict", false, "fail where the model is not prepared for a cell: a level that training had not, a number outside of its range, a gap where it had none")
	f.BoolVar(&opts.probabilities, "probabilities", false, "write the probability of each class too, of models whose loss gives some: binary_cross_entropy, binary_focal, cross_entropy, focal")
	f.StringSliceVar(&opts.keep, "keep", nil, "columns of the table to write beside each answer, such as id,city, by name, #3 for the third, #-1 for the last")
	f.BoolVar(&opts.appendAll, "append", false, "write all columns of the table beside each answer")
	f.BoolVar(&opts.noHeader, "no-header", false, "write no line of column names")
	f.StringVarP(&opts.output, "output", "o", standard, "file to write to; - for standard output")
	opts.engine.addFlags(cmd)
	f.BoolVar(&opts.json, "json", false, "write one JSON object per row")
	return cmd
}

// predict carries out neurona predict.
func (a *app) predict(ctx context.Context, path string, opts *predictOptions) error {
	if err := opts.checkFiles(); err != nil {
		return err
	}
	if slices.Contains(opts.labels, "") {
		return noColumn("label")
	}
	if slices.Contains(opts.keep, "") {
		return noColumn("keep")
	}
	if opts.keep != nil && opts.appendAll {
		return &usageError{errors.New("--keep and --append: all columns are written, or some")}
	}
	to := destination{flag: "output", path: opts.output}
	if err := to.find(true); err != nil {
		return err
	}
	prints := to.isStandard(a.stdout)
	var files []*destination
	if !prints {
		files = append(files, &to)
	}
	if err := a.checkApart(prints, append(opts.inputs(), input{"MODEL", path}), files...); err != nil {
		return err
	}
	m, err := a.openModel(path, &opts.engine)
	if err != nil {
		return err
	}
	defer m.close()
	if opts.probabilities && m.Classes() == nil {
		return &usageError{fmt.Errorf("--probabilities is of models that tell classes apart, of one column; %s predicts a quantity, or several columns", path)}
	}
	if opts.probabilities && !m.Targets()[0].GivesProbabilities() {
		return &usageError{fmt.Errorf("--probabilities: the loss %s of %s gives none, but numbers that are no probabilities: want a model of binary_cross_entropy, binary_focal, cross_entropy or focal, or no --probabilities", m.Targets()[0].Loss(), path)}
	}
	var tab *table.Table
	all := &application{ctx: ctx, model: m, probabilities: opts.probabilities}
	err = reading(ctx, func() (err error) {
		tab, all.rows, err = a.toAnswer(m, &opts.source)
		return err
	})
	if err != nil {
		return err
	}
	if tab != nil {
		if all.table, _, err = m.arrange(tab, &opts.source, opts.labels); err != nil {
			return err
		}
		if all.kept, err = kept(tab, opts); err != nil {
			return err
		}
	}
	if opts.strict {
		// Looked at first: what has been written to a pipe cannot be taken back.
		if err := all.look(); err != nil {
			return m.explainAbsent(err, tab)
		}
		if a.unprepared(&all.report) {
			return fmt.Errorf("--strict: %s: the model was not prepared for some cells", opts.name())
		}
		all.report = table.Report{}
	}
	write := func(w io.Writer) error {
		if opts.json {
			return all.writeJSONRows(w)
		}
		return all.writeCSV(w, !opts.noHeader)
	}
	if prints {
		err = write(a.stdout) // texts, unlike a model
	} else {
		err = to.write(a, write)
	}
	if err != nil {
		return m.explainAbsent(err, tab)
	}
	a.unprepared(&all.report)
	return nil
}

// application is a model applied to a table, a block of rows after the other.
type application struct {
	ctx           context.Context // of the command
	model         *openModel
	table         *table.Table
	rows          int // of the table that are to be answered: all, or none
	probabilities bool
	kept          []*table.Column // that are written beside answers
	report        table.Report    // of the rows so far
}

// blockRows is how many rows are features at once.
const blockRows = 1 << 14

// eachBlock goes through the table. do is told the first row of each block, and all of them, and reports what was found in them. That
// columns are absent is an error even where there are no rows.
func (p *application) eachBlock(do func(first int, rows []int) (*table.Report, error)) error {
	rows := make([]int, 0, blockRows)
	if p.table == nil {
		return nil
	}
	for first := 0; first == 0 || first < p.rows; first += blockRows {
		if p.ctx.Err() != nil {
			return &interruptedError{When: fmt.Sprintf("after %d rows", first)}
		}
		rows = rows[:0]
		for row := first; row < min(first+blockRows, p.rows); row++ {
			rows = append(rows, row)
		}
		report, err := do(first, rows)
		if err != nil {
			return err
		}
		p.report.Add(report)
	}
	return nil
}

// look only looks at what the model is not prepared for.
func (p *application) look() error {
	return p.eachBlock(func(_ int, rows []int) (*table.Report, error) {
		_, report, err := p.model.Task().Encoder().Encode(p.table, rows)
		return report, err
	})
}

// eachRow predicts. use is told each row, from 0, and its answer.
func (p *application) eachRow(use func(row int, a model.Answer) error) error {
	return p.eachBlock(func(first int, rows []int) (*table.Report, error) {
		answers, report, err := p.model.Predict(p.table, rows)
		if e := (*model.OutputError)(nil); errors.As(err, &e) {
			e.Row += first
			err = fmt.Errorf("%s: %w", p.model.path, err)
		}
		if err != nil {
			return nil, err
		}
		for i, a := range answers {
			if err := use(first+i, a); err != nil {
				return nil, err
			}
		}
		return report, nil
	})
}

// answer is what a model says of one row.
type answer struct {
	Row           int            `json:"row"`                     // from 1
	Prediction    any            `json:"prediction,omitempty"`    // the name of a class, or a number
	Probabilities []number       `json:"probabilities,omitempty"` // of the classes, in the model's order
	Predictions   map[string]any `json:"predictions,omitempty"`   // where several columns are predicted, by their names

	Columns map[string]string `json:"columns,omitempty"` // those of the table that --keep or --append asks for, as they are spelt there
}

// says is what is said of a target: the name of a class, or a number.
func says(a model.Answer) any {
	if v, ok := a.Value().(float64); ok {
		return number(v)
	}
	return a.Class()
}

func (p *application) writeJSONRows(w io.Writer) error {
	buffered := bufio.NewWriter(w)
	targets := p.model.Targets()
	err := p.eachRow(func(i int, said model.Answer) error {
		a := answer{Row: i + 1}
		if len(targets) == 1 {
			a.Prediction = says(said)
		} else {
			a.Predictions = map[string]any{}
			for c := range targets {
				a.Predictions[targets[c].Label()] = says(said.Target(c))
			}
		}
		if p.probabilities {
			for _, v := range said.Probabilities() {
				a.Probabilities = append(a.Probabilities, number(v))
			}
		}
		for c, column := range p.kept {
			if a.Columns == nil {
				a.Columns = map[string]string{}
			}
			a.Columns[p.keptName(c)] = column.Text(i)
		}
		return writeJSON(buffered, a)
	})
	return errors.Join(err, buffered.Flush())
}

func (p *application) writeCSV(w io.Writer, header bool) error {
	out := csv.NewWriter(w)
	targets := p.model.Targets()
	record, err := p.header()
	if header && err != nil {
		return err
	}
	named := !header
	name := func() error { // not before it is known that there are answers
		if named {
			return nil
		}
		named = true
		return out.Write(record)
	}
	err = p.eachRow(func(row int, said model.Answer) error {
		if err := name(); err != nil {
			return err
		}
		record = record[:0]
		for c := range targets {
			record = append(record, said.Target(c).String())
		}
		if p.probabilities {
			for _, v := range said.Probabilities() {
				record = append(record, strconv.FormatFloat(v, 'g', 6, 64))
			}
		}
		for _, c := range p.kept {
			record = append(record, c.Text(row))
		}
		return out.Write(record)
	})
	if err == nil { // no rows
		err = name()
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

// kept are the columns that --keep or --append asks for.
func kept(tab *table.Table, opts *predictOptions) (list []*table.Column, err error) {
	if opts.appendAll {
		return tab.Columns(), nil
	}
	for _, name := range opts.keep {
		c, err := tab.Find(name)
		if err != nil {
			return nil, flagError("keep", err)
		}
		if slices.Contains(list, c) {
			return nil, badFlag("keep", name, "each column once")
		}
		list = append(list, c)
	}
	return list, nil
}

// keptName is what a column that is kept is called: by its name, by its place if it has none, and name#2 where several have it.
func (p *application) keptName(i int) string {
	c, several := p.kept[i], false
	for j, other := range p.kept {
		several = several || j != i && other.Name == c.Name
	}
	switch {
	case c.Name == "":
		return fmt.Sprintf("#%d", c.Index()+1)
	case several:
		return fmt.Sprintf("%s#%d", c.Name, c.Nth+1)
	}
	return c.Name
}

// header is the line of names. That a column that is kept is called as an answer is an error: who reads the file by names would take one for the
// other.
func (p *application) header() ([]string, error) {
	var names []string
	targets := p.model.Targets()
	for c := range targets {
		name := "prediction"
		if len(targets) > 1 {
			name += "(" + targets[c].Label() + ")"
		}
		names = append(names, name)
	}
	if p.probabilities {
		for _, class := range p.model.Classes() {
			names = append(names, "p("+class+")")
		}
	}
	for c := range p.kept {
		name := p.keptName(c)
		if slices.Contains(names, name) {
			return nil, fmt.Errorf("a column of the table is called %q, as another one that is written is: which is which could not be told (--keep others, or --no-header)", cut(name, nameWidth))
		}
		names = append(names, name)
	}
	return names, nil
}
