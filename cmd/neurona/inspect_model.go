package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
)

// isModel tells whether what is inspected is one file in the format of models: it begins with the length of its header, whose last bytes are
// zero, as those of no text are, and the header is a JSON object. Pipes are tables: what has been looked at cannot be put back.
func (s *source) isModel() bool {
	if len(s.data) != 1 || s.data[0] == standard {
		return false
	}
	if info, err := os.Stat(s.data[0]); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(s.data[0])
	if err != nil {
		return false
	}
	defer f.Close()
	var begin [9]byte
	_, err = io.ReadFull(f, begin[:])
	return err == nil && binary.LittleEndian.Uint64(begin[:]) <= maxMetadata && begin[8] == '{'
}

// modelEvent is what neurona inspect --json writes of a model: all that it holds of the data, and where it comes from.
type modelEvent struct {
	Model      string           `json:"model"`
	Bytes      int64            `json:"bytes"`
	Network    string           `json:"network"`
	Inputs     int              `json:"inputs"`
	Outputs    int              `json:"outputs"`
	Parameters int              `json:"parameters"`
	Loss       string           `json:"loss"`
	Targets    []targetHeld     `json:"targets"`
	Columns    []columnHeld     `json:"columns"`
	Scores     []scoreHeld      `json:"scores,omitempty"`
	Provenance model.Provenance `json:"provenance"`
}

// targetHeld is a column that a model predicts.
type targetHeld struct {
	Label     string   `json:"label"`
	Classes   []string `json:"classes,omitempty"`
	Threshold *number  `json:"threshold,omitempty"` // of two classes, where it is not a half
}

// columnHeld is what a model holds of a column.
type columnHeld struct {
	Name      string          `json:"name"`
	Role      table.Role      `json:"role"`
	Kind      table.Kind      `json:"kind"`
	Used      bool            `json:"used"`
	Missing   int             `json:"missing"`
	Distinct  int             `json:"distinct"`
	Range     string          `json:"range,omitempty"`
	Scale     table.ScaleKind `json:"scale,omitempty"`
	Quantiles int             `json:"quantiles,omitempty"`
	Levels    []string        `json:"levels,omitempty"`
	Rare      []string        `json:"rare,omitempty"`
	RareLeft  int             `json:"rare_left,omitempty"`
}

// scoreHeld is how a model did when it was trained.
type scoreHeld struct {
	Part    string        `json:"part"`
	Rows    int           `json:"rows"`
	Loss    number        `json:"loss"`
	Targets []columnScore `json:"targets"`
}

// inspectModel says what a model is, and what it holds of the data that it was trained on.
func (a *app) inspectModel(opts *inspectOptions, changed func(flag string) bool) error {
	flags := append(formFlags(), "write", "label", "task", "as", "drop", "only", "na", "weight", "group", "past-future", "columns")
	for _, flag := range flags {
		if changed(flag) {
			return &usageError{fmt.Errorf("--%s is of tables, and %s is a model", flag, opts.data[0])}
		}
	}
	m, err := a.openModel(opts.data[0], &engine{backend: "auto", precision: "float32"})
	if err != nil {
		return err
	}
	defer m.close()
	info, err := os.Stat(m.path)
	if err != nil {
		return err
	}
	e := newModelEvent(m, info.Size())
	switch {
	case opts.json:
		return writeJSON(a.stdout, e)
	case opts.quiet:
		return nil
	}
	return e.report(a.stdout, m)
}

func newModelEvent(m *openModel, size int64) *modelEvent {
	net := m.Network()
	e := &modelEvent{Model: m.path, Bytes: size, Network: net.Layer().String(), Inputs: net.Inputs(), Outputs: net.Outputs(), Parameters: net.NumParameters(), Loss: m.Task().Loss().String(), Provenance: m.Provenance()}
	for i := range m.Targets() {
		t := &m.Targets()[i]
		held := targetHeld{Label: t.Label(), Classes: t.Classes()}
		if v := number(t.Threshold()); v != 0.5 {
			held.Threshold = &v
		}
		e.Targets = append(e.Targets, held)
	}
	for _, h := range m.Task().Encoder().Holdings() {
		f := &h.Field
		c := columnHeld{Name: f.Key(), Role: f.Role, Kind: f.Kind, Used: f.Use, Missing: f.Missing, Distinct: f.Distinct, Scale: h.Scale, Quantiles: h.Quantiles, Levels: h.Levels, Rare: h.Rare, RareLeft: h.RareLeft}
		if f.Numbers != nil || f.Dates != nil {
			c.Range = f.Range()
		}
		if h.Classes != nil {
			c.Levels = h.Classes
		}
		e.Columns = append(e.Columns, c)
	}
	for _, s := range m.Scores() {
		e.Scores = append(e.Scores, scoreHeld{s.Part, s.Rows, number(s.Loss), columnScores(&s)})
	}
	return e
}

