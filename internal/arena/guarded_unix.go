//go:build unix && !js

package arena

import (
	"syscall"
	"unsafe"
)

// Guarded returns n float32 between two unmapped pages, for tests of code
// that the race detector and bounds checks cannot see: at the end of the
// mapping if atEnd (the first byte past the slice faults), otherwise at its
// start (the byte before it faults). free unmaps it.
func Guarded(n int, atEnd bool) (mem []float32, free func(), err error) {
	page := syscall.Getpagesize()
	body := (4*n + page - 1) / page * page
	raw, err := syscall.Mmap(-1, 0, body+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, nil, err
	}
	free = func() { syscall.Munmap(raw) }
	for _, guard := range [][]byte{raw[:page], raw[page+body:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			free()
			return nil, nil, err
		}
	}
	if n == 0 {
		return []float32{}, free, nil
	}
	start := page
	if atEnd {
		start += body - 4*n
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&raw[start])), n), free, nil
}
