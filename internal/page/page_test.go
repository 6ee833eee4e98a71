package page

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// lesson is a document that has a bit of everything.
func lesson(t testing.TB, language string) *Document {
	t.Helper()
	source, err := os.ReadFile("testdata/lesson." + language + ".md")
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, string(source))
}

func parsed(t testing.TB, source string) *Document {
	t.Helper()
	d, err := Parse([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func labels(t testing.TB, language string) Labels {
	t.Helper()
	l, err := LabelsIn(language)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// svgOf stands for what draws figures.
func svgOf(name string) (string, error) {
	if name != "sigmoid" {
		return "", fmt.Errorf("there is no %q", name)
	}
	svg, err := os.ReadFile("testdata/sigmoid.svg")
	return string(svg), err
}

// lessonLink stands for what knows where lessons are.
func lessonLink(destination string) (string, error) {
	if name, ok := strings.CutPrefix(destination, "lesson:"); ok {
		return name + ".html", nil
	}
	return destination, nil
}

// wellFormed reads XML to its end, and returns its elements.
func wellFormed(t testing.TB, text string) []xml.StartElement {
	t.Helper()
	var list []xml.StartElement
	d := xml.NewDecoder(strings.NewReader("<page>" + text + "</page>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if start, ok := token.(xml.StartElement); ok {
			list = append(list, start.Copy())
		}
	}
}

func TestDocument(t *testing.T) {
	d := lesson(t, "en")
	if got := d.Title(); got != "One neuron" {
		t.Errorf("the title is %q", got)
	}
	want := []headline{{1, "One neuron", "one-neuron"}, {2, "What it computes", "what-it-computes"}, {2, "How it learns", "how-it-learns"}}
	if got := d.headings; !slices.Equal(got, want) {
		t.Errorf("headings are %v, want %v", got, want)
	}
	if got := d.Figures(); !slices.Equal(got, []string{"sigmoid"}) {
		t.Errorf("figures are %q", got)
	}
	if got := d.Answers(); got != 1 {
		t.Errorf("there are %d answers, want 1", got)
	}
}

// TestText: all words, and nothing that a spelling checker would stumble on.
func TestText(t *testing.T) {
	text := lesson(t, "en").Text()
	for _, want := range []string{"One neuron\n", "answers with one number.", "what it means\n", "rather yes\n", "network of one layer", "the book's appendix, $0 for",
		"The answer of the neuron for every", "too low: raise them.", "to three digits.", "Twenty minutes.", "The brain is a machine"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text:\n%s", want, text)
		}
	}
	for _, not := range []string{"sigma", "σ", "nn.New", "dense(1)", "Println", "epoch", "example.org", "lesson:", "PREDICT", "w_1", "figure:", "w₁"} {
		if strings.Contains(text, not) {
			t.Errorf("%q is in the text", not)
		}
	}
	if got := parsed(t, "# T\n\nSee <https://example.org/a> and [that](https://example.org/b).\n").Text(); got != "T\nSee and that.\n" {
		t.Errorf("with addresses the text is %q", got)
	}
}

func TestHeadingsHaveTheirOwnIDs(t *testing.T) {
	d := parsed(t, "# ¿Qué es?\n\n## Función\n\n## Función\n\n## $\\sigma$\n\n> [!NOTE]\n> x\n\n## Note 1\n\n## ...\n")
	var got []string
	for _, h := range d.headings {
		got = append(got, h.id)
	}
	if want := []string{"que-es", "funcion", "funcion-2", "sigma", "note-1-2", "section"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestUnescaping(t *testing.T) {
	d := parsed(t, "# T\n\nIt costs \\$5 \\* 2 &amp; `\\$a` &eacute;, \\&amp;.\n")
	if got, want := d.Text(), "T\nIt costs $5 * 2 & é, &amp;.\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAnswersHaveTheNumbersOfTheirExercises: right behind each, or all at the end.
func TestAnswersHaveTheNumbersOfTheirExercises(t *testing.T) {
	for marks, want := range map[string]string{
		"EXERCISE ANSWER EXERCISE ANSWER":          "1 1 2 2",
		"EXERCISE EXERCISE ANSWER ANSWER":          "1 2 1 2",
		"PREDICT ANSWER EXERCISE ANSWER":           "0 0 1 1",
		"EXERCISE PREDICT ANSWER ANSWER":           "1 0 0 1",
		"PREDICT EXERCISE NOTE ANSWER":             "0 1 0 1",
		"EXERCISE TEACHER PREDICT EXERCISE ANSWER": "1 0 0 2 1",
	} {
		source := "# T\n"
		for mark := range strings.FieldsSeq(marks) {
			source += "\n> [!" + mark + "]\n> x\n"
		}
		var got []string
		for _, b := range parsed(t, source).blocks[1:] {
			got = append(got, fmt.Sprint(b.(callout).number))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", marks, got, want)
		}
	}
}

func TestLabels(t *testing.T) {
	if got := Languages(); !slices.Equal(got, []string{"en", "es"}) {
		t.Errorf("languages are %q", got)
	}
	for _, language := range Languages() {
		l := labels(t, language)
		for i, text := range []string{l.Lang, l.Name, l.Predict, l.Exercise, l.Answer, l.Teacher, l.Note, l.Figure, l.Table, l.Code, l.Output, l.Formula, l.Contents, l.Previous, l.Next, l.Skip, l.Pages} {
			if text == "" {
				t.Errorf("label %d is empty in %s", i, language)
			}
		}
	}
	if _, err := LabelsIn("ES"); err == nil || !strings.Contains(err.Error(), `did you mean "es"?`) {
		t.Errorf("%v, want the language suggested", err)
	}
}

func FuzzParse(f *testing.F) {
	short, err := os.ReadFile("testdata/lesson.es.md")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(short), uint8(60))
	for _, of := range wrong {
		f.Add(of.source, uint8(40))
	}
	f.Add("# [a](%) [b](javascript:c)\n", uint8(40))
	f.Add("# T\n\n| a | b |\n|---|:-:|\n| 文字 | `x` |\n\n- a\n  1. b\n\n     > c\n\n![c](figure:x)\n", uint8(41))
	f.Fuzz(func(t *testing.T, source string, width uint8) {
		d, err := Parse([]byte(source))
		if err != nil {
			if list, ok := errors.AsType[Errors](err); !ok || len(list) == 0 || list[0].Line < 1 || list[len(list)-1].Line > 1+strings.Count(source, "\n") {
				t.Fatalf("%v", err)
			}
			return
		}
		_, _ = d.Text(), d.Title()
		var page strings.Builder
		how := HTML{Labels: allLabels()[1], Figure: func(string) (string, error) { return "<svg/>", nil }, Link: lessonLink}
		if err := d.WritePage(&page, how, Frame{}); err != nil { // a link that leads nowhere, of a scheme that may be a reader's
			if e, ok := errors.AsType[*Error](err); !ok || e.Line < 1 || e.Line > 1+strings.Count(source, "\n") || !strings.Contains(e.Error(), "is no address") {
				t.Fatal(err)
			}
		} else {
			wellFormed(t, page.String())
		}
		for _, unicode := range []bool{false, true} {
			checkLines(t, d, Terminal{Labels: allLabels()[1], Width: max(int(width), narrowest), Unicode: unicode, Answers: true})
		}
	})
}
