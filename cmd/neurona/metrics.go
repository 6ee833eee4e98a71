package main

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
	"github.com/spf13/cobra"
)

// measures are the metrics that --metric asks for.
type measures struct {
	spelt   []string // of each flag
	metrics []metric.Metric
}

func (m *measures) addFlags(cmd *cobra.Command, of string) {
	cmd.Flags().StringArrayVar(&m.spelt, "metric", nil, "to judge by besides, "+of+": of classes or of numbers, such as f1 or 'f1(average=weighted),mcc,confusion_matrix' (may be repeated): "+strings.Join(metric.Catalog().Names(), ", "))
	completeBy(cmd, "metric", func(prefix string) []string {
		before := prefix[:lastComma(prefix)+1]
		list := metric.Catalog().Complete(prefix[len(before):])
		for i := range list {
			list[i] = before + list[i]
		}
		return list
	})
}

// commas are the places of those that stand in no brackets and no quotes.
func commas(text string) (places []int) {
	depth, quoted, escaped := 0, false, false
	for i, c := range text {
		switch {
		case escaped:
			escaped = false
		case quoted:
			quoted, escaped = c != '"', c == '\\'
		case c == '"':
			quoted = true
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth <= 0:
			places = append(places, i)
		}
	}
	return places
}

// lastComma is the place of the last of commas, or -1.
func lastComma(text string) int {
	if places := commas(text); len(places) > 0 {
		return places[len(places)-1]
	}
	return -1
}

// parse reads the flags. A metric that is asked for twice is one.
func (m *measures) parse() error {
	known := metric.Catalog()
	seen := map[string]bool{}
	for _, text := range m.spelt {
		from := 0
		for _, to := range append(commas(text), len(text)) {
			spelling := strings.TrimSpace(text[from:to])
			from = to + 1
			if spelling == "" {
				return badFlag("metric", fmt.Sprintf("%q", text), "metrics with commas between them, such as accuracy,f1")
			}
			one, err := known.Parse(spelling)
			if err != nil {
				return flagError("metric", err)
			}
			if !seen[one.String()] {
				seen[one.String()] = true
				m.metrics = append(m.metrics, one)
			}
		}
	}
	return nil
}

// suit reports a metric that says nothing about any column that is predicted, and says which would.
func (m *measures) suit(t *task) error {
	for _, one := range m.metrics {
		if slices.ContainsFunc(t.heads, func(h head) bool { return h.measuredBy(one) }) {
			continue
		}
		var fit, what []string
		for _, p := range metric.Catalog().Parts() {
			other, err := metric.Catalog().Parse(p.Name)
			if err == nil && slices.ContainsFunc(t.heads, func(h head) bool { return h.measuredBy(other) }) {
				fit = append(fit, p.Name)
			}
		}
		for i := range t.heads {
			h := &t.heads[i]
			is := "is a number"
			if h.classes != nil {
				is = fmt.Sprintf("is one of %d classes", len(h.classes))
			}
			if metric.OfNumbers(one) == (h.classes == nil) {
				if err := one.Check(h.loss.Link(), h.to-h.from); err != nil {
					is += fmt.Sprintf(" (%v)", err)
				}
			}
			what = append(what, cut(cmp.Or(h.label, "what is predicted"), nameWidth)+" "+is)
		}
		return badFlag("metric", one, fmt.Sprintf("one of %s: %s", strings.Join(fit, ", "), strings.Join(what, ", ")))
	}
	return nil
}

// measuredBy reports whether a metric is about what the head says: numbers, or classes.
func (h *head) measuredBy(m metric.Metric) bool {
	return metric.OfNumbers(m) == (h.classes == nil) && m.Check(h.loss.Link(), h.to-h.from) == nil
}

// measuredEvent is what a metric gave.
type measuredEvent struct {
	Metric    string     `json:"metric"`
	Label     string     `json:"label,omitempty"` // the column, where several are predicted
	Value     number     `json:"value"`           // null if it is undefined
	Undefined string     `json:"undefined,omitempty"`
	Rows      int        `json:"rows"`              // those of classes that training had
	Details   [][]number `json:"details,omitempty"` // by class, or a confusion matrix: a row for each class

	classes []string // of a matrix
}

