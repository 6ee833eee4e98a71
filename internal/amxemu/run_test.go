//go:build linux && amd64

package amxemu

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// built is the folder that program builds in.
var built string

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "amxemu"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(built)
	os.Exit(code)
}

// program builds testdata/tiles, once.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(built, "tiles")
	if out, err := exec.Command("go", "build", "-o", path, "./testdata/tiles").CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

// emulated runs testdata/tiles in a mode. It skips the test where there is
// nothing to emulate or tracing is forbidden.
func emulated(t *testing.T, ctx context.Context, mode ...string) (stats Stats, stdout, stderr string, err error) {
	t.Helper()
	if native() {
		t.Skip("this processor has AMX: nothing is emulated")
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	stats, err = Run(ctx, &out, &errs, "", append([]string{path}, mode...)...)
	if errors.Is(err, syscall.EPERM) {
		t.Skip(err)
	}
	return stats, out.String(), errs.String(), err
}

func TestRun(t *testing.T) {
	const perProgram = 4 * 60 // products, each with one configuration
	for _, c := range []struct {
		mode    string
		op      Op
		atLeast int
	}{
		{"products", TILERELEASE, perProgram},
		{"products", TDPBF16PS, perProgram},
		{"child", TILERELEASE, perProgram},
		{"exec", TILERELEASE, perProgram},
		{"edges", TILESTORED, 16 * 16},
		{"faults", TILELOADD, 1},
		{"signals", TDPBF16PS, 1},
	} {
		stats, stdout, stderr, err := emulated(t, t.Context(), c.mode)
		if err != nil || stdout != "" || stderr != "" {
			t.Fatalf("%s: %v\n%s%s", c.mode, err, stdout, stderr)
		}
		if stats.Count[c.op] < c.atLeast || stats.Stops > stats.Total() {
			t.Errorf("%s: %v, want at least %d %v", c.mode, stats, c.atLeast, c.op)
		}
		if c.mode == "products" && stats.Unreleased != 0 {
			t.Errorf("%d threads ended with tiles, want none: every product releases its own", stats.Unreleased)
		}
	}
}

func TestRunCrashes(t *testing.T) {
	for mode, says := range map[string]string{
		"unconfigured": "SIGILL",
		"released":     "SIGILL",
		"equal":        "SIGILL",
		"misfit":       "SIGILL",
		"undefined":    "SIGILL",
		"sent":         "SIGILL",
		"reserved":     "SIGSEGV",
		"palette":      "SIGSEGV",
	} {
		stats, _, stderr, err := emulated(t, t.Context(), mode)
		if exit := (*ExitError)(nil); !errors.As(err, &exit) || exit.Code != 2 || !strings.Contains(stderr, says) {
			t.Errorf("%s: %v, want a crash by %s\n%s", mode, err, says, stderr)
		}
		if mode == "misfit" && stats.Unreleased == 0 {
			t.Errorf("%s: a thread that crashed between its configuration and its release is not counted", mode)
		}
	}
}

func TestRunEnds(t *testing.T) {
	if _, stdout, _, err := emulated(t, t.Context(), "environment"); err != nil || stdout != "1" {
		t.Errorf("NEURONA_AMX_EMULATED is %q, want 1 (%v)", stdout, err)
	}
	exit := (*ExitError)(nil)
	if _, _, _, err := emulated(t, t.Context(), "exit", "7"); !errors.As(err, &exit) || exit.Code != 7 || exit.Signal != nil {
		t.Errorf("exit code 7 gives %v", err)
	}
	if _, _, _, err := emulated(t, t.Context(), "kill"); !errors.As(err, &exit) || exit.Code != 128+9 || exit.Signal != syscall.SIGKILL {
		t.Errorf("SIGKILL gives %v", err)
	}
	if _, _, _, err := emulated(t, t.Context(), "orphan"); err != nil {
		t.Errorf("a program that leaves another behind: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, stdout, _, err := emulated(t, ctx, "sleep"); !errors.Is(err, context.DeadlineExceeded) || stdout == "" {
		t.Errorf("a context that ends gives %v after %q", err, stdout)
	}
	if _, err := Run(t.Context(), os.Stdout, os.Stderr, "", "/no/such/program"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a program that does not exist gives %v", err)
	}
	if _, err := Run(t.Context(), os.Stdout, os.Stderr, ""); err == nil {
		t.Error("no program gives no error")
	}
}

// TestRunsTogether traces programs from several threads of this process,
// beside one that is not traced.
func TestRunsTogether(t *testing.T) {
	for range 3 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			if stats, _, stderr, err := emulated(t, t.Context(), "edges"); err != nil || stats.Count[TILESTORED] != 16*16 {
				t.Errorf("%v (%v)\n%s", err, stats, stderr)
			}
			if err := exec.Command("sleep", "0.1").Run(); err != nil {
				t.Error(err)
			}
		})
	}
}
