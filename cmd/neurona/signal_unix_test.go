//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/nn"
)

// mainVariable makes the test binary behave as the command.
const mainVariable = "NEURONA_TEST_MAIN"

// memoryVariable makes it write how many bytes it has had of the system, at most, to a file of that name.
const memoryVariable = "NEURONA_TEST_MEMORY"

func TestMain(m *testing.M) {
	if path := os.Getenv(memoryVariable); path != "" {
		code := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		_ = os.WriteFile(path, []byte(strconv.FormatUint(memory.Sys, 10)), 0o600)
		os.Exit(code)
	}
	if os.Getenv(mainVariable) != "" {
		main()
	}
	if signal.Ignored(syscall.SIGHUP) { // as under nohup: what is caught here is not ignored by processes started here
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	os.Exit(m.Run())
}

// TestSignal interrupts a real process, as Ctrl-C does.
func TestSignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		path := filepath.Join(t.TempDir(), "m.safetensors")
		cmd := exec.Command(os.Args[0], "train", "--json", "--epochs", "20000000", "--target-accuracy", "1", "--hidden", "1", "--save", path)
		cmd.Env = append(os.Environ(), mainVariable+"=1")
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		giveUp := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
		defer giveUp.Stop()
		last, sent := "", false
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			last = lines.Text()
			if !sent && strings.Contains(last, `"epoch"`) && !strings.Contains(last, `"start"`) {
				sent = true
				if err := cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
			}
		}
		err = cmd.Wait()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
			t.Errorf("%v: the process ended with %v, want exit code %d; stderr %q", signal, err, exitInterrupted, stderr.String())
		}
		if r := object(t, last); r["event"] != "result" || r["interrupted"] != true {
			t.Errorf("%v: the last event is %v", signal, r)
		}
		net, _, err := nn.LoadFile(path)
		if err != nil {
			t.Fatalf("%v: the model has not been saved: %v", signal, err)
		}
		net.Close()
	}
}

// TestHangup takes the terminal away, as a closed window does: twice.
func TestHangup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		script string
		ignore bool
	}{{`exec "$0" "$@"`, false}, {`trap "" HUP; exec "$0" "$@"`, true}} {
		path := filepath.Join(t.TempDir(), "m.safetensors")
		cmd := inShell(t, c.script, "train", "--json", "--epochs", "20000000", "--target-accuracy", "1", "--hidden", "1", "--save", path)
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		events, last := 0, ""
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			last = lines.Text()
			switch events++; {
			case events == 3:
				_ = cmd.Process.Signal(syscall.SIGHUP)
				_ = cmd.Process.Signal(syscall.SIGHUP)
			case events == 5000 && c.ignore:
				_ = cmd.Process.Signal(syscall.SIGTERM)
			}
		}
		_ = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(stderr.String(), "saved in "+path) {
			t.Errorf("%s: exit code %d, stderr %q", c.script, code, stderr.String())
		}
		if ignored := events >= 5000; ignored != c.ignore {
			t.Errorf("%s: %d events came; ignored: %v, want %v", c.script, events, ignored, c.ignore)
		}
		if r := object(t, last); r["event"] != "result" || r["interrupted"] != true {
			t.Errorf("%s: the last event is %v", c.script, r)
		}
		loads(t, read(t, path))
	}
}

// TestHangupWithoutTerminal: nothing can be written any more either.
func TestHangupWithoutTerminal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.safetensors")
	cmd := process(t, "train", "--json", "--epochs", "20000000", "--target-accuracy", "1", "--hidden", "1", "--save", path)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	r.Close()
	_ = cmd.Process.Signal(syscall.SIGHUP)
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
	loads(t, read(t, path))
}
