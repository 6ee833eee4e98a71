package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// outputs are the files that the command writes beside what it prints. They
// are opened before anything is built, because minutes of measuring for a
// report that cannot be written are lost, and put in place when all is done,
// because a run that fails must not take a good report away.
type outputs struct {
	markdown, raw *file // nil if not asked for
}

// openOutputs opens the files that c names.
func openOutputs(c *command) (*outputs, error) {
	o := &outputs{}
	for _, out := range []struct {
		flag, path string
		file       **file
	}{{"markdown", c.markdown, &o.markdown}, {"raw", c.raw, &o.raw}} {
		if out.path == "" {
			continue
		}
		f, err := createFile(out.path)
		if err != nil {
			o.discard()
			return nil, fmt.Errorf("--%s: %w", out.flag, err)
		}
		*out.file = f
	}
	return o, nil
}

// measurements is where all measurements go; nil if nobody wants them.
func (o *outputs) measurements() io.Writer {
	if o.raw == nil {
		return nil // not a nil file in an interface
	}
	return o.raw
}

// commit writes the report and puts the files in place.
func (o *outputs) commit(report *Report) error {
	if o.markdown != nil {
		if err := report.writeMarkdown(o.markdown); err != nil {
			return fmt.Errorf("--markdown: %w", err)
		}
		if err := o.markdown.commit(); err != nil {
			return fmt.Errorf("--markdown: %w", err)
		}
	}
	if o.raw != nil {
		if err := o.raw.commit(); err != nil {
			return fmt.Errorf("--raw: %w", err)
		}
	}
	return nil
}

// discard leaves what has not been put in place as it was.
func (o *outputs) discard() {
	for _, f := range []*file{o.markdown, o.raw} {
		if f != nil {
			f.discard()
		}
	}
}

// SameFileError reports two arguments of which one would be written over the
// other.
type SameFileError struct {
	First, Second string // the arguments that name it
	Path          string
}

func (e *SameFileError) Error() string {
	return fmt.Sprintf("%s and %s are the same file, %s", e.First, e.Second, e.Path)
}

// checkOutputs reports an output that is another output or something read.
func (c *command) checkOutputs() error {
	type argument struct{ name, path string }
	outputs := []argument{{"--markdown", c.markdown}, {"--raw", c.raw}}
	inputs := []argument{{"--subset-file", c.subsetFile}, {"BASE", c.base}, {"HEAD", c.head}}
	for i, out := range outputs {
		for _, other := range slices.Concat(outputs[i+1:], inputs) {
			if out.path != "" && other.path != "" && sameFile(out.path, other.path) {
				return &SameFileError{out.name, other.name, out.path}
			}
		}
	}
	return nil
}

// sameFile reports whether two paths lead to one file, which need not be there
// yet.
func sameFile(a, b string) bool {
	first, err1 := os.Stat(a)
	second, err2 := os.Stat(b)
	if err1 == nil && err2 == nil {
		return os.SameFile(first, second)
	}
	if (err1 == nil) != (err2 == nil) || filepath.Base(a) != filepath.Base(b) {
		return false
	}
	first, err1 = os.Stat(filepath.Dir(a))
	second, err2 = os.Stat(filepath.Dir(b))
	return err1 == nil && err2 == nil && os.SameFile(first, second)
}
