package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

// element is an element of a document, with what is in it.
type element struct {
	name string
	attr map[string]string
	text string
}

// parsed reads a document with encoding/xml, and fails if it is none.
func parsed(t *testing.T, text []byte) (list []element) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(text))
	var open []int
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				if _, twice := e.attr[a.Name.Local]; twice {
					t.Fatalf("%s has two attributes %s", e.name, a.Name.Local)
				}
				e.attr[a.Name.Local] = a.Value
			}
			open = append(open, len(list))
			list = append(list, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				list[open[len(open)-1]].text += string(token)
			}
		}
	}
	return list
}

// TestSVG: what is written is XML, names and describes itself, and refers to
// nothing that is not in it.
func TestSVG(t *testing.T) {
	for _, f := range gallery() {
		for kind, write := range map[string]func(io.Writer) error{
			"light":  func(w io.Writer) error { return f.WriteSVG(w, Light()) },
			"dark":   func(w io.Writer) error { return f.WriteSVG(w, Dark()) },
			"inline": f.WriteInlineSVG,
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			all := parsed(t, b.Bytes())
			root := all[0]
			if root.name != "svg" || root.attr["role"] != "img" || root.attr["viewBox"] != fmt.Sprintf("0 0 %v %v", f.Width, f.Height) {
				t.Errorf("%s %s: the root is %v", f.Name, kind, root)
			}
			ids := map[string]element{}
			for _, e := range all {
				if id := e.attr["id"]; id != "" {
					if _, twice := ids[id]; twice || !strings.HasPrefix(id, "figure-"+f.Name+"-") {
						t.Errorf("%s %s: the identifier %q is not its own", f.Name, kind, id)
					}
					ids[id] = e
				}
			}
			labels := strings.Fields(root.attr["aria-labelledby"])
			if len(labels) != 2 || ids[labels[0]].text != f.Title || ids[labels[1]].text != f.Alt {
				t.Errorf("%s %s: it is labelled by %q, want title and description", f.Name, kind, labels)
			}
			if kind == "inline" {
				checkInline(t, f, all, b.String())
			} else if strings.Contains(b.String(), "var(") {
				t.Errorf("%s %s has custom properties", f.Name, kind)
			}
			if b.Len() > 120<<10 {
				t.Errorf("%s %s has %d bytes", f.Name, kind, b.Len())
			}
		}
	}
}

// checkInline: colours are custom properties that CSS declares, with a colour to
// fall back to, and classes are declared and the figure's own.
func checkInline(t *testing.T, f *Figure, all []element, text string) {
	t.Helper()
	declared := CSS()
	for _, m := range regexp.MustCompile(`var\((--[a-z-]+)(,#[0-9a-f]+)?\)`).FindAllStringSubmatch(text, -1) {
		if m[2] == "" || !strings.Contains(declared, m[1]+":") {
			t.Errorf("%s: %s has nothing to fall back to, or CSS does not declare it", f.Name, m[0])
		}
	}
	for _, e := range all {
		for _, name := range []string{"fill", "stroke"} {
			if v := e.attr[name]; v != "" && v != "none" && !strings.HasPrefix(v, "var(--") {
				t.Errorf("%s: %s has %s %q, want a custom property", f.Name, e.name, name, v)
			}
		}
		if class := e.attr["class"]; class != "" && (!strings.HasPrefix(class, "figure-"+f.Name+"-") || !strings.Contains(text, "."+class+"{")) {
			t.Errorf("%s: the class %q is not its own, or not declared", f.Name, class)
		}
	}
}

func TestSVGEscapes(t *testing.T) {
	f := New("test", `a < b & "c"`, `Either a < b or a > b & c, as in "this".`, 640, 400)
	f.Add(Text{At: Point{100, 100}, Text: `x < 1 & y > "2"`})
	var b bytes.Buffer
	if err := f.WriteSVG(&b, Light()); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, e := range parsed(t, b.Bytes()) {
		texts[e.name] = e.text
	}
	if texts["title"] != f.Title || texts["desc"] != f.Alt || texts["text"] != `x < 1 & y > "2"` {
		t.Errorf("the texts come back as %q", texts)
	}
}

// TestSVGHasNoForeignCharacters: what XML has none for is not written.
func TestSVGHasNoForeignCharacters(t *testing.T) {
	f := New("test", "T\x00est", "A drawing \x01 that\u0085 a test \xff looks at.", 640, 400)
	for _, write := range []func(io.Writer) error{func(w io.Writer) error { return f.WriteSVG(w, Light()) }, f.WriteInlineSVG} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if texts := parsed(t, b.Bytes()); texts[1].text != "T\ufffdest" || texts[2].text != "A drawing \ufffd that\ufffd a test \ufffd looks at." {
			t.Errorf("the texts come back as %q", texts)
		}
	}
}

// TestGaps: a point that is no place interrupts a line.
func TestGaps(t *testing.T) {
	f := newFigure()
	bad := Point{0, 1e9}
	f.Add(Polyline{Points: []Point{{1, 1}, {2, 9}, bad, {3, 1}, {9, 5}, {4, 9}, bad, bad, {5, 5}}})
	var b bytes.Buffer
	if err := f.WriteSVG(&b, Light()); err != nil {
		t.Fatal(err)
	}
	if want := `d="M1 1L2 9M3 1L9 5 4 9M5 5h0"`; !strings.Contains(b.String(), want) {
		t.Errorf("%s does not contain %s", b.String(), want)
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", -0.04: "0", 1.05: "1.1", 2.34: "2.3", -1.25: "-1.3", 640: "640", 0.35 * 7: "2.5"} {
		if got := number(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
	// The last bit does not matter, at a tie either.
	for _, v := range []float64{259.05, 0.15, 1e4 + 0.25} {
		if a, b := number(v*(1-0x1p-52)), number(v*(1+0x1p-52)); a != b {
			t.Errorf("around %v is written %s and %s", v, a, b)
		}
	}
}
