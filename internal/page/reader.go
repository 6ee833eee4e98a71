package page

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/neurona-ml/neurona/internal/formula"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/internal/plain"
)

// maxNesting is how deep lists and quotes may lie in each other: more would leave
// a terminal, or a telephone, no width.
const maxNesting = 4

// maxItem is the largest number of an item.
const maxItem = 999

// reader turns goldmark's tree into ours, which has only what a page can show.
type reader struct {
	source   []byte
	errors   Errors
	ids      map[string]bool
	headings []headline
	figures  []string
	answers  int
	counts   map[calloutKind]int
	open     questions
	nesting  int
}

func newReader(source []byte) *reader {
	return &reader{source: source, ids: map[string]bool{contentID: true}, counts: map[calloutKind]int{}}
}

// fail notes an error at a place of the source.
func (r *reader) fail(offset int, format string, args ...any) {
	r.failWith(offset, fmt.Errorf(format, args...))
}

func (r *reader) failWith(offset int, err error) {
	r.errors = append(r.errors, &Error{Line: r.line(offset), Err: err})
}

func (r *reader) line(offset int) int {
	return 1 + bytes.Count(r.source[:min(max(offset, 0), len(r.source))], []byte{'\n'})
}

// document reads all.
func (r *reader) document() []block {
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(
			parser.WithParagraphTransformers(util.Prioritized(calloutMarks{}, 50)), // before references, which are at 100
			parser.WithInlineParsers(util.Prioritized(dollars{}, 150)),             // after code spans, which are at 100
			parser.WithBlockParsers(util.Prioritized(displays{}, 750)),             // after fenced code, at 700
		),
	)
	blocks := r.blocks(markdown.Parser().Parse(text.NewReader(r.source)))
	if len(r.headings) == 0 || r.headings[0].level != 1 {
		r.errors = append(r.errors, &Error{Line: 1, Err: errors.New("there is no title, which is a heading of one # before all else")})
	} else if _, first := blocks[0].(heading); !first {
		r.errors = append(r.errors, &Error{Line: 1, Err: errors.New("something stands before the title")})
	}
	return blocks
}

// blocks reads the children of a block.
func (r *reader) blocks(parent ast.Node) []block {
	var list []block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if b := r.block(n); b != nil {
			list = append(list, b)
		}
	}
	return list
}

// nested reads the children of a block that is set off from those around it.
func (r *reader) nested(parent ast.Node, offset int) []block {
	if r.nesting++; r.nesting > maxNesting {
		r.nesting--
		r.fail(offset, "lists and quotes lie more than %d deep in each other", maxNesting)
		return nil
	}
	defer func() { r.nesting-- }()
	return r.blocks(parent)
}

// block reads one block: nil if it shows nothing, or if it cannot be shown.
func (r *reader) block(n ast.Node) block {
	switch n := n.(type) {
	case *ast.Heading:
		return r.heading(n)
	case *ast.Paragraph:
		if image, ok := n.FirstChild().(*ast.Image); ok && n.ChildCount() == 1 {
			return r.figure(image, n.Pos())
		}
		return paragraph{r.inlines(n, n.Pos())}
	case *ast.TextBlock:
		return paragraph{r.inlines(n, n.Pos())}
	case *ast.List:
		return r.list(n)
	case *ast.Blockquote:
		if value, ok := n.AttributeString(marker); ok {
			return r.callout(n, value.(mark))
		}
		if n.FirstChild() == nil {
			r.fail(n.Pos(), "the block quote is empty")
		}
		return quote{r.nested(n, n.Pos())}
	case *ast.FencedCodeBlock:
		return codeBlock{r.language(n), r.lines(n)}
	case *ast.CodeBlock:
		r.fail(n.Pos(), "indented code: put it between ``` and ```")
	case *ast.ThematicBreak:
		return rule{}
	case *ast.LinkReferenceDefinition:
	case *ast.HTMLBlock:
		r.fail(n.Pos(), "HTML has no place in the text")
	case *extast.Table:
		return r.table(n)
	case *dollarBlock:
		return r.display(n)
	default:
		r.fail(n.Pos(), "a page cannot show a %s", n.Kind())
	}
	return nil
}

// language is the language of code. Behind it may stand that the code is a fragment, no
// program of its own: for who tries programs out.
func (r *reader) language(n *ast.FencedCodeBlock) string {
	if n.Info == nil {
		return ""
	}
	info := string(n.Info.Segment.Value(r.source))
	language, more, _ := strings.Cut(info, " ")
	if more != "" && more != "fragment" || strings.ContainsFunc(language, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }) {
		r.fail(n.Pos(), "%q is no language of code, alone or before the word fragment", info)
	}
	return language
}

// lines are the lines of a block as they are.
func (r *reader) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(r.source))
	}
	return b.String()
}

func (r *reader) heading(n *ast.Heading) block {
	h := heading{level: n.Level, text: r.inlines(n, n.Pos()), line: r.line(n.Pos())}
	title := plainText(h.text)
	before := 0
	if len(r.headings) > 0 {
		before = r.headings[len(r.headings)-1].level
	}
	switch {
	case r.nesting > 0:
		r.fail(n.Pos(), "a heading within a list or a quote")
	case strings.TrimSpace(title) == "":
		r.fail(n.Pos(), "the heading is empty")
	case before > 0 && h.level == 1:
		r.fail(n.Pos(), "a second title %q: other headings begin with ##", title)
	case h.level > before+1 && before > 0:
		r.fail(n.Pos(), "the heading %q is of level %d, after one of level %d", title, h.level, before)
	}
	h.id = r.id(title)
	r.headings = append(r.headings, headline{h.level, title, h.id})
	return h
}

