package table

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// NumberForm is how the numbers of a column are written: "1,234.5", "1.234,5 €", "12 %".
//
// A sign is +, - or the minus of Unicode (U+2212). Thousands are in groups of three, throughout a number
// or not at all. A currency's sign stands on either side, and may be absent. A percent sign stands behind
// every number or none; 12 % is 0.12. Brackets are a minus, as accountants have it, where some numbers stand in them and others do
// not, and none has a minus. Digits and signs may be as wide as ideographs. Hexadecimals, underscores and inf are texts.
type NumberForm struct {
	Decimal   string `json:"decimal"`             // "." or ","
	Thousands string `json:"thousands,omitempty"` // ",", ".", " " or "'"; empty if there are none
	Percent   bool   `json:"percent,omitempty"`
	Currency  string `json:"currency,omitempty"` // its sign
	Brackets  bool   `json:"brackets,omitempty"` // negative numbers stand in them

	// grouped: the decimal point is known for sure, and so the other mark separates thousands, whether training had any or not.
	grouped bool
}

// String says it: "1.234,5 €".
func (f NumberForm) String() string {
	s := "1" + f.Thousands + "234" + f.Decimal + "5"
	if f.Percent {
		s += " %"
	}
	if f.Currency != "" {
		s += " " + f.Currency
	}
	if f.Brackets {
		s += ", in brackets if negative"
	}
	return s
}

// signs are what stands around the digits of a number.
type signs struct {
	percent  bool
	currency string
	minus    bool
	brackets bool
}

// narrow writes digits, signs and letters as ASCII has them that are as wide as ideographs.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}

// stripSigns takes the signs off a number. Its digits come with a minus alone.
func stripSigns(s string) (digits string, found signs, ok bool) {
	wide := s
	s = strings.TrimSpace(narrow(s))
	signed, closed := false, false
	for {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case (r == '-' || r == '+' || r == '−') && !signed:
			signed, found.minus = true, r != '+'
		case r == '(' && !found.brackets:
			found.brackets = true
		case unicode.Is(unicode.Sc, r) && found.currency == "":
			found.currency = string(r)
		default:
			n = 0
		}
		if n == 0 {
			break
		}
		s = strings.TrimSpace(s[n:])
	}
	for {
		r, n := utf8.DecodeLastRuneInString(s)
		switch {
		case r == '%' && !found.percent:
			found.percent = true
		case r == ')' && !closed:
			closed = true
		case unicode.Is(unicode.Sc, r) && found.currency == "":
			found.currency = string(r)
		default:
			n = 0
		}
		if n == 0 {
			break
		}
		s = strings.TrimSpace(s[:len(s)-n])
	}
	switch {
	case s == "" || strings.IndexByte("0123456789.,", s[0]) < 0, found.brackets != closed, found.brackets && signed:
		return "", found, false
	case s[0] == '0' && len(s) > 1 && s[1]-'0' <= 9 && !strings.Contains(wide, s):
		return "", found, false // the zeros of a wide code would be lost
	}
	if found.minus || found.brackets {
		s = "-" + s
	}
	return s, found, true
}

// blanks are the spaces and apostrophes that separate thousands.
var blanks = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "’", "'")

// Parse reads a number.
func (f NumberForm) Parse(s string) (v float64, ok bool) {
	s, found, ok := stripSigns(s)
	if !ok || found.percent != f.Percent || found.currency != "" && found.currency != f.Currency || found.brackets && !f.Brackets {
		return 0, false
	}
	if f.Thousands != "" {
		whole, rest := s, ""
		if f.Thousands == " " || f.Thousands == "'" {
			whole = blanks.Replace(s)
		}
		if i := strings.IndexAny(whole, f.Decimal+"eE"); i >= 0 {
			whole, rest = whole[:i], whole[i:]
		}
		joined := ""
		if joined, ok = joinThousands(whole, f.Thousands); !ok || joined != whole && strings.ContainsAny(rest, "eE") {
			return 0, false // before a power of ten there is a decimal point
		}
		s = joined + rest
	}
	v, _, ok = number([]byte(s), f.Decimal[0])
	if f.Percent {
		v /= 100
	}
	return v, ok
}

