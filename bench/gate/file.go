package main

import (
	"errors"
	"os"
	"path/filepath"
)

// errNotRegular is wrapped by the error of a path at which there is something
// that a report must not take the place of: a folder, a device, a pipe.
var errNotRegular = errors.New("there already, and not a regular file")

// file is a file that is being written beside its path. Nothing is at the
// path, or what was there before, until commit.
type file struct {
	*os.File
	path string
	done bool // committed or discarded
}

// createFile opens a file that will be at path, and finds out whether it can
// be there. Commit or discard it.
func createFile(path string) (*file, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "create", Path: path, Err: errNotRegular}
	}
	beside, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	return &file{File: beside, path: path}, nil
}

// commit puts the file in the place of what was at its path. If anything
// fails, that still stands there.
func (f *file) commit() error {
	if f.done {
		return os.ErrClosed
	}
	defer f.discard()
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		return err
	}
	f.done = true
	return nil
}

// discard leaves the path as it was. After commit it does nothing.
func (f *file) discard() {
	if f.done {
		return
	}
	f.done = true
	f.Close()
	os.Remove(f.Name())
}
