//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package output

import (
	"errors"
	"os"
	"syscall"
)

// lockState is what became of an attempt to lock a file.
type lockState int

const (
	held    lockState = iota // until the file is closed or the process ends
	taken                    // by another
	unknown                  // the file system has no locks
)

// lock locks a file, if nobody else has.
func lock(f *os.File) lockState {
	for {
		switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
		case err == nil:
			return held
		case errors.Is(err, syscall.EWOULDBLOCK):
			return taken
		case !errors.Is(err, syscall.EINTR):
			return unknown
		}
	}
}

// removeAbandoned removes a file that no process holds locked.
func removeAbandoned(path string) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer f.Close()
	// Its process may have renamed it meanwhile, and let it go.
	if lock(f) == held && (&beside{file: f}).isAlso(path) {
		os.Remove(path)
	}
}