// heldLevels is how many levels of a column people are shown.
const heldLevels = 12

// report writes it for people.
func (e *modelEvent) report(w io.Writer, m *openModel) error {
	var b strings.Builder
	line(&b, "model", safe(fmt.Sprintf("%s, %s", e.Model, filesize(e.Bytes))))
	line(&b, "network", safe(fmt.Sprintf("%s, %s, %s, %s parameters", e.Network, plural(e.Inputs, "input"), plural(e.Outputs, "output"), count(float64(e.Parameters)))))
	for _, t := range e.Targets {
		text := t.Label
		switch {
		case t.Classes == nil:
			text += ": a number"
		default:
			text += fmt.Sprintf(": %d classes: %s", len(t.Classes), shownTexts(t.Classes))
		}
		if t.Threshold != nil {
			text += fmt.Sprintf("; the second above a probability of %v", float64(*t.Threshold))
		}
		line(&b, "predicts", safe(text))
	}
	line(&b, "loss", e.Loss)
	for _, s := range m.Scores() {
		line(&b, s.Part, safe(describeScore(&s)))
	}
	p := &e.Provenance
	text := p.Data
	if p.Rows > 0 {
		text += fmt.Sprintf(", %d rows", p.Rows)
	}
	line(&b, "learnt of", safe(fmt.Sprintf("%s, seed %d", text, p.Seed)))
	for _, c := range []struct{ name, text string }{{"data", p.Hash}, {"by", p.Command}, {"neurona", p.Version}} {
		if c.text != "" {
			line(&b, c.name, safe(c.text))
		}
	}
	b.WriteString("\nwhat it holds of the data\n")
	g := &grid{}
	g.add("column", "kind", "")
	for i := range e.Columns[:min(len(e.Columns), inspectedColumns)] {
		c := &e.Columns[i]
		g.add(safe(cut(c.Name, nameWidth)), string(c.Kind), safe(c.describe()))
	}
	g.write(&b)
	if n := len(e.Columns) - inspectedColumns; n > 0 {
		fmt.Fprintf(&b, "and %d columns more (--json has all)\n", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// describe says what is held of a column.
func (c *columnHeld) describe() string {
	var list []string
	switch {
	case c.Role != table.Feature:
		list = append(list, string(c.Role))
	case !c.Used:
		list = append(list, "left out")
	}
	if c.Range != "" {
		list = append(list, c.Range)
	}
	if c.Scale != "" && c.Scale != table.Unscaled {
		text := "scaled: " + string(c.Scale)
		if c.Quantiles > 0 {
			text += fmt.Sprintf(", %d quantiles", c.Quantiles)
		}
		list = append(list, text)
	}
	if c.Levels != nil {
		list = append(list, plural(len(c.Levels), "level")+": "+shownTexts(c.Levels))
	}
	if n := len(c.Rare); n > 0 {
		list = append(list, fmt.Sprintf("%d rare: %s", n, shownTexts(c.Rare)))
	}
	if c.RareLeft > 0 {
		list = append(list, fmt.Sprintf("%d rare that are not kept", c.RareLeft))
	}
	if c.Missing > 0 {
		list = append(list, fmt.Sprintf("%d missing", c.Missing))
	}
	return strings.Join(list, "; ")
}

// shownTexts are the first few of some texts.
func shownTexts(list []string) string {
	shown := slices.Clone(list[:min(len(list), heldLevels)])
	for i, text := range shown {
		shown[i] = cut(text, cellWidth)
	}
	text := strings.Join(shown, ", ")
	if more := len(list) - heldLevels; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// filesize writes a number of bytes for people: 950 B, 12.3 kB, 4.56 MB.
func filesize(n int64) string {
	switch v := float64(n); {
	case v >= 999.5e6:
		return fmt.Sprintf("%.3g GB", v/1e9)
	case v >= 999.5e3:
		return fmt.Sprintf("%.3g MB", v/1e6)
	case v >= 1000:
		return fmt.Sprintf("%.3g kB", v/1e3)
	}
	return fmt.Sprintf("%d B", n)
}
