package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
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
row, in order.

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
	f.BoolVar(&opts.probabilities, "probabilities", false, "write the probability of each class too")
	f.BoolVar(&opts.noHeader, "no-header", false, "write no line of column names")
	f.StringVarP(&opts.output, "output", "o", standard, "file to write to; - for standard output")
	opts.engine.addFlags(cmd)
	f.BoolVar(&opts.json, "json", false, "write one JSON object per row")
	return cmd
}

// predict carries out neurona predict.
func (a *app) predict(ctx context.Context, path string, opts *predictOptions) error {
	if _, err := opts.form.options(); err != nil {
		return err
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
	var tab *table.Table
	err = reading(ctx, func() (err error) {
		tab, err = a.tableOf(m, &opts.source)
		return err
	})
	if err != nil {
		return err
	}
	rows, _, err := m.arrange(tab, &opts.source, opts.labels)
	if err != nil {
		return err
	}
	x, report, err := m.task.encoder.Encode(rows, nil)
	if err != nil {
		return m.explainAbsent(err, tab)
	}
	if a.unprepared(report) && opts.strict {
		return fmt.Errorf("--strict: %s: the model was not prepared for some cells", opts.name())
	}
	y, err := m.task.predict(m.net, dense(rows.Rows(), m.task.encoder.Width(), x))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	write := func(w io.Writer) error {
		if opts.json {
			return m.writeJSONRows(w, y, opts.probabilities)
		}
		return m.writeCSV(w, y, opts.probabilities, !opts.noHeader)
	}
	if prints {
		return write(a.stdout) // texts, unlike a model
	}
	return to.write(a.stdout, write)
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

func (m *model) writeJSONRows(w io.Writer, y tensor.Matrix, probabilities bool) error {
	buffered := bufio.NewWriter(w)
	heads := m.task.heads
	p := make([]float64, len(heads[0].classes))
	for i := range y.Rows {
		row := tensor.Row(y, i)
		a := answer{Row: i + 1}
		if len(heads) == 1 {
			a.Prediction = heads[0].says(row)
		} else {
			a.Predictions = map[string]any{}
			for c := range heads {
				a.Predictions[heads[c].title()] = heads[c].says(row)
			}
		}
		if probabilities {
			heads[0].probabilities(p, row)
			for _, v := range p {
				a.Probabilities = append(a.Probabilities, number(v))
			}
		}
		if err := writeJSON(buffered, a); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

// title is what a head is called where there are several.
func (h *head) title() string { return cmp.Or(h.name, fmt.Sprintf("#%d", h.index+1)) }

func (m *model) writeCSV(w io.Writer, y tensor.Matrix, probabilities, header bool) error {
	out := csv.NewWriter(w)
	heads := m.task.heads
	var record []string
	for c := range heads {
		name := "prediction"
		if len(heads) > 1 {
			name += "(" + heads[c].title() + ")"
		}
		record = append(record, name)
	}
	p := make([]float64, len(heads[0].classes))
	if probabilities {
		for _, name := range heads[0].classes {
			record = append(record, "p("+name+")")
		}
	}
	if header {
		if err := out.Write(record); err != nil {
			return err
		}
	}
	for i := range y.Rows {
		row := tensor.Row(y, i)
		record = record[:0]
		for c := range heads {
			record = append(record, text(heads[c].says(row)))
		}
		if probabilities {
			heads[0].probabilities(p, row)
			for _, v := range p {
				record = append(record, strconv.FormatFloat(v, 'g', 6, 64))
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// text is a prediction as it stands in a CSV file.
func text(prediction any) string {
	if v, ok := prediction.(number); ok {
		return strconv.FormatFloat(float64(v), 'g', -1, 64)
	}
	return fmt.Sprint(prediction)
}
