package amxemu

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// tracer traces a program, its threads and its children, from one thread.
type tracer struct {
	threads map[int]*thread
	stats   Stats

	// Of the stop being handled; fields, because they would be allocated.
	regs syscall.PtraceRegs
	vm   transfer
}

// thread is what belongs to a thread of the program.
type thread struct {
	tiles tiles
	code  map[uint64]inst // decoded instructions by address
}

// run runs the program to its end and returns how it ended.
func (t *tracer) run(ctx context.Context, path string, args []string, attr *os.ProcAttr) (status syscall.WaitStatus, err error) {
	p, err := t.start(path, args, attr)
	if err != nil {
		return 0, err
	}
	defer p.Release()
	defer context.AfterFunc(ctx, func() { p.Kill() })()

	var failure error
	ended := false
	for {
		var ws syscall.WaitStatus
		tid, err := wait(-1, &ws, syscall.WALL|syscall.WNOTHREAD)
		if ended && errors.Is(err, syscall.ECHILD) {
			return status, failure
		}
		if err != nil {
			return 0, fmt.Errorf("wait4: %w", err)
		}
		switch {
		case !ws.Stopped(): // it has ended
			if th := t.threads[tid]; th != nil && th.tiles != (tiles{}) {
				t.stats.Unreleased++
			}
			delete(t.threads, tid)
			if tid == p.Pid {
				status, ended = ws, true
				for left := range t.threads {
					syscall.Kill(left, syscall.SIGKILL)
				}
			}
		case ended: // a process so new that it was not in t.threads
			syscall.Kill(tid, syscall.SIGKILL)
		default:
			// A thread may be killed while it is handled.
			if err := t.stopped(tid, ws); err != nil && !errors.Is(err, syscall.ESRCH) {
				failure = err
				p.Kill()
			}
		}
	}
}

// stopped handles a stop of thread tid and lets it go on.
func (t *tracer) stopped(tid int, ws syscall.WaitStatus) error {
	th := t.threads[tid]
	if th == nil {
		th = &thread{code: map[uint64]inst{}}
		t.threads[tid] = th
	}
	sig := ws.StopSignal()
	switch event := int(ws >> 16); {
	case event == ptraceEventStop && sig != syscall.SIGTRAP: // stopped by job control, until a SIGCONT
		return ptrace(ptraceListen, tid, 0, 0)
	case event == syscall.PTRACE_EVENT_EXEC:
		// If another thread than the first calls exec, it takes the first
		// one's number, and no end of its own is reported.
		former, err := syscall.PtraceGetEventMsg(tid)
		if err != nil {
			return err
		}
		delete(t.threads, int(former))
		t.threads[tid] = &thread{code: map[uint64]inst{}}
		sig = 0
	case event != 0: // a thread or process begins
		sig = 0
	case sig == syscall.SIGILL:
		var err error
		if sig, err = t.illegal(tid, th); err != nil {
			return err
		}
	}
	return ptrace(syscall.PTRACE_CONT, tid, 0, uintptr(sig))
}

// illegal handles a SIGILL: it emulates the tile instruction that raised it
// and those directly behind that, and returns the signal that the thread is
// to get, if any.
func (t *tracer) illegal(tid int, th *thread) (syscall.Signal, error) {
	info, err := getSiginfo(tid)
	if err != nil {
		return 0, err
	}
	if info.code <= 0 { // sent by a program, not raised by an instruction
		return syscall.SIGILL, nil
	}
	if err := syscall.PtraceGetRegs(tid, &t.regs); err != nil {
		return 0, err
	}
	start := t.regs.Rip
	for {
		in, err := t.fetch(tid, th)
		if err != nil {
			return 0, err
		}
		if in.op == 0 {
			break
		}
		next := t.regs.Rip + uint64(in.size)
		trap, err := t.execute(tid, &th.tiles, in, next)
		if err != nil {
			return 0, err
		}
		if trap != (siginfo{}) {
			if t.regs.Rip != start {
				break // the instruction will come back as the first
			}
			if trap.signo == int32(syscall.SIGILL) {
				return syscall.SIGILL, nil // as it came
			}
			return syscall.Signal(trap.signo), setSiginfo(tid, &trap)
		}
		t.stats.Count[in.op]++
		t.regs.Rip = next
	}
	if t.regs.Rip == start {
		return syscall.SIGILL, nil
	}
	t.stats.Stops++
	return 0, ptrace(syscall.PTRACE_POKEUSR, tid, offsetRIP, uintptr(t.regs.Rip))
}

// fetch returns the decoded instruction at RIP.
func (t *tracer) fetch(tid int, th *thread) (inst, error) {
	in, known := th.code[t.regs.Rip]
	if !known {
		n, err := t.vm.read(tid, t.regs.Rip, 0, 1, maxInst)
		if err != nil {
			return inst{}, err
		}
		in = decode(t.vm.buf[:n])
		th.code[t.regs.Rip] = in
	}
	return in, nil
}

// execute does what in does, except for moving on to next, the address of
// the instruction behind it. If the processor would raise an exception it
// returns the signal that Linux makes of that.
func (t *tracer) execute(tid int, s *tiles, in inst, next uint64) (trap siginfo, err error) {
	ok := true
	switch in.op {
	case LDTILECFG:
		addr, _ := t.locate(in.mem, next)
		n, err := t.vm.read(tid, addr, 0, 1, rowBytes)
		if err != nil {
			return trap, err
		}
		if n < rowBytes {
			return pageFault(addr + uint64(n)), nil
		}
		if !s.configure((*[rowBytes]byte)(t.vm.buf[:])) {
			return protectionFault(), nil
		}
	case TILERELEASE:
		*s = tiles{}
	case TILEZERO:
		ok = s.zero(in.dst)
	case TDPBF16PS:
		ok = s.dot(in.dst, in.src1, in.src2)
	default:
		var sh shape
		if sh, ok = s.moved(in.dst); ok {
			return t.move(tid, s, in, next, sh)
		}
	}
	if !ok {
		return siginfo{signo: int32(syscall.SIGILL)}, nil
	}
	return trap, nil
}

// move loads or stores a tile.
func (t *tracer) move(tid int, s *tiles, in inst, next uint64, sh shape) (trap siginfo, err error) {
	base, stride := t.locate(in.mem, next)
	base += uint64(s.startRow) * stride
	rows := sh.rows - s.startRow
	var n int
	if in.op == TILESTORED {
		s.store(in.dst, t.vm.buf[:])
		n, err = t.vm.write(tid, base, stride, rows, sh.colsb)
	} else {
		n, err = t.vm.read(tid, base, stride, rows, sh.colsb)
	}
	if err != nil {
		return trap, err
	}
	if n < rows*sh.colsb {
		row, byteOf := uint64(n/sh.colsb), uint64(n%sh.colsb)
		return pageFault(base + row*stride + byteOf), nil
	}
	if in.op == TILESTORED {
		s.startRow = 0
	} else {
		s.load(in.dst, t.vm.buf[:n])
	}
	return trap, nil
}

// locate returns the address of a memory operand without its index, and the
// scaled index.
func (t *tracer) locate(a address, next uint64) (base, index uint64) {
	return t.register(a.base, next) + uint64(int64(a.disp)), t.register(a.index, next) << a.scale
}

func (t *tracer) register(n uint8, next uint64) uint64 {
	r := &t.regs
	return [...]uint64{
		r.Rax, r.Rcx, r.Rdx, r.Rbx, r.Rsp, r.Rbp, r.Rsi, r.Rdi,
		r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15,
		regRIP: next, regNone: 0,
	}[n]
}
