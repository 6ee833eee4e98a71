package catalog

import "strings"

// Kind says what a parameter takes.
type Kind uint8

// The kinds of parameters, and how Args reads what came.
const (
	Number    Kind = iota + 1 // 0.5: Args.Float
	Integer                   // 512, or 1e6: Args.Int
	Bool                      // true, false, or the parameter's name alone for true: Args.Bool
	Word                      // one of Choices: Args.Word
	Text                      // "in quotes", anything: Args.Text
	Numbers                   // [0.1, 0.9]: Args.Floats
	Integers                  // [28, 28, 1]: Args.Ints
	OnePart                   // the spelling of a part: One
	ManyParts                 // spellings of parts, as all arguments by position that are left, or as a list: Many
)

// Param is a parameter of a part. It is required unless it has a Default or is
// Optional.
type Param struct {
	Name     string
	Kind     Kind
	Default  string   // what it is if it does not come, as it would be written: "0.9", "[0.9, 0.999]", "cosine"
	Optional bool     // may be missing and has no default: Args.Has tells
	Range    Range    // of a number, or of each of a list
	Choices  []string // of a Word
	Of       Family   // the catalogue of the parts that it takes; nil is the one that its own part was found in
	Help     string   // one line
	Formerly []string // names that it had, or has elsewhere: "weight_decay"
}

func (p Param) required() bool { return p.Default == "" && !p.Optional }

// of returns the catalogue of the parts that p takes, where own is that of the
// part that has it.
func (p Param) of(own Family) Family {
	if p.Of != nil {
		return p.Of
	}
	return own
}

// want says what p takes: "a number, at least 0".
func (p Param) want(own Family) string {
	var s, each string
	switch p.Kind {
	case Number:
		s = "a number"
	case Integer:
		s = "an integer"
	case Bool:
		s = "true or false"
	case Word:
		s = "one of " + strings.Join(p.Choices, ", ")
	case Text:
		s = "a text in quotes"
	case Numbers:
		s, each = "a list of numbers", "each "
	case Integers:
		s, each = "a list of integers", "each "
	case OnePart:
		s = article(p.of(own).Family())
	case ManyParts:
		s = article(p.of(own).Family()) + " or several"
	}
	if r := p.Range.String(); r != "" {
		s += ", " + each + r
	}
	return s
}

// article sets a or an before a noun.
func article(noun string) string {
	if noun != "" && strings.Contains("aeiou", noun[:1]) {
		return "an " + noun
	}
	return "a " + noun
}

// usage is how a part's signature shows p.
func (p Param) usage() string {
	switch {
	case p.Kind == ManyParts:
		return p.Name + "..."
	case p.Optional:
		return p.Name + "?"
	case p.Default != "":
		return p.Name + "=" + canonical(p.Default)
	}
	return p.Name
}

// canonical is the canonical spelling of a default.
func canonical(text string) string {
	v, err := parseValue(text)
	if err != nil {
		return text
	}
	return v.String()
}
