package argumenttest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFault(t *testing.T) {
	missing := fmt.Errorf("reading: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist})
	for _, c := range []struct {
		name  string
		err   error
		want  any
		fault string
	}{
		{"none", nil, nil, ""},
		{"not wanted", missing, nil, "error reading: open x: file does not exist, want none"},
		{"any", missing, ErrAny, ""},
		{"not any", nil, ErrAny, "error <nil>, want any"},
		{"that one", missing, fs.ErrNotExist, ""},
		{"another", missing, fs.ErrExist, "error reading: open x: file does not exist, want file already exists"},
		{"not that one", nil, fs.ErrExist, "error <nil>, want file already exists"},
		{"of a type", missing, new(*fs.PathError), ""},
		{"of another type", fs.ErrExist, new(*fs.PathError), "error file already exists, want a **fs.PathError"},
		{"of no type", nil, new(*fs.PathError), "error <nil>, want a **fs.PathError"},
	} {
		if got := Fault(func() error { return c.err }, c.want); got != c.fault {
			t.Errorf("%s: %q, want %q", c.name, got, c.fault)
		}
	}
	if got := Fault(func() error { panic(errors.New("no")) }, ErrAny); got != "it panics: no" {
		t.Errorf("a panic is %q", got)
	}
}

func TestExported(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.go":      "package p\nfunc New()\nfunc hidden()\ntype T struct{}\nfunc (*T) Do()\nfunc (T) do()\ntype h int\nfunc (h) Do()\n",
		"b.go":      "package p\ntype ReadError struct{}\nfunc (*ReadError) Error() string\ntype G[K, V any] struct{}\nfunc (*G[K, V]) Len() int\nfunc New()\n",
		"a_test.go": "package p\nfunc TestNew()\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Exported(dir)
	if want := []string{"G.Len", "New", "T.Do"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("exported are %q (%v), want %q", got, err, want)
	}
}
