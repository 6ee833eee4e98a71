package page

import (
	"errors"
	"strings"
	"testing"
)

// wrong are texts that a page cannot show, with the lines and what is said.
var wrong = []struct {
	source string
	line   int
	text   string
}{
	{"", 1, "no title"},
	{"text\n", 1, "no title"},
	{"text\n\n# T\n", 1, "before the title"},
	{"## T\n", 1, "no title"},
	{"# T\n\n# U\n", 3, `second title "U"`},
	{"# T\n\n### U\n", 3, "of level 3, after one of level 1"},
	{"# T\n\n##\n", 3, "empty"},
	{"# T\n\n- ## U\n", 3, "heading within"},
	{"# T\n\n> [!NOTE]\n> ## U\n", 4, "heading within"},
	{"# T\n\n<div>\n\nx\n\n</div>\n", 3, "HTML"},
	{"# T\n\na\nb <b>c</b>\n", 4, "HTML"},
	{"# T\n\n<!-- c -->\n", 3, "HTML"},
	{"# T\n\n![c](a.png)\n", 3, "no figure"},
	{"# T\n\na\n![c](figure:x)\n", 4, "stands alone"},
	{"# T\n\n![c](figure:A)\n", 3, "no name of a figure"},
	{"# T\n\n![c](figure:1a)\n", 3, "no name of a figure"},
	{"# T\n\n![](figure:a)\n", 3, "no caption"},
	{"# T\n\n![c](figure:a)\n\n![c](figure:a)\n", 5, "twice"},
	{"# T\n\n> [!PREDICTION]\n> a\n", 3, `did you mean "PREDICT"?`},
	{"# T\n\n> [!note]\n> a\n", 3, `did you mean "NOTE"?`},
	{"# T\n\n> [!NOTE] a\n", 3, "stands behind [!NOTE]"},
	{"# T\n\n> [!NOTE]\n", 3, "empty"},
	{"# T\n\n> [!ANSWER]\n> a\n", 3, "no question"},
	{"# T\n\n> [!EXERCISE]\n> a\n\n> [!ANSWER]\n> a\n\n> [!ANSWER]\n> a\n", 9, "no question"},
	{"# T\n\na\n$x + \\foo$\n", 4, `unknown command "foo"`},
	{"# T\n\na $5 b\n", 3, `write \$`},
	{"# T\n\na $$x$$ b\n", 3, `write \$`},
	{"# T\n\n$$\nx\n\nb\n", 3, "not closed"},
	{"# T\n\n$$ x\n", 3, "not closed"},
	{"# T\n\n$$ x $$ b\n", 3, "stands alone"},
	{"# T\n\n$$\nx^\n$$\n", 3, "something is missing"},
	{"# T\n\n    code\n", 3, "indented code"},
	{"# T\n\n``` Go!\nx\n```\n", 3, "no language"},
	{"# T\n\n```go main\nx\n```\n", 3, "before the word fragment"},
	{"# T\n\n| a |\n|---|\n", 3, "no rows"},
	{"# T\n\n| a |\n|---|\n| b | c |\n", 5, "more cells"},
	{"# T\n\n| a |\n|---|\n| $|x|$ |\n", 5, "$"},
	{"# T\n\n-\n- a\n", 3, "item is empty"},
	{"# T\n\n999. a\n1000. b\n", 3, "above 999"},
	{"# T\n\n[](a)\n", 3, "no text"},
	{"# T\n\n[a](b \"c\")\n", 3, "title"},
	{"# T\n\n> > > > > a\n", 3, "more than 4 deep"},
	{"# T\n\n>\n", 3, "empty"},
	{"# T\n\na\xff\n", 3, "UTF-8"},
}

func TestErrors(t *testing.T) {
	for _, want := range wrong {
		_, err := Parse([]byte(want.source))
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%q: %v, want an *Error", want.source, err)
			continue
		}
		if e.Line != want.line || !strings.Contains(e.Error(), want.text) {
			t.Errorf("%q: %v, want line %d and %q", want.source, e, want.line, want.text)
		}
	}
}

// TestAllErrors: a writer sees them all at once, in the order of lines.
func TestAllErrors(t *testing.T) {
	_, err := Parse([]byte("# T\n\n<b>x</b>\n\n$y^$\n\n> [!NOTES]\n> a\n"))
	list, ok := errors.AsType[Errors](err)
	if !ok {
		t.Fatalf("%v, want Errors", err)
	}
	var lines []int
	for _, e := range list {
		lines = append(lines, e.Line)
	}
	if len(lines) != 4 || lines[0] != 3 || lines[1] != 3 || lines[2] != 5 || lines[3] != 7 {
		t.Errorf("errors are in lines %v, want 3, 3, 5 and 7", lines)
	}
	if got := err.Error(); !strings.HasPrefix(got, "line 3: ") || !strings.HasSuffix(got, "(and 3 more)") {
		t.Errorf("%q", got)
	}
}
