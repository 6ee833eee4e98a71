package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/neurona-ml/neurona/internal/output"
)

// standard is how standard input and output are written where a file could be.
const standard = "-"

// destination is where a flag says that something is to be written.
type destination struct {
	flag  string
	path  string
	place *output.Place // nil for standard output, and if the flag is not given
}

// given reports whether something is to be written.
func (d *destination) given() bool { return d.path != "" }

// find looks whether the destination can be written, before work is done for it.
func (d *destination) find(changed bool) (err error) {
	switch {
	case d.path == "" && changed:
		return badFlag(d.flag, `""`, "the name of a file")
	case d.path == "" || d.path == standard:
		return nil
	}
	d.place, err = output.Find(d.path)
	return d.blame(err)
}

// blame says which flag an error comes from. A path that is wrong is wrong usage.
func (d *destination) blame(err error) error {
	if err == nil {
		return nil
	}
	if e := (*output.Error)(nil); errors.As(err, &e) && e.Misnamed() {
		return flagError(d.flag, err)
	}
	return fmt.Errorf("--%s: %w", d.flag, err)
}

// isStandard reports whether the destination is standard output, by whatever name.
func (d *destination) isStandard(stdout *stream) bool {
	f := stdout.file()
	return d.path == standard || d.place != nil && f != nil && d.place.Names(f)
}

// write writes what write gives there, bytes as they are.
func (d *destination) write(a *app, write func(io.Writer) error) error {
	if d.place == nil {
		return write(a.stdout.raw())
	}
	d.place.Done = a.done
	err := d.place.Write(write)
	if errors.As(err, new(*output.Error)) {
		return fmt.Errorf("--%s: %w", d.flag, err)
	}
	return err // of what was to be written: the place is not to blame
}

// input is a file that is read.
type input struct {
	name string // of the argument that says so
	path string // or standard
}

// look finds the file; nil if it is not there, or is no file.
func (i input) look(stdin io.Reader) fs.FileInfo {
	if i.path != standard {
		return fileInfo(os.Stat(i.path))
	}
	if f, ok := stdin.(*os.File); ok {
		return fileInfo(f.Stat())
	}
	return nil
}

// fileInfo is what is known of a regular file.
func fileInfo(info fs.FileInfo, err error) fs.FileInfo {
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return info
}

// checkApart reports destinations that are one file, or one that is read. prints says
// that something else is written to standard output, which is then one of them.
func (a *app) checkApart(prints bool, inputs []input, destinations ...*destination) error {
	var printed fs.FileInfo
	if f := a.stdout.file(); prints && f != nil {
		printed = fileInfo(f.Stat())
	}
	for i, d := range destinations {
		if !d.given() {
			continue
		}
		toStandard := d.isStandard(a.stdout)
		if prints && (toStandard || d.place != nil && printed != nil && d.place.Is(printed)) {
			return badFlag(d.flag, d.path, "another file than standard output, where the summary goes (with --quiet, nothing does)")
		}
		for _, other := range destinations[i+1:] {
			if toStandard && other.isStandard(a.stdout) || d.place != nil && other.place != nil && d.place.Same(other.place) {
				return badFlag(d.flag, d.path, fmt.Sprintf("another file than that of --%s, %s", other.flag, other.path))
			}
		}
	}
	for _, in := range inputs {
		read := in.look(a.stdin)
		if read == nil {
			continue
		}
		for _, d := range destinations {
			if d.place != nil && d.place.Is(read) {
				return badFlag(d.flag, d.path, fmt.Sprintf("another file than %s, which is read", in.name))
			}
		}
		if printed != nil && os.SameFile(printed, read) {
			return &usageError{fmt.Errorf("standard output goes to %s, which is read: send it elsewhere", in.name)}
		}
	}
	return nil
}

// bare is an error of the system without the name of the call and of the file.
func bare(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
