package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Encoder turns rows into features of a network, and labels into classes or scaled values. It keeps all that was learnt of the
// training part, and reads any table that has the columns, in any order. Methods may be called from several goroutines.
type Encoder struct {
	schema  *Schema
	codings []coding
	targets []Scaler // of each target; classes have none
	labelAs []string // columns of the targets, if they are others than the schema's
	doubts  []Doubt
}

// FitOption says how an encoder is fitted.
type FitOption func(*fitting)

// fitting is what the options of Fit add up to, and an encoder under way.
type fitting struct {
	scale, targets ScaleKind
	rare, most     int
	doubts         []Doubt
}

// ScaleBy is how numbers are scaled: Standardise unless this says otherwise. Targets have [ScaleTargets].
func ScaleBy(kind ScaleKind) FitOption { return func(o *fitting) { o.scale = kind } }

// ScaleTargets is how numbers that are to be predicted are scaled: Standardise unless this says MinMax or Unscaled.
func ScaleTargets(kind ScaleKind) FitOption { return func(o *fitting) { o.targets = kind } }

// RareBelow is the number of rows below which a level is rare. Without it that is 2 to 10, one for each 200 rows.
func RareBelow(rows int) FitOption { return func(o *fitting) { o.rare = rows } }

// MaxLevels limits the levels of a column that have a feature each, the most frequent: 256 unless this says otherwise.
func MaxLevels(n int) FitOption { return func(o *fitting) { o.most = n } }

// Fit fits an encoder to the training part: rows of the table, nil for all, that have labels ([Schema.Labelled]). It refuses a schema
// in which something is undecided ([Schema.Err]).
func Fit(t *Table, rows []int, s *Schema, options ...FitOption) (*Encoder, error) {
	o := &fitting{scale: Standardise, targets: Standardise, most: 256}
	for _, option := range options {
		option(o)
	}
	if !slices.Contains(ScaleKinds(), o.scale) {
		return nil, scaleError("ScaleBy", o.scale, ScaleKinds())
	}
	if !slices.Contains(TargetScales(), o.targets) {
		return nil, scaleError("ScaleTargets", o.targets, TargetScales())
	}
	if o.rare < 0 {
		return nil, badOption("RareBelow", strconv.Itoa(o.rare), "at least 0")
	}
	if o.most < 1 {
		return nil, badOption("MaxLevels", strconv.Itoa(o.most), "at least 1")
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%w to fit to", ErrNoRows)
	}
	s = &Schema{Fields: slices.Clone(s.Fields), Targets: slices.Clone(s.Targets)}
	e := &Encoder{schema: s}
	find := s.columns(t)
	for i := range s.Fields {
		f := &s.Fields[i]
		if !f.Use {
			continue
		}
		c, err := find(f)
		if err != nil {
			return nil, err
		}
		e.codings = append(e.codings, fitCoding(f, c, rows, o))
	}
	if e.Width() == 0 {
		return nil, &Error{File: t.file(), Err: fmt.Errorf("no column is left to learn from in %s: ids, constants and free text are left out", plural(len(rows), "row")),
			Remedy: t.another(by("As", nil, "to say what they are and take them in"))}
	}
	for i := range s.Targets {
		scaler := Scaler{Kind: Unscaled, Scale: 1}
		if s.Targets[i].Task == Regression {
			f := &s.Fields[s.Targets[i].Field]
			c, err := find(f)
			if err != nil {
				return nil, err
			}
			values := f.sorted(c, rows)
			if len(values) == 0 {
				return nil, t.refuse(c, -1, errors.New("every label is missing"), nil)
			}
			scaler = fitScaler(o.targets, values)
			o.collapse("ScaleTargets", f, c, &scaler, values)
		}
		e.targets = append(e.targets, scaler)
	}
	e.doubts = o.doubts
	return e, nil
}

// Schema is what the columns were taken for: the encoder's own, not to be changed.
func (e *Encoder) Schema() *Schema { return e.schema }

// Doubts are what may be wrong with the features. They are not saved.
func (e *Encoder) Doubts() []Doubt { return slices.Clone(e.doubts) }

// Width counts the features of a row.
func (e *Encoder) Width() int {
	n := 0
	for i := range e.codings {
		n += e.codings[i].width(e.field(i))
	}
	return n
}

// Features are the names of the features: "area", "town = Rome", "area is missing".
func (e *Encoder) Features() []string {
	var names []string
	for i := range e.codings {
		names = append(names, e.codings[i].names(e.field(i))...)
	}
	return names
}

