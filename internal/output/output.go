// Package output writes files and hurts none.
//
// A file is written beside its target, flushed and renamed over it: at any
// moment the target has all of its old content or all of the new. It keeps its
// mode and its owner; one that is new gets the mode of the umask. Links are
// followed, and what is no regular file, such as a device or a pipe, is written
// to as it is. What would keep a target from being written is found by [Find],
// before there is anything to write.
//
// A file with several names, or whose owner, mode or attributes a new one cannot
// have, is not replaced. It is overwritten once all of the new content is safe
// beside it; if that stops halfway, the content beside stays.
//
// What a process that was killed leaves beside a target, the next one that
// writes there takes away.
package output

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Place is where an output goes: what a path leads to.
type Place struct {
	// Done, once it is closed, ends that Write waits for somebody to read a pipe, after the second that a reader may take
	// who is just about to. Without it Write waits for ever.
	Done <-chan struct{}

	path      string      // as it was given
	dir, name string      // of the file at the end of all links
	folder    fs.FileInfo // of dir
	info      fs.FileInfo // of what is there; nil if nothing is
	open      bool        // the path names an open file of a process, as /dev/stdout does
	folds     bool        // dir takes names that differ in case for one

	fault func(step string) error // before each step, for tests; nil
}

// Write writes what write gives to the file that path leads to, whole or not at
// all.
func Write(path string, write func(io.Writer) error) error {
	return (&Place{path: path}).Write(write)
}

// Find looks for what would keep path from being written, and leaves nothing
// behind. It does not open devices and pipes, where the first byte written counts.
// Errors are of type [*Error].
func Find(path string) (*Place, error) {
	p, err := look(path)
	if err != nil {
		return nil, err
	}
	if p.direct() {
		return p, p.blame(p.writable())
	}
	if p.info != nil {
		f, err := os.OpenFile(p.file(), os.O_WRONLY, 0)
		if err != nil {
			return nil, p.blame(err)
		}
		f.Close()
	}
	p.clear(unfinished)
	b, err := p.beside()
	if err != nil {
		return nil, p.blame(err)
	}
	defer b.discard()
	p.folds = b.isAlso(filepath.Join(p.dir, strings.ToUpper(filepath.Base(b.path))))
	_, err = b.file.Write(make([]byte, block)) // on a full disk there is room for a name
	return p, p.blame(errors.Join(err, b.file.Close()))
}

// block is what a file system hands out at least, in bytes.
const block = 4096

// Room reports whether there is room for a file of so many bytes. It holds none.
func (p *Place) Room(bytes int64) error {
	if p.direct() || bytes <= 0 {
		return nil
	}
	b, err := p.beside()
	if err != nil {
		return p.blame(err)
	}
	defer b.discard()
	return p.blame(errors.Join(reserve(b.file, bytes), b.file.Close()))
}

// Same reports whether two places are one file, there or not yet. A terminal and
// a device like /dev/null take the output of many.
func (p *Place) Same(other *Place) bool {
	if p.info != nil && other.info != nil {
		return p.Is(other.info)
	}
	if p.info != nil || other.info != nil || !os.SameFile(p.folder, other.folder) {
		return false
	}
	return p.name == other.name || p.folds && strings.EqualFold(p.name, other.name)
}

// Is reports whether the place is that of a file that is there.
func (p *Place) Is(file fs.FileInfo) bool {
	return p.info != nil && p.info.Mode()&fs.ModeCharDevice == 0 && os.SameFile(p.info, file)
}

// Names reports whether the path is another name of an open file of this
// process, as /dev/stdout is.
func (p *Place) Names(file *os.File) bool {
	if !p.open {
		return false
	}
	n, ours := p.descriptor()
	return ours && n == int(file.Fd())
}

// Write writes what write gives, whole or not at all. It looks anew at where the
// path leads. If the error is not one of write, it is of type [*Error].
func (p *Place) Write(write func(io.Writer) error) error {
	now, err := look(p.path)
	if err != nil {
		return err
	}
	now.fault, now.Done = p.fault, p.Done
	if now.direct() {
		return now.writeDirectly(write)
	}
	now.clear(unfinished)
	b, err := now.beside()
	if err != nil {
		return now.blame(err)
	}
	defer b.discard()
	if err := write(b); err != nil {
		return err
	}
	if err := now.put(b); err != nil {
		return err
	}
	now.clear(complete)
	return nil
}

// look finds out where path leads.
func look(path string) (*Place, error) {
	p := &Place{path: path}
	if path == "" {
		return nil, &Error{Path: `""`, Err: errNoName}
	}
	if err := p.follow(); err != nil {
		return nil, p.blame(err)
	}
	if p.info == nil || p.direct() {
		return p, nil
	}
	switch {
	case p.info.IsDir():
		return nil, p.blame(errFolder)
	case !p.info.Mode().IsRegular():
		return nil, p.blame(errNoFile)
	}
	return p, nil
}

// file is the path of the file itself.
func (p *Place) file() string { return filepath.Join(p.dir, p.name) }

// direct reports whether the place is written to as it is: a device, a pipe.
func (p *Place) direct() bool {
	return p.open || p.info != nil && p.info.Mode()&(fs.ModeDevice|fs.ModeNamedPipe) != 0
}

// writeDirectly writes to a device, a pipe or an open file.
func (p *Place) writeDirectly(write func(io.Writer) error) error {
	f, err := p.openDirectly()
	if err != nil {
		return p.blame(err)
	}
	if err := write(&blaming{p, f}); err != nil {
		return errors.Join(err, f.Close())
	}
	if p.info.Mode().Type() == fs.ModeDevice { // a disk
		err = f.Sync()
	}
	return p.blame(errors.Join(err, f.Close()))
}

// openDirectly opens a device, a pipe or an open file.
func (p *Place) openDirectly() (*os.File, error) {
	if p.open {
		if n, ours := p.descriptor(); ours {
			return duplicate(n, p.path)
		}
	}
	flags := os.O_WRONLY
	if p.open {
		flags |= os.O_APPEND // what another process writes there stays
	}
	return p.awaitReader(func() (*os.File, error) { return os.OpenFile(p.file(), flags, 0) })
}

// patience is how long a pipe may still find a reader when nothing else is waited for.
const patience = time.Second

// awaitReader opens a file, which, if it is a pipe, waits until another process opens it to read. Who reads one after all that was
// given up finds nothing in it.
func (p *Place) awaitReader(open func() (*os.File, error)) (*os.File, error) {
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened, 1)
	go func() {
		f, err := open()
		done <- opened{f, err}
	}()
	select {
	case o := <-done:
		return o.file, o.err
	case <-p.Done:
	}
	select {
	case o := <-done:
		return o.file, o.err
	case <-time.After(patience):
		go func() {
			if o := <-done; o.file != nil {
				o.file.Close()
			}
		}()
		return nil, errNoReader
	}
}

// blaming is a file whose errors are the place's.
type blaming struct {
	p *Place
	f *os.File
}

func (w *blaming) Write(data []byte) (int, error) {
	n, err := w.f.Write(data)
	return n, w.p.blame(err)
}
