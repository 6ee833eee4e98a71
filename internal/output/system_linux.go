package output

import (
	"bytes"
	"errors"
	"os"
	"syscall"
)

// reserve finds out whether there is room for so many bytes, and takes it. What is
// in the file stays, and its size.
func reserve(f *os.File, bytes int64) error {
	const keepSize = 1 // FALLOC_FL_KEEP_SIZE
	for {
		switch err := syscall.Fallocate(int(f.Fd()), keepSize, 0, bytes); {
		case errors.Is(err, errors.ErrUnsupported):
			return nil // by the file system
		case !errors.Is(err, syscall.EINTR):
			return err
		}
	}
}

// hasMore reports whether a file has an attribute that another has not, such as an
// access control list.
func hasMore(file, other string) bool {
	has := map[string]bool{}
	for _, name := range attributes(other) {
		has[name] = true
	}
	for _, name := range attributes(file) {
		if !has[name] {
			return true
		}
	}
	return false
}

// attributes are the names of a file's extended attributes.
func attributes(path string) []string {
	names := make([]byte, 1<<16) // as many as Linux gives
	n, err := syscall.Listxattr(path, names)
	if err != nil {
		return nil
	}
	var list []string
	for name := range bytes.SplitSeq(names[:n], []byte{0}) {
		list = append(list, string(name))
	}
	return list
}
