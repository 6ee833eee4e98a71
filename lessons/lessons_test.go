package lessons

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rivo/uniseg"
)

// made makes each lesson once for all tests.
var made = sync.OnceValues(func() (map[string]*Lesson, error) {
	all := map[string]*Lesson{}
	for _, t := range Topics() {
		l, err := Make(context.Background(), t.Name)
		if err != nil {
			return nil, err
		}
		all[t.Name] = l
	}
	return all, nil
})

// each runs a test for every lesson in every language.
func each(t *testing.T, test func(t *testing.T, l *Lesson, language string)) {
	t.Helper()
	t.Parallel()
	all, err := made()
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range Topics() {
		for _, language := range Languages() {
			t.Run(topic.Name+"/"+language, func(t *testing.T) { test(t, all[topic.Name], language) })
		}
	}
}

// wellFormed reads a document of XML to its end.
func wellFormed(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict, d.Entity = true, xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// TestParts: each lesson asks first, has figures, code, two exercises with answers, and a note for the teacher.
func TestParts(t *testing.T) {
	each(t, func(t *testing.T, l *Lesson, language string) {
		source := l.Topic.text(language)
		for part, n := range map[string]int{"[!PREDICT]": 1, "[!EXERCISE]": 2, "[!ANSWER]": 2, "[!TEACHER]": 1, "{{code}}": 1} {
			if got := strings.Count(source, part); got != n {
				t.Errorf("%d times %s, want %d", got, part, n)
			}
		}
		if title := l.Topic.Title(language); title == "" || title != l.shown[language].document.Title() {
			t.Errorf("the title is %q", title)
		}
		if l.Answers() != 2 {
			t.Errorf("%d answers, want 2", l.Answers())
		}
	})
}

// TestFigures: every figure that is drawn is shown, reads well, and can be written.
func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, l *Lesson, language string) {
		var drawn []string
		for i, f := range l.shown[language].figures {
			drawn = append(drawn, f.Name)
			if err := f.Check(); err != nil {
				t.Error(err)
			}
			if f.Width != figureWidth {
				t.Errorf("%s is %v units wide, want %v, so that it reads on a telephone", f.Name, f.Width, figureWidth)
			}
			if !strings.HasSuffix(f.Alt, ".") || len(strings.Fields(f.Alt)) < 8 {
				t.Errorf("%s: %q does not say what one sees", f.Name, f.Alt)
			}
			var image, drawing bytes.Buffer
			if i == 0 { // one is enough: it takes a while
				if err := l.WriteFigure(&image, language, f.Name, "png"); err != nil {
					t.Fatal(err)
				}
				if c, err := png.DecodeConfig(&image); err != nil || c.Width < 1590 || c.Width > 1610 {
					t.Errorf("%s: %v, %d pixels wide, want 1600", f.Name, err, c.Width)
				}
			}
			if err := f.WritePNG(io.Discard, 0.4); err != nil { // all glyphs are there
				t.Error(err)
			}
			if err := l.WriteFigure(&drawing, language, f.Name, "svg"); err != nil {
				t.Fatal(err)
			}
			if err := wellFormed(drawing.Bytes()); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		if shown := l.Figures(); !slices.Equal(shown, drawn) || !slices.Equal(shown, l.shown[language].document.Figures()) {
			t.Errorf("shown are %v, drawn %v", shown, drawn)
		}
	})
}

// TestTerminals: in every terminal the lines fit, where there are no colours there is no escape, and all signs have a spelling in ASCII.
func TestTerminals(t *testing.T) {
	each(t, func(t *testing.T, l *Lesson, language string) {
		for _, terminal := range []Terminal{{}, {Width: 60, Unicode: true}, {Width: 120, Unicode: true, Answers: true}, {Width: 100, Unicode: true, Colours: Colours256}, {Width: 80, Unicode: true, Colours: TrueColour}} {
			var b bytes.Buffer
			if err := l.WriteText(&b, language, terminal); err != nil {
				t.Fatalf("%+v: %v", terminal, err)
			}
			text := b.String()
			if !terminal.Unicode {
				terminal := terminal
				terminal.Unicode = true
				var unicode bytes.Buffer
				if err := l.WriteText(&unicode, language, terminal); err != nil {
					t.Fatal(err)
				}
				if got, want := strings.Count(text, "?"), strings.Count(unicode.String(), "?"); got != want {
					t.Errorf("%d question marks in ASCII, want %d", got, want)
				}
			}
			if lines := strings.Count(text, "\n"); lines < 60 {
				t.Errorf("%+v: %d lines are hardly a lesson", terminal, lines)
			}
			if terminal.Colours != NoColours {
				if !strings.Contains(text, "\x1b[") {
					t.Errorf("%+v: there are no colours", terminal)
				}
				text = regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(text, "")
			}
			if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || !terminal.Unicode && r > '~' }); i >= 0 {
				t.Errorf("%+v: there is %q", terminal, text[max(0, i-20):i+4])
			}
			width := max(terminal.Width, 40)
			if terminal.Width == 0 {
				width = 80
			}
			for line := range strings.Lines(text) {
				if n := uniseg.StringWidth(strings.TrimRight(line, " \n")); n > width {
					t.Errorf("%+v: %d characters: %s", terminal, n, line)
				}
			}
			if answers := strings.Contains(text, l.answerHeading(language)); answers != terminal.Answers {
				t.Errorf("%+v: answers are shown: %t", terminal, answers)
			}
		}
	})
}

