//go:build unix

package output

import (
	"io/fs"
	"os"
	"syscall"
)

const (
	closedToMove = false // a file can be renamed while it is open
	syncsFolders = true
)

// writable reports why a device, a pipe or an open file cannot be written to.
func (p *Place) writable() error {
	if n, ours := p.descriptor(); p.open && ours {
		_, err := syscall.Write(n, nil) // nothing, which writes nothing
		return err
	}
	const toWrite = 2 // W_OK
	return syscall.Access(p.file(), toWrite)
}

// duplicate opens an open file once more: closing one leaves the other open.
func duplicate(descriptor int, name string) (*os.File, error) {
	n, err := syscall.Dup(descriptor)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(n)
	return os.NewFile(uintptr(n), name), nil
}

// links is how many names a file has.
func links(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink)
	}
	return 1
}

// giveOwner gives a file the owner and the group of another.
func giveOwner(f *os.File, of fs.FileInfo) error {
	own, err := f.Stat()
	if err != nil {
		return err
	}
	want, ok1 := of.Sys().(*syscall.Stat_t)
	has, ok2 := own.Sys().(*syscall.Stat_t)
	if !ok1 || !ok2 || want.Uid == has.Uid && want.Gid == has.Gid {
		return nil
	}
	return f.Chown(int(want.Uid), int(want.Gid))
}
