//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPipes reads what can be read once alone: a header with nothing below it, and rows.
func TestPipes(t *testing.T) {
	t.Parallel()
	model := train(t, "--data", file(t, "flowers.csv", flowers(60)))
	for table, want := range map[string]string{"length,width\n": "prediction\n", "length,width\n0.1,5\n4.1,5\n": "prediction\nsetosa\nvirginica\n"} {
		fifo := filepath.Join(t.TempDir(), "fifo.csv")
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
		wrote := make(chan error)
		go func() { wrote <- os.WriteFile(fifo, []byte(table), 0o600) }()
		if got := must(t, "", "predict", model, fifo); got != want {
			t.Errorf("%q from a pipe with a name: got %q, want %q", table, got, want)
		}
		if err := <-wrote; err != nil {
			t.Error(err)
		}
		path := file(t, "table.csv", table)
		for _, in := range []string{"-", "/dev/stdin"} {
			for _, script := range []string{`cat ` + path + ` | "$0" "$@"`, `"$0" "$@" < ` + path} {
				if got := done(t, inShell(t, script, "predict", model, in)); got != want {
					t.Errorf("%q, %s from %s: got %q, want %q", table, script, in, got, want)
				}
			}
		}
	}
}

// TestStandardInputAmongFiles reads it beside other files, in their order, and calls it alike in messages.
func TestStandardInputAmongFiles(t *testing.T) {
	t.Parallel()
	path := file(t, "flowers.csv", flowers(30))
	for _, args := range []string{"- " + path, path + " -"} { // as it is given to the command, which need not be that of the process
		o := command(t, flowers(12), append([]string{"inspect", "--json"}, strings.Fields(args)...)...)
		if e := lastObject(t, o.stdout); e["rows"] != 42.0 {
			t.Errorf("%s: %v rows of %v", args, e["rows"], e["files"])
		}
	}
	for _, c := range []struct{ files, want string }{{"- -", ""}, {"-", "[standard input]"}, {"- " + path, "[standard input " + path + "]"}, {path + " -", "[" + path + " standard input]"}} {
		o := finish(t, inShell(t, `"$0" "$@" < `+path, append([]string{"inspect", "--json"}, strings.Fields(c.files)...)...))
		if c.want == "" {
			if o.code != exitUsage {
				t.Errorf("%s: exit code %d, stderr %q", c.files, o.code, o.stderr)
			}
			continue
		}
		if e := lastObject(t, o.stdout); fmt.Sprint(e["files"]) != c.want || e["rows"] != float64(30*len(strings.Fields(c.files))) {
			t.Errorf("%s: %v rows of %v", c.files, e["rows"], e["files"])
		}
		o = finish(t, inShell(t, `echo 1,2,3,4 | "$0" "$@"`, append([]string{"inspect"}, strings.Fields(c.files)...)...))
		if want := "standard input"; c.files != "-" && (o.code != exitFailed || !strings.Contains(o.stderr, want)) {
			t.Errorf("%s: exit code %d, stderr %q, want %q", c.files, o.code, o.stderr, want)
		}
	}
}

// TestUnopenedFiles: what is said of a file that cannot be opened is why, and not that there is none.
func TestUnopenedFiles(t *testing.T) {
	t.Parallel()
	table := file(t, "flowers.csv", flowers(30))
	model := train(t, "--data", table, "--epochs", "1")
	for path, why := range map[string]string{
		filepath.Join(table, "x.csv"):                                  "it cannot be opened: ",
		filepath.Join(t.TempDir(), strings.Repeat("long", 100)+".csv"): "it cannot be opened: ",
		filepath.Join(t.TempDir(), "[a.csv"):                           "syntax error in pattern",
		filepath.Join(t.TempDir(), "missing.csv"):                      "no file: ",
		filepath.Join(t.TempDir(), "missing*.csv"):                     "no file: nothing matches this pattern",
	} {
		for _, args := range [][]string{{"train", "--data", path}, {"inspect", path}, {"predict", model, path}, {"eval", model, "--data", path}, {"train", "--data", table, "--data", path}} {
			o := command(t, "", args...)
			if want := "neurona: " + path + ": " + why; o.code != exitFailed || !strings.HasPrefix(o.stderr, want) || strings.Count(o.stderr, "no file") != strings.Count(why, "no file") {
				t.Errorf("%q: exit code %d, stderr %q, want %q", args, o.code, o.stderr, want)
			}
		}
	}
}
