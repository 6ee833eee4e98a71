package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestOutputsOpenFirst: what cannot be written is said before anything is
// built, and what could have been is as it was.
func TestOutputsOpenFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	write(t, dir, "good", "a good report")
	for _, flag := range []string{"--markdown", "--raw"} {
		for name, path := range map[string]string{"a missing folder": filepath.Join(dir, "none", "file"), "a folder": t.TempDir(), "a device": os.DevNull} {
			other := map[string]string{"--markdown": "--raw", "--raw": "--markdown"}[flag]
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{flag, path, other, good, dir, dir}, &stdout, &stderr)
			if said := stderr.String(); code != exitFailure || !strings.Contains(said, flag+": ") || strings.Contains(said, "building") {
				t.Errorf("%s in %s: exit code %d, said %q; want %d and the flag, before building", flag, name, code, said, exitFailure)
			}
		}
	}
	if got := files(t, dir); len(got) != 1 || got["good"] != "a good report" {
		t.Errorf("left %q, want what was there", got)
	}
}

// privilegeNotHeld is what Windows says to who may make no symbolic links
// (ERROR_PRIVILEGE_NOT_HELD).
const privilegeNotHeld = syscall.Errno(1314)

func TestOutputsAreDifferentFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "there", "time Spin\n")
	write(t, dir, "other", "")
	if err := os.Symlink(dir, filepath.Join(dir, "link")); runtime.GOOS == "windows" && errors.Is(err, privilegeNotHeld) {
		t.Skip("Windows lets this user make no symbolic links (developer mode, or the right to, is missing): ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for _, tt := range []struct {
		args []string
		same bool
	}{
		{[]string{"--markdown", in("new"), "--raw", in("new")}, true},
		{[]string{"--markdown", in("new"), "--raw", in("link/new")}, true},
		{[]string{"--markdown", in("there"), "--raw", in("link/there")}, true},
		{[]string{"--markdown", in("there"), "--subset-file", in("there")}, true},
		{[]string{"--raw", in("base")}, true},
		{[]string{"--raw", in("there"), "--markdown", in("other")}, false},
		{[]string{"--raw", in("new"), "--markdown", in("newer")}, false},
		{[]string{"--raw", in("new"), "--markdown", in("there")}, false},
	} {
		_, err := parseCommand(append(tt.args, in("base"), in("head")), &bytes.Buffer{})
		var e *SameFileError
		if errors.As(err, &e) != tt.same {
			t.Errorf("%q: error %v, want a *SameFileError: %v", tt.args, err, tt.same)
		}
		if tt.same {
			if code := run(t.Context(), append(tt.args, in("base"), in("head")), &bytes.Buffer{}, &bytes.Buffer{}); code != exitUsage {
				t.Errorf("%q: exit code %d, want %d", tt.args, code, exitUsage)
			}
		}
	}
}
