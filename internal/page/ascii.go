package page

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// toASCII writes a text with the letters of ASCII: without accents, and with what
// people type for signs. What has no such spelling is a question mark.
func toASCII(text string) string {
	signs := map[rune]string{
		'¿': "", '¡': "", '«': `"`, '»': `"`, '“': `"`, '”': `"`, '„': `"`, '‘': "'", '’': "'", '′': "'",
		'–': "-", '—': "-", '−': "-", '‐': "-", '‑': "-", '…': "...", '·': "*", '•': "*", '×': "x", '÷': "/", '±': "+-",
		'→': "->", '←': "<-", '↔': "<->", '⇒': "=>", '≤': "<=", '≥': ">=", '≠': "!=", '≈': "~", '∞': "inf", '√': "sqrt", '∑': "sum", '∂': "d",
		'ª': "a", 'º': "o", '°': " degrees", '€': "EUR", 'ß': "ss", 'æ': "ae", 'Æ': "AE", 'ø': "o", 'Ø': "O", '½': "1/2", '²': "2", '³': "3",
		'α': "alpha", 'β': "beta", 'δ': "delta", 'Δ': "Delta", 'η': "eta", 'σ': "sigma", 'θ': "theta", 'λ': "lambda", 'μ': "mu", 'π': "pi",
		'\u00a0': " ", '\u2009': " ", '\u202f': " ",
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(text) {
		switch sign, ok := signs[r]; {
		case r < unicode.MaxASCII:
			b.WriteRune(r)
		case ok:
			b.WriteString(sign)
		case unicode.In(r, unicode.Mn, unicode.Cf): // an accent of the letter before it
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}
