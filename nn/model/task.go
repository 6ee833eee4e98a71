package model

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Task is what a network is trained to do: everything that a prediction needs and the weights do not say. [Prepare] makes one
// of a table. Methods may be called from several goroutines.
type Task struct {
	data       string // how the data are called in errors: all of their paths
	drawn      *drawn // what data are that no table has taught; nil otherwise
	encoder    *table.Encoder
	targets    []Target
	loss       loss.Loss // of all targets
	provenance Provenance
}

// Provenance is where a model comes from.
type Provenance struct {
	Data    string `json:"data"`              // what it was trained on: the files' base names, or the name of data that a program draws
	Hash    string `json:"hash,omitempty"`    // of all cells of the table, as [table.Table.Hash] has it
	Rows    int    `json:"rows,omitempty"`    // that it was trained on
	Seed    uint64 `json:"seed"`              // of training and of data drawn by code
	Asked   int    `json:"asked,omitempty"`   // how many rows were asked for of data drawn by code; 0 for the usual number
	Version string `json:"version,omitempty"` // of neurona
	Command string `json:"command,omitempty"` // that has trained it; empty if a program has
}

// MaxAsked limits how many rows a file may have been asked for: not more than a flag may.
const MaxAsked = 1 << 22

// baseNames are the base names of paths that ", " is between.
func baseNames(paths string) string {
	list := strings.Split(paths, ", ")
	for i, path := range list {
		if path != "" {
			list[i] = filepath.Base(path)
		}
	}
	return strings.Join(list, ", ")
}

// drawn is what built-in data are: columns of numbers, called by some names or by none, and classes.
type drawn struct {
	Inputs  int            `json:"inputs"`
	Names   []string       `json:"names,omitempty"`   // [Inputs], or nil
	Scalers []table.Scaler `json:"scalers,omitempty"` // [Inputs], or nil: as they are
	Classes []string       `json:"classes,omitempty"` // none: a number, scaled so:
	Target  *table.Scaler  `json:"target,omitempty"`
}

func (d *drawn) encoder() (*table.Encoder, error) {
	if d.Inputs < 1 || d.Names != nil && len(d.Names) != d.Inputs || d.Scalers != nil && len(d.Scalers) != d.Inputs {
		return nil, fmt.Errorf("%d names and %d scalers for %d inputs", len(d.Names), len(d.Scalers), d.Inputs)
	}
	columns := make([]table.Plain, d.Inputs)
	for i := range columns {
		if d.Names != nil {
			columns[i].Name = d.Names[i]
		}
		if d.Scalers != nil {
			columns[i].Scaler = d.Scalers[i]
		}
	}
	var target table.Scaler
	if d.Target != nil {
		target = *d.Target
	}
	return table.NewPlain(columns, d.Classes, target)
}

// NewTask returns what is to be learnt of data that no table has taught: of columns of numbers, whose names may all be empty, one
// of some classes. Options say by which loss, and what [Provenance] has.
func NewTask(columns []table.Plain, classes []string, opts ...Option) (*Task, error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	d := &drawn{Inputs: len(columns), Classes: classes}
	for _, c := range columns {
		d.Names, d.Scalers = append(d.Names, c.Name), append(d.Scalers, c.Scaler)
	}
	if !anyOf(d.Names, func(name string) bool { return name != "" }) {
		d.Names = nil
	}
	if !anyOf(d.Scalers, func(s table.Scaler) bool { return s.Kind != "" && s.Kind != table.Unscaled }) {
		d.Scalers = nil
	}
	t := o.task()
	t.drawn = d
	if t.encoder, err = d.encoder(); err != nil {
		return nil, err
	}
	return t, t.learn(o)
}

func anyOf[T any](list []T, is func(T) bool) bool {
	for _, v := range list {
		if is(v) {
			return true
		}
	}
	return false
}

