package catalog

import (
	"slices"

	"github.com/neurona-ml/neurona/internal/names"
)

// Catalog is the parts of a family, in order. It is a value that nothing
// changes: With returns another. Its methods may be called from several
// goroutines at once.
type Catalog[P any] struct {
	family string
	parts  []Part[P]
	err    error // the first one of With, Without and Adopt
}

// New returns a catalogue without parts. family is what errors call a part:
// "activation", "loss".
func New[P any](family string) Catalog[P] { return Catalog[P]{family: family} }

// With returns the catalogue with parts added at its end. A name that is taken is
// an error and does not replace what has it: a saved network would become another
// one. Without makes room for those who want that. The error, a *PartError,
// comes with every Lookup, Build and Parse, and Err has it too.
func (c Catalog[P]) With(parts ...Part[P]) Catalog[P] {
	c.parts = slices.Clip(c.parts)
	for _, p := range parts {
		if c.err != nil {
			return c
		}
		detail := p.fault()
		if _, taken := c.find(p.Name); taken {
			detail = "the name is taken; another one would do, or Without"
		}
		if detail != "" {
			c.err = &PartError{c.Family(), p.Name, detail}
			return c
		}
		c.parts = append(c.parts, p.clone())
	}
	return c
}

// Without returns the catalogue without the parts of these names. One that is
// not there is an error, as in With.
func (c Catalog[P]) Without(list ...string) Catalog[P] {
	for _, name := range list {
		if _, err := c.Lookup(name); err != nil {
			c.err = err
			return c
		}
		c.parts = slices.DeleteFunc(slices.Clone(c.parts), func(p Part[P]) bool { return p.Name == name })
	}
	return c
}

// Adopt returns c with the parts of another family behind its own, made what c
// holds by as: a catalogue of layers has the activations so.
func Adopt[P, Q any](c Catalog[P], other Catalog[Q], as func(Q) P) Catalog[P] {
	if c.err == nil {
		c.err = other.err
	}
	for _, p := range other.parts {
		params := cloneParams(p.Params)
		for i, param := range params {
			if param.Kind == OnePart || param.Kind == ManyParts {
				params[i].Of = param.of(other)
			}
		}
		c = c.With(Part[P]{
			Name: p.Name, Params: params, Help: p.Help, Formula: p.Formula, Torch: p.Torch, Example: p.Example,
			Formerly: p.Formerly,
			New: func(a Args) (P, error) {
				q, err := p.New(a)
				if err != nil {
					var none P
					return none, err
				}
				return as(q), nil
			},
		})
	}
	return c
}

// Err returns what went wrong when the catalogue was put together, or nil.
func (c Catalog[P]) Err() error { return c.err }

// Family is what a part is called: "activation".
func (c Catalog[P]) Family() string {
	if c.family == "" {
		return "part"
	}
	return c.family
}

// Names lists the parts' names in order.
func (c Catalog[P]) Names() []string {
	list := make([]string, len(c.parts))
	for i, p := range c.parts {
		list[i] = p.Name
	}
	return list
}

// Parts returns copies of the parts in order.
func (c Catalog[P]) Parts() []Part[P] {
	list := make([]Part[P], len(c.parts))
	for i, p := range c.parts {
		list[i] = p.clone()
	}
	return list
}

// Lookup returns the part called name. A name that some part had before is a
// *RenamedError that says the new one, any other a *names.UnknownError that
// suggests the nearest.
func (c Catalog[P]) Lookup(name string) (Part[P], error) {
	if c.err != nil {
		return Part[P]{}, c.err
	}
	if p, ok := c.find(name); ok {
		return p.clone(), nil
	}
	return Part[P]{}, c.unknown(name)
}

func (c Catalog[P]) find(name string) (Part[P], bool) {
	i := slices.IndexFunc(c.parts, func(p Part[P]) bool { return p.Name == name })
	if i < 0 {
		return Part[P]{}, false
	}
	return c.parts[i], true
}

func (c Catalog[P]) unknown(name string) error {
	for _, p := range c.parts {
		if now, ok := p.Formerly[name]; ok {
			return &RenamedError{c.Family(), name, now}
		}
	}
	return names.Unknown(c.Family(), name, c.Names())
}
