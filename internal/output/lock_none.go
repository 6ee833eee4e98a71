//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package output

import (
	"os"
	"runtime"
	"time"
)

// lockState is what became of an attempt to lock a file.
type lockState int

const (
	taken   lockState = iota // by another
	unknown                  // nobody can say
)

// lock does not lock.
func lock(*os.File) lockState { return unknown }

// removeAbandoned removes a file that no process has open, where the system keeps
// those that one has: on Windows. They are closed just before they are renamed, and
// so young ones are left alone.
func removeAbandoned(path string) {
	if info, err := os.Lstat(path); runtime.GOOS == "windows" && err == nil && time.Since(info.ModTime()) > time.Minute {
		os.Remove(path)
	}
}
