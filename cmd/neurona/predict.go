package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn/tensor"
	"github.com/spf13/cobra"
)

// predictOptions are the flags of neurona predict.
type predictOptions struct {
	source
	engine
	probabilities bool
	noHeader      bool
	output        string
	json          bool
}

func (a *app) predictCommand() *cobra.Command {
	opts := &predictOptions{}
	cmd := &cobra.Command{
		Use:   "predict MODEL [FILE]",
		Short: "Apply a saved model to rows of a CSV file",
		Long: `predict applies a model that neurona train has saved to each row of a CSV file,
or of standard input, and writes a CSV file: the class, or the quantity, for
each row, in order.

If the file names its columns, those that the model was trained on are found by
name, whatever their order, and others are left out; they must be numbers all
the same. Otherwise the columns are the features. A column of answers that is
not a number is left out with --label.`,
		Example: `  neurona predict iris.safetensors new.csv
  neurona predict iris.safetensors new.csv --label species --probabilities
  cut -d, -f1-4 new.csv | neurona predict iris.safetensors > answers.csv`,
		Args: arguments("MODEL", "[FILE]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.data = standard
			if len(args) == 2 {
				opts.data = args[1]
			}
			return a.predict(cmd.Context(), args[0], opts, cmd.Flags().Changed("label"))
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	opts.addCSVFlags(cmd, "a column to leave out, by name or number from 0, negative from the end")
	f.BoolVar(&opts.probabilities, "probabilities", false, "write the probability of each class too")
	f.BoolVar(&opts.noHeader, "no-header", false, "write no line of column names")
	f.StringVarP(&opts.output, "output", "o", standard, "file to write to; - for standard output")
	opts.engine.addFlags(cmd)
	f.BoolVar(&opts.json, "json", false, "write one JSON object per row")
	return cmd
}

// predict carries out neurona predict.
func (a *app) predict(ctx context.Context, path string, opts *predictOptions, hasLabel bool) error {
	read, err := opts.csvOptions()
	if err != nil {
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
	if opts.probabilities && m.task.Classes == nil {
		return &usageError{fmt.Errorf("--probabilities is of models that tell classes apart; %s predicts a quantity", path)}
	}
	// A column to leave out is read as a label, and not looked at.
	read.NoLabel = !hasLabel
	read.Regression = hasLabel && m.task.Classes == nil
	var set *datasets.Set
	err = reading(ctx, func() (err error) {
		set, err = a.readCSV(&opts.source, read)
		return err
	})
	if err != nil {
		if errors.Is(err, datasets.ErrNotNumber) && !hasLabel {
			err = fmt.Errorf("%w (a column of answers is left out with --label)", err)
		}
		return err
	}
	if set, err = m.prepare(set); err != nil {
		return err
	}
	y, err := m.predict(set)
	if err != nil {
		return err
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
	Row           int      `json:"row"`                     // from 1
	Prediction    any      `json:"prediction"`              // the name of a class, or a number
	Probabilities []number `json:"probabilities,omitempty"` // of the classes, in the model's order
}

// answers calls use with the answer to each row of outputs; the probabilities
// are valid during the call.
func (m *model) answers(y tensor.Matrix, use func(answer) error) error {
	p := make([]float64, len(m.task.Classes))
	probabilities := make([]number, len(p))
	for i := range y.Rows {
		row := y.Data[i*y.Stride : i*y.Stride+y.Cols]
		a := answer{Row: i + 1}
		if m.task.Classes == nil {
			a.Prediction = number(m.task.quantity(row[0]))
		} else {
			a.Prediction = m.task.Classes[m.task.class(row)]
			m.task.probabilities(p, row)
			for j, v := range p {
				probabilities[j] = number(v)
			}
			a.Probabilities = probabilities
		}
		if err := use(a); err != nil {
			return err
		}
	}
	return nil
}

func (m *model) writeJSONRows(w io.Writer, y tensor.Matrix, probabilities bool) error {
	buffered := bufio.NewWriter(w)
	err := m.answers(y, func(a answer) error {
		if !probabilities {
			a.Probabilities = nil
		}
		return writeJSON(buffered, a)
	})
	return errors.Join(err, buffered.Flush())
}

func (m *model) writeCSV(w io.Writer, y tensor.Matrix, probabilities, header bool) error {
	out := csv.NewWriter(w)
	record := []string{"prediction"}
	if probabilities {
		for _, name := range m.task.Classes {
			record = append(record, "p("+name+")")
		}
	}
	if header {
		if err := out.Write(record); err != nil {
			return err
		}
	}
	err := m.answers(y, func(a answer) error {
		record = append(record[:0], text(a.Prediction))
		if probabilities {
			for _, p := range a.Probabilities {
				record = append(record, strconv.FormatFloat(float64(p), 'g', 6, 64))
			}
		}
		return out.Write(record)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

// text is a prediction as it stands in a CSV file: as many digits as float32
// has.
func text(prediction any) string {
	if v, ok := prediction.(number); ok {
		return strconv.FormatFloat(float64(v), 'g', -1, 32)
	}
	return fmt.Sprint(prediction)
}