// parseAny reads a number of the form; and, where the form knows no thousands, one that has some and a decimal point behind
// them, which has one reading: training may have had none that large.
func (f NumberForm) parseAny(s string) (v float64, ok bool) {
	if v, ok = f.Parse(s); ok || !f.grouped && (f.Thousands != "" || !strings.Contains(s, f.Decimal)) {
		return v, ok
	}
	f.Thousands = otherMark[f.Decimal]
	return f.Parse(s)
}

// otherMark is what may separate thousands beside a decimal point.
var otherMark = map[string]string{".": ",", ",": "."}

// exchanged is the form with the other decimal point: 1.234,5 for 1,234.5 and for 1234.5.
func (f NumberForm) exchanged() NumberForm {
	was := f.Decimal
	f.Decimal, f.grouped = otherMark[was], true
	if f.Thousands == "" || f.Thousands == f.Decimal {
		f.Thousands = was
	}
	return f
}

// joinThousands takes the separators out of -1,234,567; without any it gives its argument back.
func joinThousands(s, separator string) (string, bool) {
	groups := strings.Split(s, separator)
	if len(groups) == 1 {
		return s, true
	}
	first := strings.TrimPrefix(groups[0], "-")
	if len(first) == 0 || len(first) > 3 || first[0] == '0' {
		return "", false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// numberForms are all ways of writing decimals and thousands, those first that begin with a point.
var numberForms = []NumberForm{
	{Decimal: "."}, {Decimal: ".", Thousands: ","}, {Decimal: ".", Thousands: " "}, {Decimal: ".", Thousands: "'"},
	{Decimal: ","}, {Decimal: ",", Thousands: "."}, {Decimal: ",", Thousands: " "}, {Decimal: ",", Thousands: "'"},
}

// mixture is what numbers have in common that cannot be told apart.
type mixture int

const (
	uniform         mixture = iota
	mixedPercent            // some with a percent sign, some without
	mixedCurrencies         // several currencies
	mixedBrackets           // some are negative by a minus, some by brackets
	bracketsAlone           // all stand in brackets, which may then mean nothing
)

// findNumberForms returns the forms in which every cell is a number, best first: point is the file's own
// decimal point. Forms that read every cell alike are one, the first of them.
func findNumberForms(cells []string, point byte) (forms []NumberForm, mixed mixture) {
	var all signs
	percents, currencies, minuses, brackets := 0, 0, 0, 0
	stripped := make([]string, len(cells))
	for i, c := range cells {
		digits, found, ok := stripSigns(c)
		if !ok {
			return nil, uniform
		}
		stripped[i] = digits
		percents += flag(found.percent)
		minuses += flag(found.minus)
		brackets += flag(found.brackets)
		if found.currency != "" && found.currency != all.currency {
			all.currency = found.currency
			currencies++
		}
	}
	var readings [][]float64
	for _, own := range []bool{true, false} {
	form:
		for _, f := range numberForms {
			if (f.Decimal[0] == point) != own {
				continue
			}
			reading := make([]float64, len(cells))
			for i, c := range stripped {
				v, ok := f.Parse(c)
				if !ok {
					continue form
				}
				reading[i] = v
			}
			for _, r := range readings {
				if equalFloats(r, reading) {
					continue form
				}
			}
			readings = append(readings, reading)
			f.Percent, f.Currency, f.Brackets = percents > 0, all.currency, brackets > 0
			forms = append(forms, f)
		}
	}
	switch {
	case len(forms) == 0:
	case percents > 0 && percents < len(cells):
		mixed = mixedPercent
	case currencies > 1:
		mixed = mixedCurrencies
	case brackets == len(cells) && brackets > 0:
		mixed = bracketsAlone
	case brackets > 0 && minuses > 0:
		mixed = mixedBrackets
	}
	return forms, mixed
}

func equalFloats(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
