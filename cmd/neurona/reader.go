package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
)

// reader reads the files of a table. What can be read once alone, standard input or another pipe, it reads itself, and keeps the
// beginning of it.
type reader struct {
	files []string

	pipe io.Reader // standard input, or the only one of the files; nil if they can be opened as often as one likes
	name string    // of a pipe that is a file
	kept []byte
	cut  bool // what was kept is not all
	file *os.File
}

// keptBytes is how much of a pipe is kept: a header, and what may stand above it.
const keptBytes = 1 << 20

// open finds out how the source is read.
func (a *app) open(s *source) (*reader, error) {
	r := &reader{files: s.data}
	if slices.Contains(s.data, standard) {
		r.pipe = a.stdin
		return r, nil
	}
	if len(s.data) != 1 {
		return r, nil
	}
	path := s.data[0]
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() || info.IsDir() {
		return r, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r.pipe, r.name, r.file = f, path, f
	return r, nil
}

func (r *reader) close() {
	if r.file != nil {
		r.file.Close()
	}
}

// table reads the table.
func (r *reader) table(options ...table.Option) (*table.Table, error) {
	if r.name != "" {
		return table.Read(r, append(options, table.Name(r.name))...)
	}
	tab, err := table.OpenFiles(r.files, append(options, table.Stdin(r))...)
	return tab, unopened(err)
}

// unopened is an error that says why a file could not be opened which is there, and not that there is none.
func unopened(err error) error {
	e := (*table.Error)(nil)
	if !errors.As(err, &e) || !errors.Is(err, table.ErrNoFile) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	both, ok := e.Err.(interface{ Unwrap() []error }) // that there is none, and what the system says
	if !ok {
		return err
	}
	why := both.Unwrap()[1]
	if errors.Is(why, filepath.ErrBadPattern) {
		return &table.Error{File: e.File, Err: why}
	}
	return &table.Error{File: e.File, Err: fmt.Errorf("it cannot be opened: %w", why)}
}

// Read reads the pipe.
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.pipe.Read(p)
	if r.cut = r.cut || len(r.kept)+n > keptBytes; r.cut {
		r.kept = nil
	} else {
		r.kept = append(r.kept, p[:n]...)
	}
	return n, err
}

// rewind goes back to the beginning, and reports whether that can be done.
func (r *reader) rewind() bool {
	if r.pipe != nil {
		r.pipe, r.kept = bytes.NewReader(r.kept), nil
		return !r.cut
	}
	// Patterns may name pipes.
	return !slices.ContainsFunc(filesOf(r.files), func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && !info.Mode().IsRegular()
	})
}

// isEmpty tells whether there is not a byte, once everything has been read.
func (r *reader) isEmpty() bool {
	if r.pipe != nil {
		return len(r.kept) == 0 && !r.cut
	}
	return !slices.ContainsFunc(filesOf(r.files), func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && info.Size() > 0
	})
}
