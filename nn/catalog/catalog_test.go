package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type scratch string

func (s scratch) String() string { return string(s) }

func scratchPart(name string) catalog.Part[scratch] {
	return catalog.Part[scratch]{Name: name, Help: "help", New: func(catalog.Args) (scratch, error) { return scratch(name), nil }}
}

func TestWithLeavesTheCatalogueAlone(t *testing.T) {
	a := catalog.New[scratch]("thing").With(scratchPart("a"))
	b, c := a.With(scratchPart("b")), a.With(scratchPart("c"), scratchPart("d"))
	d := c.Without("a", "c").With(scratchPart("a"))
	for _, test := range []struct {
		c    catalog.Catalog[scratch]
		want []string
	}{{a, []string{"a"}}, {b, []string{"a", "b"}}, {c, []string{"a", "c", "d"}}, {d, []string{"d", "a"}}} {
		if got := test.c.Names(); !slices.Equal(got, test.want) || test.c.Err() != nil {
			t.Errorf("names are %v, %v, want %v", got, test.c.Err(), test.want)
		}
	}

	param := catalog.Param{Name: "x", Kind: catalog.Word, Choices: []string{"p", "q"}, Default: "p", Formerly: []string{"y"}}
	part := scratchPart("e")
	part.Params, part.Formerly = []catalog.Param{param}, map[string]string{"f": "e"}
	e := a.With(part)
	for _, p := range append(e.Parts(), part) {
		if len(p.Params) > 0 {
			p.Params[0].Choices[0], p.Params[0].Formerly[0], p.Params[0].Name = "r", "z", "w"
			p.Formerly["f"] = "g"
		}
	}
	if _, err := e.Parse("e(x=p)"); err != nil {
		t.Error(err)
	}
	if _, err := e.Parse("f"); err == nil || err.Error() != `thing "f" is written e here` {
		t.Error(err)
	}
}

func TestZeroCatalog(t *testing.T) {
	var c catalog.Catalog[scratch]
	if _, err := c.Parse("a"); err == nil || err.Error() != `unknown part "a"` {
		t.Error(err)
	}
	if s, err := c.With(scratchPart("a")).Parse("a"); err != nil || s != "a" {
		t.Error(s, err)
	}
	if c.Help() != "" || c.Complete("") != nil || c.Verify() != nil {
		t.Error("there is something in nothing")
	}
}

// TestNameTaken: a catalogue that was put together wrongly says so whenever a
// part is asked for.
func TestNameTaken(t *testing.T) {
	const taken = `thing "a": the name is taken; another one would do, or Without`
	bad := catalog.New[scratch]("thing").With(scratchPart("a"), scratchPart("a"), scratchPart("b"))
	const missing = `unknown thing "bottle" (known: a)`
	gone := catalog.New[scratch]("thing").With(scratchPart("a")).Without("bottle", "c")
	for _, test := range []struct {
		c       catalog.Catalog[scratch]
		message string
	}{
		{bad, taken}, {bad.With(scratchPart("c")), taken}, {bad.Without("z"), taken},
		{gone, missing}, {gone.With(scratchPart("c")), missing},
		{catalog.Adopt(catalog.New[scratch]("other"), bad, func(s scratch) scratch { return s }), taken},
	} {
		_, parse := test.c.Parse("a")
		_, lookup := test.c.Lookup("a")
		_, describe := test.c.Describe("a")
		for _, err := range []error{test.c.Err(), parse, lookup, describe, test.c.Verify()} {
			if err == nil || err.Error() != test.message {
				t.Errorf("got %v, want %s", err, test.message)
			}
		}
	}
	if !is[*catalog.PartError](bad.Err()) {
		t.Errorf("the error is a %T", bad.Err())
	}
}

// TestOwnParts: containers find one's own parts, of their family and of others,
// and a name that another part had may be given to one's own.
func TestOwnParts(t *testing.T) {
	own := layersOf(initialisers().With(catalog.Part[initialiser]{
		Name: "zeros", New: func(catalog.Args) (initialiser, error) { return initialiser{"zeros"}, nil },
	})).With(catalog.Part[layer]{
		Name: "swish", New: func(catalog.Args) (layer, error) { return scratch("swish"), nil },
	})
	const text = "stack(dense(3, init=zeros), residual(swish))"
	l, err := own.Parse(text)
	if err != nil || l.String() != text {
		t.Errorf("%v, %v", l, err)
	}
	if _, err := layers().Parse(text); err == nil {
		t.Error("another catalogue has one's own parts")
	}
}

