//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// compressed is a text as gzip writes it.
func compressed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text)) // a buffer takes all
	_ = z.Close()
	return b.String()
}

// wide is a table of so many columns, and of a label.
func wide(columns, rows int) string {
	var b strings.Builder
	for i := range columns {
		fmt.Fprintf(&b, "c%d,", i)
	}
	b.WriteString("label\n")
	for row := range rows {
		for i := range columns {
			fmt.Fprintf(&b, "%d,", (i*7+row*row)%10)
		}
		fmt.Fprintf(&b, "%c\n", 'a'+row%2)
	}
	return b.String()
}

// labels is a table of so many rows, each of a class that comes so often.
func labels(rows, each int) string {
	var b strings.Builder
	b.WriteString("x,y,label\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d.25,%d.5,l%x\n", i*7%1009, i*13%997, i/each)
	}
	return b.String()
}

// TestHostileFiles reads files that are made to take all memory, or to fill the screen: each is answered or refused, and no message is
// long.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	const header = "x,y,label\n"
	model := train(t, "--data", file(t, "small.csv", labels(60, 30)), "--label", "label", "--epochs", "1")
	for _, c := range []struct {
		name, text            string
		train, inspect, apply int // exit codes
		want                  string
	}{
		{"commas.csv", header + strings.Repeat(",", 5_000_000) + "\n", exitFailed, exitFailed, exitFailed, "commas.csv:2: ragged row: 5000001 cells, want 3"},
		{"header of commas.csv", strings.Repeat(",", 5_000_000), exitFailed, exitFailed, exitFailed, "more than 1000000 columns"},
		{"classes.csv", labels(30_000, 1), exitFailed, exitDone, exitDone, "more than 10000 classes"},
		{"recurring classes.csv", labels(30_000, 2), exitFailed, exitDone, exitDone, "more than 10000 classes"},
		{"many classes.csv", labels(20_000, 20), exitDone, exitDone, exitDone, ""},
		{"columns.csv", wide(8_000, 12), exitDone, exitDone, exitFailed, ""},
		{"one row of columns.csv", wide(30_000, 1), exitFailed, exitDone, exitFailed, ""},
		{"bomb.csv.gz", compressed(header + strings.Repeat("0,0,a\n", 13_000_000)), exitFailed, exitFailed, exitFailed, "more than 200 times their length"},
		{"nul.csv", header + strings.Repeat("\x00", 5_000_000) + "\n", exitFailed, exitFailed, exitFailed, "many bytes are zero"},
		{"nul cells.csv", header + strings.Repeat("1,\x00\x00\x00,a\n2,\x00,b\n", 100_000), exitFailed, exitFailed, exitFailed, "many bytes are zero"},
		{"long cells.csv", header + strings.Repeat("1,2,"+strings.Repeat("a", 1<<20)+"\n3,4,"+strings.Repeat("b", 1<<20)+"\n", 4), exitDone, exitDone, exitDone, ""},
		{"quotes.csv", header + strings.Repeat(`1,"2,a`+"\n", 200_000), exitFailed, exitFailed, exitFailed, "misplaced quote"},
		{"open quote.csv", header + `1,"` + strings.Repeat("2,a\n", 200_000), exitFailed, exitFailed, exitFailed, "misplaced quote"},
	} {
		if testing.Short() && len(c.text) > 2<<20 {
			continue // smaller ones are read all the same
		}
		path := file(t, c.name, c.text)
		bomb := strings.HasPrefix(c.name, "bomb")
		for _, run := range []struct {
			args []string
			code int
		}{
			{[]string{"train", "--data", path, "--label", "label", "--epochs", "1", "--hidden", "8", "--save", filepath.Join(t.TempDir(), "m")}, c.train},
			{[]string{"inspect", path}, c.inspect},
			{[]string{"predict", model, path}, c.apply},
		} {
			if strings.HasPrefix(c.name, "header") && run.args[0] == "train" {
				run.args[4] = "#-1" // there are no names
			}
			if bomb && run.args[0] != "train" {
				continue // the others read it alike, and it takes seconds
			}
			memory := filepath.Join(t.TempDir(), "memory")
			cmd := process(t, run.args...)
			cmd.Env = append(cmd.Env, memoryVariable+"="+memory)
			o := finish(t, cmd)
			what := run.args[0] + " of " + c.name
			if o.code != run.code || run.args[0] == "train" && !strings.Contains(o.stderr, c.want) {
				t.Errorf("%s: exit code %d, want %d and %q; stderr %.1000q", what, o.code, run.code, c.want, o.stderr)
			}
			if strings.Contains(o.stderr, "goroutine ") {
				t.Errorf("%s: a panic: %.1000q", what, o.stderr)
			}
			if len(o.stderr) > 4096 {
				t.Errorf("%s: %d bytes on standard error", what, len(o.stderr))
			}
			for line := range strings.Lines(o.stdout) {
				if len(line) > 4096 {
					t.Errorf("%s: a line of %d bytes on standard output", what, len(line))
				}
			}
			most := 300 << 20 // bytes
			if bomb {
				most = 1200 << 20
			}
			took, err := strconv.Atoi(string(read(t, memory)))
			if err != nil || took < 1<<20 || took > most {
				t.Errorf("%s: %d bytes were taken (error %v), want at most %d", what, took, err, most)
			}
		}
	}
}