// learn decides by which loss each column is learnt.
func (t *Task) learn(o *options) error {
	for i := range t.encoder.Targets() {
		target, err := newTarget(t.encoder, i, o.loss, o.smoothing)
		if err != nil {
			return err
		}
		if err := target.suits(t.data); err != nil {
			return err
		}
		t.targets = append(t.targets, target)
	}
	if t.targets == nil {
		return errors.New("no column is predicted")
	}
	t.place()
	if err := t.setThreshold(o.threshold); err != nil {
		return &OptionError{Option: "Threshold", Err: err}
	}
	return nil
}

// place gives each target its outputs, and all together a loss.
func (t *Task) place() {
	parts, at := make([]loss.Part, len(t.targets)), 0
	for i := range t.targets {
		target := &t.targets[i]
		target.from, target.to = at, at+target.width()
		at = target.to
		parts[i] = loss.Part{Columns: target.width(), Loss: target.loss, Factor: 1}
	}
	if t.loss = parts[0].Loss; len(parts) > 1 {
		t.loss = loss.Split(parts...)
	}
}

// Encoder makes features of rows, and says what the columns are.
func (t *Task) Encoder() *table.Encoder { return t.encoder }

// Targets are the columns that are predicted, at least one. They are the task's own: not to be written.
func (t *Task) Targets() []Target { return t.targets }

// Loss is what the network learns by, of all targets together.
func (t *Task) Loss() loss.Loss { return t.loss }

// Outputs is how many outputs the network needs.
func (t *Task) Outputs() int { return t.targets[len(t.targets)-1].to }

// Classes are those of the only target; nil if there are more, or it is a number.
func (t *Task) Classes() []string {
	if len(t.targets) > 1 {
		return nil
	}
	return t.targets[0].classes
}

// IsTable tells whether a table has taught it, and not data that a program draws.
func (t *Task) IsTable() bool { return t.drawn == nil }

// Provenance says what the data were.
func (t *Task) Provenance() Provenance { return t.provenance }

// Scale scales features, [rows][features], in place, each as its column's numbers are: of [NewTask], whose columns are all numbers.
func (t *Task) Scale(x tensor.Matrix) {
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

// check reports a task that does not fit the network, and finds its targets, which are learnt by losses that are spelt so.
func (t *Task) check(spelling string, net *nn.Network) error {
	parts, err := lossesOfFile(spelling)
	if err != nil {
		return err
	}
	if len(parts) != t.encoder.Targets() {
		return fmt.Errorf("the loss %s is of %s, and %d are predicted", spelling, plural(len(parts), "column"), t.encoder.Targets())
	}
	for i, l := range parts {
		target, err := newTarget(t.encoder, i, l.String(), 0)
		if err != nil {
			return err
		}
		switch n := len(target.classes); {
		case target.loss.Link() == loss.Softmax && n < 2:
			return fmt.Errorf("%d classes with the loss %s, for a network with %d outputs", n, target.loss, net.Outputs())
		case target.loss.Link() == loss.Softmax:
		case (!SaysNumber(target.loss) || n > 0) && n != 2:
			return fmt.Errorf("%d classes, want 2 for the loss %s", n, target.loss)
		case n > 0 && !classifies(target.loss):
			return fmt.Errorf("%d classes with the loss %s, which tells none apart", n, target.loss)
		}
		t.targets = append(t.targets, target)
	}
	t.place()
	return t.fits(net)
}

// fits reports a network that is not one for the task.
func (t *Task) fits(net *nn.Network) error {
	if net.Outputs() != t.Outputs() {
		return fmt.Errorf("the loss %s and the classes want %d outputs, and the network has %d", t.loss, t.Outputs(), net.Outputs())
	}
	if n := t.encoder.Width(); n != net.Inputs() {
		return wrongWidth(n, net)
	}
	return nil
}

func wrongWidth(features int, net *nn.Network) error {
	return fmt.Errorf("columns of %s for %s", plural(features, "feature"), plural(net.Inputs(), "input"))
}
