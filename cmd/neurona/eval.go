package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
	"github.com/spf13/cobra"
)

// evalOptions are the flags of neurona eval.
type evalOptions struct {
	source
	engine
	measures
	labels []string
	strict bool
	seed   uint64
	json   bool
}

func (a *app) evalCommand() *cobra.Command {
	opts := &evalOptions{}
	cmd := &cobra.Command{
		Use:   "eval MODEL",
		Short: "Judge a saved model on data with known answers",
		Long: `eval applies a model that neurona train has saved to rows whose answers are
known, and says how often it is right. Features are scaled, and classes
numbered, as they were in training.

Of built-in data, the test part is used; of a table, every row that has a label.
Rows of classes that the model was never trained on are wrong answers: standard
error says how many, and of which classes. Without --data it is what the model
was trained on, if that is built in.`,
		Example: `  neurona eval mnist.safetensors --data-dir ~/data
  neurona eval iris.safetensors --data new.csv --label species --json
  neurona eval iris.safetensors --data new.csv --metric 'f1(average=weighted),confusion_matrix'`,
		Args: arguments("MODEL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.eval(cmd.Context(), args[0], opts, cmd.Flags().Changed)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	opts.source.addFlags(cmd, "", "what to judge it on")
	opts.form.addFlags(cmd)
	f.StringArrayVar(&opts.labels, "label", nil, "table: the column of answers, by name, #3 for the third, #-1 for the last (default: as in training; one for each column that is predicted)")
	opts.measures.addFlags(cmd, "of what is predicted")
	f.BoolVar(&opts.strict, "strict", false, "table: fail where the model is not prepared for a cell: a class or a level that training had not, a number outside of its range, a gap where it had none")
	f.Uint64Var(&opts.seed, "seed", 0, "of data drawn by code (default: as in training)")
	opts.engine.addFlags(cmd)
	f.BoolVar(&opts.json, "json", false, "write the result to standard output as a JSON object")
	return cmd
}

// evalEvent is the result of neurona eval --json.
type evalEvent struct {
	Event            string          `json:"event"` // "result"
	Model            string          `json:"model"`
	Data             string          `json:"data"`
	Rows             int             `json:"rows"`
	UnseenRows       int             `json:"unseen_rows,omitempty"` // of classes that training had not: they are wrong, and the loss is that of the others
	Accuracy         number          `json:"accuracy"`              // null for a regression
	AccuracyLow      number          `json:"accuracy_low"`          // with AccuracyHigh, where it is of many rows with a probability of 95 % (Wilson)
	AccuracyHigh     number          `json:"accuracy_high"`
	Loss             number          `json:"loss"`
	RMSE             number          `json:"rmse"`              // in the label's own unit; null for a classification
	R2               number          `json:"r2"`                // null for a classification
	Metrics          []measuredEvent `json:"metrics,omitempty"` // those of --metric
	Classes          []classTally    `json:"classes,omitempty"` // where one column is predicted
	Labels           []columnScore   `json:"labels,omitempty"`  // where several are; those above are the first's
	Baseline         []columnScore   `json:"baseline"`          // of each column: who always says the most frequent class, or the mean
	EvalSeconds      number          `json:"eval_seconds"`
	LoadSeconds      number          `json:"load_seconds"`
	SamplesPerSecond number          `json:"samples_per_second"`
	engineEvent
}

// classTally is how the rows of one class fared.
type classTally struct {
	Name  string `json:"name"`
	Rows  int    `json:"rows"`
	Right int    `json:"right"`
	Said  int    `json:"said"` // rows of any class, unseen ones too, for which the model said this one
}

// eval carries out neurona eval.
func (a *app) eval(ctx context.Context, path string, opts *evalOptions, changed func(flag string) bool) error {
	if changed("data") {
		if err := opts.check(); err != nil {
			return err
		}
	}
	if slices.Contains(opts.labels, "") {
		return noColumn("label")
	}
	if err := opts.measures.parse(); err != nil {
		return err
	}
	if err := a.checkApart(true, append(opts.inputs(), input{"MODEL", path})); err != nil {
		return err
	}
	m, err := a.openModel(path, &opts.engine)
	if err != nil {
		return err
	}
	defer m.close()
	if err := opts.fromTraining(m, changed); err != nil {
		return err
	}
	if err := opts.suit(m.Task()); err != nil {
		return err
	}
	if err := opts.ofTables(changed, append(formFlags(), "label", "strict")...); err != nil {
		return err
	}
	start := time.Now()
	var known *model.Judged
	err = reading(ctx, func() (err error) {
		known, err = a.readKnown(m, opts)
		return err
	})
	if err != nil {
		return err
	}
	loaded := time.Now()
	s, tally, metrics, err := m.judge(known, &opts.measures)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	took := time.Since(loaded)
	columns := columnScores(&s)
	first, baseline := columns[0], m.Task().Baseline(known.Examples)
	low, high := model.AccuracyInterval(float64(first.Accuracy), s.Rows)
	e := evalEvent{
		AccuracyLow: number(low), AccuracyHigh: number(high),
		Event: "result", Model: path, Data: opts.name(), Rows: s.Rows, UnseenRows: len(known.Unseen.Rows),
		Accuracy: first.Accuracy, Loss: number(s.Loss), RMSE: first.RMSE, R2: first.R2, Metrics: metrics, Classes: tally, Labels: several(columns),
		EvalSeconds: number(took.Seconds()), LoadSeconds: number(loaded.Sub(start).Seconds()),
		Baseline:         columnScores(&baseline),
		SamplesPerSecond: number(float64(s.Rows) / max(took.Seconds(), 1e-9)), engineEvent: engineOf(m.Network()),
	}
	if opts.json {
		return writeJSON(a.stdout, e)
	}
	return e.print(a.stdout, a.stdout.terminal, &s, &baseline)
}

// fromTraining fills in what the flags leave to how the model was trained.
func (o *evalOptions) fromTraining(m *openModel, changed func(flag string) bool) error {
	if !changed("seed") {
		o.seed = m.Provenance().Seed
	}
	if changed("data") {
		return nil
	}
	o.data = []string{m.Provenance().Data}
	if m.Task().IsTable() || !o.isBuiltIn() {
		return &usageError{fmt.Errorf("--data is missing: the model was trained on %s, and only built-in data are found again", o.name())}
	}
	return nil
}

// readKnown reads rows whose answers are known.
func (a *app) readKnown(m *openModel, opts *evalOptions) (*model.Judged, error) {
	if !opts.isBuiltIn() {
		return a.judgedBy(m, opts)
	}
	rows := 0
	if from := m.Provenance(); opts.name() == from.Data && !m.Task().IsTable() {
		rows = from.Asked
	}
	_, set, err := opts.openBuiltIn(rows, opts.seed)
	if err != nil {
		return nil, err
	}
	e, err := m.fit(set)
	if err != nil {
		return nil, err
	}
	return &model.Judged{Examples: e, Unseen: &model.Unseen{}}, nil
}

// judge evaluates the model.
func (m *openModel) judge(e *model.Judged, by *measures) (model.Score, []classTally, []measuredEvent, error) {
	task := m.Task()
	s, y, err := m.Score(e.Examples)
	if err != nil {
		return s, nil, nil, err
	}
	metrics, err := by.measure(task, y, e.Examples)
	classes := m.Classes()
	if err != nil || classes == nil {
		return s, nil, metrics, err
	}
	tally := make([]classTally, len(classes))
	for i, name := range classes {
		tally[i].Name = name
	}
	target := &m.Targets()[0]
	for i, label := range e.Truth[0].Classes {
		said := target.Class(tensor.Row(y, i))
		tally[label].Rows++
		tally[said].Said++
		if said == label {
			tally[label].Right++
		}
	}
	if e.Unseen.X.Rows == 0 {
		return s, tally, metrics, nil
	}
	if y, err = task.Predict(m.Network(), e.Unseen.X); err != nil {
		return s, nil, nil, err
	}
	for i := range y.Rows {
		tally[target.Class(tensor.Row(y, i))].Said++
	}
	return s, tally, metrics, nil
}

// talliedClasses is how many classes people are told about one by one.
const talliedClasses = 100

// print writes the result for people.
func (e *evalEvent) print(w io.Writer, to terminal, s, baseline *model.Score) error {
	var b strings.Builder
	line(&b, "model", to.field(e.Model))
	line(&b, "data", fmt.Sprintf("%s, %d rows", to.field(e.Data), e.Rows))
	line(&b, "result", to.field(describeScore(s)))
	line(&b, "baseline", to.field(describeBaseline(baseline)))
	if len(s.Targets) == 1 && s.Targets[0].Accuracy == s.Targets[0].Accuracy {
		line(&b, "on others", fmt.Sprintf("accuracy %s to %s, with a probability of 95 %%", percent(float64(e.AccuracyLow)), percent(float64(e.AccuracyHigh))))
	}
	printMeasured(&b, to, e.Metrics, e.Rows)
	line(&b, "machine", describeEngine(e.engineEvent)+fmt.Sprintf(", %s samples/s", count(float64(e.SamplesPerSecond))))
	if e.Classes != nil {
		b.WriteByte('\n')
		g := &grid{right: true}
		g.add("class", "rows", "recall", "precision")
		for _, c := range e.Classes[:min(len(e.Classes), talliedClasses)] {
			g.add(to.name(c.Name), strconv.Itoa(c.Rows), share(c.Right, c.Rows), share(c.Right, c.Said))
		}
		g.write(&b)
		if n := len(e.Classes) - talliedClasses; n > 0 {
			fmt.Fprintf(&b, "and %d classes more (--json has all)\n", n)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// share is part of whole in percent, a dash of nothing.
func share(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return percent(float64(part) / float64(whole))
}
