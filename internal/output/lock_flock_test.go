//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package output

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// needFlock skips a test where the file system of dir says that it has no locks.
func needFlock(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Open(dir)
	must(t, err)
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK) {
		t.Skip("the file system of ", dir, " has no locks (flock is missing): ", err)
	}
	must(t, err)
}

// TestOthersFiles: what another process works on stays, and so does what is not
// called as such files are.
func TestOthersFiles(t *testing.T) {
	dir := t.TempDir()
	needFlock(t, dir)
	path := put(t, filepath.Join(dir, "model"))
	p, err := look(path)
	must(t, err)
	working, err := p.beside()
	must(t, err)
	defer working.discard()
	other, err := look(filepath.Join(dir, "other"))
	must(t, err)
	kept := []string{working.path, dir, path}
	for _, name := range []string{
		p.prefix() + "0123456789abcdef.tmp.old", p.prefix() + "0123456789abcde.tmp", "x" + p.prefix() + "0123456789abcdef.tmp",
		other.prefix() + "0123456789abcdef.tmp", ".model.123",
	} {
		kept = append(kept, put(t, filepath.Join(dir, name)))
	}
	put(t, filepath.Join(dir, p.prefix()+"0123456789abcdef.tmp"))
	must(t, os.Mkdir(filepath.Join(dir, p.prefix()+"ffffffffffffffff.tmp"), 0o777))
	kept = append(kept, filepath.Join(dir, p.prefix()+"ffffffffffffffff.tmp"))
	_, err = Find(path)
	must(t, err)
	slices.Sort(kept)
	if got := names(t, dir); !slices.Equal(got, kept) {
		t.Errorf("there are\n%q, want\n%q", got, kept)
	}
}
