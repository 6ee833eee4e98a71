package table

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Task is what is learnt about a label.
type Task string

// A label is one of some classes, or a number.
const (
	Classification Task = "classification"
	Regression     Task = "regression"
)

func (t Task) other() Task {
	if t == Classification {
		return Regression
	}
	return Classification
}

// Target is a column that is to be predicted.
type Target struct {
	Field   int      `json:"field"` // its place in Schema.Fields
	Task    Task     `json:"task"`
	Why     string   `json:"why"`
	Classes []string `json:"classes,omitempty"` // labels that occur, as they were spelt; in order of their value if all are whole numbers as one writes them
	Missing int      `json:"missing"`           // rows in which the label is empty
}

// String says what is learnt and why.
func (t *Target) String() string {
	s := string(t.Task)
	if t.Task == Classification {
		s += fmt.Sprintf(", %d classes", len(t.Classes))
	}
	return s + ": " + t.Why
}

// Remedy is what helps if the task is not what was meant.
func (t *Target) Remedy() Remedy { return by("AsTask", t.Task.other(), "if it is that") }

// AsTask says what is learnt about labels: those in the columns, or all if none are given. Without it, [Infer] guesses.
func AsTask(task Task, columns ...string) InferOption {
	return func(s *inference) { s.tasks = append(s.tasks, askedTask{task, columns}) }
}

// askedTask is what AsTask says.
type askedTask struct {
	task    Task
	columns []string // nil: of all
}

// taskOf is what was asked for the label in column i, the last word of it; "" for nothing.
func (r *inferring) taskOf(i int) (task Task, err error) {
	for _, a := range r.tasks {
		if a.task != Classification && a.task != Regression {
			return "", badOption("AsTask", quote(string(a.task)), string(Classification)+" or "+string(Regression))
		}
		if a.columns == nil {
			task = a.task
		}
		for _, spelling := range a.columns {
			at, err := r.t.find(spelling)
			if err != nil {
				return "", &OptionError{Option: "AsTask", Err: err}
			}
			if at == i {
				task = a.task
			}
		}
	}
	return task, nil
}

// maxClasses is how many labels a classification may have: a table of more is hardly one.
const maxClasses = 10_000

// labelNames are what people call the column that is to be predicted.
var labelNames = []string{"label", "target", "class", "y", "outcome", "survived"}

// roles gives columns their roles.
func (r *inferring) roles() error {
	for _, o := range []struct {
		option  string
		role    Role // Feature: of the past and the future
		columns []string
	}{{"WeightColumn", Weight, r.weight}, {"GroupColumn", Group, r.group}, {"Labels", Label, r.labels}, {"PastFutureColumn", Feature, r.pastFuture}} {
		for _, spelling := range o.columns {
			i, err := r.t.find(spelling)
			if err != nil {
				return &OptionError{Option: o.option, Err: err}
			}
			f := &r.schema.Fields[i]
			if f.Role != Feature {
				return &OptionError{Option: o.option, Err: fmt.Errorf("column %s cannot be %s and %s", quote(f.Label()), f.Role, o.role)}
			}
			f.Role, f.PastFuture = o.role, o.role == Feature
		}
	}
	if len(r.labels) > 0 || r.noLabel {
		return nil
	}
	i, err := r.chooseLabel()
	if err == nil {
		r.schema.Fields[i].Role = Label
	}
	return err
}

