package table

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// lookalike is what looks like a number or a date to people: numbers with little around and between them, and a unit behind. The
// units are its groups, in front and behind: letters in front are a currency's. It is compiled when it is wanted: that takes 0.7 ms,
// most of what the package would take at each start of a program (GODEBUG=inittrace=1).
var lookalike = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[<>≤≥~≈±=]*\s?[(\[]?\s?[<>+−–-]?\s?((?:\pL{0,3}\p{Sc}|(?:` + currencies + `)\.?)?)\s?[+−–-]?[.,]?\p{N}+` +
		`(?:\s?[-./,:;'’·*×x^–—−~+年月日時分]{1,2}\s?\p{N}+|[\sth]\p{N}+|\s?(?:to|of)\s?\p{N}+|[.\s-]{1,2}\pL{3,9}[.\s-]{1,2}(?:19|20)\p{N}{2})*` +
		`[年月日時分秒]?\s?[.,]?((?:\s?[\pL°µ%‰"'″′²³]+\.?(?:/[\pL²³]+)?){0,3})\s?\p{Sc}?[)\]]?[+-]?$`)
})

// currencies are what people write for one in letters.
const currencies = "eur|usd|gbp|chf|jpy|cny|rmb|sek|nok|dkk|isk|pln|czk|huf|ron|bgn|try|rub|uah|inr|pkr|lkr|bdt|idr|myr|php|thb|vnd|krw|sgd|hkd|twd|aud|nzd|cad|mxn|brl|ars|clp|cop|pen|zar|ngn|kes|egp|mad|ils|aed|sar|qar|kwd|btc|euros?|dollars?|rs|kr|rp|rm|zł|fr|sfr|ft|lei|лв"

var (
	letters  = regexp.MustCompile(`\pL+`)
	fullYear = regexp.MustCompile(`(?:19|20)\p{N}{2}`)
)

// calendarWords are the names of months and days, in short too.
var calendarWords = func() map[string]bool {
	words := map[string]bool{"sept": true}
	for i := range 12 {
		name := strings.ToLower(time.Month(i + 1).String())
		words[name], words[name[:3]] = true, true
	}
	for i := range 7 {
		name := strings.ToLower(time.Weekday(i).String())
		words[name], words[name[:3]] = true, true
	}
	return words
}()

// looksLike tells whether a text looks like a number or a date, whether that form is read or not, and with what unit.
func looksLike(s string) (unit string, ok bool) {
	s = strings.ToLower(strings.Join(strings.Fields(narrow(s)), " "))
	if !strings.ContainsFunc(s, unicode.IsNumber) {
		return "", false
	}
	if formsOf(s) != 0 {
		return "", true
	}
	year := fullYear.MatchString(s)
	found := lookalike().FindStringSubmatch(letters.ReplaceAllStringFunc(s, func(word string) string {
		switch {
		case calendarWords[word]:
			return "1"
		case year && (word == "q" || word == "w"):
			return "" // of quarters and weeks
		}
		return word
	}))
	if found == nil {
		return "", false
	}
	return strings.TrimSpace(found[1] + found[2]), true
}

// shape is a text with all digits alike.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsNumber(r) {
			return '0'
		}
		return r
	}, s)
}

// suspectForm looks for numbers and dates that were taken for levels since they are not all in one form that is read: with units,
// as fractions, spans, quarters, in several layouts.
func (r *inferring) suspectForm(i int, l counted) {
	f, v := &r.schema.Fields[i], &r.views[i]
	cells, alike, distinct, other := 0, 0, 0, ""
	units := map[string]bool{}
	var examples []string
	// The most frequent levels tell what all look like.
	const most = 10_000
	for j, s := range l.levels[:min(len(l.levels), most)] {
		cells += l.counts[j]
		unit, ok := looksLike(s)
		if !ok {
			other = s
			continue
		}
		alike += l.counts[j]
		distinct++
		units[unit] = true
		if len(examples) == 0 || len(examples) == 1 && shape(s) != shape(examples[0]) {
			examples = append(examples, s)
		}
	}
	switch {
	case 10*alike < 9*cells || distinct < 2:
		return // rather words: so are six numbers of ten cells
	case distinct < 3*(len(units)-flag(units[""])):
		return // names with a number in them: 2 doors, 1st. At 2, 1Story and 2Story of a public table are some; at 4, a unit of few values is none
	case v.odd, f.Kind == Identifier && namesRows(f.Name):
		return // said already; ids
	}
	looked := ""
	if len(l.levels) > most {
		looked = " that were looked at"
	}
	what := fmt.Sprintf("%d of %d cells%s look like numbers or dates, such as %s", alike, cells, looked, quote(examples[0]))
	remedy := inWords("write numbers without a unit, and dates alike, as 2024-01-31").or(asOneOf(f, "if they are levels", "category"))
	if len(examples) > 1 {
		what += " and " + quote(examples[1])
	}
	if other != "" {
		what += fmt.Sprintf(", but not %s", quote(other))
		remedy = by("Na", other, "if it stands for a missing cell").or(remedy)
	}
	f.addDoubt(r.schema, DoubtForm, fmt.Sprintf("%s: not all are in one form that is read, and the column was taken for: %s", what, f.Kind), remedy)
}

// suspectDays looks for numbers that are rather days, 20240131, or months: 202401, 2024.01, 01.2024.
func (r *inferring) suspectDays(f *Field, values []float64) {
	if len(values) < 5 {
		return
	}
form:
	for _, form := range []struct {
		layout string
		behind int // the point
		what   string
	}{{"20060102", 0, "day"}, {"200601", 0, "month"}, {"2006.01", 2, "month"}, {"1.2006", 4, "month"}} {
		for _, v := range values {
			text := strconv.FormatFloat(v, 'f', form.behind, 64)
			at, err := time.Parse(form.layout, text)
			if exact, _ := strconv.ParseFloat(text, 64); err != nil || exact != v || at.Year() < 1900 || at.Year() > 2100 {
				continue form
			}
		}
		f.addDoubt(r.schema, DoubtWords, fmt.Sprintf("each of its numbers may be a %s, such as %s: they are taken for quantities", form.what, numberText(values[0])), inWords("write days with separators, 2024-01-31, and months, 2024-01, if they are some"))
		return
	}
}
