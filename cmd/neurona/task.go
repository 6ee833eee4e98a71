package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// task is what a network has been trained to do: everything that a prediction
// needs and the weights do not say. It is stored with the model, as JSON in
// the metadata entry taskKey.
type task struct {
	Format   int              `json:"format"` // taskFormat
	Data     string           `json:"data"`   // what it was trained on
	Seed     uint64           `json:"seed"`   // of training and of data drawn by code
	Rows     int              `json:"rows"`   // --rows; 0 for all
	Loss     string           `json:"loss"`
	Classes  []string         `json:"classes,omitempty"`  // none: it predicts a number
	Features []string         `json:"features,omitempty"` // names of the columns, if they have names
	Scaler   *datasets.Scaler `json:"scaler,omitempty"`   // of the features
	Targets  *datasets.Scaler `json:"targets,omitempty"`  // of the quantity to predict

	loss loss.Loss // that Loss is the spelling of
}

const (
	taskKey    = "task"
	taskFormat = 1
)

// newTask decides what is to be learnt from a data set with the loss that is
// spelt so, or, for "auto", with the one that its targets call for.
func newTask(set *datasets.Set, spelling string) (*task, error) {
	t := &task{Format: taskFormat, Data: set.Name, Classes: classNames(set), Features: set.FeatureNames}
	auto := spelling == "auto"
	switch {
	case !auto:
		var err error
		if t.loss, err = parseLoss(spelling); err != nil {
			return nil, flagError("loss", err)
		}
	case set.Labels == nil:
		t.loss = loss.MSE()
	case set.Classes == 2:
		t.loss = loss.BinaryCrossEntropy()
	default:
		t.loss = loss.CrossEntropy()
	}
	t.Loss = t.loss.String()
	if i := slices.IndexFunc(t.Classes, isFraction); auto && i >= 0 {
		return nil, &usageError{fmt.Errorf("%s: labels are numbers such as %s: --loss mse predicts a quantity, --loss cross_entropy tells the numbers apart", set.Name, t.Classes[i])}
	}
	switch {
	case set.Labels != nil && !classifies(t.loss):
		return nil, badFlag("loss", t.Loss, fmt.Sprintf("one that tells classes apart, such as cross_entropy: the labels of %s are classes", set.Name))
	case set.Labels == nil && t.loss.Link() != loss.Identity:
		return nil, badFlag("loss", t.Loss, fmt.Sprintf("mse: the targets of %s are numbers", set.Name))
	case set.Labels != nil && set.Classes == 1:
		return nil, fmt.Errorf("%s: all rows are of one class (%q), so there is nothing to tell apart", set.Name, t.Classes[0])
	case set.Labels != nil && t.loss.Link() != loss.Softmax && set.Classes != 2:
		return nil, badFlag("loss", t.Loss, fmt.Sprintf("cross_entropy: %s has %d classes, not two", set.Name, set.Classes))
	}
	return t, nil
}

// parseLoss returns the loss that is spelt so, of those whose outputs the command can
// say something about: a class, a probability, a quantity.
func parseLoss(spelling string) (loss.Loss, error) {
	l, err := loss.Catalog().Parse(spelling)
	if err != nil {
		return nil, err
	}
	if _, several := l.(loss.Composite); several {
		return nil, fmt.Errorf("%s is for programs: this command predicts one thing", l)
	}
	if link := l.Link(); link != loss.Identity && link != loss.Sigmoid && link != loss.Softmax {
		return nil, fmt.Errorf("%s is for programs: its outputs are of link %v, and this command reads those of identity, sigmoid and softmax", l, link)
	}
	return l, nil
}

// losses are those that parseLoss takes.
func losses() catalog.Catalog[loss.Loss] {
	c := loss.Catalog()
	for _, p := range c.Parts() {
		if _, err := parseLoss(cmp.Or(p.Example, p.Name)); err != nil {
			c = c.Without(p.Name)
		}
	}
	return c
}

func classifies(l loss.Loss) bool {
	_, ok := l.(loss.Classifier)
	return ok
}

