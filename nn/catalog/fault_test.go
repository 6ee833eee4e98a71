package catalog_test

import (
	"testing"

	"github.com/neurona-ml/neurona/nn/catalog"
)

func TestPartFaults(t *testing.T) {
	const badName = `a name is lower-case words joined by "_", and neither true nor false`
	const badOrder = "required ones come first, then one ManyParts at most, then the others"
	number := catalog.Param{Name: "x", Kind: catalog.Number}
	with := func(params ...catalog.Param) func(*catalog.Part[scratch]) {
		return func(p *catalog.Part[scratch]) { p.Params = params }
	}
	tests := []struct {
		change func(p *catalog.Part[scratch])
		detail string
	}{
		{func(p *catalog.Part[scratch]) { p.Name = "" }, badName},
		{func(p *catalog.Part[scratch]) { p.Name = "Swish" }, badName},
		{func(p *catalog.Part[scratch]) { p.Name = "true" }, badName},
		{func(p *catalog.Part[scratch]) { p.New = nil }, "it has no New"},
		{func(p *catalog.Part[scratch]) { p.Help = "two\nlines" }, "help, formula and PyTorch's name are one line each"},
		{func(p *catalog.Part[scratch]) { p.Example = "a(" }, "its example: column 3: got the end, want a value"},
		{func(p *catalog.Part[scratch]) { p.Example = "b" }, "its example is one of b"},
		{func(p *catalog.Part[scratch]) { p.Formerly = map[string]string{"B": "a"} }, `"B" cannot be a name that it had`},
		{func(p *catalog.Part[scratch]) { p.Formerly = map[string]string{"a": "a"} }, `"a" cannot be a name that it had`},
		{with(number, number), `"x" cannot be a parameter's name, or is one already`},
		{with(catalog.Param{Name: "X", Kind: catalog.Number}), `"X" cannot be a parameter's name, or is one already`},
		{with(catalog.Param{Name: "false", Kind: catalog.Number}), `"false" cannot be a parameter's name, or is one already`},
		{with(number, catalog.Param{Name: "y", Kind: catalog.Number, Formerly: []string{"x"}}), `"x" cannot be a parameter's name, or is one already`},
		{with(catalog.Param{Name: "y", Kind: catalog.Number, Default: "1"}, number), "parameter x: " + badOrder},
		{with(catalog.Param{Name: "y", Kind: catalog.ManyParts}, number), "parameter x: " + badOrder},
		{with(catalog.Param{Name: "y", Kind: catalog.ManyParts}, catalog.Param{Name: "z", Kind: catalog.ManyParts, Optional: true}), "parameter z: " + badOrder},
		{with(catalog.Param{Name: "y", Kind: catalog.Number, Optional: true}, catalog.Param{Name: "z", Kind: catalog.ManyParts}), "parameter z: " + badOrder},
		{with(catalog.Param{Name: "x"}), "parameter x: it has no kind"},
		{with(catalog.Param{Name: "x", Kind: 200}), "parameter x: it has no kind"},
		{with(catalog.Param{Name: "x", Kind: catalog.Word}), "parameter x: a Word has Choices, and nothing else has"},
		{with(catalog.Param{Name: "x", Kind: catalog.Text, Choices: []string{"p"}}), "parameter x: a Word has Choices, and nothing else has"},
		{with(catalog.Param{Name: "x", Kind: catalog.Word, Choices: []string{"P"}}), "parameter x: its choices are words"},
		{with(catalog.Param{Name: "x", Kind: catalog.Bool, Range: catalog.Above(0)}), "parameter x: only numbers have a Range"},
		{with(catalog.Param{Name: "x", Kind: catalog.Number, Of: schedules()}), "parameter x: only parts are Of a family"},
		{with(catalog.Param{Name: "x", Kind: catalog.Number, Optional: true, Default: "1"}), "parameter x: what has a Default is not Optional"},
		{with(catalog.Param{Name: "x", Kind: catalog.Number, Help: "a\tb"}), "parameter x: its help is one line"},
		{with(catalog.Param{Name: "x", Kind: catalog.Number, Default: "("}), `parameter x: its default: column 1: got "(", want a value`},
		{with(catalog.Param{Name: "x", Kind: catalog.Number, Default: "1 2"}), `parameter x: its default: column 3: got "2", want the end`},
		{with(catalog.Param{Name: "x", Kind: catalog.Number, Default: "-1", Range: catalog.Above(0)}), "parameter x: its default: x is -1, want a number, above 0"},
		{with(catalog.Param{Name: "x", Kind: catalog.OnePart, Default: "3"}), "parameter x: its default: 3 is not what its kind takes"},
		{with(catalog.Param{Name: "x", Kind: catalog.ManyParts, Default: "b"}), "parameter x: its default: b is not what its kind takes"},
	}
	for _, test := range tests {
		p := scratchPart("a")
		test.change(&p)
		err := catalog.New[scratch]("thing").With(p).Err()
		want := `thing "` + p.Name + `": ` + test.detail
		if err == nil || err.Error() != want || !is[*catalog.PartError](err) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestVerifyFaults(t *testing.T) {
	first := true
	tests := []struct {
		change func(p *catalog.Part[scratch])
		detail string
	}{
		{func(p *catalog.Part[scratch]) { p.Help = "" }, "it has no help"},
		{func(p *catalog.Part[scratch]) { p.Example = "a(3)" }, "its example: column 3: a: 3 is too much, want no argument"},
		{func(p *catalog.Part[scratch]) {
			p.Params = []catalog.Param{{Name: "x", Kind: catalog.Number}}
		}, "its example: a: x is missing, want a number"},
		{func(p *catalog.Part[scratch]) {
			p.Params = []catalog.Param{{Name: "x", Kind: catalog.OnePart, Default: "other"}}
		}, `its example: unknown thing "other" (known: b, a)`},
		{func(p *catalog.Part[scratch]) {
			p.New = func(catalog.Args) (scratch, error) { return "A", nil }
		}, `its String is "A": column 1: got "A", want a name: lower-case words joined by "_", such as "a"`},
		{func(p *catalog.Part[scratch]) {
			p.New = func(catalog.Args) (scratch, error) { return "a()", nil }
		}, `its String is "a()", the canonical spelling is "a"`},
		{func(p *catalog.Part[scratch]) {
			p.New = func(catalog.Args) (scratch, error) { return "a(3)", nil }
		}, `its String is "a(3)": column 3: a: 3 is too much, want no argument`},
		{func(p *catalog.Part[scratch]) {
			p.New = func(catalog.Args) (scratch, error) {
				if first {
					first = false
					return "a", nil
				}
				return "b", nil
			}
		}, `its String is "a", and another one after parsing`},
	}
	for _, test := range tests {
		p := scratchPart("a")
		test.change(&p)
		err := catalog.New[scratch]("thing").With(scratchPart("b"), p).Verify()
		if want := `thing "a": ` + test.detail; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
