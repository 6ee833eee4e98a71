package page

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

var colourCodes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// checkLines writes a document for a terminal and looks at every line.
func checkLines(t testing.TB, d *Document, how Terminal) string {
	t.Helper()
	how.Figure = func(_ string, width int) (string, error) { return strings.Repeat("#", width) + "\n", nil }
	var b strings.Builder
	if err := d.WriteText(&b, how); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		plain := strings.TrimSuffix(line, "\n")
		if how.Colours {
			plain = colourCodes.ReplaceAllString(plain, "")
		}
		if w := uniseg.StringWidth(plain); w > how.Width {
			t.Errorf("%q is %d wide, want at most %d", plain, w, how.Width)
		}
		if i := strings.IndexFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && (!how.Unicode || r < 0xa0) }); i >= 0 {
			t.Errorf("%q has the character %q", plain, plain[i:])
		}
	}
	return b.String()
}

func TestEveryLineFits(t *testing.T) {
	for _, language := range Languages() {
		d := lesson(t, language)
		for width := narrowest; width <= widestAll; width++ {
			for _, unicode := range []bool{false, true} {
				for _, colours := range []bool{false, true} {
					checkLines(t, d, Terminal{Labels: labels(t, language), Width: width, Unicode: unicode, Colours: colours, Answers: true})
				}
			}
		}
	}
}

// TestWidths: 80 if none is said, and never under 40 or over 120.
func TestWidths(t *testing.T) {
	for given, want := range map[int]int{0: 80, 7: 40, 100: 100, 1000: 120} {
		got := 0
		how := Terminal{Width: given, Figure: func(_ string, width int) (string, error) { got = width; return "x", nil }}
		if err := lesson(t, "en").WriteText(&strings.Builder{}, how); err != nil || got != want {
			t.Errorf("width %d: a figure is given %d, want %d (%v)", given, got, want, err)
		}
	}
}

func TestTerminalContains(t *testing.T) {
	d := lesson(t, "en")
	text := checkLines(t, d, Terminal{Labels: labels(t, "en"), Width: 80, Unicode: true, Answers: true})
	for _, want := range []string{
		"One neuron\n══════════\n\n", "\n\n\nWhat it computes\n────────────────\n",
		"weights w₁ and w₂ and the bias b,", "\n\n    z = w₁x₁ + w₂x₂ + b\n\n", "    a = σ(z) = 1/(1 + e^(-z))\n",
		"│ Predict first\n│\n│ Let w₁ = 2,",
		"x₁  x₂     z  a = σ(z)  what it means\n──  ──  ────  ────────  ───────────────────────────────────────\n 0   0   0.5     0.622  rather yes\n",
		"\n\nFigure 1. The answer", "    net, err := nn.New(2", "\n    ↪ ", "\n        log.Fatal(err)\n", "\n      100  0.0412\n",
		"(https://example.org/appendix), $0", "`dense(1)`",
		"    z = Wx + b = ⎛  2  -1⎞ ⎛1⎞ + ⎛0.5⎞\n                 ⎝0.5   3⎠ ⎝1⎠   ⎝  0⎠\n\n    a = σ(z)\n",
		"1. Compute a for each example.\n2. Compare with y:\n   • too high",
		"│ Exercise 1\n", "│ 1. first z,\n", "│ Answer 1\n", "│     fmt.Println", "│ For the teacher\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	ascii := checkLines(t, d, Terminal{Labels: labels(t, "en"), Width: 80, Answers: true})
	for _, want := range []string{"One neuron\n==========\n", "    z = w1 x1 + w2 x2 + b\n", "| Predict first\n|\n", "   - too high", `> "The brain`, "--  --  ----  "} {
		if !strings.Contains(ascii, want) {
			t.Errorf("no %q in\n%s", want, ascii)
		}
	}
	if got := checkLines(t, lesson(t, "es"), Terminal{Labels: labels(t, "es"), Width: 80}); !strings.Contains(got, "Haz tu prediccion\n") || !strings.Contains(got, "recibe numeros") {
		t.Errorf("Spanish in ASCII is\n%s", got)
	}
}

func TestAnswersAreShownIfAskedFor(t *testing.T) {
	d := lesson(t, "en")
	without := checkLines(t, d, Terminal{Labels: labels(t, "en"), Width: 80, Unicode: true})
	if strings.Contains(without, "Answer 1") || strings.Contains(without, "0.924\n") || strings.Contains(without, "\n\n\n│") {
		t.Errorf("without answers there is a trace of one:\n%s", without)
	}
	if !strings.Contains(without, "Exercise 1") {
		t.Error("without answers there is no exercise")
	}
}

func TestColours(t *testing.T) {
	d := parsed(t, "# T\n\na **b *c* d** e `f` *g\nh*\n\n> [!NOTE]\n> x\n")
	how := Terminal{Labels: labels(t, "en"), Width: 80, Unicode: true}
	if got := checkLines(t, d, how); strings.Contains(got, "\x1b") || !strings.Contains(got, "a b c d e `f` g h\n") {
		t.Errorf("without colours %q", got)
	}
	how.Colours = true
	got := checkLines(t, d, how)
	for _, want := range []string{"\x1b[1mT\x1b[0m\n", "a \x1b[1mb \x1b[0m\x1b[1m\x1b[3mc\x1b[0m\x1b[1m d\x1b[0m e \x1b[36mf\x1b[0m \x1b[3mg h\x1b[0m\n", "\x1b[2m│\x1b[0m \x1b[1mNote\x1b[0m\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if want := colourCodes.ReplaceAllString(got, ""); strings.Contains(want, "\x1b") {
		t.Errorf("%q has other codes", want)
	}
}

// TestControlCharacters: no text moves the cursor, or turns what is read round.
func TestControlCharacters(t *testing.T) {
	d := parsed(t, "# T\x1b[2J\n\na\x07b \u202ec `\x1b[0m`\n\n```\nx\x1b]0;y\x07\n```\n")
	for _, colours := range []bool{false, true} {
		text := checkLines(t, d, Terminal{Width: 80, Unicode: true, Colours: colours})
		if colours {
			text = colourCodes.ReplaceAllString(text, "")
		}
		for _, want := range []string{`T\x1b[2J`, `a\x07b \u202ec`, `x\x1b]0;y\x07`} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %q", want, text)
			}
		}
	}
}

