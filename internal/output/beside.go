package output

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
)

// beside is a file beside a place, for what is going to be there. Its name says
// whose and which it is: a hash of the place's name, so that the name is as short
// for all, a number, and how far it is. Its process holds a lock on it where there
// are locks, so that others know when nobody needs it any more.
type beside struct {
	p     *Place
	file  *os.File
	path  string
	stays bool // it has the only copy of the content
}

// How far a file beside is.
const (
	unfinished = "tmp"
	complete   = "whole" // and is being copied into the place
)

// prefix is how the names of all files beside the place begin.
func (p *Place) prefix() string {
	return fmt.Sprintf(".neurona-%x-", sha256.Sum256([]byte(p.name)))[:len(".neurona-")+16] + "-"
}

// beside makes a file beside the place, with the mode of a new file, or one that
// nobody else may look at where it is to have the mode of another.
func (p *Place) beside() (*beside, error) {
	mode := os.FileMode(0o666) // but for the umask
	if p.info != nil {
		mode = 0o600
	}
	for {
		b := &beside{p: p, path: filepath.Join(p.dir, fmt.Sprintf("%s%016x.%s", p.prefix(), rand.Uint64(), unfinished))}
		err := p.step("create")
		if err == nil {
			b.file, err = os.OpenFile(b.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		}
		if os.IsExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		// Before it has its lock, another process may take it for one left over.
		if lock(b.file) != taken && b.isAlso(b.path) {
			return b, nil
		}
		b.file.Close()
	}
}

// isAlso reports whether there is the same file at another path.
func (b *beside) isAlso(path string) bool {
	own, err1 := b.file.Stat()
	other, err2 := os.Lstat(path)
	return err1 == nil && err2 == nil && os.SameFile(own, other)
}

// Write writes to the file. Errors are the place's.
func (b *beside) Write(data []byte) (int, error) {
	if err := b.p.step("write"); err != nil {
		n, _ := b.file.Write(data[:len(data)/2])
		return n, b.p.blame(err)
	}
	n, err := b.file.Write(data)
	return n, b.p.blame(err)
}

// move gives the file another path.
func (b *beside) move(to string) error {
	if err := b.p.step("rename"); err != nil {
		return err
	}
	if closedToMove {
		if err := b.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			return err
		}
	}
	if err := os.Rename(b.path, to); err != nil {
		return err
	}
	b.path = to
	return nil
}

// discard takes the file away, if it is still there and of no use.
func (b *beside) discard() {
	b.file.Close()
	if !b.stays {
		os.Remove(b.path)
	}
}

// clear takes away files beside the place that are that far and that no process
// works on any more. What cannot be done is left: it is not what the user asked for.
func (p *Place) clear(far string) {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return
	}
	ours := regexp.MustCompile("^" + regexp.QuoteMeta(p.prefix()) + "[0-9a-f]{16}[.]" + far + "$")
	for _, e := range entries {
		if e.Type().IsRegular() && ours.MatchString(e.Name()) {
			removeAbandoned(filepath.Join(p.dir, e.Name()))
		}
	}
}

// step is called before each change of the file system; tests make it fail.
func (p *Place) step(name string) error {
	if p.fault == nil {
		return nil
	}
	return p.fault(name)
}

// syncFolder makes the names in a folder last. Some file systems cannot, and need
// not be told.
func (p *Place) syncFolder() error {
	if err := p.step("sync folder"); err != nil {
		return err
	}
	if !syncsFolders {
		return nil
	}
	d, err := os.Open(p.dir)
	if os.IsPermission(err) { // it may be written to and not read
		return nil
	}
	if err != nil {
		return err
	}
	defer d.Close()
	if err = d.Sync(); errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
