package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Infer finds out what the columns of a table are, from the given rows alone, which are those to train on; nil are all. The
// schema follows from the set of rows and from how many the table has, not from their order. The error is about an option, a label that cannot be
// chosen ([ErrLabel]), or labels that are none; what columns leave undecided is in [Schema.Err].
func Infer(t *Table, rows []int, options ...InferOption) (*Schema, error) {
	var o inference
	for _, option := range options {
		option(&o)
	}
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%w to infer columns from", ErrNoRows)
	}
	r := &inferring{inference: &o, t: t, rows: rows, schema: &Schema{Fields: make([]Field, len(t.columns))}, votes: map[string]int{}}
	if err := r.overrides(); err != nil {
		return nil, err
	}
	r.views = make([]view, len(t.columns))
	for i := range t.columns {
		r.views[i] = look(t.columns[i], rows)
		r.sort(i)
	}
	for i := range t.columns {
		r.settle(i)
	}
	if err := r.roles(); err != nil {
		return nil, err
	}
	for i := range r.schema.Fields {
		f := &r.schema.Fields[i]
		f.Use = r.wanted[i] && f.Role == Feature && f.Kind.Used()
	}
	r.keepOne()
	if err := r.targets(); err != nil {
		return nil, err
	}
	r.suspect()
	// What nobody wants is not to be doubted.
	r.schema.Doubts = slices.DeleteFunc(r.schema.Doubts, func(d Doubt) bool {
		return d.Column >= 0 && !r.wanted[d.Column] && r.schema.Fields[d.Column].Role == Feature
	})
	slices.SortStableFunc(r.schema.Doubts, func(a, b Doubt) int {
		return cmp.Or(cmp.Compare(a.Column, b.Column), cmp.Compare(a.Kind, b.Kind))
	})
	return r.schema, nil
}

// rowsOrAll checks rows; nil are all.
func (t *Table) rowsOrAll(rows []int) ([]int, error) {
	if rows == nil {
		rows = make([]int, t.rows)
		for i := range rows {
			rows[i] = i
		}
		return rows, nil
	}
	for _, row := range rows {
		if row < 0 || row >= t.rows {
			return nil, fmt.Errorf("row %d: the table has %s", row, plural(t.rows, "row"))
		}
	}
	return rows, nil
}

// inferring is an Infer under way.
type inferring struct {
	*inference
	t      *Table
	rows   []int
	schema *Schema
	views  []view
	wanted []bool         // columns that neither Drop nor Only leaves out
	asked  []asked        // of each column
	given  []gapWords     // of each column
	forms  [][]NumberForm // of columns of numbers that fit several
	votes  map[string]int // for decimal points, by columns that leave no choice
}

// view is what a column has in some rows.
type view struct {
	c       *Column
	texts   []string // distinct, ascending
	counts  []int    // of each
	numbers int      // cells
	empty   int
	first   map[string]int // row of a text
	mostly  majority       // numbers, if the column is one of them but for a few cells
	odd     bool           // it is one of numbers or dates but for a few cells, which has been said
}

