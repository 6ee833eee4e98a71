package catalog

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// withoutColumns returns s with every column set to 0.
func withoutColumns(s Spec) Spec { return *Value{Spec: &s}.at(0).Spec }

func TestParse(t *testing.T) {
	number := func(v float64) Value { return Value{Form: NumberForm, Number: v} }
	spec := func(name string, args ...Argument) Value { return Value{Spec: &Spec{Name: name, Args: args}} }
	by := func(v Value) Argument { return Argument{Value: v} }
	tests := []struct {
		text      string
		want      Value
		canonical string
	}{
		{"relu", spec("relu"), "relu"},
		{" relu ( ) ", spec("relu"), "relu"},
		{"leaky_relu", spec("leaky_relu"), "leaky_relu"},
		{"top_5", spec("top_5"), "top_5"},
		{"dense(512)", spec("dense", by(number(512))), "dense(512)"},
		{"dropout( .20)", spec("dropout", by(number(0.2))), "dropout(0.2)"},
		{"scale(+3.)", spec("scale", by(number(3))), "scale(3)"},
		{"scale(-1E-07)", spec("scale", by(number(-1e-7))), "scale(-1e-7)"},
		{"scale(2.5e+20)", spec("scale", by(number(2.5e20))), "scale(2.5e20)"},
		{"scale(1e6)", spec("scale", by(number(1e6))), "scale(1000000)"},
		{"scale(1e15)", spec("scale", by(number(1e15))), "scale(1e15)"},
		{"scale(-0)", spec("scale", by(number(math.Copysign(0, -1)))), "scale(-0)"},
		{"adamw(lr=1e-3,decay = 0.05)", spec("adamw", Argument{Name: "lr", Value: number(1e-3)}, Argument{Name: "decay", Value: number(0.05)}), "adamw(lr=0.001, decay=0.05)"},
		{"sgd(lr=1, nesterov)", spec("sgd", Argument{Name: "lr", Value: number(1)}, by(spec("nesterov"))), "sgd(lr=1, nesterov)"},
		{"warmup(500,\n\tcosine())", spec("warmup", by(number(500)), by(spec("cosine"))), "warmup(500, cosine)"},
		{"q(taus=[0.1,\r\n 0.5])", spec("q", Argument{Name: "taus", Value: Value{Form: ListForm, List: []Value{number(0.1), number(0.5)}}}), "q(taus=[0.1, 0.5])"},
		{"q([])", spec("q", by(Value{Form: ListForm})), "q([])"},
		{"q([[1], a(2)])", spec("q", by(Value{Form: ListForm, List: []Value{{Form: ListForm, List: []Value{number(1)}}, spec("a", by(number(2)))}})), "q([[1], a(2)])"},
		{`f1("Cádiz, \"the\" \x41")`, spec("f1", by(Value{Form: TextForm, Text: `Cádiz, "the" A`})), `f1("Cádiz, \"the\" A")`},
		{`f1("\\")`, spec("f1", by(Value{Form: TextForm, Text: `\`})), `f1("\\")`},
	}
	for _, test := range tests {
		got, err := Parse(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if got.String() != test.canonical {
			t.Errorf("%q: canonical is %q, want %q", test.text, got.String(), test.canonical)
		}
		if bare, want := withoutColumns(got), withoutColumns(*test.want.Spec); !reflect.DeepEqual(bare, want) {
			t.Errorf("%q: got %#v, want %#v", test.text, bare, want)
		}
	}
}

func TestParseColumns(t *testing.T) {
	s, err := Parse(` a("é", b = [1, c(2)])`)
	if err != nil {
		t.Fatal(err)
	}
	list := s.Args[1].Value
	got := []int{s.Column, s.Args[0].Column, s.Args[1].Column, list.Column, list.List[0].Column, list.List[1].Column, list.List[1].Spec.Column, list.List[1].Spec.Args[0].Column}
	if want := []int{2, 4, 9, 13, 14, 17, 17, 19}; !reflect.DeepEqual(got, want) {
		t.Errorf("columns are %v, want %v", got, want)
	}
}

func TestSyntaxErrors(t *testing.T) {
	tests := []struct{ text, message string }{
		{"", `column 1: got the end, want a name`},
		{"  ", `column 3: got the end, want a name`},
		{"3", `column 1: got "3", want a name`},
		{"[relu]", `column 1: got "[", want a name`},
		{"relu sigmoid", `column 6: got "sigmoid", want the end`},
		{"relu)", `column 5: got ")", want the end`},
		{"dense(512", `column 10: got the end, want "," or ")"`},
		{"dense(512]", `column 10: got "]", want "," or ")"`},
		{"dense(512 3)", `column 11: got "3", want "," or ")"`},
		{"q([1, 2)", `column 8: got ")", want "," or "]"`},
		{"dense(", `column 7: got the end, want a value`},
		{"dense(,)", `column 7: got ",", want a value`},
		{"dense(512,)", `column 11: got ")", want a value`},
		{"adam(lr=)", `column 9: got ")", want a value`},
		{"adam(lr==1)", `column 9: got "=", want a value`},
		{"adam(3=1)", `column 7: got "=", want "," or ")"`},
		{"adam(lr=1, 2)", `column 12: got "2", want name=value, since a named argument came before`},
		{"warmup(steps=5, cosine(0))", `column 17: got "cosine", want name=value, since a named argument came before`},
		{"ReLU", `column 1: got "ReLU", want a name: lower-case words joined by "_", such as "relu"`},
		{"he-normal", `column 1: got "he-normal", want a name: lower-case words joined by "_", such as "he_normal"`},
		{"señal", `column 1: got "señal", want a name: lower-case words joined by "_"`},
		{"a__b", `column 1: got "a__b", want a name: lower-case words joined by "_"`},
		{"a_", `column 1: got "a_", want a name: lower-case words joined by "_"`},
		{"_a", `column 1: got "_a", want a name: lower-case words joined by "_"`},
		{"q(é)", `column 3: got "é", want a name: lower-case words joined by "_"`},
		{`q("é", 1e)`, `column 8: got "1e", want a number, such as 0.5 or 1e-3`},
		{"q(3d)", `column 3: got "3d", want a number, such as 0.5 or 1e-3`},
		{"q(0x1p3)", `column 3: got "0x1p3", want a number, such as 0.5 or 1e-3`},
		{"q(1_000)", `column 3: got "1_000", want a number, such as 0.5 or 1e-3`},
		{"q(1.2.3)", `column 3: got "1.2.3", want a number, such as 0.5 or 1e-3`},
		{"q(-)", `column 3: got "-", want a number, such as 0.5 or 1e-3`},
		{"q(--1)", `column 3: got "-", want a number, such as 0.5 or 1e-3`},
		{"q(-inf)", `column 3: got "-inf", want a number, such as 0.5 or 1e-3`},
		{"q(.)", `column 3: got ".", want a number, such as 0.5 or 1e-3`},
		{"q(1e999)", `column 3: got "1e999", want a number that float64 can hold`},
		{"q(1e-999)", `column 3: got "1e-999", want a number that float64 can hold`},
		{"q(50%)", `column 5: got "%", want a name, a number, a text in quotes or one of ( ) [ ] , =`},
		{"q('a')", `column 3: got "'", want a name, a number, a text in quotes or one of ( ) [ ] , =`},
		{"q(\xff)", `column 3: got "\xff", want a name, a number, a text in quotes or one of ( ) [ ] , =`},
		{`q("a`, `column 3: got a text without an end, want a closing "`},
		{`q("a\`, `column 3: got a text without an end, want a closing "`},
		{`q("\q")`, `column 3: got "\q", want a text on one line with the escapes of Go, such as \" and \n`},
		{"q(\"a\nb\")", "column 3: got \"a\nb\", want a text on one line with the escapes of Go, such as \\\" and \\n"},
		{"relu " + strings.Repeat("x", 70), `column 6: got "` + strings.Repeat("x", 60) + `…", want the end`},
	}
	for _, test := range tests {
		_, err := Parse(test.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || err.Error() != test.message {
			t.Errorf("%q: got %v, want a *SyntaxError %s", test.text, err, test.message)
		}
	}
}

func TestLimits(t *testing.T) {
	nested := func(depth int) string { return strings.Repeat("a(", depth) + "b" + strings.Repeat(")", depth) }
	values := func(n int) string { return "a([" + strings.Repeat("1,", n-2) + "1])" }
	long := func(n int) string { return `a("` + strings.Repeat("x", n-5) + `")` }
	tests := []struct{ within, beyond, message string }{
		{nested(MaxDepth), nested(MaxDepth + 1), "column 130: more than 64 brackets within one another"},
		{values(MaxValues), values(MaxValues + 1), "column 131074: more than 65536 values"},
		{long(MaxLength), long(MaxLength + 1), "more than 1048576 bytes"},
		{`a("` + strings.Repeat("\x01", MaxLength/4-2) + `")`, `a("` + strings.Repeat("\x01", MaxLength/4) + `")`, "more than 1048576 bytes"},
	}
	for _, test := range tests {
		if s, err := Parse(test.within); err != nil {
			t.Errorf("within the limit: %v", err)
		} else if again, err := Parse(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("the canonical spelling is not read: %v", err)
		}
		_, err := Parse(test.beyond)
		var limit *LimitError
		if !errors.As(err, &limit) || err.Error() != test.message {
			t.Errorf("got %v, want a *LimitError %s", err, test.message)
		}
	}
}

// TestCanonicalLength holds Parse to what it assumes: String is less than 8
// times as long as the text.
func TestCanonicalLength(t *testing.T) {
	for _, unit := range []string{"1e14,", "-9e14,", "a,", "[],", "\"\x01\",", "\"\u00ad\",", "\"\U000e0001\",", "1.,"} {
		text := "q(" + strings.Repeat(unit, 1000) + "1)"
		s, err := Parse(text)
		if err != nil {
			t.Fatalf("%q: %v", unit, err)
		}
		if got := len(s.String()); got > 8*len(text) {
			t.Errorf("%q: %d bytes become %d", unit, len(text), got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"relu", "dense(512)", "adamw(lr=1e-3, decay=0.05)", "sgd(lr=.1, momentum=0.9, nesterov)", "warmup(500, cosine)",
		"stack(dense(64), relu, residual(dense(64), relu))", "quantile(taus=[0.1, 0.5, 0.9])", `f1("Cádiz\n\x00")`, "a([[], b()])", "a(-0, 1e300)",
		"a(", "a(b=", `a("`, "a(1e", "é", "\xff",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			if err.Error() == "" || s.Name != "" {
				t.Fatalf("%q: %#v and error %q", text, s, err)
			}
			return
		}
		canonical := s.String()
		again, err := Parse(canonical)
		if err != nil {
			t.Fatalf("%q is %q, which is not read: %v", text, canonical, err)
		}
		if again.String() != canonical {
			t.Fatalf("%q is %q, which is %q", text, canonical, again.String())
		}
		if !reflect.DeepEqual(withoutColumns(s), withoutColumns(again)) {
			t.Fatalf("%q and %q are different trees", text, canonical)
		}
	})
}