// TestOwnSpelling: a part whose String follows no grammar can be printed within
// others, though not read.
func TestOwnSpelling(t *testing.T) {
	text := container{"stack", []layer{scratch("My layer, 3×3"), activation{name: "relu"}}, 1}.String()
	if text != `stack("My layer, 3×3", relu)` {
		t.Error(text)
	}
	_, err := layers().Parse(text)
	if err == nil || err.Error() != `column 7: stack: layers is "My layer, 3×3", want a layer` {
		t.Error(err)
	}
}

// TestMistakesOfNew: what New asks for must be what the part declares.
func TestMistakesOfNew(t *testing.T) {
	tests := []struct {
		ask    func(a catalog.Args)
		detail string
	}{
		{func(a catalog.Args) { a.Float("y") }, `New asks for "y", which is no parameter`},
		{func(a catalog.Args) { a.Has("y") }, `New asks for "y", which is no parameter`},
		{func(a catalog.Args) { a.Int("x") }, `New asks for "x" as what it is not`},
		{func(a catalog.Args) { a.Text("x"); a.Float("y") }, `New asks for "x" as what it is not`},
		{func(a catalog.Args) { catalog.One[layer](a, "x") }, `New asks for "x" as what it is not`},
		{func(a catalog.Args) { catalog.Many[initialiser](a, "many") }, `New asks for "many" as parts of another type`},
	}
	for _, test := range tests {
		part := scratchPart("a")
		part.Params = []catalog.Param{
			{Name: "x", Kind: catalog.Number, Default: "1"},
			{Name: "many", Kind: catalog.ManyParts, Of: schedules(), Default: "[constant]"},
		}
		slices.Reverse(part.Params)
		part.New = func(a catalog.Args) (scratch, error) { test.ask(a); return "a", nil }
		_, err := catalog.New[scratch]("thing").With(part).Parse("a")
		if want := `thing "a": ` + test.detail; err == nil || err.Error() != want || !is[*catalog.PartError](err) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	var none catalog.Args
	if none.Float("x") != 0 {
		t.Error("there is something in no arguments")
	}
}

// TestAdopt: parts of another family keep their parameters, and find the parts
// within them in their own family.
func TestAdopt(t *testing.T) {
	as := func(s schedule) layer { return scratch("adopted " + s.String()) }
	c := catalog.Adopt(layers(), schedules(), as)
	for text, want := range map[string]string{
		"warmup(5, cosine(floor=0.5))": "adopted warmup(5, cosine(floor=0.5))",
		"stack(constant)":              `stack("adopted constant")`,
	} {
		if got, err := c.Parse(text); err != nil || got.String() != want {
			t.Errorf("%s: %v, %v, want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"warmup(5, relu)": `column 11: unknown schedule "relu" (known: constant, cosine, warmup)`,
		"cosine(over=13)": "cosine: over is 13, want another number",
	} {
		if _, err := c.Parse(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	if err := catalog.Adopt(activations(), activations(), func(f activation) activation { return f }).Err(); err == nil {
		t.Error("a name is there twice")
	}
}

func TestOptional(t *testing.T) {
	part := scratchPart("a")
	part.Params = []catalog.Param{
		{Name: "list", Kind: catalog.ManyParts, Optional: true},
		{Name: "one", Kind: catalog.OnePart, Optional: true},
		{Name: "n", Kind: catalog.Integer, Optional: true},
		{Name: "d", Kind: catalog.Integer, Default: "7"},
	}
	part.New = func(a catalog.Args) (scratch, error) {
		return scratch(fmt.Sprintf("%d %s %d %d %v %v %v %v", len(catalog.Many[scratch](a, "list")), catalog.One[scratch](a, "one"), a.Int("n"), a.Int("d"),
			a.Has("list"), a.Has("one"), a.Has("n"), a.Has("d"))), nil
	}
	c := catalog.New[scratch]("thing").With(part, scratchPart("b"))
	for text, want := range map[string]scratch{
		"a":                    "0  0 7 false false false false",
		"a(layers)":            "",
		"a(b, b, one=b, d=7)":  "2 b 0 7 true true false true",
		"a(list=[], n=3, d=1)": "0  3 1 true false true true",
	} {
		got, err := c.Parse(text)
		if got != want || (want == "") != (err != nil) {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}
