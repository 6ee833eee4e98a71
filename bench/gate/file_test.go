package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestFile: until commit the path is as it was, and discard keeps it so.
func TestFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "report")
	if err := os.WriteFile(path, []byte("good"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		end  func(*file) error
		want string
		perm os.FileMode
	}{
		{func(f *file) error { f.discard(); return nil }, "good", 0o600},
		{(*file).commit, "better", 0o644},
	} {
		f, err := createFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, "better"); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != "good" {
			t.Errorf("before the end %q is there (error %v), want what was", got, err)
		}
		if err := tt.end(f); err != nil {
			t.Fatal(err)
		}
		f.discard() // as a deferred call does
		if got, err := os.ReadFile(path); err != nil || string(got) != tt.want {
			t.Errorf("%q is there (error %v), want %q", got, err, tt.want)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != tt.perm {
			t.Errorf("permissions %v (error %v), want %v", info.Mode(), err, tt.perm)
		}
		if err := f.commit(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("commit after the end: %v, want os.ErrClosed", err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%d files are left (%v), want 1", len(entries), err)
		}
	}
}

// TestFileIsRefused: what cannot be written is said before anything is: in a
// folder that is not there, or in the place of a folder or a device.
func TestFileIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := createFile(filepath.Join(dir, "none", "report")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v, want os.ErrNotExist", err)
	}
	for _, path := range []string{dir, os.DevNull} {
		if _, err := createFile(path); !errors.Is(err, errNotRegular) {
			t.Errorf("%s: %v, want errNotRegular", path, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("%d files are left (%v), want none", len(entries), err)
	}
}

// TestFailedCommit: what cannot be put in place leaves nothing behind.
func TestFailedCommit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "report")
	f, err := createFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := f.commit(); err == nil {
		t.Error("a file took the place of a folder")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 || !entries[0].IsDir() {
		t.Errorf("left %v (%v), want the folder alone", entries, err)
	}
}