// Identifiers that the page takes itself: of its main element, and of figures with what
// is in them, which begin so.
const (
	contentID = "content"
	figureID  = "figure-"
)

// id makes an identifier that the page has not had, of letters and digits that
// need no escapes in an address.
func (r *reader) id(text string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(plain.ASCII(text)) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	base := strings.TrimSuffix(b.String(), "-")
	switch {
	case base == "":
		base = "section"
	case strings.HasPrefix(base, figureID):
		base = "section-" + base
	}
	id := base
	for n := 2; r.ids[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	r.ids[id] = true
	return id
}

func (r *reader) list(n *ast.List) block {
	l := list{ordered: n.IsOrdered(), start: n.Start, tight: n.IsTight}
	if l.ordered && (l.start < 0 || l.start+n.ChildCount()-1 > maxItem) {
		r.fail(n.Pos(), "the list has numbers above %d", maxItem)
	}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		blocks := r.nested(item, n.Pos())
		if len(blocks) == 0 && item.FirstChild() == nil {
			r.fail(max(n.Pos(), item.Pos()), "the item is empty")
		}
		l.items = append(l.items, blocks)
	}
	return l
}

func (r *reader) table(n *extast.Table) block {
	t := table{}
	for _, alignment := range n.Alignments {
		s := atLeft
		switch alignment {
		case extast.AlignCenter:
			s = atCentre
		case extast.AlignRight:
			s = atRight
		}
		t.sides = append(t.sides, s)
	}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []cell
		end := row.Pos()
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			if c.Lines().Len() > 0 {
				end = c.Lines().At(0).Stop
			}
			cells = append(cells, r.inlines(c, row.Pos()))
		}
		if _, head := row.(*extast.TableHeader); head {
			t.head = cells
			continue
		}
		// goldmark leaves out cells that have no column; they may be anything but nothing.
		rest, _, _ := bytes.Cut(r.source[min(max(end, 0), len(r.source)):], []byte{'\n'})
		if strings.Trim(string(rest), "| \t\r") != "" {
			r.fail(row.Pos(), "the row has more cells than the table's head, which has %d", len(t.sides))
		}
		t.rows = append(t.rows, cells)
	}
	if len(t.rows) == 0 {
		r.fail(n.Pos(), "the table has no rows")
	}
	return t
}

func (r *reader) display(n *dollarBlock) block {
	switch {
	case !n.closed:
		r.fail(n.offset, "this $$ is not closed")
		return nil
	case n.trailing:
		r.fail(n.offset, "something follows the formula: it stands alone")
		return nil
	}
	f, err := formula.Parse(strings.TrimSpace(n.source.String()))
	if err != nil {
		r.failWith(n.offset, err)
		return nil
	}
	return formulaBlock{f}
}

func (r *reader) figure(n *ast.Image, offset int) block {
	name, ok := strings.CutPrefix(string(n.Destination), "figure:")
	switch {
	case !ok:
		r.fail(offset, "the image %q is no figure: write ![caption](figure:NAME)", n.Destination)
		return nil
	case !plain.IsName(name):
		r.fail(offset, "%q is no name of a figure: it begins with a small letter, and more of them, digits and single hyphens may follow", name)
	case slices.Contains(r.figures, name):
		r.fail(offset, "the figure %q is shown twice", name)
	}
	f := figure{name: name, caption: r.inlines(n, offset), line: r.line(offset)}
	if strings.TrimSpace(plainText(f.caption)) == "" {
		r.fail(offset, "the figure %q has no caption", name)
	}
	r.figures = append(r.figures, name)
	f.number = len(r.figures)
	return f
}

// callout reads a callout, and gives it a number and the level of its heading.
func (r *reader) callout(n *ast.Blockquote, m mark) block {
	kind := calloutKind(strings.ToLower(m.name))
	if !slices.Contains(calloutKinds(), kind) || m.name != strings.ToUpper(m.name) {
		var known []string
		for _, k := range calloutKinds() {
			known = append(known, strings.ToUpper(string(k)))
		}
		r.failWith(m.offset, names.Unknown("callout", m.name, known))
		return nil
	}
	if m.trailing != "" {
		r.fail(m.offset, "%q stands behind [!%s]: the callout begins on the next line", m.trailing, m.name)
	}
	c := callout{kind: kind, level: 2}
	if len(r.headings) > 0 {
		c.level = min(r.headings[len(r.headings)-1].level+1, 6)
	}
	switch kind {
	case exercise:
		r.counts[kind]++
		c.number = r.counts[kind]
		r.open.ask(c.number)
	case predict:
		r.open.ask(0)
	case answer:
		number, ok := r.open.answer()
		if !ok {
			r.fail(m.offset, "the answer has no question before it that is open")
		}
		c.number = number
		r.answers++
	}
	c.id = r.id(string(kind) + "-1")
	if c.blocks = r.nested(n, m.offset); n.FirstChild() == nil {
		r.fail(m.offset, "the callout is empty")
	}
	return c
}

// questions are those that an answer may be to.
type questions struct {
	exercises []int // without an answer
	predicted bool  // the last question was none of an exercise, and has no answer
}

// ask adds an exercise, by its number, or a question with the number 0.
func (q *questions) ask(exercise int) {
	if q.predicted = exercise == 0; !q.predicted {
		q.exercises = append(q.exercises, exercise)
	}
}

// answer is the number of what an answer is to: the question right before it, or
// the first exercise that has no answer, since all answers may stand at the end.
func (q *questions) answer() (int, bool) {
	if q.predicted {
		q.predicted = false
		return 0, true
	}
	if len(q.exercises) == 0 {
		return 0, false
	}
	number := q.exercises[0]
	q.exercises = q.exercises[1:]
	return number, true
}
