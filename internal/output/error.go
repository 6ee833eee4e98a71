package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Error says why a place cannot be written, and what to do.
type Error struct {
	Path  string // as it was given
	Err   error
	Whole string // if the file at Path is damaged now: one that has all of the new content
}

func (e *Error) Error() string {
	if e.Whole != "" {
		return fmt.Sprintf("%s: %v: the file is damaged; all that it should have is in %s: copy that over it", e.Path, e.Err, e.Whole)
	}
	if do := e.advice(); do != "" {
		return fmt.Sprintf("%s: %v: %s", e.Path, e.Err, do)
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

var (
	errNoName = errors.New("no name of a file")
	errFolder = errors.New("is a folder")
	errNoFile = errors.New("is neither a file nor a device nor a pipe")
	errLinks  = errors.New("too many links, one to the other")

	errNoReader = errors.New("nobody reads this pipe, and waiting for that was ended")
)

// Misnamed reports whether the path itself is wrong, so that another has to be
// given; otherwise the machine is in the way.
func (e *Error) Misnamed() bool {
	for _, err := range []error{errNoName, errFolder, errNoFile, errLinks, fs.ErrNotExist, syscall.ENOTDIR, syscall.ENAMETOOLONG, syscall.ELOOP} {
		if errors.Is(e.Err, err) {
			return true
		}
	}
	return false
}

// advice is what the user can do.
func (e *Error) advice() string {
	for _, a := range []struct {
		err error
		do  string
	}{
		{errNoName, "give one"},
		{errFolder, "want a file, not a folder: name one in it"},
		{errNoFile, "give another path"},
		{errLinks, "give the path of the file itself"},
		{errNoReader, "start what reads it first, or give a file"},
		{fs.ErrNotExist, "make the folder first"},
		{syscall.ENOTDIR, "a file is in the place of a folder: give another path"},
		{syscall.ENAMETOOLONG, "give a shorter name"},
		{syscall.EROFS, "give a path on a file system that can be written to"},
		{syscall.ENOSPC, "make room, or give a path on another file system"},
		{syscall.EDQUOT, "make room, or give a path on another file system"},
		// Not EACCES: no mode stands in the way.
		{syscall.EPERM, "the file or its folder is protected (lsattr shows how): give another path"},
		{fs.ErrPermission, "change the mode of the file or of its folder, or give another path"},
	} {
		if errors.Is(e.Err, a.err) {
			return a.do
		}
	}
	return ""
}

// blame makes an error of the system one of the place. The names of files beside
// it tell a user nothing.
func (p *Place) blame(err error) error {
	if err == nil {
		return nil
	}
	if e := (*Error)(nil); errors.As(err, &e) {
		return err
	}
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		err = e.Err
	} else if e := (*os.LinkError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	return &Error{Path: p.path, Err: err}
}
