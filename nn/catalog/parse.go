package catalog

// Parse reads a spelling; the package comment has the grammar. It knows no
// names: what they mean is a catalogue's business. An error is a *SyntaxError
// or a *LimitError.
func Parse(text string) (Spec, error) {
	p, err := newParser(text)
	if err != nil {
		return Spec{}, err
	}
	s, err := p.spec()
	if err == nil {
		err = p.end()
	}
	// Spaces and digits that String adds are less than 7 of 8 bytes.
	if err == nil && len(text) > MaxLength/8 && len(s.String()) > MaxLength {
		err = &LimitError{What: "bytes", Limit: MaxLength}
	}
	if err != nil {
		return Spec{}, err
	}
	return s, nil
}

// parseValue reads a value that stands alone, as defaults do.
func parseValue(text string) (Value, error) {
	p, err := newParser(text)
	if err != nil {
		return Value{}, err
	}
	v, err := p.value()
	if err == nil {
		err = p.end()
	}
	return v, err
}

// parser reads a spelling by recursive descent, one token ahead.
type parser struct {
	lex    lexer
	token  token // the one to come
	depth  int   // brackets that are open
	values int   // read so far
}

func newParser(text string) (*parser, error) {
	if len(text) > MaxLength {
		return nil, &LimitError{What: "bytes", Limit: MaxLength}
	}
	p := &parser{lex: lexer{text, 1}}
	return p, p.advance()
}

func (p *parser) advance() (err error) {
	p.token, err = p.lex.next()
	return err
}

// wanted is the error that what comes is not what is wanted.
func (p *parser) wanted(what string) error {
	return &SyntaxError{p.token.column, p.token.got(), what}
}

func (p *parser) end() error {
	if p.token.kind != endToken {
		return p.wanted("the end")
	}
	return nil
}

func (p *parser) spec() (Spec, error) {
	if p.token.kind != nameToken {
		return Spec{}, p.wanted("a name")
	}
	s := Spec{Name: p.token.name, Column: p.token.column}
	if err := p.advance(); err != nil {
		return Spec{}, err
	}
	return p.arguments(s)
}

// arguments returns s with the arguments that follow its name, if any do.
func (p *parser) arguments(s Spec) (Spec, error) {
	if p.token.kind != '(' {
		return s, nil
	}
	named := false
	err := p.sequence(')', func() error {
		a, err := p.argument(named)
		s.Args = append(s.Args, a)
		named = named || a.Name != ""
		return err
	})
	return s, err
}

// argument reads name=value or a value; behind a named argument a value must be
// a word.
func (p *parser) argument(named bool) (Argument, error) {
	first := p.token
	if first.kind != nameToken {
		if named {
			return Argument{}, p.wanted("name=value, since a named argument came before")
		}
		v, err := p.value()
		return Argument{Value: v, Column: first.column}, err
	}
	if err := p.advance(); err != nil {
		return Argument{}, err
	}
	if p.token.kind == '=' {
		if err := p.advance(); err != nil {
			return Argument{}, err
		}
		v, err := p.value()
		return Argument{first.name, v, first.column}, err
	}
	if named && p.token.kind == '(' {
		return Argument{}, &SyntaxError{first.column, first.got(), "name=value, since a named argument came before"}
	}
	v, err := p.nested(first)
	return Argument{Value: v, Column: first.column}, err
}

func (p *parser) value() (Value, error) {
	t := p.token
	v := Value{Column: t.column}
	switch t.kind {
	case nameToken:
		if err := p.advance(); err != nil {
			return Value{}, err
		}
		return p.nested(t)
	case numberToken:
		v.Form, v.Number = NumberForm, t.number
	case textToken:
		v.Form, v.Text = TextForm, t.text
	case '[':
		v.Form = ListForm
		if err := p.count(); err != nil {
			return Value{}, err
		}
		err := p.sequence(']', func() error {
			e, err := p.value()
			v.List = append(v.List, e)
			return err
		})
		return v, err
	default:
		return Value{}, p.wanted("a value")
	}
	if err := p.count(); err != nil {
		return Value{}, err
	}
	return v, p.advance()
}

// nested reads the rest of the spelling that begins with name.
func (p *parser) nested(name token) (Value, error) {
	if err := p.count(); err != nil {
		return Value{}, err
	}
	s, err := p.arguments(Spec{Name: name.name, Column: name.column})
	return Value{Form: SpecForm, Spec: &s, Column: name.column}, err
}

func (p *parser) count() error {
	if p.values++; p.values > MaxValues {
		return &LimitError{p.token.column, "values", MaxValues}
	}
	return nil
}

// sequence reads an opening bracket, elements with commas between them, and the
// closing bracket.
func (p *parser) sequence(closing byte, element func() error) error {
	if p.depth++; p.depth > MaxDepth {
		return &LimitError{p.token.column, "brackets within one another", MaxDepth}
	}
	if err := p.advance(); err != nil {
		return err
	}
	for more := p.token.kind != closing; more; {
		if err := element(); err != nil {
			return err
		}
		if more = p.token.kind == ','; more {
			if err := p.advance(); err != nil {
				return err
			}
		}
	}
	if p.token.kind != closing {
		return p.wanted(`"," or "` + string(closing) + `"`)
	}
	p.depth--
	return p.advance()
}
