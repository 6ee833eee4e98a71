package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// InferOption overrides what a column is taken for.
type InferOption func(*inference)

// inference is what the options of Infer add up to.
type inference struct {
	labels, drop, only, as, words []string
	weight, group, pastFuture     []string
	noLabel                       bool
	tasks                         []askedTask
	ordered, wordsIn              []listed
}

// listed is a column and a list of what is in it.
type listed struct {
	column string
	list   []string
}

// Columns are named as [Table.Find] has it; Drop, Only, As, Ordered and NaIn mean all of a name.

// Drop leaves columns out.
func Drop(columns ...string) InferOption {
	return func(s *inference) { s.drop = append(s.drop, columns...) }
}

// Only takes these columns, and no others, as features.
func Only(columns ...string) InferOption {
	return func(s *inference) { s.only = append(s.only, columns...) }
}

// As says what columns are: "zip=category", "cut=Fair<Good<Very Good" for levels that have an order,
// "when=dmy" (or mdy, ymd) for the order of day and month, "price=decimal_comma" (or decimal_point). It takes in
// what would be left out: an id as a category.
func As(columns ...string) InferOption {
	return func(s *inference) { s.as = append(s.as, columns...) }
}

// Ordered says that a column is a category whose levels have an order, from the least to the greatest. As does that too, for
// levels in which there is no <.
func Ordered(column string, levels ...string) InferOption {
	return func(s *inference) { s.ordered = append(s.ordered, listed{column, levels}) }
}

// Na adds words that stand for missing cells, in every column. Among numbers and dates NA, N/A, #N/A, #DIV/0!, NaN, nan, null,
// None, ? and - stand for some all the same: who says that -999 is missing has not said that NA is a number. In other columns, and
// among labels, the words given are the only ones.
func Na(words ...string) InferOption {
	return func(s *inference) { s.words = append(s.words, words...) }
}

// NaIn gives all words that stand for missing cells in one column, the usual ones only if they are among them. It goes before Na.
func NaIn(column string, words ...string) InferOption {
	return func(s *inference) { s.wordsIn = append(s.wordsIn, listed{column, words}) }
}

// Labels name the columns that are to be predicted. Without it there is one, the last, if nothing
// speaks for another.
func Labels(columns ...string) InferOption {
	return func(s *inference) { s.labels = append(s.labels, columns...) }
}

// NoLabel says that nothing is to be predicted.
func NoLabel() InferOption { return func(s *inference) { s.noLabel = true } }

// WeightColumn says how much each row counts. It is no feature.
func WeightColumn(column string) InferOption {
	return func(s *inference) { s.weight = []string{column} }
}

// GroupColumn says what rows belong together: see [Split]. It is no feature. Rows in which it is missing, empty or by [Na], belong with no
// other.
func GroupColumn(column string) InferOption {
	return func(s *inference) { s.group = []string{column} }
}

// PastFutureColumn is by what [SplitTime] tests on the future. It is a feature as any other.
func PastFutureColumn(column string) InferOption {
	return func(s *inference) { s.pastFuture = []string{column} }
}

// overrides reads the options that name columns.
func (r *inferring) overrides() error {
	of := map[string]int{}
	for _, c := range r.t.columns {
		of[c.Name]++
	}
	r.asked = make([]asked, len(r.t.columns))
	r.forms = make([][]NumberForm, len(r.t.columns))
	for i, c := range r.t.columns {
		r.schema.Fields[i] = Field{Name: c.Name, Nth: c.Nth, Of: of[c.Name], Role: Feature, index: i}
	}
	r.wanted = make([]bool, len(r.t.columns))
	for i := range r.wanted {
		r.wanted[i] = len(r.only) == 0
		r.schema.Fields[i].Asked = len(r.only) > 0
	}
	for _, o := range []struct {
		option  string
		columns []string
		want    bool
	}{{"Only", r.only, true}, {"Drop", r.drop, false}} {
		for _, spelling := range o.columns {
			found, err := r.t.all(spelling)
			if err != nil {
				return &OptionError{Option: o.option, Err: err}
			}
			for _, i := range found {
				r.wanted[i], r.schema.Fields[i].Asked = o.want, true
			}
		}
	}
	for _, spelling := range r.as {
		found, what, err := r.splitAs(spelling)
		if err != nil {
			return err
		}
		a, err := parseAs(what)
		if err != nil {
			return &OptionError{Option: "As", Err: err}
		}
		for _, i := range found {
			r.asked[i] = a
		}
	}
	if err := r.orders(); err != nil {
		return err
	}
	return r.gaps()
}

// orders reads what Ordered says.
func (r *inferring) orders() error {
	for _, o := range r.ordered {
		found, err := r.t.all(o.column)
		if err == nil {
			err = checkOrder(o.list)
		}
		if err != nil {
			return &OptionError{Option: "Ordered", Err: err}
		}
		for _, i := range found {
			r.asked[i] = asked{kind: Category, order: o.list}
		}
	}
	return nil
}

// gaps reads what Na and NaIn say.
func (r *inferring) gaps() error {
	r.given = make([]gapWords, len(r.t.columns))
	usual := slices.Clone(missingWords) // one list for all columns
	for _, w := range r.words {
		if !slices.Contains(usual, w) {
			usual = append(usual, w)
		}
	}
	for i := range r.given {
		r.given[i] = gapWords{numbers: usual, list: r.words}
	}
	for _, o := range r.wordsIn {
		found, err := r.t.all(o.column)
		if err != nil {
			return &OptionError{Option: "NaIn", Err: err}
		}
		for _, i := range found {
			r.given[i] = gapWords{o.list, o.list, true}
		}
	}
	return nil
}

// gapWords stand for missing cells in a column.
type gapWords struct {
	numbers []string // if it is one of numbers or dates
	list    []string // if it is another, or a label: those that somebody has given
	all     bool     // somebody has said that there are no others
}

// splitAs cuts "column=what". Either may have an equals sign in it.
func (r *inferring) splitAs(spelling string) (found []int, what string, err error) {
	for i := range len(spelling) {
		if spelling[i] != '=' {
			continue
		}
		if found = r.t.named(spelling[:i]); len(found) > 0 {
			return found, spelling[i+1:], nil
		}
	}
	name, _, ok := strings.Cut(spelling, "=")
	if !ok {
		return nil, "", badOption("As", quote(spelling), `a column and what it is: "zip=category"`)
	}
	_, err = r.t.find(name)
	return nil, "", &OptionError{Option: "As", Err: err}
}

func parseAs(what string) (a asked, err error) {
	switch {
	case strings.Contains(what, "<"):
		a.kind, a.order = Category, strings.Split(what, "<")
		err = checkOrder(a.order)
	case slices.Contains(DateOrders(), what):
		a.kind, a.dates = Date, what
	case what == "decimal_point":
		a.kind, a.decimal = Number, "."
	case what == "decimal_comma":
		a.kind, a.decimal = Number, ","
	default:
		a.kind, err = parseKind(what)
	}
	return a, err
}

// checkOrder looks for what is no order of levels.
func checkOrder(levels []string) error {
	seen := map[string]bool{}
	for _, level := range levels {
		if seen[level] {
			return fmt.Errorf("%s: want each level once, and %s is there twice", quote(strings.Join(levels, "<")), quote(level))
		}
		seen[level] = true
	}
	if len(levels) == 0 {
		return errors.New("want levels in their order, and there are none")
	}
	return nil
}

// asked is what As says of a column.
type asked struct {
	kind           Kind
	order          []string // of levels
	dates, decimal string
}
