//go:build unix

package output

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// killVariable makes the test binary write after to the path that it is, and kill
// itself before the step of the number that follows.
const killVariable = "NEURONA_TEST_KILL"

func TestMain(m *testing.M) {
	if path, at, ok := strings.Cut(os.Getenv(killVariable), "\n"); ok {
		n, _ := strconv.Atoi(at)
		p := &Place{path: path, fault: func(step string) error {
			switch n--; {
			case n >= 0:
				return nil
			case step == "copy":
				return errors.New("half") // of it is copied, and the end is below
			}
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}}
		_ = p.Write(writeAfter)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	os.Exit(m.Run())
}

// TestKilledAnywhere kills a process before each of its steps: the file is the old
// one or the new one, or one that has several names and all of the new one is beside
// it. The next process leaves nothing but the file.
func TestKilledAnywhere(t *testing.T) {
	for _, target := range targets {
		t.Run(target.name, func(t *testing.T) {
			left := 0
			for at := range steps(t, target.make) + 1 {
				dir := t.TempDir()
				file := target.make(t, dir)
				had := names(t, dir)
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s\n%d", killVariable, filepath.Join(dir, "path"), at))
				if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
					t.Fatalf("the process ended with %v, want SIGKILL", err)
				}
				whole := ""
				for _, name := range names(t, dir) {
					if strings.HasSuffix(name, "."+complete) {
						whole = content(t, name)
					}
				}
				if !slices.Equal(names(t, dir), had) {
					left++
				}
				if got := content(t, file); got != after && (got != before || !target.there) && (got != "" || target.there) && !(target.name == "two names" && whole == after) {
					t.Errorf("killed at %d: %q is there, %q beside it", at, got, whole)
				}
				must(t, Write(filepath.Join(dir, "path"), writeAfter))
				if !target.there {
					had = append(had, file)
					slices.Sort(had)
				}
				if got := names(t, dir); content(t, file) != after || !slices.Equal(got, had) {
					t.Errorf("killed at %d, and then written: there are %q, want %q; %q is there", at, got, had, content(t, file))
				}
			}
			if left == 0 {
				t.Error("no process left anything behind: none was killed")
			}
		})
	}
}

// TestMode: a new file has the mode of the umask, one that was there keeps its own,
// and its owner.
func TestMode(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	path := filepath.Join(t.TempDir(), "model")
	for _, c := range []struct {
		umask      int
		mode, want os.FileMode
	}{{0o077, 0, 0o600}, {0o022, 0, 0o644}, {0o002, 0, 0o664}, {0o022, 0o600, 0o600}, {0o077, 0o640, 0o640}, {0o077, 0o666, 0o666}} {
		syscall.Umask(c.umask)
		os.Remove(path)
		if c.mode != 0 {
			put(t, path)
			must(t, os.Chmod(path, c.mode))
		}
		must(t, Write(path, writeAfter))
		if info, err := os.Stat(path); err != nil || info.Mode() != c.want {
			t.Errorf("umask %o, mode before %o: mode %v (error %v), want %o", c.umask, c.mode, info.Mode(), err, c.want)
		}
	}
}

