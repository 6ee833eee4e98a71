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
	"github.com/neurona-ml/neurona/nn/tensor"
	"github.com/spf13/cobra"
)

// predictOptions are the flags of neurona predict.
type predictOptions struct {
	source
	engine
	labels        []string
	strict        bool
	probabilities bool
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
written.

Columns that the model was trained on are found by name, whatever their order;
others are not looked at. If the table does not name them, --header no takes
them by place. What the model was not prepared for is counted on standard error:
levels that training had not, numbers outside of its range, gaps.`,
		Example: `  neurona predict iris.safetensors new.csv
  neurona predict iris.safetensors new.csv --probabilities -o answers.csv
  echo 5.1,3.5,1.4,0.2 | neurona predict iris.safetensors --header no`,
		Args: arguments("MODEL", "[FILE]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.data = []string{standard}
			if len(args) == 2 {
				opts.data = args[1:]
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
	if opts.probabilities && m.task.classes() == nil {
		return &usageError{fmt.Errorf("--probabilities is of models that tell classes apart, of one column; %s predicts a quantity, or several columns", path)}
	}
	if opts.probabilities && !m.task.heads[0].givesProbabilities() {
		return &usageError{fmt.Errorf("--probabilities: the loss %s of %s gives none, but numbers that are no probabilities: want a model of binary_cross_entropy, binary_focal, cross_entropy or focal, or no --probabilities", m.task.heads[0].loss, path)}
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
	}
	if opts.strict {
		// Looked at first: what has been written to a pipe cannot be taken back.
		if err := all.eachBlock(func(int, []float32) error { return nil }); err != nil {
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
	model         *model
	table         *table.Table
	rows          int // of the table that are to be answered: all, or none
	probabilities bool
	report        table.Report // of the rows so far
}

// blockRows is how many rows are features at once.
const blockRows = 1 << 14

// eachBlock encodes the table. use is told the first row of each block, and its features. That columns are absent is an error even
// where there are no rows.
func (p *application) eachBlock(use func(first int, x []float32) error) error {
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
		x, report, err := p.model.task.encoder.Encode(p.table, rows)
		if err != nil {
			return err
		}
		if p.report.Add(report); len(rows) == 0 {
			return nil
		}
		if err := use(first, x); err != nil {
			return err
		}
	}
	return nil
}

// eachRow predicts. use is told each row, from 0, and its outputs.
func (p *application) eachRow(use func(row int, outputs []float32) error) error {
	width := p.model.task.encoder.Width()
	return p.eachBlock(func(first int, x []float32) error {
		y, err := p.model.net.Predict(dense(len(x)/width, width, x))
		if err != nil {
			return fmt.Errorf("%s: %w", p.model.path, err)
		}
		for i := range y.Rows {
			outputs := tensor.Row(y, i)
			if err := finite(outputs, first+i); err != nil {
				return fmt.Errorf("%s: %w", p.model.path, err)
			}
			if err := use(first+i, outputs); err != nil {
				return err
			}
		}
		return nil
	})
}

// answer is what a model says of one row.
type answer struct {
	Row           int            `json:"row"`                     // from 1
	Prediction    any            `json:"prediction,omitempty"`    // the name of a class, or a number
	Probabilities []number       `json:"probabilities,omitempty"` // of the classes, in the model's order
	Predictions   map[string]any `json:"predictions,omitempty"`   // where several columns are predicted, by their names
}

// says is what a head says of a row of outputs: the name of a class, or a number.
func (h *head) says(row []float32) any {
	if h.classes == nil {
		return number(h.answer(row))
	}
	return h.classes[h.class(row)]
}

func (p *application) writeJSONRows(w io.Writer) error {
	buffered := bufio.NewWriter(w)
	heads := p.model.task.heads
	shares := make([]float64, len(heads[0].classes))
	err := p.eachRow(func(i int, row []float32) error {
		a := answer{Row: i + 1}
		if len(heads) == 1 {
			a.Prediction = heads[0].says(row)
		} else {
			a.Predictions = map[string]any{}
			for c := range heads {
				a.Predictions[heads[c].label] = heads[c].says(row)
			}
		}
		if p.probabilities {
			heads[0].probabilities(shares, row)
			for _, v := range shares {
				a.Probabilities = append(a.Probabilities, number(v))
			}
		}
		return writeJSON(buffered, a)
	})
	return errors.Join(err, buffered.Flush())
}

func (p *application) writeCSV(w io.Writer, header bool) error {
	out := csv.NewWriter(w)
	heads := p.model.task.heads
	var record []string
	for c := range heads {
		name := "prediction"
		if len(heads) > 1 {
			name += "(" + heads[c].label + ")"
		}
		record = append(record, name)
	}
	shares := make([]float64, len(heads[0].classes))
	if p.probabilities {
		for _, name := range heads[0].classes {
			record = append(record, "p("+name+")")
		}
	}
	named := !header
	name := func() error { // not before it is known that there are answers
		if named {
			return nil
		}
		named = true
		return out.Write(record)
	}
	err := p.eachRow(func(_ int, row []float32) error {
		if err := name(); err != nil {
			return err
		}
		record = record[:0]
		for c := range heads {
			record = append(record, text(heads[c].says(row)))
		}
		if p.probabilities {
			heads[0].probabilities(shares, row)
			for _, v := range shares {
				record = append(record, strconv.FormatFloat(v, 'g', 6, 64))
			}
		}
		return out.Write(record)
	})
	if err == nil { // no rows
		err = name()
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

// text is a prediction as it stands in a CSV file.
func text(prediction any) string {
	if v, ok := prediction.(number); ok {
		return strconv.FormatFloat(float64(v), 'g', -1, 64)
	}
	return fmt.Sprint(prediction)
}
