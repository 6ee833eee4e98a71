package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// task is what a network has been trained to do: everything that a prediction
// needs and the weights do not say. It is stored with the model, as JSON in
// the metadata entry taskKey.
type task struct {
	Format int            `json:"format"` // taskFormat
	Data   string         `json:"data"`   // what it was trained on
	Seed   uint64         `json:"seed"`   // of training and of data drawn by code
	Rows   int            `json:"rows"`   // --rows; 0 for all
	Loss   string         `json:"loss"`
	Table  *table.Encoder `json:"table,omitempty"` // what a table has taught
	Drawn  *drawn         `json:"drawn,omitempty"` // or what built-in data have

	loss    loss.Loss      // that Loss is the spelling of
	encoder *table.Encoder // Table, or what Drawn says as one
	Classes []string       `json:"-"` // the encoder's; none: it predicts a number
}

// drawn is what built-in data are: columns of numbers, called by some names or by none, and classes.
type drawn struct {
	Inputs  int            `json:"inputs"`
	Names   []string       `json:"names,omitempty"`   // [Inputs], or nil
	Scalers []table.Scaler `json:"scalers,omitempty"` // [Inputs], or nil: as they are
	Classes []string       `json:"classes,omitempty"` // none: a number, scaled so:
	Target  *table.Scaler  `json:"target,omitempty"`
}

const (
	taskKey    = "task"
	taskFormat = 2
)

// bind finds out what the task's parts mean together.
func (t *task) bind() error {
	switch {
	case (t.Table == nil) == (t.Drawn == nil):
		return errors.New(`want one of "table" and "drawn"`)
	case t.Table != nil:
		t.encoder = t.Table
	default:
		var err error
		if t.encoder, err = t.Drawn.encoder(); err != nil {
			return err
		}
	}
	if n := t.encoder.Targets(); n != 1 {
		return fmt.Errorf("%d columns are predicted, want 1", n)
	}
	t.Classes = t.encoder.Schema().Targets[0].Classes
	return nil
}

func (d *drawn) encoder() (*table.Encoder, error) {
	if d.Inputs < 1 || d.Inputs > maxInputs || d.Names != nil && len(d.Names) != d.Inputs || d.Scalers != nil && len(d.Scalers) != d.Inputs {
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

// maxInputs keeps a number in a file from asking for more memory than its network needs.
const maxInputs = 1 << 24

// chooseLoss takes the loss that is spelt so, or, for "auto", the one that the targets call for.
func (t *task) chooseLoss(spelling string) (err error) {
	switch {
	case spelling != automatic:
		if t.loss, err = parseLoss(spelling); err != nil {
			return flagError("loss", err)
		}
	case t.Classes == nil:
		t.loss = loss.MSE()
	case len(t.Classes) == 2:
		t.loss = loss.BinaryCrossEntropy()
	default:
		t.loss = loss.CrossEntropy()
	}
	t.Loss = t.loss.String()
	switch {
	case t.Classes != nil && !classifies(t.loss):
		return badFlag("loss", t.Loss, fmt.Sprintf("one that tells classes apart, such as cross_entropy: the labels of %s are classes", t.Data))
	case t.Classes == nil && t.loss.Link() != loss.Identity:
		return badFlag("loss", t.Loss, fmt.Sprintf("mse: the labels of %s are numbers", t.Data))
	case len(t.Classes) == 1:
		return oneClass(t.Data, t.Classes)
	case t.Classes != nil && t.loss.Link() != loss.Softmax && len(t.Classes) != 2:
		return badFlag("loss", t.Loss, fmt.Sprintf("cross_entropy: %s has %d classes, not two", t.Data, len(t.Classes)))
	}
	return nil
}

func oneClass(data string, classes []string) error {
	return fmt.Errorf("%s: all rows are of one class (%q), so there is nothing to tell apart", data, classes[0])
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

// outputs is how many outputs the network needs.
func (t *task) outputs() int {
	if n := t.loss.Outputs(1); n > 0 {
		return n
	}
	return len(t.Classes)
}

// quantity is what an output says, in the units of the data.
func (t *task) quantity(y float32) float64 { return t.encoder.Unscale(0, y) }

// answer is a quantity without the digits that the output does not have: of seven that float32 has
// of the scaled number, an offset takes up none.
func (t *task) answer(y float32) float64 {
	v := t.quantity(y)
	s := t.encoder.TargetScaler(0)
	least := math.Abs(s.Scale) * max(math.Abs(float64(y)), 1) * 1e-7
	if v == 0 || least == 0 {
		return v
	}
	digits := int(math.Ceil(math.Log10(math.Abs(v) / least)))
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', min(max(digits, 1), 17), 64), 64)
	if err != nil {
		return v
	}
	return rounded
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
	t, err := decodeTask([]byte(text), net)
	if err != nil {
		return nil, fmt.Errorf("metadata %q: %w", taskKey, err)
	}
	return t, nil
}

func decodeTask(text []byte, net *nn.Network) (*task, error) {
	var version struct{ Format int }
	if err := json.Unmarshal(text, &version); err != nil {
		return nil, err
	}
	t := &task{}
	switch version.Format {
	case 1:
		var old task1
		if err := json.Unmarshal(text, &old); err != nil {
			return nil, err
		}
		var err error
		if t, err = old.upgrade(net.Inputs()); err != nil {
			return nil, err
		}
	case taskFormat:
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(t); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("format is %d, want 1 or %d", version.Format, taskFormat)
	}
	if err := t.bind(); err != nil {
		return nil, err
	}
	return t, t.check(net)
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
	if n := t.encoder.Width(); n != net.Inputs() {
		return fmt.Errorf("columns of %s for %s", plural(n, "feature"), plural(net.Inputs(), "input"))
	}
	return nil
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
