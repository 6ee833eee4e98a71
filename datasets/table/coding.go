package table

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// coding is how a column becomes features.
//
// A number is scaled; where it is missing there is the median. A date is the time elapsed, scaled, and its calendar. A boolean
// is 0 or 1, and a category with an order its place in it, scaled. All have a feature more, 1 where the cell is missing, if cells
// were in training. Any other category and a code have a feature for each level, one for all rare levels
// if there were any, and one for missing cells if there were any.
//
// An unseen word of a boolean, an unseen level of an order, and what is no number or date, are taken for missing.
// An unseen level of any other category is one of the rare. If none was rare, nothing has been learnt about others: its features are
// their means in training, and so they are for a missing cell if none was missing. So no level stands in for another, and no
// feature is set that was always 0.
type coding struct {
	Field  int     `json:"field"`
	Scaler *Scaler `json:"scaler,omitempty"`
	Fill   float64 `json:"fill"` // median; mean of a boolean
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Gaps   bool    `json:"gaps,omitempty"`  // cells were missing in training
	Clock  bool    `json:"clock,omitempty"` // dates have a time of day

	Levels []string `json:"levels,omitempty"`
	Rare   []string `json:"rare,omitempty"`
	// RareLeft counts rare levels that are not in Rare: too many to keep. They become what unseen ones do.
	RareLeft int       `json:"rare_left,omitempty"`
	Means    []float64 `json:"means,omitempty"` // of the features, in training
}

// maxRare limits the rare levels that a coding keeps, so that a file has some 100 kB of them at most for a column. They are kept to
// tell them from levels that training had not; their features are the same.
const maxRare = 10_000

// oneHot tells whether a field has a feature for each level.
func (f *Field) oneHot() bool {
	return f.Kind == Category && f.Order == nil || f.Kind == Code
}

