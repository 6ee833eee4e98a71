package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
)

// Target is one column that is predicted: some of the network's outputs, and what they mean.
// Where a method takes outputs, these are all of one row: [Network.Outputs].
type Target struct {
	index    int       // of the encoder's targets
	name     string    // of the column; empty if it has none
	label    string    // that names it in answers: the name, name#2, #3
	classes  []string  // that it tells apart; nil: it says a number
	loss     loss.Loss // of these outputs
	from, to int       // columns of the outputs
	scaler   table.Scaler

	threshold float64 // of the second class's probability; 0 stands for ½
}

// newTarget decides by which loss a column is learnt: the one that is spelt so, or, if nothing is, the one that it calls for.
// With smoothing, classes are told apart by a softmax with that share for all of them alike.
func newTarget(e *table.Encoder, index int, spelling string, smoothing float64) (t Target, err error) {
	s := e.Schema()
	target := &s.Targets[index]
	f := &s.Fields[target.Field]
	t = Target{index: index, name: f.Name, label: f.Key(), classes: target.Classes, scaler: e.TargetScaler(index)}
	switch {
	case smoothing > 0:
		t.loss, err = smoothed(t.classes, spelling, smoothing)
		return t, err
	case spelling != "":
		if t.loss, err = ParseLoss(spelling); err != nil {
			return t, &OptionError{Option: "Loss", Err: err}
		}
	case t.classes == nil:
		t.loss = loss.MSE()
	case len(t.classes) == 2:
		t.loss = loss.BinaryCrossEntropy()
	default:
		t.loss = loss.CrossEntropy()
	}
	return t, nil
}

// smoothed is the loss that is spelt so, with smoothing.
func smoothed(classes []string, spelling string, smoothing float64) (loss.Loss, error) {
	wrong := func(want string) error {
		return &OptionError{Option: "LabelSmoothing", Got: fmt.Sprint(smoothing), Want: want}
	}
	if classes == nil {
		return nil, wrong("none: the labels are numbers")
	}
	if spelling == "" {
		spelling = "cross_entropy"
	}
	spec, err := catalog.Parse(spelling)
	if err != nil {
		return nil, &OptionError{Option: "Loss", Err: err}
	}
	if spec.Name != "cross_entropy" || slices.ContainsFunc(spec.Args, func(a catalog.Argument) bool { return a.Name == "smoothing" }) {
		return nil, wrong("none beside the loss " + spelling + ": it is that of cross_entropy")
	}
	spec.Args = append(spec.Args, catalog.Argument{Name: "smoothing", Value: catalog.Value{Form: catalog.NumberForm, Number: smoothing}})
	l, err := ParseLoss(spec.String())
	if err != nil {
		return nil, &OptionError{Option: "Loss", Err: err}
	}
	return l, nil
}

// suits reports a loss that cannot learn the target, of some data.
func (t *Target) suits(data string) error {
	wrong := func(format string, args ...any) error {
		return &OptionError{Option: "Loss", Got: t.loss.String(), Want: fmt.Sprintf(format, args...)}
	}
	switch {
	case len(t.classes) == 1:
		return oneClass(data, t.classes)
	case t.classes != nil && !classifies(t.loss):
		return wrong("one that tells classes apart, such as cross_entropy: the labels of %s are classes", data)
	case t.classes == nil && !SaysNumber(t.loss):
		return wrong("mse: the labels of %s are numbers", data)
	case t.classes != nil && t.loss.Link() != loss.Softmax && len(t.classes) != 2:
		return wrong("cross_entropy: %s has %d classes, not two", data, len(t.classes))
	}
	return nil
}

func oneClass(data string, classes []string) error {
	return fmt.Errorf("%s: all rows are of one class (%q), so there is nothing to tell apart", data, cut(classes[0]))
}

// Name is the column's name; empty if it has none.
func (t *Target) Name() string { return t.name }

// Label names the column in answers, whatever others are called: its name, name#2 for the second of that name, #3 for the third
// column if that has none.
func (t *Target) Label() string { return t.label }

// Classes are those that it tells apart, as they were spelt in training, in the order of probabilities; nil if it is a number. They are
// the model's own: not to be written.
func (t *Target) Classes() []string { return t.classes }

// Loss is what it was learnt by.
func (t *Target) Loss() loss.Loss { return t.loss }

// Outputs returns which of the network's outputs are about it: those from one place to before another.
func (t *Target) Outputs() (from, to int) { return t.from, t.to }

// width is how many outputs it needs.
func (t *Target) width() int {
	if n := t.loss.Outputs(1); n > 0 {
		return n
	}
	return len(t.classes)
}

// scaled is the number that outputs say, as the network has learnt it.
func (t *Target) scaled(outputs []float32) float64 {
	if t.loss.Link() == loss.Log {
		return math.Exp(float64(outputs[t.from]))
	}
	return float64(outputs[t.from])
}

