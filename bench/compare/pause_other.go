//go:build !unix

package main

import (
	"os"
	"time"
)

// settle is longer than the threads of OpenMP and OpenBLAS spin before they
// park.
const settle = 50 * time.Millisecond

// sleep waits until the process has come to rest: there is no signal here
// that stops it.
func sleep(*os.Process) { time.Sleep(settle) }

func wake(*os.Process) {}
