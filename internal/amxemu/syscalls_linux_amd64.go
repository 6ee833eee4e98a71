package amxemu

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
	"unsafe"
)

// What package syscall does not have of ptrace(2).
const (
	ptraceSeize     = 0x4206
	ptraceListen    = 0x4208
	ptraceExitKill  = 1 << 20
	ptraceEventStop = 128

	offsetRIP = unsafe.Offsetof(syscall.PtraceRegs{}.Rip) // in struct user, as in its registers
)

// ptrace makes a request whose arguments are no pointers. None of them waits,
// so the Go scheduler need not know.
func ptrace(request, tid int, addr, data uintptr) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, uintptr(request), uintptr(tid), addr, data, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// wait is wait4 that goes on after a signal to this process.
func wait(pid int, status *syscall.WaitStatus, options int) (tid int, err error) {
	for {
		tid, err = syscall.Wait4(pid, status, options, nil)
		if !errors.Is(err, syscall.EINTR) {
			return tid, err
		}
	}
}

// siginfo is the kernel's siginfo_t with the fields of a signal that an
// instruction raised.
type siginfo struct {
	signo, errno, code int32
	addr               uint64
	_                  [104]byte
}

// pageFault is the signal for an access to an address that is not mapped.
func pageFault(addr uint64) siginfo {
	const mapErr = 1
	return siginfo{signo: int32(syscall.SIGSEGV), code: mapErr, addr: addr}
}

// protectionFault is the signal for the processor's general-protection
// exception.
func protectionFault() siginfo {
	const kernel = 0x80
	return siginfo{signo: int32(syscall.SIGSEGV), code: kernel}
}

func getSiginfo(tid int) (info siginfo, err error) {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, syscall.PTRACE_GETSIGINFO, uintptr(tid), 0, uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 {
		return info, errno
	}
	return info, nil
}

func setSiginfo(tid int, info *siginfo) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, syscall.PTRACE_SETSIGINFO, uintptr(tid), 0, uintptr(unsafe.Pointer(info)), 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// transfer copies between buf and the memory of a traced program. It goes by
// process_vm_readv and process_vm_writev because they heed protection, as
// instructions do; /proc/pid/mem and PTRACE_PEEKDATA read and write pages
// that the program itself may not, such as guard pages.
type transfer struct {
	buf    [tileBytes]byte
	local  iovec
	remote [maxRows]iovec
}

// iovec is syscall.Iovec with an address that may be another process's.
type iovec struct{ base, len uint64 }

const (
	sysProcessVMReadv  = 310
	sysProcessVMWritev = 311
)

// read copies rows of width bytes, stride apart from base on, to buf, one
// behind the other, and returns how many bytes could be read.
func (v *transfer) read(tid int, base, stride uint64, rows, width int) (int, error) {
	return v.copy(sysProcessVMReadv, tid, base, stride, rows, width)
}

// write is the opposite of read.
func (v *transfer) write(tid int, base, stride uint64, rows, width int) (int, error) {
	return v.copy(sysProcessVMWritev, tid, base, stride, rows, width)
}

func (v *transfer) copy(call uintptr, tid int, base, stride uint64, rows, width int) (int, error) {
	if stride == uint64(width) { // one piece costs the kernel less than many
		rows, width = 1, rows*width
	}
	for r := range rows {
		v.remote[r] = iovec{base + uint64(r)*stride, uint64(width)}
	}
	v.local = iovec{uint64(uintptr(unsafe.Pointer(&v.buf))), uint64(rows * width)}
	n, _, errno := syscall.RawSyscall6(call, uintptr(tid), uintptr(unsafe.Pointer(&v.local)), 1, uintptr(unsafe.Pointer(&v.remote)), uintptr(rows), 0)
	runtime.KeepAlive(v) // local holds the address of buf as a number
	switch errno {
	case 0:
		return int(n), nil
	case syscall.EFAULT:
		return 0, nil
	case syscall.ESRCH:
		return 0, errno
	}
	return 0, fmt.Errorf("cannot reach the program's memory: process_vm_readv: %w", errno)
}