// Quantity is the number that outputs say, in the unit of the data, with all digits that come out.
func (t *Target) Quantity(outputs []float32) float64 { return t.scaler.Invert(t.scaled(outputs)) }

// Number is [Target.Quantity] without the digits that the outputs do not have: of seven that float32 has
// of the scaled number, an offset takes up none. It is NaN of a target with classes.
func (t *Target) Number(outputs []float32) float64 {
	if t.classes != nil {
		return math.NaN()
	}
	v := t.Quantity(outputs)
	least := t.scaler.Scale * max(math.Abs(t.scaled(outputs)), 1) * 1e-7
	if v == 0 || least == 0 {
		return v
	}
	digits := int(math.Ceil(math.Log10(math.Abs(v) / least)))
	var room [32]byte
	rounded, err := strconv.ParseFloat(string(strconv.AppendFloat(room[:0], v, 'g', min(max(digits, 1), 17), 64)), 64)
	if err != nil {
		return v
	}
	return rounded
}

// GivesProbabilities tells whether what the outputs mean to the loss are probabilities. Margins are none, however they are
// cut, and what comes close to 0 and 1 is none either.
func (t *Target) GivesProbabilities() bool {
	return t.classes != nil && (t.loss.Link() == loss.Softmax || t.loss.Link() == loss.Sigmoid)
}

// Probabilities writes the probability of each class to p [len(Classes)] or, where the target gives none, what comes closest to it, to draw
// for one: an output that is taken as it is, as by mse, is itself the estimate of the second class's probability, and a margin is
// halfway from one class to the other at 0.
func (t *Target) Probabilities(p []float64, outputs []float32) {
	y := outputs[t.from:t.to]
	if t.loss.Link() == loss.Softmax {
		softmax(p, y)
		return
	}
	second := float64(y[0])
	switch t.loss.Link() {
	case loss.Sigmoid:
		second = 1 / (1 + math.Exp(-second))
	case loss.Margin:
		second = (1 + second) / 2
	}
	second = min(max(second, 0), 1)
	p[0], p[1] = 1-second, second
}

// Threshold is above which probability the second of two classes is said: ½ unless [Threshold] has said otherwise. Of any other target
// it means nothing.
func (t *Target) Threshold() float64 {
	if t.threshold == 0 {
		return 0.5
	}
	return t.threshold
}

// setThreshold says a threshold, where that means something: 0 is none.
func (t *Task) setThreshold(threshold float64) error {
	switch {
	case threshold == 0:
		return nil
	case !(threshold > 0 && threshold < 1):
		return fmt.Errorf("the threshold is %v, want a probability above 0 and below 1", threshold)
	case len(t.targets) > 1 || t.targets[0].loss.Link() != loss.Sigmoid:
		return fmt.Errorf("the threshold is %v, and a threshold is of one target of two classes, by binary_cross_entropy or binary_focal", threshold)
	}
	t.targets[0].threshold = threshold
	return nil
}

// Class is the class that outputs speak for, a place in Classes: by the rules of the losses' own accuracy, or by the threshold. It is -1 of
// a number.
func (t *Target) Class(outputs []float32) int {
	if t.classes == nil {
		return -1
	}
	if t.threshold > 0 {
		var p [2]float64
		t.Probabilities(p[:], outputs)
		return flag(p[1] > t.threshold)
	}
	y, threshold := outputs[t.from:t.to], float32(0)
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
	return flag(y[0] > threshold)
}

func flag(b bool) int {
	if b {
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

// Fits tells whether a metric is about what the target says: numbers, or classes.
func (t *Target) Fits(m metric.Metric) bool {
	return metric.OfNumbers(m) == (t.classes == nil) && m.Check(t.loss.Link(), t.to-t.from) == nil
}

// MetricRow is what the target says of row i of some examples, given its outputs, and what should have come, as metrics take it. Numbers are
// in their own unit.
func (t *Target) MetricRow(outputs []float32, truth *Truth, i int) metric.Row {
	if t.classes == nil {
		return metric.Row{Mean: []float64{t.Quantity(outputs)}, Values: []float64{truth.Values[i]}, Weight: 1}
	}
	r := metric.Row{Weight: 1, Threshold: t.threshold}
	for _, v := range outputs[t.from:t.to] {
		r.Output = append(r.Output, float64(v))
	}
	switch t.loss.Link() {
	case loss.Softmax:
		r.Label, r.Mean = truth.Classes[i], make([]float64, len(r.Output))
		softmax(r.Mean, outputs[t.from:t.to])
		return r
	case loss.Sigmoid:
		r.Mean = []float64{1 / (1 + math.Exp(-r.Output[0]))}
	case loss.Margin:
		r.Mean = []float64{(1 + r.Output[0]) / 2}
	default:
		r.Mean = r.Output
	}
	r.Values = []float64{float64(truth.Classes[i])}
	return r
}