func (e *Encoder) field(i int) *Field { return &e.schema.Fields[e.codings[i].Field] }

// maxFeatures limits the numbers of one Encode: 2 GiB of float32.
const maxFeatures = 1 << 29

// Encode returns the features of rows, nil for all: [len(rows)][Width], row after row. The columns are found by name, and by place
// among those of one name; they may stand in any order, and no others are looked at. An absent one is an error that is [ErrAbsent].
// What a row becomes does not depend on the others, but for the decimal point: in a table that shows another one than was learnt, by the
// columns that are used or by [Decimal], numbers are read by that one.
func (e *Encoder) Encode(t *Table, rows []int) ([]float32, *Report, error) {
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, nil, err
	}
	width := e.Width()
	if len(rows) > maxFeatures/width {
		return nil, nil, fmt.Errorf("%w: %d rows of %d features: encode fewer rows at a time", ErrLimit, len(rows), width)
	}
	columns, find := make([]*Column, len(e.codings)), e.schema.columns(t)
	for i := range e.codings {
		if columns[i], err = find(e.field(i)); err != nil {
			return nil, nil, err
		}
	}
	x := make([]float32, len(rows)*width)
	report, shown := &Report{Rows: len(rows)}, e.pointing(t, columns)
	at := 0
	for i := range e.codings {
		code, f, c := &e.codings[i], e.field(i), columns[i]
		n, r := code.width(f), ColumnReport{Column: f.Label()}
		as, other := shown.readAs(f, c)
		if f.Kind == Date {
			other = t.rivalDates(f, c)
		}
		read := as.reader(c, code.levels(f))
		for j, row := range rows {
			v, state := read(row)
			if other != nil && state == present {
				r.addDoubtful(other, c, row, v)
			}
			switch {
			case state == unclear:
				return nil, nil, t.refuse(c, row, severalLevels(c.Text(row)), nil)
			case state == gap && !code.Gaps:
				r.Gaps.add(c, row)
			case state == foreign && (f.Kind == Number || f.Kind == Date || f.Kind == Boolean):
				r.Unread.add(c, row)
				if f.Kind == Number && r.Remedy == nil && as.undecided(c.Text(row)) {
					r.Remedy = by("Decimal", nil, "says what the decimal point is")
				}
			case state == foreign && code.RareLeft == 0:
				r.Unseen.add(c, row)
			case state == present && (f.Kind == Number || f.Kind == Date) && (v < code.Low || v > code.High):
				r.Outside.add(c, row)
			}
			code.put(x[j*width+at:][:n], f, v, state)
		}
		at += n
		if !r.clean() {
			report.Columns = append(report.Columns, r)
		}
	}
	return x, report, nil
}

// Scaler returns how a feature is scaled; ok is false if it is not a column's number, as it stands, but a level, a date, or a mark of
// what is missing.
func (e *Encoder) Scaler(feature int) (s Scaler, ok bool) {
	for i := range e.codings {
		c, f := &e.codings[i], e.field(i)
		n := c.width(f)
		if feature < n {
			if feature != 0 || f.Kind != Number {
				return s, false
			}
			return *c.Scaler, true
		}
		feature -= n
	}
	return s, false
}

// TargetScaler returns how target i is scaled.
func (e *Encoder) TargetScaler(i int) Scaler { return e.targets[i] }

// LabelsIn returns an encoder that looks for its labels in columns of other names: one for each target, named as [Table.Find]
// has it.
func (e *Encoder) LabelsIn(columns ...string) (*Encoder, error) {
	if len(columns) != len(e.targets) {
		return nil, badOption("LabelsIn", plural(len(columns), "column"), plural(len(e.targets), "column"))
	}
	for i, c := range columns {
		if slices.Contains(columns[:i], c) {
			return nil, badOption("LabelsIn", quote(c)+" twice", "a column for each target")
		}
	}
	other := *e
	other.labelAs = slices.Clone(columns)
	return &other, nil
}

// Targets counts the targets.
func (e *Encoder) Targets() int { return len(e.targets) }

