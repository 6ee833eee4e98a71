package formula

import (
	"strings"
	"unicode"
)

// Unicode has only some letters above and below the line, and fonts of terminals
// only some of these.
const (
	plainBelow = "0123456789+-=()aehijklmnoprstuvx"
	below      = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
	plainAbove = "0123456789+-=()iknlxLT⊤∗"
	above      = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱᵏⁿˡˣᴸᵀᵀ*"
)

// small is a text in small letters, if there are all of them.
func small(text, plain, letters string) (string, bool) {
	from, to := []rune(plain), []rune(letters)
	missing := false
	mapped := strings.Map(func(r rune) rune {
		for i, c := range from {
			if c == r {
				return to[i]
			}
		}
		missing = true
		return r
	}, text)
	return mapped, !missing
}

// held is a text that holds together behind _ and ^: in brackets, but for one word
// or what has brackets around it.
func held(text string) string {
	word := text != ""
	for _, r := range text {
		word = word && (unicode.In(r, unicode.Lu, unicode.Ll, unicode.Nd) || r == '.' || r == '*')
	}
	inside, open := strings.CutPrefix(text, "(")
	inside, closed := strings.CutSuffix(inside, ")")
	if word || open && closed && !strings.ContainsAny(inside, "()") {
		return text
	}
	return "(" + text + ")"
}