// chooseLabel takes the last column, unless something speaks for another.
func (r *inferring) chooseLabel() (int, error) {
	var free, named []*Field
	for i := range r.schema.Fields {
		f := &r.schema.Fields[i]
		dropped := !r.wanted[i] && len(r.only) == 0
		if f.Role != Feature || dropped || len(r.only) > 0 && r.wanted[i] {
			continue
		}
		free = append(free, f)
		if slices.Contains(labelNames, strings.ToLower(strings.TrimSpace(f.Name))) {
			named = append(named, f)
		}
	}
	if len(free) == 0 {
		return 0, &Error{File: r.t.file(), Err: fmt.Errorf("%w is left", ErrLabel), Remedy: by("Labels", nil, "")}
	}
	last := free[len(free)-1]
	if slices.Contains(named, last) && slices.ContainsFunc(free, func(f *Field) bool { return strings.EqualFold(f.Name, "x") }) {
		// x and y are places, where another column is called a label.
		named = slices.DeleteFunc(named, func(f *Field) bool { return f != last && strings.EqualFold(f.Name, "y") })
	}
	why := ""
	switch {
	case len(named) > 1, len(named) == 1 && named[0] != last:
		why = "other columns than the last are called as labels are"
	case last.Kind == Identifier || last.Kind == Date || last.Kind == FreeText || last.Kind == Constant && len(named) == 0:
		why = fmt.Sprintf("the last column, %s, was taken for: %s", quote(last.Label()), last.Kind)
	default:
		return last.index, nil
	}
	candidates := named
	if len(named) == 0 {
		// The last ones first, where most people have their label.
		candidates = slices.Clone(free)
		slices.Reverse(candidates)
	} else if !slices.Contains(named, last) {
		candidates = append(candidates, last)
	}
	what := "no other column could be one"
	if list := r.likelyLabels(candidates); len(list) > 0 {
		const most = 10
		what = "candidates are " + strings.Join(list[:min(len(list), most)], ", ")
		if n := len(list) - most; n > 0 {
			what += fmt.Sprintf(" and %d more", n)
		}
	}
	return 0, &Error{File: r.t.file(), Err: fmt.Errorf("%w is given, and %s: %s", ErrLabel, why, what), Remedy: r.t.another(by("Labels", nil, ""))}
}

// likelyLabels quotes those of the columns that labels could stand in: no dates, texts and constants, and no names of
// rows, except whole numbers, which may be ranks and come last.
func (r *inferring) likelyLabels(columns []*Field) []string {
	var list, ranks []string
	for _, f := range columns {
		switch {
		case f.Kind == Identifier && f.Numbers != nil && !namesRows(f.Name) && f.Name != "":
			ranks = append(ranks, quote(f.Label()))
		case f.Kind == Category && hardlyRecurs(f.Distinct, len(r.rows)-f.Missing), !f.Kind.Used() || f.Kind == Date:
		default:
			list = append(list, quote(f.Label()))
		}
	}
	return append(list, ranks...)
}

// targets finds out what the labels are.
func (r *inferring) targets() error {
	var labels []int
	for _, spelling := range r.labels {
		i, _ := r.t.find(spelling)
		labels = append(labels, i)
	}
	if len(labels) == 0 && !r.noLabel {
		for i := range r.schema.Fields {
			if r.schema.Fields[i].Role == Label {
				labels = append(labels, i)
			}
		}
	}
	for _, i := range labels {
		target, err := r.target(i)
		if err != nil {
			return err
		}
		r.schema.Targets = append(r.schema.Targets, target)
	}
	return nil
}

