package output

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestAttributes: a file with attributes that a new one would not have is overwritten.
func TestAttributes(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "model"))
	if err := syscall.Setxattr(path, "user.neurona", []byte("kept"), 0); errors.Is(err, errors.ErrUnsupported) {
		t.Skip("the file system has no attributes of users: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	must(t, err)
	must(t, Write(path, writeAfter))
	info, err := os.Stat(path)
	must(t, err)
	value := make([]byte, 10)
	if n, err := syscall.Getxattr(path, "user.neurona", value); err != nil || string(value[:n]) != "kept" || !os.SameFile(info, before) || content(t, path) != after {
		t.Errorf("the attribute is %q (error %v), the file the same: %v, with %q", value[:max(n, 0)], err, os.SameFile(info, before), content(t, path))
	}
}