func TestFiguresOfTerminals(t *testing.T) {
	d := parsed(t, "# T\n\n![c](figure:a)\n")
	write := func(drawn string, err error, colours bool) (string, error) {
		var b strings.Builder
		err = d.WriteText(&b, Terminal{Labels: labels(t, "en"), Colours: colours, Figure: func(string, int) (string, error) { return drawn, err }})
		return b.String(), err
	}
	const drawn = "\x1b[38;5;31m##\x1b[0m\x1b[2J\n\n#\n"
	if got, err := write(drawn, nil, true); err != nil || !strings.Contains(got, "\x1b[38;5;31m##\x1b[0m\\x1b[2J\n\n#\n\n\x1b[1mFigure 1.\x1b[0m c\n") {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := write(drawn, nil, false); err != nil || strings.Contains(got, "\x1b") {
		t.Errorf("%q, %v", got, err)
	}
	for _, of := range []struct {
		drawn string
		err   error
		want  string
	}{{strings.Repeat("#", 81), nil, "81 columns wide, want at most 80"}, {"", errors.New("no such thing"), `figure "a": no such thing`}} {
		got, err := write(of.drawn, of.err, false)
		if e, ok := errors.AsType[*Error](err); !ok || e.Line != 3 || !strings.Contains(e.Error(), of.want) || got != "" {
			t.Errorf("%v, want line 3 and %q", err, of.want)
		}
	}
	if err := d.WriteText(&strings.Builder{}, Terminal{}); err == nil || !strings.Contains(err.Error(), `unknown figure "a"`) {
		t.Errorf("%v", err)
	}
}

func TestLinksOfTerminals(t *testing.T) {
	d := parsed(t, "# T\n\n[a](lesson:b), [c](https://d.org), <https://e.org>\n")
	if got := checkLines(t, d, Terminal{Width: 80}); !strings.Contains(got, "a, c (https://d.org), https://e.org\n") {
		t.Errorf("%q", got)
	}
	how := Terminal{Width: 80, Link: func(destination string) string { return strings.TrimPrefix(destination, "lesson:") }}
	if got := checkLines(t, d, how); !strings.Contains(got, "a (b), c (https://d.org)") {
		t.Errorf("%q", got)
	}
}

// TestWideCharacters: widths are columns, not bytes or runes.
func TestWideCharacters(t *testing.T) {
	d := parsed(t, "# 神経\n\n| a | b |\n|---|--:|\n| 神経細胞 | 1 |\n| é | 22 |\n\n"+strings.Repeat("神", 60)+"\n")
	text := checkLines(t, d, Terminal{Width: 50, Unicode: true})
	for _, want := range []string{"神経\n════\n", "a          b\n────────  ──\n神経細胞   1\né         22\n", "\n" + strings.Repeat("神", 25) + "\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestTablesOfTerminals(t *testing.T) {
	const words = "a sentence of some length that has to be wrapped"
	text := checkLines(t, parsed(t, "# T\n\n| left | centre | right |\n|---|:-:|--:|\n| "+words+" | x | 1 |\n| b | **y** | 22 |\n"), Terminal{Width: 44, Unicode: true, Colours: true})
	want := "\x1b[1mleft\x1b[0m                       \x1b[1mcentre\x1b[0m  \x1b[1mright\x1b[0m\n" +
		"─────────────────────────  ──────  ─────\n" +
		"a sentence of some length    x         1\n" +
		"that has to be wrapped\n\n" +
		"b                            \x1b[1my\x1b[0m        22\n"
	if !strings.HasSuffix(text, want) {
		t.Errorf("%q\nwant\n%q", text, want)
	}
	wide := strings.Repeat("| extraordinarily ", 5) + "|\n"
	text = checkLines(t, parsed(t, "# T\n\n"+wide+strings.Repeat("|---", 5)+"|\n| 1 | 2 | 3 | 4 | 5 |\n| 6 | 7 | 8 | 9 | |\n"), Terminal{Width: 44})
	if !strings.Contains(text, "extraordinarily: 4\nextraordinarily: 5\n\nextraordinarily: 6\n") {
		t.Errorf("too many columns are not listed:\n%s", text)
	}
}
