package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// process is a rival in a process of its own. Between requests it is stopped
// by a signal where there are such, so that threads that spin while they wait for
// work take nothing from who is measured.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	lines  chan string // closed when the process has ended its output
	said   tail
	about  description
	broken error // why no request can be made any more
}

// patience is how long an answer may take.
const patience = 5 * time.Minute

// start starts a rival and asks who it is. More of the environment is set as
// env says; the rival is told to use so many threads in every way there is.
func start(ctx context.Context, threads int, env []string, command string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(command, args...), lines: make(chan string, 1)}
	n := fmt.Sprint(threads)
	p.cmd.Env = append(unrestricted(os.Environ()),
		"COMPARE_THREADS="+n, "OMP_NUM_THREADS="+n, "OPENBLAS_NUM_THREADS="+n, "BLIS_NUM_THREADS="+n, "GOMAXPROCS="+n)
	p.cmd.Env = append(p.cmd.Env, env...)
	p.cmd.Stderr = &p.said
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go p.read(out)
	reply, err := p.ask(ctx, "describe")
	if err == nil {
		p.about, err = parseDescription(reply)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// unrestricted is an environment without the settings that hold OpenBLAS to
// kernels below what the processor has: a rival is measured at its best.
func unrestricted(env []string) []string {
	return slices.DeleteFunc(env, func(setting string) bool {
		return strings.HasPrefix(setting, "OPENBLAS_CORETYPE=") || strings.HasPrefix(setting, "OPENBLAS_L2_SIZE=")
	})
}

// read passes lines on.
func (p *process) read(out io.Reader) {
	defer close(p.lines)
	for s := bufio.NewScanner(out); s.Scan(); {
		p.lines <- s.Text()
	}
}

func (p *process) describe() description { return p.about }

func (p *process) do(ctx context.Context, t task, tm timing) (answer, error) {
	reply, err := p.ask(ctx, line(t, tm))
	if err != nil {
		return answer{}, err
	}
	return parseAnswer(reply)
}

// ask makes a request and waits for the answer.
func (p *process) ask(ctx context.Context, request string) (string, error) {
	if p.broken != nil {
		return "", p.broken
	}
	wake(p.cmd.Process)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := fmt.Fprintln(p.in, request); err != nil {
		return "", p.fail(err)
	}
	select {
	case reply, ok := <-p.lines:
		if !ok {
			return "", p.fail(io.ErrUnexpectedEOF)
		}
		sleep(p.cmd.Process)
		return reply, nil
	case <-ctx.Done():
		return "", p.fail(ctx.Err())
	}
}

// fail ends a process that does not answer.
func (p *process) fail(err error) error {
	// It may be the end of a process that is gone already.
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	if said := p.said.last(); said != "" {
		err = fmt.Errorf("%w: %s", err, said)
	}
	p.broken = fmt.Errorf("%s: %w", p.cmd.Path, err)
	return p.broken
}

// grace is how long a process may take to end when its input ends.
const grace = 2 * time.Second

func (p *process) close() error {
	if p.broken != nil {
		return nil
	}
	p.broken = os.ErrProcessDone
	wake(p.cmd.Process)
	p.in.Close()
	stop := time.AfterFunc(grace, func() { _ = p.cmd.Process.Kill() })
	defer stop.Stop()
	for range p.lines { // Wait may only be called when all output is read
	}
	// How a process ends that has answered everything is its own affair.
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return err
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	data []byte
}

const tailBytes = 4 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, b...)
	t.data = t.data[max(0, len(t.data)-tailBytes):]
	return len(b), nil
}

// last is the last line that tells of an error, or the last line of all.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	said := ""
	complaint := false
	for l := range strings.Lines(string(t.data)) {
		l = strings.TrimSpace(l)
		tells := strings.Contains(strings.ToLower(l), "error") || strings.Contains(l, "panic:")
		if l != "" && (tells || !complaint) {
			said, complaint = l, tells
		}
	}
	return said
}
