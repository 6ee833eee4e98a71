package formula

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/internal/names"
)

// maxDepth is how deep parts may lie in each other: more than anybody reads, and
// little enough for the stack.
const maxDepth = 40

// parser goes through a formula once.
type parser struct {
	source string
	at     int // the next byte
	depth  int
	failed int // where the error is
	tables *tables
}

// fail is an error at a place.
func (p *parser) fail(at int, format string, args ...any) error {
	p.failed = at
	return fmt.Errorf(format, args...)
}

// formula reads all.
func (p *parser) formula() (row, error) {
	if !utf8.ValidString(p.source) {
		return nil, p.fail(0, "it is not UTF-8")
	}
	all, err := p.row()
	if err != nil {
		return nil, err
	}
	switch t := p.peek(); {
	case t == "":
	case t == "}":
		return nil, p.fail(p.at, "this } closes nothing")
	case t == "&", t == `\\`:
		return nil, p.fail(p.at, "%s belongs between \\begin{...} and \\end{...}", t)
	case t == `\end`:
		return nil, p.fail(p.at, `this \end has no \begin`)
	default:
		return nil, p.fail(p.at, `this \right has no \left`)
	}
	if len(all) == 0 {
		return nil, p.fail(0, "it is empty")
	}
	return all, nil
}

