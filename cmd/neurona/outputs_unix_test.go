//go:build unix

package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/nn"
)

// process is the command as users run it, with an end in case that it finds none.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return inShell(t, `exec "$0" "$@"`, args...)
}

// inShell runs the command from a shell script, in which "$0" "$@" is the command.
func inShell(t *testing.T, script string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", script, os.Args[0]}, args...)...)
	cmd.Env = append(os.Environ(), mainVariable+"=1")
	giveUp := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() { giveUp.Stop() })
	return cmd
}

// finish runs a process to its end.
func finish(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &stdout
	}
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// done runs a process that has to succeed, and returns its standard output.
func done(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	o := finish(t, cmd)
	if o.code != exitDone || o.stderr != "" {
		t.Fatalf("%q: exit code %d, stderr %q", cmd.Args, o.code, o.stderr)
	}
	return o.stdout
}

// loads reports whether there is a whole model.
func loads(t *testing.T, model []byte) {
	t.Helper()
	net, _, err := nn.Load(bytes.NewReader(model))
	if err != nil {
		t.Errorf("the model cannot be loaded: %v", err)
		return
	}
	net.Close()
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// tree is everything below a folder: names, kinds, modes and content of files.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := path + " " + info.Mode().String()
		if info.Mode().IsRegular() {
			text += " " + string(read(t, path))
		}
		list = append(list, text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// writers are command lines that write to a file whose path comes last.
func writers(t *testing.T) map[string][]string {
	table := file(t, "flowers.csv", flowers(30))
	model := train(t, "--data", table, "--epochs", "1")
	return map[string][]string{
		"save":    {"train", "--quiet", "--epochs", "1", "--save"},
		"plot":    {"train", "--quiet", "--epochs", "1", "--plot"},
		"predict": {"predict", model, table, "--label", "species", "-o"},
		"inspect": {"inspect", table, "--quiet", "--write"},
	}
}

// TestWhatIsThere writes where there is something: it stays what it is.
func TestWhatIsThere(t *testing.T) {
	t.Parallel()
	for name, args := range writers(t) {
		dir := t.TempDir()
		in := func(name string) string { return filepath.Join(dir, name+".png") } // which the others do not look at
		write := func(script, path string) { t.Helper(); done(t, inShell(t, script, append(args, path)...)) }
		plain := `exec "$0" "$@"`

		write(plain, in("new"))
		want := read(t, in("new"))
		if len(want) == 0 {
			t.Fatalf("%s: nothing is written", name)
		}
		for mask, mode := range map[string]os.FileMode{"077": 0o600, "022": 0o644, "007": 0o660} {
			os.Remove(in("new"))
			write("umask "+mask+"; "+plain, in("new"))
			if info, err := os.Stat(in("new")); err != nil || info.Mode() != mode {
				t.Errorf("%s: umask %s: mode %v, error %v", name, mask, info.Mode(), err)
			}
		}
		for _, mode := range []os.FileMode{0o600, 0o640} {
			if err := errors.Join(os.WriteFile(in("old"), []byte("old"), mode), os.Chmod(in("old"), mode)); err != nil {
				t.Fatal(err)
			}
			write("umask 022; "+plain, in("old"))
			if info, err := os.Stat(in("old")); err != nil || info.Mode() != mode || !bytes.Equal(read(t, in("old")), want) {
				t.Errorf("%s: a file of mode %v has mode %v, error %v", name, mode, info.Mode(), err)
			}
		}
		if err := errors.Join(os.WriteFile(in("one"), []byte("old"), 0o600), os.Link(in("one"), in("two")),
			os.Symlink("one.png", in("link")), os.Symlink("far.png", in("dangling")), syscall.Mkfifo(in("fifo"), 0o600)); err != nil {
			t.Fatal(err)
		}
		write(plain, in("two"))
		write(plain, in("link"))
		write(plain, in("dangling"))
		for _, path := range []string{"one", "two", "far"} {
			if !bytes.Equal(read(t, in(path)), want) {
				t.Errorf("%s: %s has other content", name, path)
			}
		}
		one, err1 := os.Stat(in("one"))
		two, err2 := os.Stat(in("two"))
		link, err3 := os.Lstat(in("link"))
		if errors.Join(err1, err2, err3) != nil || !os.SameFile(one, two) || link.Mode().Type() != os.ModeSymlink {
			t.Errorf("%s: two names are one file: %v; the link is %v", name, os.SameFile(one, two), link.Mode())
		}
		came := make(chan []byte)
		go func() { data, _ := os.ReadFile(in("fifo")); came <- data }()
		write(plain, in("fifo"))
		if !bytes.Equal(<-came, want) {
			t.Errorf("%s: other bytes come out of a pipe", name)
		}
		if got := len(tree(t, dir)); got != 9 {
			t.Errorf("%s: %d files are there, want the 8 and the folder: %q", name, got, tree(t, dir))
		}
		if name != "plot" { // the kind of a plot is in its name
			write(plain, os.DevNull)
			if info, err := os.Stat(os.DevNull); err != nil || info.Mode().Type() != os.ModeDevice|os.ModeCharDevice {
				t.Fatalf("%s: %s is %v now (error %v)", name, os.DevNull, info.Mode(), err)
			}
		}
	}
}

// TestStandardOutput writes to it under all of its names, and after what is there.
func TestStandardOutput(t *testing.T) {
	t.Parallel()
	all := writers(t)
	delete(all, "plot")
	for name, args := range all {
		path := filepath.Join(t.TempDir(), "file")
		done(t, process(t, append(args, path)...))
		want := string(read(t, path))
		for _, out := range []string{"-", "/dev/stdout", "/dev/fd/1"} {
			if got := done(t, process(t, append(args, out)...)); got != want {
				t.Errorf("%s: to %s: %d bytes come, want the %d of the file", name, out, len(got), len(want))
			}
			log := filepath.Join(t.TempDir(), "log")
			done(t, inShell(t, `echo begin > `+log+` && "$0" "$@" >> `+log+` && echo end >> `+log, append(args, out)...))
			if got := string(read(t, log)); got != "begin\n"+want+"end\n" {
				t.Errorf("%s: to %s, which is a file: it has %d bytes, want what was there and %d", name, out, len(got), len(want))
			}
		}
		if info, err := os.Stat("/dev/stdout"); err != nil {
			t.Error(info, err)
		}
	}
}

// TestOneFileTwice: outputs that are one file or one that is read are refused, and
// nothing is written.
func TestOneFileTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	model := read(t, train(t, "--epochs", "1"))
	for name, data := range map[string][]byte{"data.csv": []byte(flowers(30)), "points.csv": []byte("x,y\n1,2\n"), "model": model, "there.png": []byte("old"), "mnist/train-images-idx3-ubyte": nil} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(in(name)), 0o777), os.WriteFile(in(name), data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Link(in("there.png"), in("hard.png")), os.Symlink("there.png", in("soft.png")), os.Symlink(dir, in("mnist/up")),
		os.Link(in("data.csv"), in("data2")), os.Symlink("model", in("model2")), os.Symlink("new.png", in("dangling.png"))); err != nil {
		t.Fatal(err)
	}
	had := tree(t, dir)
	for _, c := range []struct{ script, want string }{
		{`train --save there.png --plot there.png`, "--save is there.png, want another file than that of --plot"},
		{`train --save there.png --plot ./there.png`, "another file than that of --plot"},
		{`train --save hard.png --plot there.png`, "another file than that of --plot"},
		{`train --save soft.png --plot there.png`, "another file than that of --plot"},
		{`train --save new.png --plot ./new.png`, "another file than that of --plot"},
		{`train --save mnist/up/new.png --plot new.png`, "another file than that of --plot"},
		{`train --save dangling.png --plot "$PWD/new.png"`, "another file than that of --plot"},
		{`train --data data.csv --save data.csv`, "--save is data.csv, want another file than the data"},
		{`train --data data.csv --save data2`, "another file than the data"},
		{`train --data - --save data.csv < data.csv`, "another file than the data"},
		{`train --data mnist --data-dir . --save mnist/train-images-idx3-ubyte`, "another file than the data"},
		{`predict model points.csv -o points.csv`, "--output is points.csv, want another file than the data"},
		{`predict model points.csv -o model2`, "--output is model2, want another file than MODEL"},
		{`inspect data.csv --write data2`, "--write is data2, want another file than the data"},
		{`inspect data.csv --columns model --write model2`, "--write is model2, want another file than --columns"},
		{`inspect - --write data.csv < data.csv`, "another file than the data"},
		{`inspect data.csv --write -`, "--write is -, want another file than standard output"},
		{`inspect data.csv --write ""`, `--write is "", want the name of a file`},
		{`inspect data.csv >> data.csv`, "standard output goes to the data"},
		{`train --data data.csv --columns model --save model`, "--save is model, want another file than --columns"},
		{`predict model points.csv >> points.csv`, "standard output goes to the data, which is read"},
		{`predict model -o /dev/stdout < points.csv >> points.csv`, "standard output goes to the data"},
		{`eval model >> model`, "standard output goes to MODEL"},
		{`train --save -`, "--save is -, want another file than standard output"},
		{`train --save /dev/stdout`, "another file than standard output"},
		{`train --save there.png >> there.png`, "another file than standard output"},
		{`train --quiet --json --save -`, "another file than standard output"},
		{`train --save ""`, `--save is "", want the name of a file`},
		{`train --plot ""`, `--plot is "", want`},
		{`predict model points.csv -o ""`, `--output is "", want`},
	} {
		cmd := inShell(t, `cd "$1" && eval "exec \"\$0\" $2"`, dir, c.script)
		o := finish(t, cmd)
		if o.code != exitUsage || !strings.Contains(o.stderr, c.want) || o.stdout != "" {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q, want %d and %q", c.script, o.code, o.stdout, o.stderr, exitUsage, c.want)
		}
		if now := tree(t, dir); !slices.Equal(now, had) {
			t.Fatalf("%s: there are %q, want %q", c.script, now, had)
		}
	}
	// A device takes many outputs, and a terminal or no file at all is no input.
	done(t, inShell(t, `exec "$0" "$@" > /dev/null < /dev/null`, "train", "--epochs", "1", "--save", os.DevNull))
}

