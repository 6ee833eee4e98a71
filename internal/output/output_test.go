package output

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

const (
	before = "what was there, and took long to make"
	after  = "what is there now, which is longer than what was there before, and took longer"
)

// targets are what a path may lead to. Each makes its files in a folder, where the
// path is called "path", and returns the file at the end; its content is before, if
// it is there.
var targets = []struct {
	name  string
	there bool // before
	make  func(t *testing.T, dir string) (file string)
}{
	{"nothing", false, func(_ *testing.T, dir string) string { return filepath.Join(dir, "path") }},
	{"file", true, func(t *testing.T, dir string) string { return put(t, filepath.Join(dir, "path")) }},
	{"two names", true, func(t *testing.T, dir string) string {
		file := put(t, filepath.Join(dir, "other"))
		must(t, os.Link(file, filepath.Join(dir, "path")))
		return file
	}},
	{"link", true, func(t *testing.T, dir string) string {
		must(t, os.Mkdir(filepath.Join(dir, "sub"), 0o777))
		link(t, filepath.Join("sub", "model"), filepath.Join(dir, "path"))
		return put(t, filepath.Join(dir, "sub", "model"))
	}},
	{"link to a link to nothing", false, func(t *testing.T, dir string) string {
		must(t, os.Mkdir(filepath.Join(dir, "sub"), 0o777))
		link(t, filepath.Join(dir, "second"), filepath.Join(dir, "path"))
		link(t, filepath.Join("sub", "model"), filepath.Join(dir, "second"))
		return filepath.Join(dir, "sub", "model")
	}},
}

func put(t *testing.T, path string) string {
	t.Helper()
	must(t, os.WriteFile(path, []byte(before), 0o640))
	return path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// privilegeNotHeld is what Windows says to who may make no symbolic links
// (ERROR_PRIVILEGE_NOT_HELD).
const privilegeNotHeld = syscall.Errno(1314)

func link(t *testing.T, to, from string) {
	t.Helper()
	if err := os.Symlink(to, from); runtime.GOOS == "windows" && errors.Is(err, privilegeNotHeld) {
		t.Skip("Windows lets this user make no symbolic links (developer mode, or the right to, is missing): ", err)
	} else if err != nil {
		t.Fatal(err)
	}
}

// content is what a file has; nothing if it is not there.
func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

// names lists all files below a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	must(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		list = append(list, path)
		return err
	}))
	return list
}

// writeAfter writes in three pieces.
func writeAfter(w io.Writer) error {
	for i := range 3 {
		if _, err := io.WriteString(w, after[i*len(after)/3:(i+1)*len(after)/3]); err != nil {
			return err
		}
	}
	return nil
}

// withTarget calls test with each target in a folder of its own.
func withTarget(t *testing.T, test func(t *testing.T, path, file string, there bool)) {
	for _, target := range targets {
		t.Run(target.name, func(t *testing.T) {
			dir := t.TempDir()
			file := target.make(t, dir)
			test(t, filepath.Join(dir, "path"), file, target.there)
		})
	}
}

func TestWrite(t *testing.T) {
	withTarget(t, func(t *testing.T, path, file string, there bool) {
		had := names(t, filepath.Dir(path))
		must(t, Write(path, writeAfter))
		if got := content(t, file); got != after || content(t, path) != after {
			t.Errorf("%q is there, want %q", got, after)
		}
		if !there {
			had = append(had, file)
			slices.Sort(had)
		}
		if got := names(t, filepath.Dir(path)); !slices.Equal(got, had) {
			t.Errorf("there are %q, want %q", got, had)
		}
		info, err := os.Stat(file)
		must(t, err)
		if there && runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
			t.Errorf("mode is %v, want the one of before, 0640", info.Mode())
		}
	})
}

// TestFind: looking changes nothing.
func TestFind(t *testing.T) {
	withTarget(t, func(t *testing.T, path, file string, there bool) {
		had := names(t, filepath.Dir(path))
		p, err := Find(path)
		must(t, err)
		must(t, p.Room(1<<20))
		if got := names(t, filepath.Dir(path)); !slices.Equal(got, had) {
			t.Errorf("there are %q, want %q", got, had)
		}
		if got := content(t, file); there && got != before {
			t.Errorf("%q is there, want %q", got, before)
		}
		if runtime.GOOS == "linux" {
			err := p.Room(1 << 60)
			if e := (*Error)(nil); !errors.As(err, &e) || e.Path != path {
				t.Errorf("room for an exabyte: error %v, want an *Error of the path", err)
			}
		}
	})
}

