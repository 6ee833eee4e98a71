package catalog

import "fmt"

// Args are the arguments of a part under construction: checked, with defaults
// filled in and nested parts made. A method returns the zero value for what is
// Optional and did not come. To ask for a name that the part does not declare, or
// for another kind, is a mistake in its New: it gets a zero value, and Build
// returns a *PartError in place of the part.
type Args struct {
	part   string
	values map[string]any  // nil for what is not there
	given  map[string]bool // it came, rather than by default
	fault  *string         // the first mistake
}

// Has reports whether the argument was given, rather than left to its default.
func (a Args) Has(name string) bool {
	if _, declared := a.values[name]; !declared {
		a.mistake("New asks for %q, which is no parameter", name)
	}
	return a.given[name]
}

// Float returns a Number.
func (a Args) Float(name string) float64 { return get[float64](a, name) }

// Int returns an Integer.
func (a Args) Int(name string) int { return get[int](a, name) }

// Bool returns a Bool.
func (a Args) Bool(name string) bool { return get[bool](a, name) }

// Word returns a Word.
func (a Args) Word(name string) string { return get[string](a, name) }

// Text returns a Text.
func (a Args) Text(name string) string { return get[string](a, name) }

// Floats returns Numbers.
func (a Args) Floats(name string) []float64 { return get[[]float64](a, name) }

// Ints returns Integers.
func (a Args) Ints(name string) []int { return get[[]int](a, name) }

// One returns the part that a OnePart is.
func One[P any](a Args, name string) P { return get[P](a, name) }

// Many returns the parts of a ManyParts.
func Many[P any](a Args, name string) []P {
	built := get[[]any](a, name)
	list := make([]P, len(built))
	for i, part := range built {
		p, ok := part.(P)
		if !ok {
			a.mistake("New asks for %q as parts of another type", name)
		}
		list[i] = p
	}
	return list
}

func get[T any](a Args, name string) T {
	var none T
	v, declared := a.values[name]
	if !declared {
		a.mistake("New asks for %q, which is no parameter", name)
		return none
	}
	t, ok := v.(T)
	if !ok && v != nil {
		a.mistake("New asks for %q as what it is not", name)
	}
	return t
}

func (a Args) mistake(format, name string) {
	if a.fault != nil && *a.fault == "" {
		*a.fault = fmt.Sprintf(format, name)
	}
}
