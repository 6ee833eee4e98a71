package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/lessons"
)

// TestExplainList: without a topic there is a list of all, in the order of the story.
func TestExplainList(t *testing.T) {
	t.Parallel()
	for _, language := range lessons.Languages() {
		out := must(t, "", "explain", "--lang", language)
		words := strings.Join(strings.Fields(out), " ")
		last := 0
		for i, topic := range lessons.Topics() {
			at := strings.Index(words, fmt.Sprintf("%d. %s: ", i+1, topic.Name))
			if at <= last {
				t.Errorf("lesson %d is not %s: %q", i+1, topic.Name, words)
			}
			last = at
		}
		if !strings.Contains(words, "Dot CSV") {
			t.Errorf("it is not said whose story it is: %q", words)
		}
		for line := range strings.Lines(out) {
			if len([]rune(line)) > 81 {
				t.Errorf("the line is too long: %q", line)
			}
		}
	}
}

// TestExplain shows a lesson: without its answers, and with them.
func TestExplain(t *testing.T) {
	t.Parallel()
	out := must(t, "", "explain", "neuron", "--lang", "en")
	if !strings.HasPrefix(out, "A neuron is a sum, and then a bend\n") || !strings.Contains(out, "\nAnswers: neurona explain neuron --answers") || strings.Contains(out, "Answer 1") {
		t.Errorf("got %q", out)
	}
	out = must(t, "", "explain", "neuron", "--lang", "es", "--answers")
	if !strings.HasPrefix(out, "Una neurona suma, y ") || !strings.Contains(out, "Respuesta 2") || strings.Contains(out, "Respuestas:") {
		t.Errorf("got %q", out)
	}
	if strings.ContainsAny(out, "\x1b") {
		t.Error("there are escapes where there is no terminal")
	}
}

// TestExplainFiles writes figures, pages and the book.
func TestExplainFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	plot := filepath.Join(folder, "xor.svg")
	page := filepath.Join(folder, "xor.html")
	if o := command(t, "", "explain", "xor", "--plot", plot, "--html", page); o.code != exitDone || o.stdout != "" {
		t.Fatalf("got %+v", o)
	}
	for _, name := range []string{"xor-fold.svg", "xor-starts.svg", "xor.html"} {
		if data, err := os.ReadFile(filepath.Join(folder, name)); err != nil || len(data) < 1000 {
			t.Errorf("%s: %v, %d bytes", name, err, len(data))
		}
	}
	one := filepath.Join(folder, "slide.png")
	if o := command(t, "", "explain", "xor", "--plot", one, "--figure", "fold"); o.code != exitDone {
		t.Fatalf("got %+v", o)
	}
	if data, err := os.ReadFile(one); err != nil || !strings.HasPrefix(string(data), "\x89PNG") {
		t.Errorf("%v, %d bytes, want an image", err, len(data))
	}
	if out := must(t, "", "explain", "neuron", "--html", "-", "--lang", "es"); !strings.Contains(out, `<html lang="es">`) {
		t.Errorf("got %.100q", out)
	}
	book := filepath.Join(folder, "book")
	if o := command(t, "", "explain", "--book", book); o.code != exitDone || o.stdout != "" {
		t.Fatalf("got %+v", o)
	}
	if _, err := os.Stat(filepath.Join(book, "es", "backprop.html")); err != nil {
		t.Error(err)
	}
}

// TestBadExplain: what makes no sense is said before anything is trained.
func TestBadExplain(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "index.html"), []byte("<p>mine</p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := file(t, "file", "")
	for _, c := range []struct {
		args, want string
		code       int
	}{
		{"explain xorr", `unknown lesson "xorr", did you mean "xor"?`, exitUsage},
		{"explain xor --lang fr", `--lang: unknown language "fr"`, exitUsage},
		{"explain xor --plot x.gif", "--plot is x.gif, want a file whose name ends in .png or .svg", exitUsage},
		{"explain xor --plot -", "--plot is -, want", exitUsage},
		{"explain xor --figure fold", "--figure goes with --plot", exitUsage},
		{"explain xor --plot x.png --figure hill", `--figure: unknown figure "hill"`, exitUsage},
		{"explain --plot x.png", "--plot is of one lesson", exitUsage},
		{"explain xor --book " + folder, "--book writes all lessons", exitUsage},
		{"explain xor --html " + folder, "--html", exitUsage},
		{"explain xor --html " + filepath.Join(folder, "no", "x.html"), "--html", exitUsage},
		{"explain --book " + file, "--book", exitFailed},
		{"explain xor --plot x.png --answers", "--answers is of texts and pages", exitUsage},
		{"explain xor --plot .png", "a file with a name before its ending", exitUsage},
		{"explain --book x --lang es", "--book is in all languages", exitUsage},
		{"explain --book " + foreign, "is no page of a book, and stays as it is", exitFailed},
		{"explain --book=", `--book is "", want the name of a folder`, exitUsage},
		{"explain xor gates", `unexpected argument "gates"`, exitUsage},
	} {
		o := command(t, "", strings.Fields(c.args)...)
		if o.stdout != "" || !strings.Contains(o.stderr, c.want) || o.code != c.code {
			t.Errorf("%s: got %+v, want %d and %q", c.args, o, c.code, c.want)
		}
	}
}

// TestLocale: the language of lessons is that of the machine.
func TestLocale(t *testing.T) {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		t.Setenv(name, "")
	}
	for _, c := range []struct{ name, value, want string }{
		{"LANG", "es_MX.UTF-8", "es"}, {"LC_MESSAGES", "en_GB.UTF-8", "en"}, {"LC_ALL", "es", "es"}, {"LC_ALL", "est_EE.UTF-8", "en"}, {"LC_ALL", "C.UTF-8", "en"},
	} {
		t.Setenv(c.name, c.value)
		if got := localLanguage(); got != c.want {
			t.Errorf("%s=%s: got %s, want %s", c.name, c.value, got, c.want)
		}
	}
}