// TestFailedWriter: if what writes fails, everything is as it was.
func TestFailedWriter(t *testing.T) {
	withTarget(t, func(t *testing.T, path, file string, there bool) {
		had := names(t, filepath.Dir(path))
		failure := errors.New("no more")
		err := Write(path, func(w io.Writer) error {
			_, err := io.WriteString(w, after[:10])
			return errors.Join(err, failure)
		})
		if !errors.Is(err, failure) {
			t.Errorf("error %v, want %v", err, failure)
		}
		if got := names(t, filepath.Dir(path)); !slices.Equal(got, had) {
			t.Errorf("there are %q, want %q", got, had)
		}
		if got := content(t, file); there && got != before {
			t.Errorf("%q is there, want %q", got, before)
		}
	})
}

// steps counts what Write does to the file system in a target's place.
func steps(t *testing.T, prepare func(t *testing.T, dir string) string) int {
	t.Helper()
	dir := t.TempDir()
	prepare(t, dir)
	n := 0
	p := &Place{path: filepath.Join(dir, "path"), fault: func(string) error { n++; return nil }}
	must(t, p.Write(writeAfter))
	return n
}

// TestOrder: content is on the disk before it has the file's name, and the name is
// after. What is overwritten has its other copy there by then, and is there itself
// before that one goes.
func TestOrder(t *testing.T) {
	for _, target := range targets {
		dir := t.TempDir()
		target.make(t, dir)
		var got []string
		p := &Place{path: filepath.Join(dir, "path"), fault: func(step string) error { got = append(got, step); return nil }}
		must(t, p.Write(writeAfter))
		want := "create write write write"
		if target.there && (target.name != "two names" || runtime.GOOS == "windows") {
			want += " owner"
		}
		want += " sync rename sync folder"
		if target.name == "two names" && runtime.GOOS != "windows" {
			want += " reserve copy sync sync folder"
		}
		if list := strings.Join(got, " "); list != want {
			t.Errorf("%s: steps are %q, want %q", target.name, list, want)
		}
	}
}

// TestFailureAnywhere lets each step fail that changes the file system, and all
// from it on: the file is the old one or the new one, and nothing is beside it. If a
// file is damaged, which only those may be that are not replaced, the error names
// the whole one.
func TestFailureAnywhere(t *testing.T) {
	failure := errors.New("the disk is gone")
	for _, target := range targets {
		t.Run(target.name, func(t *testing.T) {
			for at := range steps(t, target.make) {
				for _, forGood := range []bool{false, true} {
					dir := t.TempDir()
					file := target.make(t, dir)
					had := names(t, dir)
					n, failed := 0, ""
					p := &Place{path: filepath.Join(dir, "path"), fault: func(step string) error {
						n++
						if n-1 == at || forGood && n-1 > at {
							failed += " " + step
							return failure
						}
						return nil
					}}
					err := p.Write(writeAfter)
					if err == nil && failed != " owner" { // which is not replaced then
						t.Fatalf("no error, though there failed:%s", failed)
					}
					got := content(t, file)
					e := (*Error)(nil)
					if err != nil && (!errors.As(err, &e) || !errors.Is(err, failure)) {
						t.Fatalf("%s: error %v, want an *Error of %v", failed, err, failure)
					}
					if e != nil && e.Whole != "" {
						if target.name != "two names" && !strings.HasPrefix(failed, " owner") {
							t.Errorf("%s: a file is damaged that could have been replaced", failed)
						}
						if whole := content(t, e.Whole); whole != after || !strings.Contains(err.Error(), e.Whole) {
							t.Errorf("%s: %q is beside, want all; error %v", failed, whole, err)
						}
						had = append(had, e.Whole)
						slices.Sort(had)
					} else if !(got == after || target.there && got == before || !target.there && got == "") {
						t.Errorf("%s: %q is there, want what was or what should be", failed, got)
					}
					if got == after && !target.there {
						had = append(had, file)
						slices.Sort(had)
					}
					if left := names(t, dir); !slices.Equal(left, had) {
						t.Errorf("%s: there are %q, want %q", failed, left, had)
					}
					must(t, Write(filepath.Join(dir, "path"), writeAfter))
					if got := content(t, file); got != after {
						t.Errorf("%s: %q is there after all, want %q", failed, got, after)
					}
					if left := names(t, dir); e != nil && e.Whole != "" && slices.Contains(left, e.Whole) {
						t.Errorf("%s: %s is still there after a write that went well", failed, e.Whole)
					}
				}
			}
		})
	}
}