func look(c *Column, rows []int) view {
	v := view{c: c, first: map[string]int{}}
	counts, first := make([]int, len(c.texts)), make([]int, len(c.texts))
	for _, row := range rows {
		code, text := c.Code(row)
		switch {
		case !text:
			v.numbers++
		case code == None:
			v.empty++
		default:
			if counts[code] == 0 || row < first[code] {
				first[code] = row
			}
			counts[code]++
		}
	}
	var codes []int
	for code, n := range counts {
		if n > 0 {
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, func(a, b int) int { return cmp.Compare(c.texts[a], c.texts[b]) })
	for _, code := range codes {
		v.texts = append(v.texts, c.texts[code])
		v.counts = append(v.counts, counts[code])
		v.first[c.texts[code]] = first[code]
	}
	return v
}

// sort finds the kind of a column, as far as that follows from its cells.
func (r *inferring) sort(i int) {
	f, v, a := &r.schema.Fields[i], &r.views[i], r.asked[i]
	f.MissingWords = r.given[i].numbers
	f.Missing = v.empty
	var words []string // that are missing
	var rest []string
	wordCells, restCells := 0, 0
	for j, s := range v.texts {
		trimmed := strings.TrimSpace(s)
		if slices.Contains(f.MissingWords, trimmed) || trimmed == "" {
			words = append(words, s)
			wordCells += v.counts[j]
		} else {
			rest = append(rest, s)
			restCells += v.counts[j]
		}
	}
	if v.numbers+restCells == 0 && (len(words) == 0 || a.kind == "" || a.kind == Number || a.kind == Date) {
		f.Kind, f.Why, f.Missing = Constant, "every cell is missing", len(r.rows)
		return
	}
	if a.kind == Number || a.kind == "" && v.numbers+restCells > 0 {
		if r.sortNumber(i, rest, a) {
			f.Kind = Number
			f.Missing += wordCells
			return
		}
	}
	if a.kind == Date || a.kind == "" && len(rest) > 0 {
		if r.sortDate(i, rest, a) {
			f.Kind = Date
			f.Missing += wordCells
			return
		}
	}
	if a.kind == Number || a.kind == Date {
		f.Kind = a.kind
		r.refuseUnlike(i, rest, a)
		f.Missing += wordCells
		return
	}
	// What is left has levels. The usual words are some of them, unless an option says otherwise.
	f.MissingWords = r.given[i].list
	if a.kind == "" {
		r.suspectWords(i, rest)
	}
	f.Kind = Category
}

func (f *Field) addDoubt(s *Schema, kind DoubtKind, what string, remedy Remedy) {
	s.doubt(kind, f.index, "column "+f.Label()+": "+what, remedy)
}

// sortNumber tells whether the texts of a column are numbers, beside those that the reader has
// found, and how they are written.
func (r *inferring) sortNumber(i int, texts []string, a asked) bool {
	f, v := &r.schema.Fields[i], &r.views[i]
	if a.kind == "" && v.numbers == 0 {
		// An id of digits and dots may look like a number; one cell that does not, settles it.
		for _, s := range texts {
			if _, _, ok := stripSigns(s); !ok {
				return false
			}
		}
	}
	cells := append(slices.Clone(texts), v.telling(r.rows)...)
	if len(cells) == 0 {
		return false
	}
	forms, mixed := findNumberForms(cells, v.c.point)
	forms = slices.DeleteFunc(forms, func(f NumberForm) bool { return a.decimal != "" && f.Decimal != a.decimal })
	if len(forms) == 0 {
		if a.kind != "" || !eachIsNumber(cells) {
			return false
		}
		f.Numbers = &NumberForm{Decimal: string(rune(v.c.point))}
		f.Refused = r.t.refuse(v.c, -1, fmt.Errorf("%w: each cell is a number, but they are written in several ways, such as %s and %s", ErrMixed, quote(cells[0]), quote(unlike(cells))), inWords("write all alike").or(asOneOf(f, "", "category")))
		return true
	}
	if a.kind == "" && mixed == bracketsAlone {
		return false // (1), (2) are rather names
	}
	f.Numbers = &forms[0]
	switch {
	case mixed == mixedBrackets || forms[0].Brackets && v.anyNegative(r.rows):
		f.Refused = r.t.refuse(v.c, -1, fmt.Errorf("%w: some numbers have a minus and some stand in brackets", ErrMixed), inWords("write all alike").or(asOneOf(f, "", "category")))
	case mixed == mixedPercent:
		f.Refused = r.t.refuse(v.c, -1, fmt.Errorf("%w: some numbers have a percent sign and some have none", ErrMixed), inWords("write all alike").or(asOneOf(f, "", "category")))
	case mixed == mixedCurrencies:
		f.Refused = r.t.refuse(v.c, -1, fmt.Errorf("%w: there are several currencies", ErrMixed), inWords("write one currency in a column").or(asOneOf(f, "", "category")))
	case len(forms) > 1:
		r.forms[i] = forms
	case slices.ContainsFunc(cells, func(s string) bool { return strings.ContainsAny(s, ".,") }):
		r.votes[forms[0].Decimal]++
		if v.c.said && forms[0].Decimal[0] != v.c.point && a.decimal == "" {
			f.addDoubt(r.schema, DoubtDecimal, fmt.Sprintf("its numbers are written as %s, whatever was said of the file's decimal point, and read so", forms[0]), asOneOf(f, "if that is right", map[string]string{".": "decimal_point", ",": "decimal_comma"}[forms[0].Decimal]).or(asOneOf(f, "if they are levels", "category")))
		}
	}
	return true
}

// eachIsNumber tells whether each of the cells is a number in one way of writing or another.
func eachIsNumber(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool { return formsOf(s) == 0 })
}

// formsOf are the ways of writing in which a cell is a number, a bit for each.
func formsOf(s string) (bits int) {
	digits, _, ok := stripSigns(s)
	for i, f := range numberForms {
		if _, is := f.Parse(digits); ok && is {
			bits |= 1 << i
		}
	}
	return bits
}

// unlike is a cell that is no number in any way in which the first is one; where there is none, the last.
func unlike(cells []string) string {
	first := formsOf(cells[0])
	for _, s := range cells {
		if formsOf(s)&first == 0 {
			return s
		}
	}
	return cells[len(cells)-1]
}

