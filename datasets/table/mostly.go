package table

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// majority is the form in which most cells of a column are written where a few are not, so that all are levels.
type majority struct {
	what  string // "numbers"
	form  string // as people know it
	cells int    // in the form
	few   []string
}

// Cells that are not in the form of the others are few below a fifth, and those that are in it a form, if there are so many. Where a half
// counts, words beside dates are few, and where a twentieth, two texts beside thirty numbers are not; public tables have none of either.
const fewest = 5

// mostNumbers finds the form of numbers that most cells are in: those that the reader has found, and of the texts, of which counts has how
// often they come.
func (v *view) mostNumbers(rows []int, texts []string, counts []int) (m majority, ok bool) {
	m = majority{what: "numbers", cells: v.numbers}
	total, others := v.numbers, 0
	for _, n := range counts {
		total += n
	}
	var fit []string
	for j, s := range texts {
		if formsOf(s) != 0 {
			fit = append(fit, s)
			m.cells += counts[j]
		} else if m.few = append(m.few, s); fewest*(others+counts[j]) > total {
			return m, false
		} else {
			others += counts[j]
		}
	}
	if len(m.few) == 0 || m.cells < fewest {
		return m, false
	}
	if len(fit) > 0 {
		forms, mixed := findNumberForms(append(fit, v.telling(rows)...), v.c.point)
		if len(forms) == 0 || mixed != uniform {
			return m, false
		}
		if m.form = forms[0].String(); len(forms) > 1 {
			m.form += " or " + forms[1].String()
		}
	}
	return m, true
}

// mostDates finds the layout of dates that most of the texts are in, among whose cells the numbers are, too.
func mostDates(texts []string, counts []int, numbers []string) (m majority, ok bool) {
	total := len(numbers)
	for _, n := range counts {
		total += n
	}
	const looked = 50    // each is tried with all layouts; 5 find as much in the cases
	var layouts []string // of the first few
	for _, s := range texts[:min(len(texts), looked)] {
		if !strings.ContainsFunc(s, unicode.IsNumber) {
			continue
		}
		for _, l := range append([]dateLayout{{}}, dateLayouts...) {
			if _, _, is := parseDate(s, l.layout); is && !slices.Contains(layouts, l.layout) {
				layouts = append(layouts, l.layout)
			}
		}
	}
	for _, layout := range layouts {
		one := majority{what: "dates", form: DateForm{Layout: layout}.String(), few: slices.Clone(numbers[:min(len(numbers), 1)])}
		var fit []string
		others := len(numbers)
		for j, s := range texts {
			if _, _, is := parseDate(s, layout); is {
				one.cells += counts[j]
				fit = append(fit, s)
			} else if others += counts[j]; fewest*others > total {
				break
			} else {
				one.few = append(one.few, s)
			}
		}
		if fewest*others <= total && one.cells >= fewest && one.cells > m.cells && !spanYears(fit, layout) {
			m = one
		}
	}
	return m, m.cells > 0
}

// numbersBut are the texts of numbers that the reader has found, at most so many, but for those that stand for missing cells.
func (v *view) numbersBut(rows []int, missing []string, most int) (texts []string) {
	if v.numbers == 0 {
		return nil
	}
	for _, row := range rows {
		if _, ok := v.c.Float(row); !ok {
			continue
		}
		if s := v.c.Text(row); !slices.Contains(missing, s) {
			if texts = append(texts, s); len(texts) == most {
				break
			}
		}
	}
	return texts
}

// suspectWords looks for a few cells because of which a column of numbers or dates has become one of levels. rest are its texts that no
// usual word is among.
func (r *inferring) suspectWords(i int, rest []string) {
	f, v := &r.schema.Fields[i], &r.views[i]
	counts, total := make([]int, len(rest)), v.numbers
	for j, s := range rest {
		at, _ := slices.BinarySearch(v.texts, s)
		counts[j] = v.counts[at]
		total += counts[j]
	}
	m, ok := v.mostNumbers(r.rows, rest, counts)
	if ok {
		v.mostly = m
	} else if fewest*v.numbers > total {
		return
	} else if m, ok = mostDates(rest, counts, v.numbersBut(r.rows, f.MissingWords, v.numbers)); !ok {
		return
	}
	v.odd = true
	what := fmt.Sprintf("%d of %d cells are %s", m.cells, total, m.what)
	if m.form != "" {
		what += ", written as " + m.form
	}
	what += ", but " + quote(m.few[0])
	if more := len(m.few) - 1; more > 0 {
		what += " and " + plural(more, "other text") + " are not"
	} else {
		what += " is not"
	}
	f.addDoubt(r.schema, DoubtWords, what, by("Na", m.few[0], "if it stands for a missing cell").or(inWords("write all alike if it is another of the "+m.what)).or(asOneOf(f, "if they are levels", "category")))
}
