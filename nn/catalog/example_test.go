package catalog_test

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/catalog"
)

// gate is the family of the examples: functions of two bits.
type gate interface {
	Out(a, b bool) bool
	String() string
}

type and struct{}

func (and) Out(a, b bool) bool { return a && b }
func (and) String() string     { return "and" }

func andPart() catalog.Part[gate] {
	return catalog.Part[gate]{
		Name: "and", Help: "both", Formula: "a ∧ b",
		New: func(catalog.Args) (gate, error) { return and{}, nil },
	}
}

// not is a container: it has a gate within it.
type not struct{ of gate }

func (n not) Out(a, b bool) bool { return !n.of.Out(a, b) }
func (n not) String() string     { return notPart().Spell().Part("of", n.of.String()).String() }

func notPart() catalog.Part[gate] {
	return catalog.Part[gate]{
		Name: "not", Help: "the opposite of another gate", Formula: "¬of", Example: "not(and)",
		Params: []catalog.Param{{Name: "of", Kind: catalog.OnePart}},
		New: func(a catalog.Args) (gate, error) {
			return not{catalog.One[gate](a, "of")}, nil
		},
	}
}

// count is true for one of the numbers of bits between two bounds.
type count struct{ least, most int }

func (c count) Out(a, b bool) bool {
	n := 0
	for _, bit := range []bool{a, b} {
		if bit {
			n++
		}
	}
	return c.least <= n && n <= c.most
}

func (c count) String() string {
	return countPart().Spell().Int("least", c.least).Int("most", c.most).String()
}

func countPart() catalog.Part[gate] {
	return catalog.Part[gate]{
		Name: "count", Help: "so many bits", Formula: "least ≤ a+b ≤ most", Example: "count(1)",
		Params: []catalog.Param{
			{Name: "least", Kind: catalog.Integer, Range: catalog.Between(0, 2)},
			{Name: "most", Kind: catalog.Integer, Range: catalog.Between(0, 2), Default: "2"},
		},
		New: func(a catalog.Args) (gate, error) {
			c := count{a.Int("least"), a.Int("most")}
			if c.least > c.most {
				return nil, fmt.Errorf("count: least is %d, want at most the %d of most", c.least, c.most)
			}
			return c, nil
		},
	}
}

// gates is a family's catalogue.
func gates() catalog.Catalog[gate] { return catalog.New[gate]("gate").With(andPart(), notPart()) }

// A part of one's own stands within others.
func Example() {
	c := gates().With(countPart())
	xor, err := c.Parse("count(1, most = 1)")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(xor, xor.Out(true, false), xor.Out(true, true))

	for _, text := range []string{"not(count(least=2, most=2))", "not(andd)", "not(count(3))", "count(2, most=1)", "not(and"} {
		g, err := c.Parse(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(g)
	}
	// Output:
	// count(1, most=1) true false
	// not(count(2))
	// column 5: unknown gate "andd", did you mean "and"? (known: and, not, count)
	// column 11: count: least is 3, want an integer, at least 0 and at most 2
	// count: least is 2, want at most the 1 of most
	// column 8: got the end, want "," or ")"
}

func ExampleParse() {
	s, err := catalog.Parse("sgd( lr=1e-2,momentum=0.90, nesterov )")
	fmt.Println(s, err)
	for _, a := range s.Args {
		fmt.Printf("%q is %s, at column %d\n", a.Name, a.Value, a.Column)
	}
	// Output:
	// sgd(lr=0.01, momentum=0.9, nesterov) <nil>
	// "lr" is 0.01, at column 6
	// "momentum" is 0.9, at column 14
	// "" is nesterov, at column 29
}

func ExampleCatalog_Help() {
	fmt.Print(gates().With(countPart()).Help())
	// Output:
	// and                   both                          a ∧ b
	// not(of)               the opposite of another gate  ¬of
	// count(least, most=2)  so many bits                  least ≤ a+b ≤ most
}

func ExampleCatalog_Describe() {
	text, _ := gates().With(countPart()).Describe("count")
	fmt.Print(text)
	// Output:
	// count(least, most=2)
	//   so many bits
	//   formula: least ≤ a+b ≤ most
	//   example: count(1)
	//   least  an integer, at least 0 and at most 2  required
	//   most   an integer, at least 0 and at most 2  2 by default
}

func ExampleCatalog_Complete() {
	fmt.Println(gates().With(countPart()).Complete("not(c"))
	fmt.Println(gates().With(countPart()).Complete("not(count(1, m"))
	// Output:
	// [not(count(]
	// [not(count(1, most=]
}

// A name that is taken is an error, which comes when a part is asked for.
func ExampleCatalog_With() {
	_, err := gates().With(andPart()).Parse("and")
	fmt.Println(err)
	g, err := gates().Without("and").With(andPart()).Parse("and")
	fmt.Println(g, err)
	// Output:
	// gate "and": the name is taken; another one would do, or Without
	// and <nil>
}

func ExampleCatalog_Lookup() {
	_, err := gates().Lookup("ant")
	var unknown *names.UnknownError
	fmt.Println(errors.As(err, &unknown), unknown.Nearest)
	// Output:
	// true and
}

func ExampleSpelling() {
	fmt.Println(countPart().Spell().Int("least", 1).Int("most", 2))
	fmt.Println(countPart().Spell().Int("least", 1).Int("most", 1))
	// Output:
	// count(1)
	// count(1, most=1)
}
