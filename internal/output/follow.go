package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxLinks is how many links in a row are followed, as by Linux.
const maxLinks = 40

// follow finds the file at the end of all links, which need not be there. Names
// are resolved one after the other and not shortened first: in link/../x the two
// dots are the folder above the one that the link leads to.
func (p *Place) follow() error {
	path := p.path
	for range maxLinks {
		dir, name := filepath.Split(path)
		if name == "" || name == "." || name == ".." {
			return errFolder
		}
		if dir == "" {
			dir = "."
		}
		var err error
		if p.dir, err = filepath.EvalSymlinks(dir); err != nil {
			return err
		}
		if p.folder, err = os.Stat(p.dir); err != nil {
			return err
		}
		p.name = name
		if p.open = hasOpenFiles(p.dir); p.open {
			p.info, err = os.Stat(p.file())
			return err
		}
		p.info, err = os.Lstat(p.file())
		if errors.Is(err, fs.ErrNotExist) {
			p.info = nil
			return nil
		}
		if err != nil || p.info.Mode()&fs.ModeSymlink == 0 {
			return err
		}
		to, err := os.Readlink(p.file())
		if err != nil {
			return err
		}
		if path = to; !filepath.IsAbs(to) {
			path = p.dir + string(filepath.Separator) + to
		}
	}
	return errLinks
}

// hasOpenFiles reports whether a folder is one in which the system shows the open
// files of a process. A name there is not where the file is.
func hasOpenFiles(dir string) bool {
	return dir == "/dev/fd" || strings.HasPrefix(dir, "/proc/") && filepath.Base(dir) == "fd"
}

// descriptor returns the number of the open file that the place names, and
// whether it is this process that has it.
func (p *Place) descriptor() (n int, ours bool) {
	n, err := strconv.Atoi(p.name)
	if err != nil {
		return 0, false
	}
	for _, dir := range []string{"/dev/fd", "/proc/self/fd", "/proc/thread-self/fd"} {
		if own, err := filepath.EvalSymlinks(dir); err == nil && own == p.dir {
			return n, true
		}
	}
	return 0, false
}