// TestCannotBeWritten: a place where nothing can be written is found before the first
// event, and there is nothing more or less than before.
func TestCannotBeWritten(t *testing.T) {
	t.Parallel()
	for name, args := range writers(t) {
		args = slices.Clone(args)
		if i := slices.Index(args, "--quiet"); i >= 0 {
			args[i] = "--json"
		}
		dir := t.TempDir()
		in := func(name string) string { return filepath.Join(dir, name) }
		if err := errors.Join(os.WriteFile(in("file"), []byte("old"), 0o600), os.Mkdir(in("sub.png"), 0o777)); err != nil {
			t.Fatal(err)
		}
		had := tree(t, dir)
		refused := func(script, path string, code int, want string) {
			t.Helper()
			o := finish(t, inShell(t, script, append(args, path)...))
			if o.code != code || !strings.Contains(o.stderr, want) || !strings.Contains(o.stderr, path) || o.stdout != "" {
				t.Errorf("%s to %.200s: exit code %d, stdout %q, stderr %q, want %d and %q", name, path, o.code, o.stdout, o.stderr, code, want)
			}
			if now := tree(t, dir); !slices.Equal(now, had) {
				t.Fatalf("%s to %.200s: there are %q, want %q", name, path, now, had)
			}
		}
		plain := `exec "$0" "$@"`
		refused(plain, in("none/new.png"), exitUsage, "make the folder first")
		refused(plain, in("file/new.png"), exitUsage, "a file is in the place of a folder")
		refused(plain, in("sub.png"), exitUsage, "want a file, not a folder")
		refused(plain, in(strings.Repeat("n", 300)+".png"), exitUsage, "give a shorter name")
		protected := func() {
			if os.Geteuid() != 0 {
				if err := os.Chmod(in("sub.png"), 0o500); err != nil {
					t.Fatal(err)
				}
				had = tree(t, dir)
				refused(plain, in("sub.png/new.png"), exitFailed, "change the mode")
				return
			}
			if out, err := exec.Command("chattr", "+i", in("sub.png")).CombinedOutput(); err != nil {
				t.Logf("not tested, since root may write everywhere: a protected folder; chattr is missing: %v, %s", err, out)
				return
			}
			refused(plain, in("sub.png/new.png"), exitFailed, "protected")
			if out, err := exec.Command("chattr", "-i", in("sub.png")).CombinedOutput(); err != nil {
				t.Fatalf("%v, %s", err, out)
			}
		}
		protected()
		// A full disk: one of a few pages. A model of some more does not fit.
		full := `mount -t tmpfs -o size=16k none ` + in("sub.png") + ` && `
		if out, err := exec.Command("unshare", "--mount", "sh", "-c", full+"true").CombinedOutput(); err != nil {
			t.Logf("not tested: a full disk; nothing can be mounted (unshare, or the rights of root, are missing): %v, %s", err, out)
			continue
		}
		left := `; code=$?; ls -A ` + in("sub.png") + ` >&2; exit $code`
		refused(`unshare --mount sh -c '`+full+`dd if=/dev/zero of=`+in("sub.png/all")+` bs=4k 2>/dev/null; { "$0" "$@"`+left+`; }' "$0" "$@"`, in("sub.png/new.png"), exitFailed, "no space left on device: make room")
		if name == "save" {
			args = slices.Insert(slices.Clone(args), len(args)-1, "--hidden", "200,200")
			refused(`unshare --mount sh -c '`+full+`{ "$0" "$@"`+left+`; }' "$0" "$@"`, in("sub.png/new.png"), exitFailed, "no space left on device: make room")
		}
	}
}

