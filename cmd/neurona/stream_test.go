package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// nasty are names that a terminal would obey: a title, a cleared screen, a bell, a
// colour by one character, a line of its own, text from right to left.
var nasty = []string{"a\x1b]0;title\x07b", "c\x1b[2Jd", "e\u009b31mf", "i\nneurona: all is well", "j\u202ek", "l\rm\x7f\u2028"}

// nastyTable has nasty names of columns and classes.
func nastyTable(rows int) string {
	quoted := func(text string) string { return `"` + text + `"` }
	var b strings.Builder
	fmt.Fprintf(&b, "%s,%s,%s\n", quoted(nasty[0]), quoted(nasty[1]), quoted("la\x1b[1mbel"))
	for i := range rows {
		fmt.Fprintf(&b, "%d.5,%d,%s\n", i%len(nasty), i%3, quoted(nasty[i%len(nasty)]))
	}
	return b.String()
}

// controls returns the first character that a terminal would obey, beside ends of
// lines.
func controls(text string) string {
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			return fmt.Sprintf("%q", text[i:i+1])
		case r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028'):
			return fmt.Sprintf("%q", r)
		}
	}
	return ""
}

// TestTextsOfFiles writes what stands in files to terminals, which must not obey it,
// and to others, which get it as it is. Standard error is a terminal for all.
func TestTextsOfFiles(t *testing.T) {
	t.Parallel()
	table := file(t, "nasty\x1b[3m\n.csv", nastyTable(70))
	other := file(t, "other.csv", "x\x1b[5m,y\n1,2\n")
	model := filepath.Join(t.TempDir(), "m\u009b.safetensors")
	said := 0
	for _, c := range []struct {
		args []string
		code int
		raw  string // that others get
	}{
		{[]string{"train", "--data", table, "--epochs", "2", "--save", model}, exitDone, nasty[1]},
		{[]string{"train", "--data", table, "--epochs", "2", "--json"}, exitDone, `e` + "\u009b" + `31mf`},
		{[]string{"eval", model, "--data", table}, exitDone, nasty[0]},
		{[]string{"eval", model, "--data", table, "--json"}, exitDone, `e` + "\u009b" + `31mf`},
		{[]string{"predict", model, table, "--probabilities"}, exitDone, nasty[1]},
		{[]string{"predict", model, table, "--json"}, exitDone, ""},
		{[]string{"predict", model, other}, exitFailed, ""},
		{[]string{"eval", model, "--data", file(t, "t.csv", "a,b,c\n1,2,x\x9b\n"), "--header", "yes"}, exitFailed, ""},
		{[]string{"predict", model, table, "--label", "x\x1b[7m"}, exitUsage, ""},
		{[]string{"eval", model, "--data", other}, exitFailed, ""},
		{[]string{"predict", model + "\x1b[4m"}, exitFailed, ""},
		{[]string{"train", "--data", other + "\x07/x"}, exitFailed, ""},
		{[]string{"train\x1b[1m"}, exitUsage, ""},
	} {
		for _, terminal := range []bool{true, false} {
			var out, err bytes.Buffer
			a := &app{stdin: strings.NewReader(""), stdout: newStandardOutput(&out), stderr: newStandardError(&err)}
			a.stdout.interactive, a.stdout.escapes = terminal, terminal
			if code := a.run(t.Context(), c.args); code != c.code {
				t.Errorf("%q: exit code %d, want %d; stderr %q", c.args, code, c.code, err.String())
			}
			if got := controls(err.String()); got != "" {
				t.Errorf("%q: standard error has %s: %q", c.args, got, err.String())
			}
			all := strings.Join(c.args, " ")
			if !strings.Contains(all, "predict") && !strings.Contains(all, "--json") && strings.Contains(out.String(), "all is well") &&
				!strings.Contains(out.String(), `i\u000aneurona: all is well`) {
				t.Errorf("%q: a name has a line of its own: %q", c.args, out.String())
			}
			if strings.Contains(err.String(), "\nneurona: all is well") {
				t.Errorf("%q: a name has a line of its own: %q", c.args, err.String())
			}
			if got := controls(out.String()); terminal && got != "" {
				t.Errorf("%q: a terminal gets %s: %q", c.args, got, out.String())
			}
			if !terminal && !strings.Contains(out.String(), c.raw) {
				t.Errorf("%q: no terminal, and %q is not as it was: %q", c.args, c.raw, out.String())
			}
			said += out.Len()
			if strings.Contains(all, "--json") {
				for _, line := range lines(t, out.String()) {
					object(t, line)
				}
			}
		}
	}
	if said == 0 {
		t.Error("nothing was said")
	}
}

// TestEscape cuts text anywhere, within characters too: it comes out the same.
func TestEscape(t *testing.T) {
	t.Parallel()
	text := "ü\x1b[0m 界\u009b é\u202e\xff\xc3\t\U0001f600\u00a0\ufffd\n"
	const want = "ü\\u001b[0m 界\\u009b é\\u202e\\xff\\xc3\t\U0001f600\u00a0\ufffd\n"
	for first := range len(text) + 1 {
		for second := first; second <= len(text); second++ {
			var out bytes.Buffer
			s := newStandardError(&out)
			for _, part := range []string{text[:first], text[first:second], text[second:]} {
				if n, err := s.Write([]byte(part)); n != len(part) || err != nil {
					t.Fatalf("wrote %d of %d bytes, error %v", n, len(part), err)
				}
			}
			if out.String() != want {
				t.Fatalf("cut at %d and %d: %q, want %q", first, second, out.String(), want)
			}
		}
	}
	for interactive, want := range map[bool]string{true: `a\u000a\u0009b\u001bc\u2028d\u000d`, false: "a\\u000a\\u0009b\x1bc\\u2028d\\u000d"} {
		if got := (terminal{interactive: interactive}).field("a\n\tb\x1bc\u2028d\r"); got != want {
			t.Errorf("terminal %v: a field is %q, want %q", interactive, got, want)
		}
	}
}

// failing is a writer that fails after some bytes.
type failing struct{ room int }

func (f *failing) Write(data []byte) (int, error) {
	if f.room -= len(data); f.room < 0 {
		return 0, errors.New("no room")
	}
	return len(data), nil
}

// TestStreamFails: an error says which stream it is of, and is the last one said of a
// stream that is written on.
func TestStreamFails(t *testing.T) {
	t.Parallel()
	for _, keepsOn := range []bool{false, true} {
		s := newStandardOutput(&failing{10})
		s.keepsOn = keepsOn
		for i := range 4 {
			n, err := fmt.Fprint(s, "12345678"[:4])
			failed := i >= 2
			if (err != nil) != (failed && !keepsOn) || keepsOn && n != 4 || (s.lost != nil) != failed {
				t.Errorf("keeps on %v, write %d: %d bytes, error %v, lost %v", keepsOn, i, n, err, s.lost)
			}
		}
		if want := "standard output: no room"; s.lost.Error() != want {
			t.Errorf("lost %q, want %q", s.lost, want)
		}
	}
}
