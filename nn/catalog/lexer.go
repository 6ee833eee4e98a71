package catalog

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token's kind is its character if it is one of ( ) [ ] , = and else one of
// these.
const (
	endToken    = 0
	nameToken   = 'a'
	numberToken = '0'
	textToken   = '"'
)

type token struct {
	kind   byte
	source string // as it was written
	name   string
	number float64
	text   string
	column int
}

// got says what the token is, for an error.
func (t token) got() string {
	if t.kind == endToken {
		return "the end"
	}
	return quoted(t.source)
}

// lexer cuts a text into tokens.
type lexer struct {
	rest   string // what is still to be read
	column int    // of its first character
}

// take moves past n bytes and returns them.
func (l *lexer) take(n int) string {
	s := l.rest[:n]
	l.rest = l.rest[n:]
	l.column += utf8.RuneCountInString(s)
	return s
}

// next returns the next token; at the end of the text, again and again, one of
// kind endToken.
func (l *lexer) next() (token, error) {
	l.take(len(l.rest) - len(strings.TrimLeft(l.rest, " \t\r\n")))
	t := token{column: l.column}
	if l.rest == "" {
		return t, nil
	}
	first, size := utf8.DecodeRuneInString(l.rest)
	var err error
	switch {
	case strings.ContainsRune("()[],=", first):
		t.kind, t.source = byte(first), l.take(1)
	case first == '"':
		err = l.quoted(&t)
	case '0' <= first && first <= '9' || strings.ContainsRune("+-.", first):
		err = l.number(&t)
	case unicode.IsLetter(first) || first == '_':
		err = l.name(&t)
	default:
		err = &SyntaxError{t.column, quoted(l.rest[:size]), "a name, a number, a text in quotes or one of ( ) [ ] , ="}
	}
	return t, err
}

func (l *lexer) name(t *token) error {
	end := strings.IndexFunc(l.rest, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	})
	if end < 0 {
		end = len(l.rest)
	}
	t.kind, t.source = nameToken, l.take(end)
	if t.name = t.source; validName(t.name) {
		return nil
	}
	want := `a name: lower-case words joined by "_"`
	if better := strings.ReplaceAll(strings.ToLower(t.name), "-", "_"); validName(better) {
		want += fmt.Sprintf(", such as %s", quoted(better))
	}
	return &SyntaxError{t.column, t.got(), want}
}

// validName reports whether s is words of a to z and 0 to 9 joined by _, and
// begins with a letter.
func validName(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z':
		case '0' <= c && c <= '9' && i > 0:
		case c == '_' && i > 0 && s[i-1] != '_' && i < len(s)-1:
		default:
			return false
		}
	}
	return s != ""
}

func (l *lexer) number(t *token) error {
	end := 1
	for ; end < len(l.rest); end++ {
		c := l.rest[end]
		alphanumeric := '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		ofExponent := (c == '+' || c == '-') && l.rest[end-1]|0x20 == 'e'
		if !alphanumeric && !ofExponent && c != '.' && c != '_' {
			break
		}
	}
	t.kind, t.source = numberToken, l.take(end)
	if !decimal(t.source) {
		return &SyntaxError{t.column, t.got(), "a number, such as 0.5 or 1e-3"}
	}
	v, err := strconv.ParseFloat(t.source, 64)
	digits, _, _ := strings.Cut(strings.ToLower(t.source), "e")
	if math.IsInf(v, 0) || v == 0 && strings.ContainsAny(digits, "123456789") {
		return &SyntaxError{t.column, t.got(), "a number that float64 can hold"}
	}
	t.number = v
	return err
}

// decimal reports whether s is a decimal number: 1, -0.5, .5, 1e-3. What else
// strconv reads, hexadecimal numbers, underscores and NaN, is none here.
func decimal(s string) bool {
	s = strings.TrimLeft(s[:1], "+-") + s[1:]
	mantissa, exponent := s, "0"
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
		if exponent != "" {
			exponent = strings.TrimLeft(exponent[:1], "+-") + exponent[1:]
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	return onlyDigits(whole+fraction) && onlyDigits(exponent)
}

func onlyDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (l *lexer) quoted(t *token) error {
	end := 1
	for end < len(l.rest) && l.rest[end] != '"' {
		if l.rest[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(l.rest) {
		return &SyntaxError{t.column, "a text without an end", `a closing "`}
	}
	t.kind, t.source = textToken, l.take(end+1)
	text, err := strconv.Unquote(t.source)
	if err != nil {
		return &SyntaxError{t.column, short(t.source), `a text on one line with the escapes of Go, such as \" and \n`}
	}
	t.text = text
	return nil
}
