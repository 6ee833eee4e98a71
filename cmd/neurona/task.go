package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

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

	encoder *table.Encoder // Table, or what Drawn says as one
	heads   []head         // what is predicted
	loss    loss.Loss      // of all of it, which Loss is the spelling of
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
	maxRows    = 1 << 22 // of --rows: a file must not ask for more than a flag may
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
	if t.encoder.Targets() < 1 {
		return errors.New("no column is predicted")
	}
	return nil
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

// learn decides by which loss each column is learnt.
func (t *task) learn(spelling string, smoothing float64) error {
	for i := range t.encoder.Targets() {
		h, err := newHead(t.encoder, i, spelling, smoothing)
		if err != nil {
			return err
		}
		if err := h.suits(t.Data); err != nil {
			return err
		}
		t.heads = append(t.heads, h)
	}
	t.place()
	t.Loss = t.loss.String()
	return nil
}

// place gives each head its outputs, and all together a loss.
func (t *task) place() {
	parts, at := make([]loss.Part, len(t.heads)), 0
	for i := range t.heads {
		h := &t.heads[i]
		h.from, h.to = at, at+h.outputs()
		at = h.to
		parts[i] = loss.Part{Columns: h.outputs(), Loss: h.loss, Factor: 1}
	}
	if t.loss = parts[0].Loss; len(parts) > 1 {
		t.loss = loss.Split(parts...)
	}
}

// outputs is how many outputs the network needs.
func (t *task) outputs() int { return t.heads[len(t.heads)-1].to }

// classes are those of the only head; nil if there are more, or it says a number.
func (t *task) classes() []string {
	if len(t.heads) > 1 {
		return nil
	}
	return t.heads[0].classes
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
	switch link := l.Link(); link {
	case loss.Identity, loss.Log, loss.Sigmoid, loss.Margin:
	case loss.Softmax:
		if l.Outputs(1) != 0 {
			return nil, fmt.Errorf("%s is for programs: its targets are distributions over classes, and a table has labels", l)
		}
	case loss.Quantiles:
		return nil, fmt.Errorf("%s is for programs: it says several numbers of one column, and this command predicts one, such as quantile([0.5])", l)
	default:
		return nil, fmt.Errorf("%s is for programs: its outputs are of link %v, and this command reads those of identity, exp, sigmoid, margin and softmax", l, link)
	}
	return l, nil
}

// losses are those that parseLoss takes.
func losses() catalog.Catalog[loss.Loss] {
	c := loss.Catalog()
	for _, p := range c.Parts() {
		example := cmp.Or(p.Example, p.Name)
		if _, err := parseLoss(example); err != nil {
			if l, err := loss.Catalog().Parse(example); err == nil && l.Link() == loss.Quantiles {
				continue // of one quantile it says one number
			}
			c = c.Without(p.Name)
		}
	}
	return c
}

func classifies(l loss.Loss) bool {
	_, ok := l.(loss.Classifier)
	return ok
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
	if t.Drawn != nil && t.Drawn.Inputs != net.Inputs() { // before there is room for so many
		return nil, wrongWidth(t.Drawn.Inputs, net)
	}
	if err := t.bind(); err != nil {
		return nil, err
	}
	return t, t.check(net)
}

func wrongWidth(features int, net *nn.Network) error {
	return fmt.Errorf("columns of %s for %s", plural(features, "feature"), plural(net.Inputs(), "input"))
}

// check reports a task that does not fit the network, and finds its heads.
func (t *task) check(net *nn.Network) error {
	parts, err := lossesOfFile(t.Loss)
	if err != nil {
		return err
	}
	if len(parts) != t.encoder.Targets() {
		return fmt.Errorf("the loss %s is of %s, and %d are predicted", t.Loss, plural(len(parts), "column"), t.encoder.Targets())
	}
	for i, l := range parts {
		h, err := newHead(t.encoder, i, l.String(), 0)
		if err != nil {
			return err
		}
		switch {
		case h.loss.Link() == loss.Softmax && len(h.classes) < 2:
			return fmt.Errorf("%d classes with the loss %s, for a network with %d outputs", len(h.classes), h.loss, net.Outputs())
		case h.loss.Link() == loss.Softmax:
		case (!saysNumber(h.loss) || len(h.classes) > 0) && len(h.classes) != 2:
			return fmt.Errorf("%d classes, want 2 for the loss %s", len(h.classes), h.loss)
		case len(h.classes) > 0 && !classifies(h.loss):
			return fmt.Errorf("%d classes with the loss %s, which tells none apart", len(h.classes), h.loss)
		}
		t.heads = append(t.heads, h)
	}
	t.place()
	t.Loss = t.loss.String()
	if net.Outputs() != t.outputs() {
		return fmt.Errorf("the loss %s and the classes want %d outputs, and the network has %d", t.Loss, t.outputs(), net.Outputs())
	}
	if t.Rows < 0 || t.Rows > maxRows {
		return fmt.Errorf("rows is %d, want 0 to %d", t.Rows, maxRows)
	}
	if n := t.encoder.Width(); n != net.Inputs() {
		return wrongWidth(n, net)
	}
	return nil
}

// lossesOfFile returns the losses, one for each column, of a loss that is spelt so, or was when the file was
// written.
func lossesOfFile(spelling string) ([]loss.Loss, error) {
	l, err := loss.Catalog().Parse(spelling)
	var renamed *catalog.RenamedError
	if errors.As(err, &renamed) {
		l, err = loss.Catalog().Parse(renamed.Now)
	}
	if err != nil {
		return nil, err
	}
	parts := []loss.Loss{l}
	if c, several := l.(loss.Composite); several {
		parts = nil
		for _, p := range c.Parts() {
			parts = append(parts, p.Loss)
		}
	}
	for _, p := range parts {
		if _, err := parseLoss(p.String()); err != nil {
			return nil, err
		}
	}
	return parts, nil
}
