package output

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// put puts a file beside the place, which has all of the content, there.
func (p *Place) put(b *beside) error {
	replaces := p.info == nil || links(p.info) <= 1 && !hasMore(p.file(), b.path)
	if p.info != nil && replaces {
		replaces = p.dress(b) == nil
	}
	if err := p.sync(b.file); err != nil {
		return p.blame(err)
	}
	if replaces {
		err := b.move(p.file())
		switch {
		case err == nil:
			b.stays = true
			return p.blame(p.syncFolder())
		case !errors.Is(err, syscall.EBUSY): // something is mounted over it
			return p.blame(err)
		}
	}
	return p.overwrite(b)
}

// kept are the bits of a mode that a file keeps.
const kept = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

// dress gives a file the owner and the mode of the one that it is to replace.
func (p *Place) dress(b *beside) error {
	if err := p.step("owner"); err != nil {
		return err
	}
	if err := giveOwner(b.file, p.info); err != nil {
		return err
	}
	return b.file.Chmod(p.info.Mode() & kept) // after the owner, of whom some bits depend
}

// overwrite copies a file that is complete into the one that is there.
func (p *Place) overwrite(b *beside) error {
	if err := b.move(strings.TrimSuffix(b.path, unfinished) + complete); err != nil {
		return p.blame(err)
	}
	if err := p.syncFolder(); err != nil {
		return p.blame(err)
	}
	from, err := os.Open(b.path)
	if err != nil {
		return p.blame(err)
	}
	defer from.Close()
	to, err := os.OpenFile(p.file(), os.O_WRONLY, 0)
	if err != nil {
		return p.blame(err)
	}
	defer to.Close()
	info, err := from.Stat()
	if err == nil {
		err = p.step("reserve")
	}
	if err == nil && info.Size() > p.info.Size() {
		err = reserve(to, info.Size())
	}
	if err != nil {
		return p.blame(err) // nothing has changed yet
	}
	if err := p.copyOver(to, from, info.Size()); err != nil {
		b.stays = true
		e := p.blame(err).(*Error)
		e.Whole = b.path
		return e
	}
	b.discard()
	return p.blame(p.syncFolder())
}

// copyOver makes a file's content that of another, of so many bytes.
func (p *Place) copyOver(to, from *os.File, size int64) error {
	if err := p.step("copy"); err != nil {
		_, _ = io.CopyN(to, from, size/2)
		return err
	}
	if _, err := io.Copy(to, from); err != nil {
		return err
	}
	if err := to.Truncate(size); err != nil {
		return err
	}
	if err := p.sync(to); err != nil {
		return err
	}
	return to.Close()
}

// sync flushes a file to the disk.
func (p *Place) sync(f *os.File) error {
	if err := p.step("sync"); err != nil {
		return err
	}
	return f.Sync()
}