// width counts a column's features.
func (c *coding) width(f *Field) int {
	if f.oneHot() {
		return len(c.Levels) + flag(len(c.Rare) > 0) + flag(c.Gaps)
	}
	n := 1 + flag(c.Gaps)
	if f.Kind == Date {
		n += len(f.calendar()) + 2*flag(c.Clock)
	}
	return n
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// calendar are the features of a day.
var calendar = [...]string{"year (sin)", "year (cos)", "day of month", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// calendar are the features of a date beside the time elapsed: times of day have none, months no day.
func (f *Field) calendar() []string {
	switch {
	case f.Dates.Layout == "":
		return nil
	case ofMonths(f.Dates.Layout):
		return calendar[:2]
	}
	return calendar[:]
}

// names of the features.
func (c *coding) names(f *Field) []string {
	name := f.Label()
	var names []string
	switch {
	case f.oneHot():
		for _, l := range c.Levels {
			names = append(names, name+" = "+l)
		}
		if len(c.Rare) > 0 {
			names = append(names, name+" is another")
		}
	case f.Kind == Date:
		names = append(names, name+": elapsed")
		for _, s := range f.calendar() {
			names = append(names, name+": "+s)
		}
		if c.Clock {
			names = append(names, name+": day (sin)", name+": day (cos)")
		}
	default:
		names = append(names, name)
	}
	if c.Gaps {
		names = append(names, name+" is missing")
	}
	return names
}

// levels are those that a reader knows, in the order of their codes.
func (c *coding) levels(f *Field) []string {
	if f.Order != nil {
		return f.Order
	}
	return slices.Concat(c.Levels, c.Rare)
}

// put writes the features of a cell.
func (c *coding) put(x []float32, f *Field, v float64, state cellState) {
	if f.oneHot() {
		c.putLevel(x, int(v), state)
		return
	}
	if state != present {
		v = c.Fill
	}
	if c.Gaps {
		x[len(x)-1] = float32(flag(state != present))
	}
	if c.Scaler == nil {
		x[0] = toFloat32(v)
		return
	}
	x[0] = toFloat32(c.Scaler.Apply(v))
	if f.Kind != Date {
		return
	}
	x = x[1:]
	t := time.Unix(int64(math.Floor(v)), 0).UTC()
	known := len(f.calendar())
	if known > 0 {
		angle := 2 * math.Pi * float64(t.YearDay()-1) / 365.25
		x[0], x[1] = float32(math.Sin(angle)), float32(math.Cos(angle))
	}
	if known == len(calendar) {
		x[2] = float32(t.Day()-1) / 30
		for i := range 7 {
			x[3+i] = float32(flag((int(t.Weekday())+6)%7 == i))
		}
	}
	x = x[known:]
	if c.Clock {
		angle := 2 * math.Pi * (v - 86400*math.Floor(v/86400)) / 86400
		x[0], x[1] = float32(math.Sin(angle)), float32(math.Cos(angle))
	}
}

func (c *coding) putLevel(x []float32, level int, state cellState) {
	clear(x)
	switch {
	case state == gap && c.Gaps:
		x[len(x)-1] = 1
	case state == present && level < len(c.Levels):
		x[level] = 1
	case state != gap && len(c.Rare) > 0:
		x[len(c.Levels)] = 1
	default:
		for i, m := range c.Means {
			x[i] = float32(m)
		}
	}
}

// fitCoding fits a column's coding on some rows.
func fitCoding(f *Field, c *Column, rows []int, o *fitting) coding {
	code := coding{Field: f.index}
	if f.oneHot() {
		code.fitLevels(f, c, rows, o)
		return code
	}
	read := f.reader(c, f.Order)
	var values []float64
	foreigners := 0
	for _, row := range rows {
		v, state := read(row)
		if state != present {
			code.Gaps = true
			foreigners += flag(state == foreign)
			continue
		}
		values = append(values, v)
		code.Clock = code.Clock || f.Kind == Date && v != 86400*math.Floor(v/86400)
	}
	if foreigners > 0 { // in rows that the schema was not inferred from
		o.doubts = append(o.doubts, Doubt{DoubtWords, c.index, fmt.Sprintf("column %s: %s not of its kind, %s, and taken for missing", f.Label(), plural(foreigners, "cell"), f.Kind), inWords("infer the schema from the rows that the encoder is fitted to")})
	}
	if len(values) == 0 {
		values = []float64{0}
	}
	slices.Sort(values)
	code.Low, code.High = values[0], values[len(values)-1]
	if f.Kind == Boolean {
		for _, v := range values {
			code.Fill += v / float64(len(values))
		}
		return code
	}
	code.Fill = median(values)
	if f.Order != nil {
		code.Fill = math.Floor(code.Fill)
	}
	scaler := fitScaler(o.scale, values)
	code.Scaler = &scaler
	o.collapse("ScaleBy", f, c, &scaler, values)
	return code
}

func (c *coding) fitLevels(f *Field, column *Column, rows []int, o *fitting) {
	l, missing := f.levelsOf(column, rows)
	rare := o.rare
	if rare == 0 {
		rare = min(max(len(rows)/200, 2), 10)
	}
	others, n := 0, float64(len(rows))
	for i, level := range l.levels {
		if l.counts[i] >= rare && len(c.Levels) < o.most {
			c.Levels = append(c.Levels, level)
			c.Means = append(c.Means, float64(l.counts[i])/n)
			continue
		}
		others += l.counts[i]
		if len(c.Rare) == maxRare {
			c.RareLeft++
			continue
		}
		c.Rare = append(c.Rare, level)
	}
	if c.RareLeft > 0 {
		o.doubts = append(o.doubts, Doubt{DoubtLevels, column.index, fmt.Sprintf("column %s: %d of its rare levels are too many to keep, so that levels that training had not are no more told from them, and not counted", f.Label(), c.RareLeft),
			by("Drop", f.Label(), "if it tells little")})
	}
	if 20*others > len(rows) {
		o.doubts = append(o.doubts, Doubt{DoubtLevels, column.index, fmt.Sprintf("column %s: %d of %d levels, in %d rows, are too rare to have features of their own, and share one", f.Label(), len(c.Rare)+c.RareLeft, len(l.levels), others),
			by("RareBelow", nil, "").or(by("MaxLevels", nil, ""))})
	}
	if others > 0 {
		c.Means = append(c.Means, float64(others)/n)
	}
	if c.Gaps = missing > 0; c.Gaps {
		c.Means = append(c.Means, float64(missing)/n)
	}
}
