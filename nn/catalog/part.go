package catalog

import (
	"maps"
	"slices"
	"strings"
)

// Part is an entry of a catalogue: how a part is written, what is said about it,
// and how it is made.
type Part[P any] struct {
	Name string // lower-case words joined by _
	// Params are the parameters in the order in which arguments by position
	// are taken: the required ones, then a ManyParts if there is one, then
	// those that may be left out.
	Params  []Param
	Help    string // one line: what it is
	Formula string // one line, if there is one
	Torch   string // PyTorch's name for it, if there is one: "torch.nn.ReLU"
	Example string // a spelling of it for documentation and tests; empty is the name alone
	// Formerly are names that it had, or has elsewhere, and what to write in
	// their place: "swish": "silu", "momentum": "sgd(momentum=0.9)". They are
	// errors that say so: there is one name for one thing.
	Formerly map[string]string
	// New makes the part. Arguments have been checked and nested parts are
	// made. What they must be together, New checks, and its error names the
	// part.
	New func(a Args) (P, error)
}

// Usage returns the part's signature: "dense(out, bias=true)". "..." stands for
// any number of parts and "?" for what may be left out and has no default.
func (p Part[P]) Usage() string {
	if len(p.Params) == 0 {
		return p.Name
	}
	list := make([]string, len(p.Params))
	for i, param := range p.Params {
		list[i] = param.usage()
	}
	return p.Name + "(" + strings.Join(list, ", ") + ")"
}

// example returns Example or, if there is none, the name alone.
func (p Part[P]) example() string {
	if p.Example == "" {
		return p.Name
	}
	return p.Example
}

// clone returns a copy that shares no memory with p.
func (p Part[P]) clone() Part[P] {
	p.Params = cloneParams(p.Params)
	p.Formerly = maps.Clone(p.Formerly)
	return p
}

func cloneParams(params []Param) []Param {
	params = slices.Clone(params)
	for i := range params {
		params[i].Choices = slices.Clone(params[i].Choices)
		params[i].Formerly = slices.Clone(params[i].Formerly)
	}
	return params
}