// peek is the next token, without the spaces before it, which mean nothing:
// a character, or a backslash and a name or a character. It is "" at the end.
func (p *parser) peek() string {
	for p.at < len(p.source) && strings.IndexByte(" \t\r\n", p.source[p.at]) >= 0 {
		p.at++
	}
	if p.at == len(p.source) {
		return ""
	}
	rest := p.source[p.at:]
	_, size := utf8.DecodeRuneInString(rest)
	if rest[0] != '\\' || len(rest) == 1 {
		return rest[:size]
	}
	end := 1
	for end < len(rest) && isLetter(rest[end]) {
		end++
	}
	if end == 1 {
		_, size = utf8.DecodeRuneInString(rest[1:])
		end += size
	}
	return rest[:end]
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// row reads parts up to what ends them, which stays.
func (p *parser) row() (row, error) {
	var parts row
	for {
		switch p.peek() {
		case "", "}", "&", `\\`, `\end`, `\right`:
			return parts, nil
		}
		part, err := p.scripted()
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
}

// scripted reads a part with its scripts and primes.
func (p *parser) scripted() (node, error) {
	if t := p.peek(); t == "_" || t == "^" || t == "'" {
		return nil, p.fail(p.at, "there is nothing that %s belongs to", t)
	}
	base, err := p.part(true)
	if err != nil {
		return nil, err
	}
	var sub, sup node
	var primes row
	for {
		switch t := p.peek(); {
		case t == "'":
			if sup != nil {
				return nil, p.fail(p.at, "a prime comes before ^")
			}
			p.at++
			primes = append(primes, p.tables.commands["prime"])
		case t == "_" && sub == nil:
			p.at++
			if sub, err = p.argument(); err != nil {
				return nil, err
			}
		case t == "^" && sup == nil:
			p.at++
			if sup, err = p.argument(); err != nil {
				return nil, err
			}
		case t == "_" || t == "^":
			return nil, p.fail(p.at, "a second %s on the same part: use braces", t)
		default:
			if primes != nil {
				if sup != nil {
					primes = append(primes, sup)
				}
				sup = primes
			}
			if sub == nil && sup == nil {
				return base, nil
			}
			return script{base, sub, sup}, nil
		}
	}
}

// argument reads what a command or a script applies to: a group, or one character
// or command.
func (p *parser) argument() (node, error) {
	switch t := p.peek(); {
	case t == "":
		return nil, p.fail(p.at, "something is missing")
	case t == "{":
		g, err := p.group()
		if err != nil {
			return nil, err
		}
		if len(g) == 1 {
			return g[0], nil
		}
		return g, nil
	case strings.IndexByte("}&_^'", t[0]) >= 0:
		return nil, p.fail(p.at, "something is missing before %s", t)
	case isDigit(t[0]):
		p.at++
		if p.at < len(p.source) && (isDigit(p.source[p.at]) || p.source[p.at] == '.') {
			return nil, p.fail(p.at, "put numbers of several characters in braces here")
		}
		return number{t}, nil
	case strings.IndexByte("+-=<>([|", t[0]) >= 0:
		return nil, p.fail(p.at, "put braces around what begins with %s here", t)
	}
	return p.part(false)
}

// group reads what stands in braces.
func (p *parser) group() (row, error) {
	open := p.at
	p.at++
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail(open, "it is nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	inside, err := p.row()
	if err != nil {
		return nil, err
	}
	if p.peek() != "}" {
		return nil, p.fail(open, "this { is not closed")
	}
	p.at++
	if len(inside) == 0 {
		return nil, p.fail(open, "these braces are empty")
	}
	return inside, nil
}

// part reads one part, without scripts. Digits are a number if whole.
func (p *parser) part(whole bool) (node, error) {
	t := p.peek()
	at := p.at
	switch c := t[0]; {
	case c == '\\':
		p.at += len(t)
		return p.command(t[1:], at)
	case c == '{':
		g, err := p.group()
		return grouped{g}, err
	case isLetter(c):
		p.at++
		return letter{name: t}, nil
	case isDigit(c) && whole:
		for p.at < len(p.source) && isDigit(p.source[p.at]) {
			p.at++
		}
		if rest := p.source[p.at:]; len(rest) > 1 && rest[0] == '.' && isDigit(rest[1]) {
			for p.at++; p.at < len(p.source) && isDigit(p.source[p.at]); p.at++ {
			}
		}
		return number{p.source[at:p.at]}, nil
	}
	r, size := utf8.DecodeRuneInString(t)
	s, ok := p.tables.characters[r]
	if !ok {
		return nil, p.fail(at, "%#q has no meaning in a formula: write it as a command, or in \\text{...}", t)
	}
	p.at += size
	return s, nil
}

// command reads what a command needs behind its name.
func (p *parser) command(name string, at int) (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail(at, "it is nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	if s, ok := p.tables.commands[name]; ok {
		return s, nil
	}
	if mark, ok := p.tables.accents[name]; ok {
		of, err := p.argument()
		return accented{mark, of}, err
	}
	switch name {
	case "frac":
		above, err := p.argument()
		if err != nil {
			return nil, err
		}
		below, err := p.argument()
		return fraction{above, below}, err
	case "sqrt":
		if p.peek() == "[" {
			return nil, p.fail(p.at, "roots are square roots")
		}
		of, err := p.argument()
		return root{of}, err
	case "text":
		text, err := p.words(false)
		return word{text}, err
	case "mathrm":
		text, err := p.words(true)
		return letter{text, upright}, err
	case "mathbf":
		text, err := p.words(true)
		return letter{text, bold}, err
	case "operatorname":
		text, err := p.words(true)
		return &symbol{function, text, text}, err
	case "left":
		return p.fenced()
	case "begin":
		return p.table(at)
	}
	if name == "" {
		return nil, p.fail(at, `a \ stands alone`)
	}
	p.failed = at
	return nil, suggest("command", name, p.tables.known())
}

// suggest is the error about an unknown name. All names are too many to list.
func suggest(kind, name string, known []string) error {
	err := names.Unknown(kind, name, known)
	if unknown, ok := errors.AsType[*names.UnknownError](err); ok && len(known) > 10 {
		unknown.Known = nil
	}
	return err
}

// words reads the words in braces: letters and digits alone if strict.
func (p *parser) words(strict bool) (string, error) {
	if p.peek() != "{" {
		return "", p.fail(p.at, "braces are missing")
	}
	open := p.at
	inside, _, found := strings.Cut(p.source[open+1:], "}")
	if !found {
		return "", p.fail(open, "this { is not closed")
	}
	if strings.TrimSpace(inside) == "" {
		return "", p.fail(open, "these braces are empty")
	}
	for i, r := range inside {
		if strings.ContainsRune(`\{$&`, r) || r < ' ' && r != '\n' || strict && !(r < utf8.RuneSelf && (isLetter(byte(r)) || isDigit(byte(r)))) {
			return "", p.fail(open+1+i, "%#q cannot stand in these braces", string(r))
		}
	}
	p.at = open + 1 + len(inside) + 1
	return strings.ReplaceAll(inside, "\n", " "), nil
}

// fenced reads what stands between \left and \right.
func (p *parser) fenced() (node, error) {
	open := p.at
	left, err := p.fence(`\left`)
	if err != nil {
		return nil, err
	}
	inside, err := p.row()
	if err != nil {
		return nil, err
	}
	if p.peek() != `\right` {
		return nil, p.fail(open, `this \left has no \right`)
	}
	p.at += len(`\right`)
	right, err := p.fence(`\right`)
	return fenced{left, right, inside}, err
}

// fence reads a bracket.
func (p *parser) fence(of string) (*symbol, error) {
	t := p.peek()
	var s *symbol
	if name, ok := strings.CutPrefix(t, `\`); ok {
		s = p.tables.commands[name]
	} else if t != "" {
		r, _ := utf8.DecodeRuneInString(t)
		s = p.tables.characters[r]
	}
	if s == nil || s.class != opening && s.class != closing && s.class != bar {
		return nil, p.fail(p.at, "%s needs a bracket behind it", of)
	}
	p.at += len(t)
	return s, nil
}

// table reads an environment, whose \begin is read.
func (p *parser) table(begin int) (node, error) {
	at := p.at
	name, err := p.words(true)
	if err != nil {
		return nil, err
	}
	kind, ok := p.tables.environments[name]
	if !ok {
		p.failed = at
		return nil, suggest("environment", name, []string{"aligned", "bmatrix", "cases", "pmatrix"})
	}
	t := table{kind: kind}
	cells := []row{}
	for {
		cell, err := p.row()
		if err != nil {
			return nil, err
		}
		cells = append(cells, cell)
		switch next := p.peek(); next {
		case "&":
			p.at++
		case `\\`:
			p.at += len(next)
			t.cells = append(t.cells, cells)
			cells = []row{}
		case `\end`:
			p.at += len(next)
			at := p.at
			end, err := p.words(true)
			if err != nil {
				return nil, err
			}
			if end != name {
				return nil, p.fail(at, `\end{%s} closes \begin{%s}`, end, name)
			}
			if len(cells) > 1 || len(cells[0]) > 0 { // not after a last \\
				t.cells = append(t.cells, cells)
			}
			return t, p.checkTable(t, begin)
		default:
			return nil, p.fail(begin, `this \begin{%s} has no \end`, name)
		}
	}
}

// checkTable: a table has cells, and a matrix as many in every row.
func (p *parser) checkTable(t table, begin int) error {
	if len(t.cells) == 0 {
		return p.fail(begin, "the table is empty")
	}
	for i, cells := range t.cells {
		switch {
		case t.kind != aligned && t.kind != cases && len(cells) != len(t.cells[0]):
			return p.fail(begin, "the first row has %d cells, row %d has %d", len(t.cells[0]), i+1, len(cells))
		case t.kind == cases && len(cells) > 2:
			return p.fail(begin, "row %d of cases has %d cells, want at most 2", i+1, len(cells))
		}
	}
	return nil
}
