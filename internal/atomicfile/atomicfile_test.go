package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestWriteReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	for _, content := range []string{"first", "second, longer"} {
		err := Write(path, 0o644, func(w io.Writer) error {
			_, err := io.WriteString(w, content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Fatalf("read %q, %v; want %q", got, err, content)
		}
	}
}

func TestFailedWriteKeepsOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model")
	if err := os.WriteFile(path, []byte("good"), 0o644); err != nil {
		t.Fatal(err)
	}
	failure := errors.New("disk full")
	err := Write(path, 0o644, func(w io.Writer) error {
		io.WriteString(w, "half")
		return failure
	})
	if !errors.Is(err, failure) {
		t.Fatalf("got %v, want %v", err, failure)
	}
	if got, _ := os.ReadFile(path); string(got) != "good" {
		t.Errorf("old content is now %q", got)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files are left (%v), want 1", len(entries), err)
	}
}

// TestCreate: until Commit the path is as it was, and Discard keeps it so.
func TestCreate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report")
	if err := os.WriteFile(path, []byte("good"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		end  func(*File) error
		want string
		perm os.FileMode
	}{
		{func(f *File) error { f.Discard(); return nil }, "good", 0o600},
		{(*File).Commit, "better", 0o640},
	} {
		f, err := Create(path, 0o640)
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
		f.Discard() // as a deferred call does
		if got, err := os.ReadFile(path); err != nil || string(got) != tt.want {
			t.Errorf("%q is there (error %v), want %q", got, err, tt.want)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != tt.perm {
			t.Errorf("permissions %v (error %v), want %v", info.Mode(), err, tt.perm)
		}
		if err := f.Commit(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("Commit after the end: %v, want os.ErrClosed", err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%d files are left (%v), want 1", len(entries), err)
		}
	}
}

// TestCreateRefuses names what cannot be written before anything is: a folder
// that is not there, a folder and a device in the file's place.
func TestCreateRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Create(filepath.Join(dir, "none", "report"), 0o644); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v, want os.ErrNotExist", err)
	}
	for _, path := range []string{dir, os.DevNull} {
		if _, err := Create(path, 0o644); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s: %v, want ErrNotRegular", path, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("%d files are left (%v), want none", len(entries), err)
	}
}