// measure computes metrics of outputs y, of each column that they are about. Quantities are in their own unit.
// Rows of classes that training had not are none.
func (t *task) measure(m *measures, y tensor.Matrix, e *examples) (list []measuredEvent, err error) {
	for _, one := range m.metrics {
		for c := range t.heads {
			h := &t.heads[c]
			if !h.measuredBy(one) {
				continue
			}
			s := one.Start().(metric.RowState)
			for i := range y.Rows {
				if err := s.AddRow(h.row(tensor.Row(y, i), &e.answers[c], i)); err != nil {
					return nil, err
				}
			}
			of := measuredEvent{Metric: one.String(), Value: number(s.Value()), Undefined: h.named(s.Undefined()), Rows: y.Rows}
			if len(t.heads) > 1 {
				of.Label = h.label
			}
			for _, row := range s.Details() {
				var numbers []number
				for _, v := range row {
					numbers = append(numbers, number(v))
				}
				of.Details = append(of.Details, numbers)
			}
			if len(of.Details) > 1 {
				of.classes = h.classes
			}
			list = append(list, of)
		}
	}
	return list, nil
}

// classNumber is how metrics, which know no names, say a class.
var classNumber = regexp.MustCompile(`^class (\d+) `)

// named is a reason of a metric with the name of the class in place of its number.
func (h *head) named(reason string) string {
	m := classNumber.FindStringSubmatch(reason)
	if m == nil {
		return reason
	}
	k, err := strconv.Atoi(m[1])
	if err != nil || k >= len(h.classes) {
		return reason
	}
	return fmt.Sprintf("class %q %s", cut(h.classes[k], nameWidth), reason[len(m[0]):])
}

// row is what the head says of row i, and what should have come.
func (h *head) row(outputs []float32, want *column, i int) metric.Row {
	if h.classes == nil {
		return metric.Row{Mean: []float64{h.quantity(outputs)}, Values: []float64{want.values[i]}, Weight: 1}
	}
	r := metric.Row{Weight: 1}
	for _, v := range outputs[h.from:h.to] {
		r.Output = append(r.Output, float64(v))
	}
	switch h.loss.Link() {
	case loss.Softmax:
		r.Label, r.Mean = want.labels[i], make([]float64, len(r.Output))
		softmax(r.Mean, outputs[h.from:h.to])
		return r
	case loss.Sigmoid:
		r.Mean = []float64{1 / (1 + math.Exp(-r.Output[0]))}
	case loss.Margin:
		r.Mean = []float64{(1 + r.Output[0]) / 2}
	default:
		r.Mean = r.Output
	}
	r.Values = []float64{float64(want.labels[i])}
	return r
}

// shownMatrix is how many classes a matrix has at most that people are shown.
const shownMatrix = 30

// printMeasured writes what metrics gave, for people, of so many rows.
func printMeasured(b *strings.Builder, to terminal, list []measuredEvent, rows int) {
	for i := range list {
		m := &list[i]
		text := m.Metric
		if m.Label != "" {
			text = to.field(m.Label) + ": " + text
		}
		if m.Undefined != "" {
			text += " is undefined: " + m.Undefined
		} else {
			text += fmt.Sprintf(" %.6g", float64(m.Value))
		}
		if m.Rows != rows {
			text += fmt.Sprintf(", on %d of %d rows, whose classes are known", m.Rows, rows)
		}
		line(b, "metric", text)
		if m.classes == nil || len(m.classes) > shownMatrix {
			continue
		}
		g := &grid{right: true}
		heading := []string{"class, answered"}
		for _, class := range m.classes {
			heading = append(heading, to.name(class))
		}
		g.add(heading...)
		for k, row := range m.Details {
			cells := []string{to.name(m.classes[k])}
			for _, v := range row {
				cells = append(cells, fmt.Sprintf("%.6g", float64(v)))
			}
			g.add(cells...)
		}
		g.write(b)
	}
}
