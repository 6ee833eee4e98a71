package page

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A callout is set apart from the text, under a heading that the page gives it.
type callout struct {
	kind   calloutKind
	number int // of an exercise and its answer; 0 without
	id     string
	level  int // of its heading
	blocks []block
}

type calloutKind string

const (
	predict  calloutKind = "predict"  // a question before seeing
	exercise calloutKind = "exercise" // a task
	answer   calloutKind = "answer"   // to the question or exercise before it
	teacher  calloutKind = "teacher"  // what only teachers need
	note     calloutKind = "note"     // an aside
)

func calloutKinds() []calloutKind { return []calloutKind{predict, exercise, answer, teacher, note} }

// marker is the name of the attribute that has the first line of a callout.
const marker = "callout"

// mark is the first line of a callout.
type mark struct {
	name     string // between [! and ]
	trailing string
	offset   int
}

// calloutMarks takes the first line of block quotes that are callouts, before anything
// looks for links in it.
type calloutMarks struct{}

func (calloutMarks) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	parent := node.Parent()
	if parent == nil || parent.Kind() != ast.KindBlockquote || parent.FirstChild() != ast.Node(node) {
		return
	}
	lines := node.Lines()
	first := lines.At(0)
	rest, ok := bytes.CutPrefix(bytes.TrimSpace(first.Value(reader.Source())), []byte("[!"))
	if !ok {
		return
	}
	name, trailing, _ := strings.Cut(string(rest), "]")
	parent.SetAttributeString(marker, mark{name, strings.TrimSpace(trailing), first.Start})
	if lines.Len() == 1 {
		parent.RemoveChild(parent, node)
		return
	}
	lines.SetSliced(1, lines.Len())
}
