package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// listing is a list of instructions in Intel's syntax, with what an encoder made
// of them.
type listing struct {
	codes [][]byte
	texts []string
}

func (l *listing) add(code []byte, text string) {
	l.codes, l.texts = append(l.codes, code), append(l.texts, text)
}

// assembleWithGNU returns what the GNU assembler for target, such as
// "x86_64-linux-gnu", makes of source. It skips the test where there is none.
func assembleWithGNU(t *testing.T, target, source string) []byte {
	t.Helper()
	assembler, copier := target+"-as", target+"-objcopy"
	for _, tool := range []string{assembler, copier} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s here: Debian has it in binutils-%s", tool, strings.ReplaceAll(target, "_", "-"))
		}
	}
	dir := t.TempDir()
	in, object, out := filepath.Join(dir, "a.s"), filepath.Join(dir, "a.o"), filepath.Join(dir, "a.bin")
	if err := os.WriteFile(in, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{assembler, "-o", object, in}, {copier, "-O", "binary", "-j", ".text", object, out}} {
		if message, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, message)
		}
	}
	code, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// compareWithGNU compares the list with what the GNU assembler makes of it.
func (l *listing) compareWithGNU(t *testing.T) {
	t.Helper()
	want := assembleWithGNU(t, "x86_64-linux-gnu", ".intel_syntax noprefix\n"+strings.Join(l.texts, "\n")+"\n")
	for i, code := range l.codes {
		if !bytes.HasPrefix(want, code) {
			t.Fatalf("%s is % x, want % x ...", l.texts[i], code, want[:min(len(want), 10)])
		}
		want = want[len(code):]
	}
	if len(want) != 0 {
		t.Errorf("GNU as made %d bytes more", len(want))
	}
}
