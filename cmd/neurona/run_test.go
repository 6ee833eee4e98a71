package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// outcome is what a command line did.
type outcome struct {
	code           int
	stdout, stderr string
}

// command runs a command line in this process.
func command(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), args, strings.NewReader(stdin), &stdout, &stderr)
	for _, text := range []string{stdout.String(), stderr.String()} {
		if option := regexp.MustCompile(`\btable\.[A-Z]\w*`).FindString(text); option != "" {
			t.Errorf("neurona %s: said %s, of which people know only the flag: %s", strings.Join(args, " "), option, text)
		}
	}
	return outcome{code, stdout.String(), stderr.String()}
}

// must runs a command line that has to succeed without a word on stderr.
func must(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	o := command(t, stdin, args...)
	if o.code != exitDone || strings.Join(said(o.stderr), "") != "" {
		t.Fatalf("neurona %s: exit code %d, stderr %q", strings.Join(args, " "), o.code, o.stderr)
	}
	return o.stdout
}

// applied runs the command, which must succeed, on what it may not be prepared for.
func applied(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	o := command(t, stdin, args...)
	if o.code != exitDone {
		t.Fatalf("neurona %s: exit code %d, stderr %q", strings.Join(args, " "), o.code, o.stderr)
	}
	return o.stdout
}

// said are the lines of standard error, but for doubts about tables.
func said(stderr string) (list []string) {
	for l := range strings.Lines(stderr) {
		if !strings.HasPrefix(l, "neurona: doubt: ") {
			list = append(list, l)
		}
	}
	return list
}

// object parses a line of JSON.
func object(t *testing.T, line string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		t.Fatalf("%v in the line %q", err, line)
	}
	return v
}

// lines splits an output that ends in a line break.
func lines(t *testing.T, s string) []string {
	t.Helper()
	if !strings.HasSuffix(s, "\n") {
		t.Fatalf("output %q does not end in a line break", s)
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// lastObject parses the last line of an output.
func lastObject(t *testing.T, s string) map[string]any {
	t.Helper()
	all := lines(t, s)
	return object(t, all[len(all)-1])
}

// wantKeys checks the keys of an object: scripts rely on them.
func wantKeys(t *testing.T, v map[string]any, want ...string) {
	t.Helper()
	var got []string
	for k := range v {
		got = append(got, k)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("keys are %q, want %q", got, want)
	}
}

// file writes a file into a folder of the test's own and returns its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"", "Available Commands:"},
		{"--help", "Exit codes:"},
		{"--version", "neurona "},
		{"train --help", "neurona train --data spiral"},
		{"eval --help", "Usage:\n  neurona eval MODEL"},
		{"inspect --help", "Usage:\n  neurona inspect FILE... [flags]"},
		{"inspect --help", "--columns"},
		{"__complete inspect --task r", "regression"},
		{"__complete inspect --encoding u", "utf-16le"},
		{"predict --help", "--probabilities"},
		{"info --help", "NEURONA_ISA"},
		{"completion bash", "bash completion"},
		{"__complete train --data c", "circle"},
		{"__complete train --optimizer a", "adamw"},
		{"__complete train --optimizer sgd(mo", "sgd(momentum="},
		{"__complete train --optimizer mo", "momentum"},
		{"__complete train --loss quan", "quantile("},
		{"__complete train --schedule warmup(5,c", "warmup(5,cosine"},
		{"__complete predict --precision b", "bf16x3"},
	} {
		o := command(t, "", strings.Fields(c.args)...)
		if o.code != exitDone || !strings.Contains(o.stdout, c.want) {
			t.Errorf("neurona %s: exit code %d, stdout lacks %q:\n%s", c.args, o.code, c.want, o.stdout)
		}
	}
}
