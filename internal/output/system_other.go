//go:build !unix

package output

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
)

const (
	closedToMove = runtime.GOOS == "windows" // which renames no open file
	syncsFolders = false
)

// writable is not known before a device is opened.
func (p *Place) writable() error { return nil }

// duplicate is not needed: no path names an open file.
func duplicate(int, string) (*os.File, error) { return nil, errors.ErrUnsupported }

// links is not known: a file with several names is replaced under one.
func links(fs.FileInfo) uint64 { return 1 }

// giveOwner has nothing to give: a new file has the owner that its folder says.
func giveOwner(*os.File, fs.FileInfo) error { return nil }
