package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/model"
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
func (m *measures) suit(task *model.Task) error {
	targets := task.Targets()
	for _, one := range m.metrics {
		if slices.ContainsFunc(targets, func(t model.Target) bool { return t.Fits(one) }) {
			continue
		}
		var fit, what []string
		for _, p := range metric.Catalog().Parts() {
			other, err := metric.Catalog().Parse(p.Name)
			if err == nil && slices.ContainsFunc(targets, func(t model.Target) bool { return t.Fits(other) }) {
				fit = append(fit, p.Name)
			}
		}
		for i := range targets {
			t := &targets[i]
			is, classes := "is a number", t.Classes()
			if classes != nil {
				is = fmt.Sprintf("is one of %d classes", len(classes))
			}
			if metric.OfNumbers(one) == (classes == nil) {
				from, to := t.Outputs()
				if err := one.Check(t.Loss().Link(), to-from); err != nil {
					is += fmt.Sprintf(" (%v)", err)
				}
			}
			what = append(what, cut(cmp.Or(t.Label(), "what is predicted"), nameWidth)+" "+is)
		}
		return badFlag("metric", one, fmt.Sprintf("one of %s: %s", strings.Join(fit, ", "), strings.Join(what, ", ")))
	}
	return nil
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
func (m *measures) measure(task *model.Task, y tensor.Matrix, e *model.Examples) (list []measuredEvent, err error) {
	targets := task.Targets()
	for _, one := range m.metrics {
		for c := range targets {
			t := &targets[c]
			if !t.Fits(one) {
				continue
			}
			s := one.Start().(metric.RowState)
			for i := range y.Rows {
				if err := s.AddRow(t.MetricRow(tensor.Row(y, i), &e.Truth[c], i)); err != nil {
					return nil, err
				}
			}
			of := measuredEvent{Metric: one.String(), Value: number(s.Value()), Undefined: nameClass(s.Undefined(), t.Classes()), Rows: y.Rows}
			if len(targets) > 1 {
				of.Label = t.Label()
			}
			for _, row := range s.Details() {
				var numbers []number
				for _, v := range row {
					numbers = append(numbers, number(v))
				}
				of.Details = append(of.Details, numbers)
			}
			if len(of.Details) > 1 {
				of.classes = t.Classes()
			}
			list = append(list, of)
		}
	}
	return list, nil
}

// classNumber is how metrics, which know no names, say a class.
var classNumber = regexp.MustCompile(`^class (\d+) `)

// nameClass is a reason of a metric with the name of the class in place of its number.
func nameClass(reason string, classes []string) string {
	m := classNumber.FindStringSubmatch(reason)
	if m == nil {
		return reason
	}
	k, err := strconv.Atoi(m[1])
	if err != nil || k >= len(classes) {
		return reason
	}
	return fmt.Sprintf("class %q %s", cut(classes[k], nameWidth), reason[len(m[0]):])
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