// target returns a target and its column.
func (e *Encoder) target(t *Table, i int, task Task) (*Target, *Field, *Column, error) {
	if i < 0 || i >= len(e.targets) {
		return nil, nil, nil, fmt.Errorf("target %d: there are %d", i, len(e.targets))
	}
	target := &e.schema.Targets[i]
	f := &e.schema.Fields[target.Field]
	if target.Task != task {
		return nil, nil, nil, fmt.Errorf("target %s is learnt by %s, not by %s", f.Label(), target.Task, task)
	}
	if e.labelAs != nil {
		at, err := t.find(e.labelAs[i])
		if err != nil {
			return nil, nil, nil, err
		}
		return target, f, t.columns[at], nil
	}
	c, err := e.schema.column(t, f)
	return target, f, c, err
}

// LabelReport counts labels that are none.
type LabelReport struct {
	Missing int
	Foreign int      // classes that training had not; texts where numbers are wanted
	First   []string // of these
	Row     int      // that the first of these stands in
	// Doubtful says of which numbers it is in doubt what they are.
	Doubtful ColumnReport
}

// Classes returns the class of each row, nil for all, of target i: a place in [Target.Classes], or -1 if the label is missing or no class.
func (e *Encoder) Classes(t *Table, rows []int, i int) ([]int, *LabelReport, error) {
	target, f, c, err := e.target(t, i, Classification)
	if err != nil {
		return nil, nil, err
	}
	classes := []int(nil)
	report, err := e.labels(t, rows, f, c, target.Classes, func(v float64, ok bool) {
		if !ok {
			v = -1
		}
		classes = append(classes, int(v))
	})
	return classes, report, err
}

// Values returns what target i is in each row, nil for all, in its own unit, and NaN where it is missing or no number.
func (e *Encoder) Values(t *Table, rows []int, i int) ([]float64, *LabelReport, error) {
	_, f, c, err := e.target(t, i, Regression)
	if err != nil {
		return nil, nil, err
	}
	values := []float64(nil)
	report, err := e.labels(t, rows, f, c, nil, func(v float64, ok bool) {
		if !ok {
			v = math.NaN()
		}
		values = append(values, v)
	})
	return values, report, err
}

// shownIn is what the features in a table show of its decimal point. They may be absent.
func (e *Encoder) shownIn(t *Table) *pointing {
	columns, find := make([]*Column, len(e.codings)), e.schema.columns(t)
	for i := range e.codings {
		columns[i], _ = find(e.field(i))
	}
	shown := e.pointing(t, columns)
	return &shown
}

func (e *Encoder) labels(t *Table, rows []int, f *Field, c *Column, classes []string, add func(v float64, ok bool)) (*LabelReport, error) {
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, err
	}
	report, foreigners := &LabelReport{Doubtful: ColumnReport{Column: f.Label()}}, Cells{}
	as, other := e.shownIn(t).readAs(f, c)
	read := as.reader(c, classes)
	for _, row := range rows {
		v, state := read(row)
		if other != nil && state == present {
			report.Doubtful.addDoubtful(other, c, row, v)
		}
		switch state {
		case gap:
			report.Missing++
		case foreign, unclear:
			if foreigners.N == 0 {
				report.Row = row
			}
			foreigners.add(c, row)
		}
		add(v, state == present)
	}
	report.Foreign, report.First = foreigners.N, foreigners.Examples
	return report, nil
}

// Scale brings a value of target i to what a network learns.
func (e *Encoder) Scale(i int, v float64) float32 { return toFloat32(e.targets[i].Apply(v)) }

// Unscale brings what a network has answered for target i to its own unit.
func (e *Encoder) Unscale(i int, y float32) float64 { return e.targets[i].Invert(float64(y)) }

// Weights returns how much each row, nil for all, counts, or nil if the schema has no column that says so. A weight that is missing, negative,
// no number, or more than float32 holds is an error.
func (s *Schema) Weights(t *Table, rows []int) ([]float64, error) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Role == Weight })
	if i < 0 {
		return nil, nil
	}
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, err
	}
	f := s.Fields[i]
	f.Kind = Number
	c, err := s.column(t, &f)
	if err != nil {
		return nil, err
	}
	read := f.reader(c, nil)
	weights := make([]float64, len(rows))
	for j, row := range rows {
		v, state := read(row)
		if state != present || v < 0 || v > math.MaxFloat32 {
			return nil, t.refuse(c, row, fmt.Errorf("%w: the weight is %s, want a number that is not negative and that float32 holds", ErrUnlike, quote(c.Text(row))), by("WeightColumn", nil, "if it is another column"))
		}
		weights[j] = v
	}
	return weights, nil
}
