package page

import (
	"bufio"
	"bytes"
	"html"
	"net/url"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	htmlrenderer "github.com/yuin/goldmark/renderer/html"

	"github.com/neurona-ml/neurona/internal/formula"
)

// inlines reads the parts of lines. The offset is of the block that they are in,
// for those that have no place of their own.
func (r *reader) inlines(parent ast.Node, offset int) []inline {
	var list []inline
	add := func(parts ...inline) {
		for _, part := range parts {
			if w, ok := part.(words); ok && len(list) > 0 {
				if last, ok := list[len(list)-1].(words); ok {
					list[len(list)-1] = words{last.text + w.text}
					continue
				}
			}
			list = append(list, part)
		}
	}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		at := offset
		if n.Pos() >= 0 {
			at = n.Pos()
		}
		switch n := n.(type) {
		case *ast.Text:
			if value := r.unescaped(n.Segment.Value(r.source), n.IsRaw()); value != "" {
				add(words{value})
			}
			if n.HardLineBreak() {
				add(lineBreak{})
			} else if n.SoftLineBreak() {
				add(words{" "})
			}
		case *ast.String:
			add(words{r.unescaped(n.Value, n.IsRaw())})
		case *ast.CodeSpan:
			add(code{r.codeSpan(n)})
		case *ast.Emphasis:
			add(emphasis{n.Level == 2, r.inlines(n, at)})
		case *ast.Link:
			add(r.link(string(n.Destination), r.inlines(n, at), at))
			if len(n.Title) > 0 {
				r.fail(at, "the link has a title, which only a mouse can show")
			}
		case *ast.AutoLink:
			label := string(n.Label(r.source))
			add(r.link(string(n.URL(r.source)), []inline{words{label}}, at))
		case *dollarNode:
			if f := r.formula(n); f != nil {
				add(inlineFormula{f})
			}
		case *ast.Image:
			r.fail(at, "an image stands alone in its paragraph, as ![caption](figure:NAME)")
		case *ast.RawHTML:
			if n.Segments.Len() > 0 {
				at = n.Segments.At(0).Start
			}
			r.fail(at, "HTML has no place in the text")
		default:
			r.fail(at, "a page cannot show a %s", n.Kind())
		}
	}
	return list
}

// unescaped is a text without backslashes before punctuation and with characters
// in place of their names: what goldmark would write as HTML, read again.
func (r *reader) unescaped(value []byte, raw bool) string {
	if raw {
		return string(value)
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	htmlrenderer.DefaultWriter.Write(w, value)
	_ = w.Flush() // to memory
	return html.UnescapeString(b.String())
}

func (r *reader) codeSpan(n *ast.CodeSpan) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(r.source))
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

func (r *reader) formula(n *dollarNode) *formula.Formula {
	if !n.closed {
		r.fail(n.offset, `this $ begins no formula: write \$ for a dollar sign, and formulas in $$ alone in their paragraph`)
		return nil
	}
	f, err := formula.Parse(strings.TrimSpace(n.source))
	if err != nil {
		r.failWith(n.offset, err)
		return nil
	}
	return f
}

func (r *reader) link(destination string, text []inline, offset int) inline {
	if strings.TrimSpace(plainText(text)) == "" {
		r.fail(offset, "the link to %q has no text", destination)
	}
	return link{destination, text, r.line(offset)}
}

// isAddress reports whether a link leads somewhere without the caller's help: to a
// page, here or elsewhere, or to whom a letter is written.
func isAddress(destination string) bool {
	u, err := url.Parse(destination)
	return err == nil && destination != "" && slices.Contains([]string{"", "http", "https", "mailto"}, strings.ToLower(u.Scheme))
}