// telling are cells of the reader's numbers that settle how a column's are written, as far as any do: one whose point
// cannot separate thousands if there is one, otherwise those that are least and greatest of those that have a point.
func (v *view) telling(rows []int) []string {
	c := v.c
	if v.numbers == 0 {
		return nil
	}
	whole, least, greatest := -1, -1, -1
	for _, row := range rows {
		x, ok := c.Float(row)
		if !ok {
			continue
		}
		switch c.pointOf(row, x) {
		case unused:
			whole = row
			continue
		case decimals:
			return []string{c.Text(row)}
		}
		if least < 0 || x < c.values[least] {
			least = row
		}
		if greatest < 0 || x > c.values[greatest] {
			greatest = row
		}
	}
	var cells []string
	for _, row := range []int{whole, least, greatest} {
		if row >= 0 {
			cells = append(cells, c.Text(row))
		}
	}
	return cells
}

// anyNegative tells whether one of the reader's numbers is below 0.
func (v *view) anyNegative(rows []int) bool {
	return slices.ContainsFunc(rows, func(row int) bool {
		x, ok := v.c.Float(row)
		return ok && x < 0
	})
}

// sortDate tells whether the texts of a column are dates, and how they are written.
func (r *inferring) sortDate(i int, texts []string, a asked) bool {
	f, v := &r.schema.Fields[i], &r.views[i]
	if len(texts) == 0 || len(v.numbersBut(r.rows, f.MissingWords, 1)) > 0 {
		return false
	}
	layouts, zones := findDateForms(texts, a.dates)
	if len(layouts) == 0 || a.kind == "" && spanYears(texts, layouts[0]) {
		return false
	}
	f.Dates = &DateForm{Layout: layouts[0], Zone: zones[0]}
	if len(layouts) > 1 {
		f.Refused = r.t.refuse(v.c, v.first[texts[0]], fmt.Errorf("%w: the order of day, month and year in %s may be %s or %s", ErrAmbiguous, quote(texts[0]), dateOrder(layouts[0]), dateOrder(layouts[1])),
			asOneOf(f, "", dateOrder(layouts[0]), dateOrder(layouts[1])))
	}
	if len(zones) > 1 {
		slices.Sort(zones)
		for i, z := range zones {
			if z == "" {
				zones[i] = "none"
			}
		}
		f.Refused = r.t.refuse(v.c, -1, fmt.Errorf("%w: time zones: %s", ErrMixed, shorten(strings.Join(zones, ", "), 200)), inWords("write all in one zone").or(asOneOf(f, "", "category")))
	}
	return true
}

func dateOrder(layout string) string {
	for _, l := range dateLayouts {
		if l.layout == layout {
			return l.order
		}
	}
	return ""
}

// refuseUnlike says which cell is not what As wants.
func (r *inferring) refuseUnlike(i int, texts []string, a asked) {
	f, v := &r.schema.Fields[i], &r.views[i]
	bad := ""
	for _, s := range texts {
		fits := false
		if a.kind == Number {
			forms, _ := findNumberForms([]string{s}, v.c.point)
			fits = len(forms) > 0
		} else {
			layouts, _ := findDateForms([]string{s}, a.dates)
			fits = len(layouts) > 0
		}
		if !fits {
			bad = s
			break
		}
	}
	what := fmt.Errorf("%w: the cells are not written alike, as %s", ErrUnlike, a.kind)
	row := -1
	if bad != "" {
		row = v.first[bad]
		what = fmt.Errorf("%w: %s is no %s", ErrUnlike, quote(bad), a.kind)
	} else if v.numbers > 0 && a.kind == Date {
		what = fmt.Errorf("%w: there are numbers in it, no dates", ErrUnlike)
	}
	f.Refused = r.t.refuse(v.c, row, what, by("Na", nil, "if it stands for a missing cell"))
}

// keepOne takes in ids if nothing else is left: an id is never the only feature that there could be.
func (r *inferring) keepOne() {
	var ids []*Field
	for i := range r.schema.Fields {
		f := &r.schema.Fields[i]
		if f.Use {
			return
		}
		if f.Role == Feature && f.Kind == Identifier && r.wanted[i] && r.asked[i].kind == "" {
			ids = append(ids, f)
		}
	}
	for _, f := range ids {
		why := "it looks like an id, but there is no other feature"
		if f.Numbers != nil {
			f.Kind = Number
		} else {
			f.Kind = Category
		}
		f.Use, f.Why = true, why
		f.addDoubt(r.schema, DoubtIdentifier, why, by("Drop", f.Label(), ""))
	}
}