func (l *Lesson) answerHeading(language string) string {
	_, labels, err := l.in(language)
	if err != nil {
		return err.Error()
	}
	return labels.Answer + " 1"
}

// TestPages: a page alone is well-formed, needs nothing from elsewhere and leads nowhere.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, l *Lesson, language string) {
		var closed, open bytes.Buffer
		if err := errors.Join(l.WriteHTML(&closed, language, false), l.WriteHTML(&open, language, true)); err != nil {
			t.Fatal(err)
		}
		if err := wellFormed(closed.Bytes()); err != nil {
			t.Error(err)
		}
		page := closed.String()
		for _, bad := range []string{"<script", "<link rel=\"stylesheet", "src=", "href=\"lesson:", "http-equiv", "@import"} {
			if strings.Contains(page, bad) {
				t.Errorf("there is %s", bad)
			}
		}
		if !strings.Contains(page, `<html lang="`+language+`"`) {
			t.Error("the page does not say its language")
		}
		if n := strings.Count(page, "<details"); n != 2 || strings.Contains(page, "<details open") {
			t.Errorf("%d answers, want two, and closed", n)
		}
		if n := strings.Count(open.String(), " open"); n < 2 {
			t.Errorf("%d answers are open, want two", n)
		}
	})
}

var numeral = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?`)

// TestSameNumbers: what is said in one language is said in the other, number by number.
func TestSameNumbers(t *testing.T) {
	t.Parallel()
	all, err := made()
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range all {
		var numbers [2][]string
		for i, language := range Languages() {
			var b bytes.Buffer
			if err := l.WriteText(&b, language, Terminal{Width: 120, Unicode: true, Answers: true}); err != nil {
				t.Fatal(err)
			}
			// The words alone: figures are the same marks, and their labels are of different length.
			text := l.shown[language].document.Text() + formulas(l, language)
			for _, f := range l.shown[language].figures {
				text += " " + f.Alt
			}
			numbers[i] = numeral.FindAllString(text, -1)
			slices.Sort(numbers[i])
		}
		if !slices.Equal(numbers[0], numbers[1]) {
			t.Errorf("%s: the numbers are\n%v in English,\n%v in Spanish", name, numbers[0], numbers[1])
		}
	}
}

// formulas are the formulas of a lesson as it is filled in.
func formulas(l *Lesson, language string) string {
	var page bytes.Buffer
	if err := l.WriteHTML(&page, language, true); err != nil {
		return err.Error()
	}
	return strings.Join(regexp.MustCompile(`alttext="[^"]*"`).FindAllString(page.String(), -1), " ")
}

// TestBook: every link of the site leads to a page of it, and every page is reached.
func TestBook(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := WriteBook(context.Background(), folder); err != nil {
		t.Fatal(err)
	}
	reached := map[string]bool{}
	var follow func(path string)
	follow = func(path string) {
		if reached[path] {
			return
		}
		reached[path] = true
		data, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			return
		}
		if err := wellFormed(data); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, m := range regexp.MustCompile(`href="([^"#]+)"`).FindAllStringSubmatch(string(data), -1) {
			if strings.Contains(m[1], ":") {
				t.Errorf("%s leads out, to %s", path, m[1])
				continue
			}
			follow(filepath.Join(filepath.Dir(path), filepath.FromSlash(m[1])))
		}
	}
	follow(filepath.Join(folder, "index.html"))
	if err := WriteBook(context.Background(), folder); err != nil {
		t.Errorf("a book is not written again: %v", err)
	}
	if want := 1 + len(Languages())*(len(Topics())+1); len(reached) != want {
		t.Errorf("%d pages are reached, want %d", len(reached), want)
	}
	if err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !reached[path] {
			t.Errorf("nothing leads to %s", path)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// TestCancelled: a lesson that is not wanted any more ends.
func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Make(ctx, "xor"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if err := WriteBook(ctx, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	if _, err := Make(context.Background(), "xorr"); err == nil || !strings.Contains(err.Error(), `did you mean "xor"`) {
		t.Errorf("got %v", err)
	}
	l, err := Make(context.Background(), "neuron")
	if err != nil {
		t.Fatal(err)
	}
	if topic := l.Topic; topic.Title("fr") != topic.Title(English) || topic.About("fr") != topic.About(English) || Credit("fr") != Credit(English) {
		t.Error("what is said in an unknown language is not what is said in English")
	}
	none := &Lesson{}
	if len(none.Figures()) != 0 || none.Answers() != 0 {
		t.Error("a lesson that nobody has made has something to show")
	}
	for _, err := range []error{
		none.WriteText(io.Discard, English, Terminal{}), none.WriteHTML(io.Discard, English, false), none.WriteFigure(io.Discard, English, "bill", "png"),
		l.WriteText(io.Discard, "fr", Terminal{}), l.WriteHTML(io.Discard, "fr", false),
		l.WriteFigure(io.Discard, English, "hill", "png"), l.WriteFigure(io.Discard, English, "bill", "gif"),
	} {
		if err == nil {
			t.Error("an unknown name was taken")
		}
	}
}