// isFraction reports whether the name of a class is a number that is not whole.
func isFraction(name string) bool {
	v, err := strconv.ParseFloat(name, 64)
	return err == nil && v != math.Trunc(v)
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

// outputs is how many outputs the network needs for set.
func (t *task) outputs(set *datasets.Set) int {
	if n := t.loss.Outputs(set.Outputs); n > 0 {
		return n
	}
	return set.Classes
}

// matrix is the view of the features that package nn works on.
func matrix(set *datasets.Set) tensor.Matrix {
	return tensor.Matrix{Rows: set.Rows, Cols: set.Features, Stride: set.Features, Data: set.X}
}

// examples is the view of a set that a network for this task learns from.
func (t *task) examples(set *datasets.Set) data.Set {
	d := data.Set{X: matrix(set)}
	if t.loss.Link() == loss.Softmax {
		d.Target = data.Labels(set.Labels)
	} else {
		d.Target = data.Values(tensor.Matrix{Rows: set.Rows, Cols: set.Outputs, Stride: set.Outputs, Data: set.Y})
	}
	return d
}

// apply scales the features of a set, and the quantities to predict, as those
// of the training part were.
func (t *task) apply(set *datasets.Set) error {
	if t.Scaler != nil {
		if err := t.Scaler.Apply(set); err != nil {
			return err
		}
	}
	if t.Targets != nil && set.Y != nil {
		return t.Targets.Apply(targetTable(set))
	}
	return nil
}

// targetTable is a view of the quantities to predict as a table of their own.
func targetTable(set *datasets.Set) *datasets.Set {
	return &datasets.Set{Name: set.Name, X: set.Y, Rows: set.Rows, Features: set.Outputs}
}

// quantity is what an output says, in the units of the data.
func (t *task) quantity(y float32) float64 {
	if t.Targets == nil {
		return float64(y)
	}
	return float64(y)*float64(t.Targets.Scale[0]) + float64(t.Targets.Offset[0])
}

// rootMeanSquare is the root of a mean squared error in the units of the data,
// or NaN if the task is not to predict a quantity.
func (t *task) rootMeanSquare(mean float64) float64 {
	if t.Classes != nil || t.loss != loss.MSE() {
		return math.NaN()
	}
	rms := math.Sqrt(mean)
	if t.Targets != nil {
		rms *= math.Abs(float64(t.Targets.Scale[0]))
	}
	return rms
}

// probabilities writes the probability of each class to p, given a row of the
// network's outputs. An output that is taken as it is, as by mse, is itself the
// estimate of the second class's probability.
func (t *task) probabilities(p []float64, y []float32) {
	if t.loss.Link() == loss.Softmax {
		softmax(p, y)
		return
	}
	second := float64(y[0])
	if t.loss.Link() == loss.Sigmoid {
		second = 1 / (1 + math.Exp(-second))
	}
	second = min(max(second, 0), 1)
	p[0], p[1] = 1-second, second
}

// class is the class that a row of outputs speaks for, by the rules of the
// losses' own accuracy.
func (t *task) class(y []float32) int {
	threshold := float32(0)
	switch t.loss.Link() {
	case loss.Softmax:
		best := 0
		for j, v := range y {
			if v > y[best] {
				best = j
			}
		}
		return best
	case loss.Identity:
		threshold = 0.5
	}
	if y[0] > threshold {
		return 1
	}
	return 0
}

// softmax writes the probabilities that the logits z stand for.
func softmax(p []float64, z []float32) {
	largest, sum := math.Inf(-1), 0.0
	for _, v := range z {
		largest = max(largest, float64(v))
	}
	for j, v := range z {
		p[j] = math.Exp(float64(v) - largest)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
}

// metadata is what is stored with the model.
func (t *task) metadata() (map[string]string, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	return map[string]string{taskKey: string(text)}, nil
}

// parseTask is the inverse of metadata, for a network as it was loaded. It
// believes nothing: a file may have been written by anyone.
func parseTask(meta map[string]string, net *nn.Network) (*task, error) {
	text, ok := meta[taskKey]
	if !ok {
		return nil, fmt.Errorf("its metadata have no %q, so it does not say what it predicts: it was not saved by neurona train", taskKey)
	}
	t := &task{}
	if err := json.Unmarshal([]byte(text), t); err != nil {
		return nil, fmt.Errorf("metadata %q: %w", taskKey, err)
	}
	if t.Format != taskFormat {
		return nil, fmt.Errorf("metadata %q: format is %d, want %d", taskKey, t.Format, taskFormat)
	}
	if err := t.check(net); err != nil {
		return nil, fmt.Errorf("metadata %q: %w", taskKey, err)
	}
	return t, nil
}

// check reports a task that does not fit the network.
func (t *task) check(net *nn.Network) error {
	var err error
	if t.loss, err = lossOfFile(t.Loss); err != nil {
		return err
	}
	t.Loss = t.loss.String()
	outputs := 1 // that the loss and the classes call for
	switch {
	case t.loss.Link() == loss.Softmax:
		outputs = len(t.Classes)
	case (t.loss.Link() == loss.Sigmoid || len(t.Classes) > 0) && len(t.Classes) != 2:
		return fmt.Errorf("%d classes, want 2 for the loss %s", len(t.Classes), t.Loss)
	case len(t.Classes) > 0 && !classifies(t.loss):
		return fmt.Errorf("%d classes with the loss %s, which tells none apart", len(t.Classes), t.Loss)
	}
	if net.Outputs() != outputs {
		return fmt.Errorf("%d classes with the loss %s, for a network with %d outputs", len(t.Classes), t.Loss, net.Outputs())
	}
	if t.Rows < 0 {
		return fmt.Errorf("rows is %d, want at least 0", t.Rows)
	}
	if t.Features != nil && len(t.Features) != net.Inputs() {
		return fmt.Errorf("%d feature names for %d inputs", len(t.Features), net.Inputs())
	}
	if err := checkScaler(t.Scaler, net.Inputs(), "inputs"); err != nil {
		return err
	}
	return checkScaler(t.Targets, net.Outputs(), "outputs")
}

// lossOfFile returns the loss that is spelt so, or was when the file was
// written.
func lossOfFile(spelling string) (loss.Loss, error) {
	l, err := parseLoss(spelling)
	var renamed *catalog.RenamedError
	if errors.As(err, &renamed) {
		return parseLoss(renamed.Now)
	}
	return l, err
}

// checkScaler reports a scaler for another number of columns.
func checkScaler(s *datasets.Scaler, columns int, what string) error {
	if s == nil || len(s.Offset) == columns && len(s.Scale) == columns {
		return nil
	}
	return fmt.Errorf("a scaler of %d offsets and %d scales for %d %s", len(s.Offset), len(s.Scale), columns, what)
}
