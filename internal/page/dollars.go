package page

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A dollarNode is a formula in the tree that goldmark makes.
type dollarNode struct {
	ast.BaseInline
	source string
	closed bool
	offset int
}

// A dollarBlock is a displayed formula.
type dollarBlock struct {
	ast.BaseBlock
	source   strings.Builder
	offset   int
	closed   bool
	trailing bool // something follows it on its last line
}

var (
	kindOfDollarNode  = ast.NewNodeKind("Formula")
	kindOfDollarBlock = ast.NewNodeKind("DisplayedFormula")
)

func (*dollarNode) Kind() ast.NodeKind  { return kindOfDollarNode }
func (*dollarBlock) Kind() ast.NodeKind { return kindOfDollarBlock }

// IsRaw: what is in a displayed formula is no Markdown.
func (*dollarBlock) IsRaw() bool { return true }

func (n *dollarNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Formula": n.source}, nil)
}

func (n *dollarBlock) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Formula": n.source.String()}, nil)
}

// dollars reads $...$.
type dollars struct{}

func (dollars) Trigger() []byte { return []byte{'$'} }

func (dollars) Parse(_ ast.Node, reader text.Reader, _ parser.Context) ast.Node {
	line, segment := reader.PeekLine()
	n := &dollarNode{offset: segment.Start}
	if bytes.HasPrefix(line, []byte("$$")) { // which would be empty
		reader.Advance(2)
		return n
	}
	reader.Advance(1)
	row, position := reader.Position()
	var source strings.Builder
	for {
		line, _ := reader.PeekLine()
		if line == nil {
			reader.SetPosition(row, position)
			return n
		}
		if end := closingDollar(line); end >= 0 {
			source.Write(line[:end])
			reader.Advance(end + 1)
			n.source, n.closed = source.String(), true
			return n
		}
		source.Write(line)
		reader.AdvanceLine()
	}
}

// closingDollar is where a line has a dollar sign without a backslash before it.
func closingDollar(line []byte) int {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '$':
			return i
		}
	}
	return -1
}

// displays reads $$...$$: on one line, or up to a line that ends with it. A blank
// line ends one that is not closed.
type displays struct{}

func (displays) Trigger() []byte { return []byte{'$'} }

func (displays) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 || !bytes.HasPrefix(line[at:], []byte("$$")) {
		return nil, parser.NoChildren
	}
	n := &dollarBlock{offset: segment.Start + at - segment.Padding}
	n.add(line[at+2:])
	reader.AdvanceToEOL()
	return n, parser.NoChildren
}

func (displays) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	n := node.(*dollarBlock)
	line, _ := reader.PeekLine()
	if n.closed || len(bytes.TrimSpace(line)) == 0 {
		return parser.Close
	}
	n.add(line)
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

// add adds a line up to the closing dollars.
func (n *dollarBlock) add(line []byte) {
	if end := closingDollar(line); end >= 0 && bytes.HasPrefix(line[end:], []byte("$$")) {
		n.closed = true
		n.trailing = len(bytes.TrimSpace(line[end+2:])) > 0
		line = line[:end]
	}
	n.source.Write(line)
}

func (displays) Close(ast.Node, text.Reader, parser.Context) {}
func (displays) CanInterruptParagraph() bool                 { return true }
func (displays) CanAcceptIndentedLine() bool                 { return false }