// TestKilledWhileSaving kills training while the model is being written: the file that
// was there is whole, and the next training leaves nothing else behind.
func TestKilledWhileSaving(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "m.safetensors")
	args := []string{"train", "--quiet", "--rows", "10", "--epochs", "1", "--hidden", "2000,2000", "--optimizer", "sgd", "--save", path}
	done(t, process(t, "train", "--quiet", "--epochs", "1", "--save", path))
	old := read(t, path)
	inTheMiddle := false
	for range 10 {
		cmd := process(t, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for saving := false; !saving && len(ended) == 0; time.Sleep(200 * time.Microsecond) {
			beside, err := filepath.Glob(filepath.Join(dir, ".neurona-*"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range beside {
				info, err := os.Stat(name)
				saving = saving || err == nil && info.Size() > 1<<16 // more than looking whether there is room
			}
		}
		_ = cmd.Process.Kill()
		<-ended
		beside, _ := filepath.Glob(filepath.Join(dir, ".neurona-*"))
		if len(beside) > 0 {
			inTheMiddle = true
			break
		}
		if err := os.WriteFile(path, old, 0o600); err != nil { // it was too late to kill
			t.Fatal(err)
		}
	}
	if !inTheMiddle {
		t.Fatal("no process was killed while it was saving")
	}
	if !bytes.Equal(read(t, path), old) {
		t.Error("the file that was there has changed")
	}
	done(t, process(t, "train", "--quiet", "--epochs", "1", "--save", path))
	loads(t, read(t, path))
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("there are %v (error %v), want the model alone", left, err)
	}
}

// TestPipeThatNobodyReads: one signal ends a command that waits for a reader, at whatever time it comes.
func TestPipeThatNobodyReads(t *testing.T) {
	t.Parallel()
	for name, args := range writers(t) {
		for _, when := range []string{"waiting", "working"} {
			path := filepath.Join(t.TempDir(), "fifo.png")
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			all := append(slices.Clone(args), path)
			if when == "working" {
				if name != "save" {
					continue
				}
				all = append(all, "--epochs", "20000000", "--hidden", "1")
			}
			// It says nothing by which one could know how far it is: one that has only begun is ended by the signal itself.
			for wait := time.Second; ; wait *= 2 {
				cmd := process(t, all...)
				var stderr bytes.Buffer
				cmd.Stderr = &stderr
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(wait)
				_ = cmd.Process.Signal(syscall.SIGTERM)
				_ = cmd.Wait()
				code := cmd.ProcessState.ExitCode()
				if code < 0 && wait < 8*time.Second {
					continue
				}
				if want := ": nobody reads this pipe, "; code != exitFailed || !strings.Contains(stderr.String(), path+want) {
					t.Errorf("%s, %s: ended with %v, stderr %q, want %d and %q", name, when, cmd.ProcessState, stderr.String(), exitFailed, want)
				}
				break
			}
		}
	}
}

// TestStandardOutputFails: a model is saved though nobody can be told of it.
func TestStandardOutputFails(t *testing.T) {
	t.Parallel()
	closed := func(t *testing.T) *os.File {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		t.Cleanup(func() { w.Close() })
		return w
	}
	full := func(t *testing.T) *os.File {
		f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("/dev/full is missing: ", err)
		} else if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	table := file(t, "flowers.csv", flowers(30))
	model := train(t, "--data", table, "--epochs", "1")
	for _, c := range []struct {
		name string
		to   func(*testing.T) *os.File
		why  string
		code int // of commands that write nothing else
	}{
		{"closed", closed, "broken pipe", exitPipe},
		{"full", full, "no space left on device", exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, mode := range [][]string{nil, {"--json"}, {"--quiet", "--json"}} {
				path := filepath.Join(t.TempDir(), "m.safetensors")
				cmd := process(t, append([]string{"train", "--epochs", "3", "--save", path}, mode...)...)
				cmd.Stdout = c.to(t)
				o := finish(t, cmd)
				if want := "standard output: " + c.why; o.code != exitFailed || !strings.Contains(o.stderr, want) || !strings.Contains(o.stderr, "the model is saved in "+path) {
					t.Errorf("%v: exit code %d, stderr %q, want %d, %q and where the model is", mode, o.code, o.stderr, exitFailed, want)
				}
				loads(t, read(t, path))
			}
			for _, args := range [][]string{
				{"train", "--epochs", "20000000", "--json"}, // which goes on for nobody
				{"info"}, {"info", "--json"}, {"eval", model, "--data", table}, {"predict", model, table, "--label", "species"},
				{"predict", model, table, "--label", "species", "--json", "-o", "-"},
				{}, {"--help"}, {"--version"}, {"help", "eval"}, {"train", "--help"}, {"inspect", "--help"}, {"eval", "--help"},
				{"predict", "--help"}, {"explain", "--help"}, {"info", "--help"}, {"completion", "bash"}, {"completion", "bash", "--help"},
			} {
				cmd := process(t, args...)
				cmd.Stdout = c.to(t)
				o := finish(t, cmd)
				if o.code != c.code || (o.stderr == "") != (c.code == exitPipe) {
					t.Errorf("%q: exit code %d, stderr %q, want %d", args, o.code, o.stderr, c.code)
				}
			}
		})
	}
}
