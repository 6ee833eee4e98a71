//go:build unix

package main

import (
	"os"
	"syscall"
)

// sleep stops all threads of a process until wake. Signals to a process that
// has ended are no matter here: the next request finds out.
func sleep(p *os.Process) { _ = p.Signal(syscall.SIGSTOP) }

// wake lets a process go on.
func wake(p *os.Process) { _ = p.Signal(syscall.SIGCONT) }
