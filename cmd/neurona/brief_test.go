package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// longTable is a table of two numbers, and of a label whose classes have names of a kind, apart from each other from the start.
func longTable(column, class string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "x,%s,label\n", column)
	for i := range 60 {
		fmt.Fprintf(&b, "%d.5,%d.25,%c%s\n", i*7%31, i%2*50+i*5%23, 'a'+i%2, class)
	}
	return b.String()
}

// TestLongTexts reads names that nobody wants to read to the end: no message is longer than 4 kB, nor are all together, and what is
// no message, as events and answers are, has them whole.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long", 25_000)
	for name, table := range map[string]string{
		"classes": longTable("y", long), "columns": longTable(long, ""), "both": longTable(long, long), "controls": longTable("y", strings.Repeat("\x07", 100_000)),
		"one class": strings.ReplaceAll(longTable("y", long), "b"+long, "a"+long),
	} {
		path, model := file(t, "t.csv", table), filepath.Join(t.TempDir(), "m.safetensors")
		other, code := file(t, "other.csv", longTable("z", "c"+long)), exitDone
		if name == "one class" {
			code = exitFailed
		}
		for _, c := range []struct {
			args []string
			code int
		}{
			{[]string{"train", "--data", path, "--label", "label", "--epochs", "2", "--save", model, "--plot", filepath.Join(t.TempDir(), "p.png")}, code},
			{[]string{"inspect", path, "--label", "label"}, exitDone},
			{[]string{"eval", model, "--data", path}, code},
			{[]string{"eval", model, "--data", other}, exitFailed},
			{[]string{"eval", model, "--data", other, "--label", long}, exitUsage},
			{[]string{"predict", model, other, "--label", long}, exitUsage},
			{[]string{"train", "--data", path, "--label", long + "?"}, exitUsage},
			{[]string{"train", "--data", path, "--label", "label", "--as", long + "=number"}, exitUsage},
		} {
			o := command(t, "", c.args...)
			what := fmt.Sprintf("%s: %s %s", name, c.args[0], c.args[len(c.args)-2])
			if o.code != c.code && c.code != exitUsage {
				t.Errorf("%.100s: exit code %d, want %d; stderr %.500q", what, o.code, c.code, o.stderr)
			}
			most := 4096
			if c.args[0] == "train" {
				most += drawingRows * drawingCols * len("▓")
			}
			if len(o.stdout) > most || len(o.stderr) > 4096 {
				t.Errorf("%.100s: %d bytes on standard output, %d on standard error", what, len(o.stdout), len(o.stderr))
			}
		}
		if name == "classes" {
			if got := records(t, applied(t, "x,y\n1,50\n", "predict", model)); len(got[1][0]) != len(long)+1 {
				t.Errorf("an answer has %d bytes", len(got[1][0]))
			}
			if r := lastObject(t, applied(t, "", "eval", model, "--data", path, "--json")); !strings.Contains(fmt.Sprint(r["classes"]), "a"+long) {
				t.Error("an event has not the whole name")
			}
		}
	}
}

// TestBrief cuts texts in the middle, and no character.
func TestBrief(t *testing.T) {
	t.Parallel()
	for most := range 60 {
		text := "begins ü 界 " + strings.Repeat("é\U0001f600", 20) + " ends"
		got := brief(text, most)
		if !utf8.ValidString(got) || len(got) > most+5 || most >= 28 && !(strings.HasPrefix(got, "begins ü") && strings.HasSuffix(got, "ends")) {
			t.Errorf("at most %d bytes: %q", most, got)
		}
	}
	if got := brief("all of it", 9); got != "all of it" {
		t.Errorf("got %q", got)
	}
}

// TestWideCharacters: columns stand below each other where characters take two places, or none.
func TestWideCharacters(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("温度,name,e\u0301t\u00e9,label\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d.5,%s,%d.25,%s\n", i*7%31, []string{"東京", "Rome", "서울", "Bern"}[i%4], i*5%23, []string{"はい", "no"}[i/20])
	}
	path, model := file(t, "wide.csv", b.String()), filepath.Join(t.TempDir(), "m.safetensors")
	applied(t, "", "train", "--data", path, "--epochs", "2", "--label", "label", "--save", model)
	// below tells how far from the left a word of each of some lines is.
	below := func(out string, words ...string) {
		t.Helper()
		places := map[int]bool{}
		for _, w := range words {
			for line := range strings.Lines(out) {
				if before, _, ok := strings.Cut(line, w); ok {
					places[uniseg.StringWidth(before)] = true
				}
			}
		}
		if len(places) != 1 {
			t.Errorf("%q stand at %v:\n%s", words, places, out)
		}
	}
	out := applied(t, "", "inspect", path)
	below(out, " role ", " feature  0", " label    0")
	below(out, " plan ", " a feature for each level", " a number, scaled", " no feature: label")
	table := applied(t, "", "eval", model, "--data", path)
	rows := lines(t, table[strings.Index(table, "\n\n")+2:])
	for _, row := range rows {
		if uniseg.StringWidth(row) != uniseg.StringWidth(rows[0]) {
			t.Errorf("lines end at different places:\n%s", table)
		}
	}
}
