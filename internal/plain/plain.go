// Package plain spells text for what cannot take any: terminals and identifiers that have
// the characters of ASCII alone, XML, and names.
package plain

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ASCII is a text in ASCII: letters without their accents, but for ñ, which is another
// letter than n; signs and Greek letters as people type them. What has no such spelling
// is a question mark.
func ASCII(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return text
	}
	var w writer
	for _, r := range norm.NFC.String(text) {
		w.rune(r)
	}
	return w.String()
}

// writer is what has been written.
type writer struct {
	strings.Builder
	raised bool // the last character was a small one above the line
}

func (w *writer) rune(r rune) {
	raised := strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿᵏˡˣᴸᵀ", r)
	if raised && !w.raised {
		w.WriteByte('^')
	}
	w.raised = raised
	if w.known(r) {
		return
	}
	parts := norm.NFKD.String(string(r))
	if strings.ContainsRune(parts, '⁄') && w.endsIn("0123456789") { // one and a half is not eleven halves
		w.WriteByte(' ')
	}
	for _, part := range parts {
		if !w.known(part) {
			w.WriteByte('?')
		}
	}
}

// known writes a character that is ASCII, that has a spelling, or that shows nothing.
func (w *writer) known(r rune) bool {
	if r < utf8.RuneSelf {
		w.WriteRune(r)
		return true
	}
	if sign, ok := signs()[r]; ok {
		if w.endsIn(" ") {
			sign = strings.TrimPrefix(sign, " ")
		}
		w.WriteString(sign)
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) // an accent, or what directs others
}

func (w *writer) endsIn(any string) bool {
	text := w.String()
	return text != "" && strings.ContainsRune(any, rune(text[len(text)-1]))
}

// signs are the spellings of what is no letter with an accent.
var signs = sync.OnceValue(func() map[rune]string {
	return map[rune]string{
		'¿': "", '¡': "", '«': `"`, '»': `"`, '“': `"`, '”': `"`, '„': `"`, '‟': `"`, '‘': "'", '’': "'", '‚': "'", '′': "'", '‹': "'", '›': "'",
		'–': "-", '—': "-", '−': "-", '‐': "-", '·': "*", '⋅': "*", '•': "*", '∗': "*", '×': "x", '÷': "/", '⁄': "/", '∕': "/", '±': "+-", '¬': "not ",
		'→': "->", '←': "<-", '↔': "<->", '↦': "->", '⇒': "=>", '⇔': "<=>", '≤': "<=", '≥': ">=", '≠': "!=", '≈': "~", '∼': "~", '≡': "==", '≪': "<<", '≫': ">>",
		'∞': "inf", '√': "sqrt ", '∑': "sum ", '∏': "prod ", '∂': "d", '∇': "grad ", '∆': "Delta", '∈': "in", '∝': "prop. to", '⊤': "T", '⊙': "(.)", '∘': "o", '‖': "||",
		'°': " deg", '€': "EUR", '£': "GBP", '©': "(c)", '®': "(R)", 'µ': "u",
		'ñ': "ny", 'Ñ': "Ny", 'ß': "ss", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D",
		'þ': "th", 'Þ': "Th", 'ı': "i", 'ŷ': "y_hat",
		'α': "alpha", 'β': "beta", 'γ': "gamma", 'δ': "delta", 'ε': "epsilon", 'ζ': "zeta", 'η': "eta", 'θ': "theta", 'ι': "iota", 'κ': "kappa", 'λ': "lambda", 'μ': "mu",
		'ν': "nu", 'ξ': "xi", 'ο': "o", 'π': "pi", 'ρ': "rho", 'σ': "sigma", 'ς': "sigma", 'τ': "tau", 'υ': "upsilon", 'φ': "phi", 'χ': "chi", 'ψ': "psi", 'ω': "omega",
		'Α': "A", 'Β': "B", 'Γ': "Gamma", 'Δ': "Delta", 'Ε': "E", 'Ζ': "Z", 'Η': "H", 'Θ': "Theta", 'Ι': "I", 'Κ': "K", 'Λ': "Lambda", 'Μ': "M", 'Ν': "N", 'Ξ': "Xi", 'Ο': "O",
		'Π': "Pi", 'Ρ': "P", 'Σ': "Sigma", 'Τ': "T", 'Υ': "Y", 'Φ': "Phi", 'Χ': "X", 'Ψ': "Psi", 'Ω': "Omega",
	}
})