func (r *inferring) target(i int) (Target, error) {
	f, c := &r.schema.Fields[i], r.t.columns[i]
	// A label is missing if it is empty, or if somebody has said so.
	f.MissingWords = r.given[i].list
	asked, err := r.taskOf(i)
	if err != nil {
		return Target{}, err
	}
	target := Target{Field: i, Task: asked, Why: "asked for"}
	for _, s := range r.views[i].texts {
		if f.isMissingLabel(s) {
			continue
		}
		if slices.Contains(missingWords, strings.TrimSpace(s)) && f.Kind == Number && asked == "" {
			return target, r.t.refuse(c, r.views[i].first[s], fmt.Errorf("%w: the labels are numbers, but %s", ErrUnlike, quote(s)), by("Na", s, "if it stands for a label that is missing").or(by("AsTask", Classification, "if it is a class")))
		}
	}
	if s, but := r.numbersBut(i); but && asked == "" {
		return target, r.t.refuse(c, r.views[i].first[s], fmt.Errorf("%w: the labels are numbers, but %s", ErrUnlike, quote(s)), by("Na", s, "if it stands for a label that is missing").or(by("AsTask", Classification, "if it is a class")))
	}
	if f.Refused != nil && asked != Classification {
		return target, f.Refused
	}
	if f.Kind == Date && asked != Classification {
		return target, r.t.refuse(c, -1, fmt.Errorf("%w: it is a date", ErrLabel), by("AsTask", Classification, "if each date is a class"))
	}
	g := *f
	g.Kind = Category
	if f.Kind == Number {
		values := f.sorted(c, r.rows)
		if whole := f.isWhole(&r.views[i], values); asked == "" && (!whole || f.Distinct > maxClasses) {
			target.Task, target.Why = guessTask(f, r.views[i].fractional(f, values), whole, nil, len(values))
		}
	}
	wasNumber := f.Kind == Number || f.Numbers != nil
	var l counted
	if target.Task != Regression {
		l, target.Missing = g.levelsOf(c, r.rows)
		if target.Task == "" {
			whole := f.Numbers != nil && f.isWhole(&r.views[i], f.sorted(c, r.rows))
			target.Task, target.Why = guessTask(f, "", whole, l.counts, len(r.rows)-target.Missing)
		}
		if n := len(l.levels); wasNumber && asked == "" && f.Distinct < n {
			target.Why += fmt.Sprintf(", spelt in %d ways", n)
		}
	}
	if few := f.Distinct > 2 && f.Distinct <= 50; asked == "" && f.Numbers != nil && few {
		r.schema.doubt(DoubtTask, i, fmt.Sprintf("label %s was taken for %s: %s", f.Label(), target.Task, target.Why), target.Remedy())
	}
	if target.Task == Regression {
		r.schema.Doubts = slices.DeleteFunc(r.schema.Doubts, func(d Doubt) bool { return d.Column == i && d.Kind == DoubtIdentifier })
		return target, r.regression(f, c, &target)
	}
	if len(l.levels) == 0 {
		return target, r.t.refuse(c, -1, errors.New("every label is missing"), nil)
	}
	if len(l.levels) > maxClasses {
		return target, r.t.refuse(c, -1, fmt.Errorf("%d labels differ: more than %d classes", len(l.levels), maxClasses), by("AsTask", Regression, "if they are quantities").or(by("Labels", nil, "if it is another column")))
	}
	f.Numbers, f.Dates, f.Order, f.Refused = nil, nil, nil, nil
	f.Kind, f.Why, f.Missing, f.Distinct = Category, target.Why, target.Missing, len(l.levels)
	target.Classes = sortClasses(l.levels)
	r.suspectClasses(i, l)
	for j, s := range l.levels {
		if wasNumber && strings.TrimSpace(s) == "" { // of others it has been said
			f.addDoubt(r.schema, DoubtWords, fmt.Sprintf("%s, in %s, was taken for a class, not for a label that is missing", quote(s), plural(l.counts[j], "row")), by("Na", "", "if it is missing"))
		}
	}
	return target, nil
}

// numbersBut tells whether labels are numbers, of more values than classes mostly have, but for a few cells, and returns one of these.
func (r *inferring) numbersBut(i int) (text string, but bool) {
	f, v := &r.schema.Fields[i], &r.views[i]
	words, different := 0, 0
	for j, s := range v.texts {
		switch {
		case slices.Contains(v.mostly.few, s):
			text = s
			words += v.counts[j]
		case !f.isMissingLabel(s):
			different++
		}
	}
	if f.Kind == Number || words == 0 || v.mostly.cells < 20*words {
		return "", false
	}
	const classes = 20
	values := map[float64]bool{}
	for _, row := range r.rows {
		if x, ok := v.c.Float(row); ok {
			if values[x] = true; len(values)+different > classes {
				return text, true
			}
		}
	}
	return text, different > classes
}

// isMissingLabel tells whether a text stands for a missing label.
func (f *Field) isMissingLabel(s string) bool {
	return slices.Contains(f.MissingWords, strings.TrimSpace(s))
}

// fractional says why numbers are not whole ones as labels are: by their values, or by how they are written.
func (v *view) fractional(f *Field, sorted []float64) string {
	for _, x := range sorted {
		if x != math.Trunc(x) {
			return "its numbers are not all whole"
		}
	}
	for _, s := range v.texts {
		if !f.isMissing(s) {
			return "its numbers are written as quantities are, such as " + quote(s)
		}
	}
	return "its numbers are written as quantities are"
}

