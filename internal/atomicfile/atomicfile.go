// Package atomicfile writes files that are either whole or not there: the
// content goes to a temporary file beside the target, which is renamed over
// it only after everything has been written and flushed.
package atomicfile

import (
	"io"
	"os"
	"path/filepath"
)

// Write calls write with a file beside path, flushes it to disk and renames
// it to path with permissions perm. If anything fails, what stood at path
// before still stands there and no temporary file is left.
func Write(path string, perm os.FileMode, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Chmod(perm); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