// TestRefused names what cannot be written, when it is looked for and when it is
// written.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	file := put(t, filepath.Join(dir, "file"))
	for _, c := range []struct {
		path, want string
		misnamed   bool
	}{
		{"", "no name of a file", true},
		{dir, "is a folder", true},
		{dir + string(filepath.Separator), "is a folder", true},
		{".", "is a folder", true},
		{filepath.Join(dir, "none", "model"), "make the folder first", true},
		{filepath.Join(file, "model"), "", runtime.GOOS != "windows"},
		{filepath.Join(dir, strings.Repeat("n", 5000)), "", runtime.GOOS != "windows"},
	} {
		_, found := Find(c.path)
		for _, err := range []error{found, Write(c.path, writeAfter)} {
			e := (*Error)(nil)
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || e.Misnamed() != c.misnamed || e.Path != c.path && c.path != "" {
				t.Errorf("%.100q: error %v, want an *Error with the path and %q", c.path, err, c.want)
			}
		}
	}
	if got := names(t, dir); len(got) != 2 || content(t, file) != before {
		t.Errorf("left %q", got)
	}
}

// TestLongestName: there is room beside a file of the longest name that there is.
func TestLongestName(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("n", 255))
	_, err := Find(path)
	must(t, err)
	must(t, Write(path, writeAfter))
	if got := content(t, path); got != after {
		t.Errorf("%q is there, want %q", got, after)
	}
}

func TestSame(t *testing.T) {
	dir := t.TempDir()
	file := put(t, filepath.Join(dir, "file"))
	must(t, os.Link(file, filepath.Join(dir, "hard")))
	must(t, os.Mkdir(filepath.Join(dir, "sub"), 0o777))
	link(t, dir, filepath.Join(dir, "sub", "up"))
	link(t, "file", filepath.Join(dir, "soft"))
	link(t, "new", filepath.Join(dir, "dangling"))
	t.Chdir(dir)
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"file", "./file", true},
		{"file", file, true},
		{"file", "hard", true},
		{"file", "soft", true},
		{"sub/up/hard", "soft", true},
		{"new", "./new", true},
		{"new", "sub/../new", true},
		{"sub/up/new", "new", true},
		{"dangling", "sub/up/new", true},
		{"new", "newer", false},
		{"new", "file", false},
		{"new", "sub/new", false},
		{os.DevNull, os.DevNull, false},
		{"new", "NEW", folds(t, dir)},
	} {
		a, err1 := Find(filepath.FromSlash(c.a))
		b, err2 := Find(filepath.FromSlash(c.b))
		must(t, errors.Join(err1, err2))
		if a.Same(b) != c.same || b.Same(a) != c.same {
			t.Errorf("%s and %s: same %v and %v, want %v", c.a, c.b, a.Same(b), b.Same(a), c.same)
		}
	}
}

// folds finds out whether a folder takes upper and lower case for one.
func folds(t *testing.T, dir string) bool {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(dir, "case"), nil, 0o666))
	_, err := os.Stat(filepath.Join(dir, "CASE"))
	return err == nil
}

// TestFolds gives two names that a folder takes for one, and does not.
func TestFolds(t *testing.T) {
	info, err := os.Stat(t.TempDir())
	must(t, err)
	for _, folds := range []bool{false, true} {
		a, b := &Place{name: "Modell.é", folder: info, folds: folds}, &Place{name: "mODELL.É", folder: info, folds: folds}
		if a.Same(b) != folds {
			t.Errorf("folds %v: same %v", folds, a.Same(b))
		}
	}
}
