package amxemu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// native reports whether the processor and Linux offer tiles and bfloat16
// products.
func native() bool {
	info, err := os.ReadFile("/proc/cpuinfo")
	return err == nil && bytes.Contains(info, []byte(" amx_tile")) && bytes.Contains(info, []byte(" amx_bf16"))
}

func run(ctx context.Context, stdout, stderr io.Writer, dir string, args []string) (stats Stats, err error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return stats, fmt.Errorf("amxemu: %w", err)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return stats, fmt.Errorf("amxemu: %w", err)
	}
	defer null.Close()
	attr := &os.ProcAttr{Dir: dir, Env: os.Environ(), Files: []*os.File{null}}
	if !native() {
		attr.Env = append(attr.Env, "NEURONA_AMX_EMULATED=1")
	}
	for _, w := range []io.Writer{stdout, stderr} {
		file, drain, outErr := output(w)
		if outErr != nil {
			return stats, fmt.Errorf("amxemu: %w", outErr)
		}
		defer func() {
			if drainErr := drain(); err == nil && drainErr != nil {
				err = fmt.Errorf("amxemu: the program's output: %w", drainErr)
			}
		}()
		attr.Files = append(attr.Files, file)
	}

	done := make(chan error)
	var status syscall.WaitStatus
	go func() {
		// Requests about a thread must come from the one that traces it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		t := &tracer{threads: map[int]*thread{}}
		var err error
		status, err = t.run(ctx, path, args, attr)
		stats = t.stats
		done <- err
	}()
	if err := <-done; err != nil {
		return stats, fmt.Errorf("amxemu: %w", err)
	}
	switch {
	case status.Signaled() && ctx.Err() != nil:
		return stats, ctx.Err()
	case status.Signaled():
		return stats, &ExitError{Code: 128 + int(status.Signal()), Signal: status.Signal()}
	case status.ExitStatus() != 0:
		return stats, &ExitError{Code: status.ExitStatus()}
	}
	return stats, nil
}

// output returns the file that a program is to write to so that w gets it,
// and what is to be called when no program has it open any more.
func output(w io.Writer) (file *os.File, drain func() error, err error) {
	if file, ok := w.(*os.File); ok {
		return file, func() error { return nil }, nil
	}
	r, file, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	done := make(chan error)
	go func() {
		_, err := io.Copy(w, r)
		r.Close() // a program that goes on writing where w fails gets EPIPE
		done <- err
	}()
	return file, func() error {
		file.Close()
		return <-done
	}, nil
}

// start starts the program, stopped, as a tracee of this thread.
func (t *tracer) start(path string, args []string, attr *os.ProcAttr) (*os.Process, error) {
	attr.Sys = &syscall.SysProcAttr{Ptrace: true}
	p, err := os.StartProcess(path, args, attr)
	if errors.Is(err, syscall.EPERM) {
		return nil, fmt.Errorf("%w (a container or a security module may forbid tracing)", err)
	}
	if err != nil {
		return nil, err
	}
	if err := seize(p.Pid); err != nil {
		p.Kill()
		p.Wait()
		return nil, fmt.Errorf("cannot trace the program: %w", err)
	}
	return p, nil
}

// seize turns the tracing that SysProcAttr.Ptrace begins, which has stopped
// pid at its first instruction, into that of PTRACE_SEIZE, which tells new
// threads and stops by job control apart from signals. In between the process
// is kept by a SIGSTOP.
func seize(pid int) error {
	const options = syscall.PTRACE_O_TRACECLONE | syscall.PTRACE_O_TRACEFORK | syscall.PTRACE_O_TRACEVFORK |
		syscall.PTRACE_O_TRACEEXEC | ptraceExitKill
	if err := waitStopped(pid, syscall.SIGTRAP); err != nil {
		return err
	}
	if err := ptrace(syscall.PTRACE_DETACH, pid, 0, uintptr(syscall.SIGSTOP)); err != nil {
		return fmt.Errorf("PTRACE_DETACH: %w", err)
	}
	if err := waitStopped(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	if err := ptrace(ptraceSeize, pid, 0, options); err != nil {
		return fmt.Errorf("PTRACE_SEIZE: %w", err)
	}
	return syscall.Kill(pid, syscall.SIGCONT)
}

func waitStopped(pid int, sig syscall.Signal) error {
	var status syscall.WaitStatus
	if _, err := wait(pid, &status, syscall.WALL|syscall.WUNTRACED); err != nil {
		return fmt.Errorf("wait4: %w", err)
	}
	if !status.Stopped() || status.StopSignal() != sig {
		return fmt.Errorf("wait status %#x instead of a stop with %v", uint32(status), sig)
	}
	return nil
}