// guessTask says what numbers as labels are. Whole are those spelt as one writes whole numbers, fractional is why they are not; counts are how
// often each value comes.
func guessTask(f *Field, fractional string, whole bool, counts []int, n int) (Task, string) {
	d := len(counts)
	if counts == nil || f.Numbers != nil {
		d = f.Distinct // 1, 01 and 1.0 are one value
	}
	span := f.High - f.Low + 1
	least := 0
	if d > 0 && counts != nil {
		least = slices.Min(counts)
	}
	switch {
	case f.Kind == Code:
		return Classification, "its labels are codes: " + f.Why
	case f.Numbers == nil:
		return Classification, "its labels are no numbers"
	case d <= 2:
		return Classification, "it has at most two values"
	case !whole:
		return Regression, fractional
	case d <= 20 && n >= 2*d:
		return Classification, fmt.Sprintf("its whole numbers have %d values, and recur", d)
	case counts != nil && span == float64(d) && (f.Low == 0 || f.Low == 1) && least >= 10 && d <= 1000:
		return Classification, fmt.Sprintf("its whole numbers count from %s to %s, and each recurs", numberText(f.Low), numberText(f.High))
	}
	return Regression, fmt.Sprintf("it has %d values in %d rows", d, n)
}

// regression checks that all labels are numbers.
func (r *inferring) regression(f *Field, c *Column, target *Target) error {
	g := *f
	g.Kind = Number
	if g.Numbers == nil {
		g.Numbers = &NumberForm{Decimal: string(rune(c.point))}
	}
	read := g.reader(c, nil)
	var values []float64
	target.Missing = 0
	for _, row := range r.rows {
		switch v, state := read(row); state {
		case gap:
			target.Missing++
		case foreign:
			return r.t.refuse(c, row, fmt.Errorf("%w: the label %s is no number", ErrUnlike, quote(c.Text(row))), by("Na", c.Text(row), "if it stands for a label that is missing").or(by("AsTask", Classification, "if labels are classes")))
		default:
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return r.t.refuse(c, -1, errors.New("every label is missing"), nil)
	}
	slices.Sort(values)
	if math.IsInf(values[len(values)-1]-values[0], 0) {
		return r.t.refuse(c, -1, fmt.Errorf("labels from %g to %g are further apart than float64 holds", values[0], values[len(values)-1]), nil)
	}
	if g.Numbers.Percent {
		target.Why += "; they are percentages, and 12 % is learnt and answered as 0.12"
	}
	f.Kind, f.Why, f.Numbers, f.Missing = Number, target.Why, g.Numbers, target.Missing
	f.Distinct, f.Low, f.High = distinctOf(values), values[0], values[len(values)-1]
	return nil
}

// sortClasses puts classes in order: of their values if all are whole numbers as one writes them, of
// their texts otherwise.
func sortClasses(levels []string) []string {
	classes := slices.Clone(levels)
	slices.Sort(classes)
	for _, s := range classes {
		if !isCanonical(s) {
			return classes
		}
	}
	slices.SortFunc(classes, compareWhole)
	return classes
}

// compareWhole compares whole numbers of any length.
func compareWhole(a, b string) int {
	x, minusA := strings.CutPrefix(a, "-")
	y, minusB := strings.CutPrefix(b, "-")
	switch {
	case minusA && minusB:
		return cmp.Or(cmp.Compare(len(y), len(x)), cmp.Compare(y, x))
	case minusA:
		return -1
	case minusB:
		return 1
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
}

// Complete returns those of the rows, nil for all, in which no cell is missing of the columns that are used: what is left to train on if
// rows with gaps are to be dropped.
func (s *Schema) Complete(t *Table, rows []int) ([]int, error) {
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, err
	}
	complete, find := slices.Clone(rows), s.columns(t)
	for i := range s.Fields {
		f := &s.Fields[i]
		if !f.Use || f.Refused != nil {
			continue
		}
		c, err := find(f)
		if err != nil {
			return nil, err
		}
		read := f.reader(c, nil)
		complete = slices.DeleteFunc(complete, func(row int) bool {
			_, state := read(row)
			return state == gap
		})
	}
	return complete, nil
}

// Labelled returns those of the rows, nil for all, in which no target's label is missing, and how many
// are not among them.
func (s *Schema) Labelled(t *Table, rows []int) (labelled []int, missing int, err error) {
	if rows, err = t.rowsOrAll(rows); err != nil {
		return nil, 0, err
	}
	labelled = slices.Clone(rows)
	for i := range s.Targets {
		f := &s.Fields[s.Targets[i].Field]
		c, err := s.column(t, f)
		if err != nil {
			return nil, 0, err
		}
		read := f.reader(c, s.Targets[i].Classes)
		labelled = slices.DeleteFunc(labelled, func(row int) bool {
			_, state := read(row)
			return state == gap
		})
	}
	missing = len(rows) - len(labelled)
	return labelled, missing, nil
}
