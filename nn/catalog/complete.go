package catalog

import (
	"slices"
	"strings"
)

// Complete returns the texts that could follow from prefix by finishing its last
// word: names of parts, of parameters and words, in nested spellings too. Each
// begins with prefix; a name whose part needs arguments ends in "(", that of a
// parameter in "=".
func (c Catalog[P]) Complete(prefix string) []string {
	head := strings.TrimRight(prefix, "abcdefghijklmnopqrstuvwxyz0123456789_")
	begun := prefix[len(head):]
	if len(prefix) > MaxLength || begun != "" && (begun[0] < 'a' || begun[0] > 'z') {
		return nil
	}
	var list []string
	for _, word := range (&completion{root: c}).words(head) {
		if strings.HasPrefix(word, begun) {
			list = append(list, head+word)
		}
	}
	return list
}

// completion follows a spelling that is not complete.
type completion struct {
	root Family
	open []bracket // brackets that are open, the outermost first
}

// bracket is one that is open.
type bracket struct {
	list   bool    // [ rather than (
	own    Family  // the catalogue of the part whose arguments these are
	params []Param // of that part
	next   int     // arguments by position that have come
	name   string  // of the argument that is being written, if it has one
	named  []string
}

// words returns what could stand behind head.
func (c *completion) words(head string) []string {
	lex := lexer{head, 1}
	var last token
	for {
		t, err := lex.next()
		if err != nil {
			return nil
		}
		if t.kind == endToken {
			break
		}
		if !c.step(last, t) {
			return nil
		}
		last = t
	}
	if !strings.ContainsRune("\x00(,=[", rune(last.kind)) {
		return nil // what would follow is no word
	}
	return c.candidates()
}

// step takes in t, which follows last. It returns false where there is nothing
// to complete.
func (c *completion) step(last, t token) bool {
	top := len(c.open) - 1
	if top < 0 && t.kind != nameToken && t.kind != '(' {
		return false
	}
	switch t.kind {
	case '(':
		family := c.family()
		if family == nil || last.kind != nameToken || len(c.open) >= MaxDepth {
			return false
		}
		c.open = append(c.open, bracket{own: family, params: family.params(last.name)})
	case '[':
		if len(c.open) >= MaxDepth {
			return false
		}
		b := c.open[top]
		b.list = true
		c.open = append(c.open, b)
	case ')', ']':
		c.open = c.open[:top]
		return top > 0
	case '=':
		c.open[top].name = last.name
		c.open[top].named = append(c.open[top].named, last.name)
	case ',':
		if b := &c.open[top]; !b.list {
			if b.name == "" {
				b.next++
			}
			b.name = ""
		}
	}
	return true
}

// param returns the parameter whose argument is being written.
func (b bracket) param() (Param, bool) {
	i := slices.IndexFunc(b.params, func(p Param) bool { return p.Name == b.name })
	if b.name == "" {
		i = slices.IndexFunc(b.params, func(p Param) bool { return p.Kind == ManyParts })
		if i < 0 || b.next < i {
			i = b.next
		}
	}
	if i < 0 || i >= len(b.params) {
		return Param{}, false
	}
	return b.params[i], true
}

// family returns the catalogue of the part that could stand here, nil if none
// could.
func (c *completion) family() Family {
	if len(c.open) == 0 {
		return c.root
	}
	b := c.open[len(c.open)-1]
	p, ok := b.param()
	switch {
	case !ok:
	case p.Kind == OnePart && !b.list, p.Kind == ManyParts && (b.list || b.name == ""):
		return p.of(b.own)
	}
	return nil
}

func (c *completion) candidates() []string {
	var words []string
	if family := c.family(); family != nil {
		for _, name := range family.Names() {
			if slices.ContainsFunc(family.params(name), Param.required) {
				name += "("
			}
			words = append(words, name)
		}
	}
	if len(c.open) == 0 {
		return words
	}
	b := c.open[len(c.open)-1]
	if b.list {
		return words
	}
	if p, ok := b.param(); ok && (b.name != "" || len(b.named) == 0) {
		words = append(words, p.Choices...)
		if p.Kind == Bool && b.name != "" {
			words = append(words, "true", "false")
		}
	}
	if b.name != "" {
		return words
	}
	for i, p := range b.params {
		switch {
		case slices.Contains(b.named, p.Name) || i < b.next || p.Kind == ManyParts:
		case p.Kind == Bool:
			words = append(words, p.Name)
		default:
			words = append(words, p.Name+"=")
		}
	}
	return words
}