func TestOwner(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "model"))
	if err := os.Chown(path, 12345, 54321); errors.Is(err, fs.ErrPermission) {
		t.Skip("files cannot be given away (the rights of root are missing): ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	must(t, os.Chmod(path, 0o640|os.ModeSetgid))
	failure := errors.New("not yours to give")
	for _, p := range []*Place{{path: path}, {path: path, fault: func(step string) error {
		if step == "owner" {
			return failure
		}
		return nil
	}}} {
		before, err := os.Stat(path)
		must(t, err)
		must(t, p.Write(writeAfter))
		info, err := os.Stat(path)
		must(t, err)
		if s := info.Sys().(*syscall.Stat_t); s.Uid != 12345 || s.Gid != 54321 || info.Mode() != 0o640|os.ModeSetgid {
			t.Errorf("owner %d, group %d, mode %v, want what was", s.Uid, s.Gid, info.Mode())
		}
		if os.SameFile(info, before) != (p.fault != nil) || content(t, path) != after {
			t.Errorf("replaced: %v, want %v; %q is there", !os.SameFile(info, before), p.fault == nil, content(t, path))
		}
	}
}

// TestProtected: what a user may not write is found.
func TestProtected(t *testing.T) {
	dir := t.TempDir()
	file := put(t, filepath.Join(dir, "model"))
	refused := func(what string) {
		t.Helper()
		for _, path := range []string{file, filepath.Join(dir, "new")} {
			_, err := Find(path)
			if e := (*Error)(nil); !errors.As(err, &e) || !errors.Is(err, os.ErrPermission) || e.Misnamed() {
				t.Errorf("%s: %s: error %v, want permission", what, path, err)
			}
			if path == file && what != "folder" {
				return
			}
		}
	}
	if os.Geteuid() != 0 {
		must(t, os.Chmod(file, 0o400))
		refused("file of mode 0400")
		must(t, os.Chmod(file, 0o600))
		must(t, os.Chmod(dir, 0o500))
		defer os.Chmod(dir, 0o700)
		refused("folder")
		return
	}
	for _, c := range []struct{ what, flag, path string }{{"file", "i", file}, {"file", "a", file}, {"folder", "i", dir}} {
		if out, err := exec.Command("chattr", "+"+c.flag, c.path).CombinedOutput(); err != nil {
			t.Skipf("root may write everywhere, and chattr +%s is missing: %v, %s", c.flag, err, out)
		}
		refused(c.what)
		must(t, exec.Command("chattr", "-"+c.flag, c.path).Run())
	}
	if got := names(t, dir); len(got) != 2 || content(t, file) != before {
		t.Errorf("left %q", got)
	}
}

// TestDirectly writes to what is no file. It is still there, and has got everything.
func TestDirectly(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	must(t, syscall.Mkfifo(fifo, 0o600))
	link(t, fifo, filepath.Join(dir, "link"))
	for _, path := range []string{fifo, filepath.Join(dir, "link")} {
		got := make(chan string)
		_, err := Find(path) // does not wait for a reader
		must(t, err)
		go func() {
			text, _ := os.ReadFile(fifo)
			got <- string(text)
		}()
		must(t, Write(path, writeAfter))
		if text := <-got; text != after {
			t.Errorf("%s: %q came, want %q", path, text, after)
		}
	}
	if info, err := os.Stat(fifo); err != nil || info.Mode().Type() != os.ModeNamedPipe || len(names(t, dir)) != 3 {
		t.Errorf("there are %q, want a pipe and a link; error %v", names(t, dir), err)
	}
	must(t, Write(os.DevNull, writeAfter))
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		t.Errorf("%s is %v, error %v", os.DevNull, info.Mode(), err)
	}
	if _, err := os.Stat("/dev/full"); errors.Is(err, fs.ErrNotExist) {
		t.Skip("/dev/full is missing: ", err)
	}
	if err := Write("/dev/full", writeAfter); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("/dev/full: error %v, want ENOSPC", err)
	}
}

// TestOpenFile: the path of an open file stands for that file, at the place where it
// is written next.
func TestOpenFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	must(t, err)
	defer f.Close()
	_, err = io.WriteString(f, "begin ")
	must(t, err)
	path := fmt.Sprintf("/dev/fd/%d", f.Fd())
	p, err := Find(path)
	must(t, err)
	info, err := f.Stat()
	must(t, err)
	if !p.Is(info) || !p.Names(f) || p.Names(os.Stderr) {
		t.Errorf("%s is the file: %v, names it: %v, names another: %v", path, p.Is(info), p.Names(f), p.Names(os.Stderr))
	}
	must(t, p.Write(writeAfter))
	_, err = io.WriteString(f, " end")
	must(t, err)
	if got := content(t, f.Name()); got != "begin "+after+" end" || len(names(t, filepath.Dir(f.Name()))) != 2 {
		t.Errorf("%q is there, in %q", got, names(t, filepath.Dir(f.Name())))
	}
	reading, err := os.Open(f.Name())
	must(t, err)
	defer reading.Close()
	if _, err := Find(fmt.Sprintf("/dev/fd/%d", reading.Fd())); !errors.Is(err, syscall.EBADF) {
		t.Errorf("a file that is open for reading: error %v, want EBADF", err)
	}
}

