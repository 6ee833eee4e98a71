// Package atomicfile writes files that are either whole or not there: the
// content goes to a temporary file beside the target, which is renamed over
// it only after everything has been written and flushed.
package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// ErrNotRegular is wrapped by the error of a path at which there is something
// that a file must not take the place of: a folder, a device, a pipe.
var ErrNotRegular = errors.New("there already, and not a regular file")

// File is a file that is being written. Nothing is at its path, or what was
// there before, until Commit.
type File struct {
	temporary *os.File
	path      string
	perm      os.FileMode
	closed    bool
}

// Create opens a file that will be at path with permissions perm. That path
// cannot be written is found out here, before there is anything to write.
// Commit or Discard it.
func Create(path string, perm os.FileMode) (*File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "create", Path: path, Err: ErrNotRegular}
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	return &File{temporary: temporary, path: path, perm: perm}, nil
}

// Write writes to the temporary file.
func (f *File) Write(p []byte) (int, error) { return f.temporary.Write(p) }

// Commit flushes the file to disk and puts it in the place of what was at its
// path. If anything fails, that still stands there.
func (f *File) Commit() error {
	if f.closed {
		return os.ErrClosed
	}
	if err := f.flush(); err != nil {
		f.Discard()
		return err
	}
	f.closed = true
	if err := os.Rename(f.temporary.Name(), f.path); err != nil {
		os.Remove(f.temporary.Name())
		return err
	}
	return nil
}

func (f *File) flush() error {
	if err := f.temporary.Chmod(f.perm); err != nil {
		return err
	}
	if err := f.temporary.Sync(); err != nil {
		return err
	}
	return f.temporary.Close()
}

// Discard leaves the path as it was. After Commit it does nothing.
func (f *File) Discard() {
	if f.closed {
		return
	}
	f.closed = true
	f.temporary.Close()
	os.Remove(f.temporary.Name())
}

// Write calls write with a file beside path, flushes it to disk and renames
// it to path with permissions perm. If anything fails, what stood at path
// before still stands there and no temporary file is left.
func Write(path string, perm os.FileMode, write func(io.Writer) error) error {
	f, err := Create(path, perm)
	if err != nil {
		return err
	}
	defer f.Discard()
	if err := write(f); err != nil {
		return err
	}
	return f.Commit()
}