// mountedVariable makes TestMounted write after to the path that it is, which
// something is mounted over.
const mountedVariable = "NEURONA_TEST_MOUNTED"

// TestMounted: a file that something is mounted over is not replaced.
func TestMounted(t *testing.T) {
	if path := os.Getenv(mountedVariable); path != "" {
		must(t, Write(path, writeAfter))
		return
	}
	dir := t.TempDir()
	file, over := put(t, filepath.Join(dir, "model")), put(t, filepath.Join(dir, "over"))
	cmd := exec.Command("unshare", "--mount", "sh", "-c", `mount --bind "$1" "$2" && exec "$0" -test.run '^TestMounted$'`, os.Args[0], over, file)
	cmd.Env = append(os.Environ(), mountedVariable+"="+file)
	if out, err := exec.Command("unshare", "--mount", "mount", "--bind", over, file).CombinedOutput(); err != nil {
		t.Skipf("nothing can be mounted (unshare, or the rights of root, are missing): %v, %s", err, out)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if content(t, over) != after || content(t, file) != before || len(names(t, dir)) != 3 {
		t.Errorf("%q is mounted, %q below it, %q beside", content(t, over), content(t, file), names(t, dir))
	}
}

// TestReadWhileWritten: nobody sees the new content before it is whole, nor may anybody
// read what is beside who may not read the file.
func TestReadWhileWritten(t *testing.T) {
	dir := t.TempDir()
	path := put(t, filepath.Join(dir, "model"))
	must(t, Write(path, func(w io.Writer) error {
		b := bufio.NewWriterSize(w, 16)
		_, err := b.WriteString(after)
		if got := content(t, path); got != before {
			t.Errorf("%q is there before the end", got)
		}
		list, err2 := os.ReadDir(dir)
		must(t, err2)
		for _, e := range list {
			if info, err := e.Info(); err != nil || info.Mode() != 0o600 && e.Name() != "model" {
				t.Errorf("%s has mode %v, error %v, want 0600", e.Name(), info.Mode(), err)
			}
		}
		if len(list) != 2 {
			t.Errorf("there are %v, want the file and one beside it", list)
		}
		return errors.Join(err, b.Flush())
	}))
}

// TestManyAtOnce: processes that write one file do not take each other's files away.
func TestManyAtOnce(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "model"))
	failed := make(chan error)
	const writers, writes = 8, 25
	for range writers {
		go func() {
			var err error
			for range writes {
				_, found := Find(path)
				err = errors.Join(err, found, Write(path, writeAfter))
			}
			failed <- err
		}()
	}
	for range writers {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if got := names(t, filepath.Dir(path)); content(t, path) != after || len(got) != 2 {
		t.Errorf("%q is there, in %q", content(t, path), got)
	}
}

// TestNoReader: who is told that nobody will wait any longer gives a pipe up that nobody reads, and none that somebody does.
func TestNoReader(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	must(t, syscall.Mkfifo(fifo, 0o600))
	p, err := Find(fifo)
	must(t, err)
	done := make(chan struct{})
	p.Done = done
	time.AfterFunc(50*time.Millisecond, func() { close(done) })
	began := time.Now()
	err = p.Write(writeAfter)
	if e := (*Error)(nil); !errors.As(err, &e) || !errors.Is(err, errNoReader) || e.Misnamed() || time.Since(began) < 50*time.Millisecond {
		t.Errorf("nobody reads: error %v after %v", err, time.Since(began))
	}
	if text, err := os.ReadFile(fifo); len(text) > 0 || err != nil {
		t.Errorf("out of what was given up comes %q, error %v", text, err)
	}
	got := make(chan string, 1)
	go func() {
		text, _ := os.ReadFile(fifo)
		got <- string(text)
	}()
	must(t, p.Write(writeAfter)) // though Done is closed
	if text := <-got; text != after {
		t.Errorf("%q came, want %q", text, after)
	}
}
