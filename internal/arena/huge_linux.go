package arena

import (
	"syscall"
	"unsafe"
)

// hugeBytes is the size of a huge page on amd64 and arm64, hugeFloats how many float32
// fill it.
const (
	hugeBytes  = 2 << 20
	hugeFloats = hugeBytes / 4
)

// hugePages is how many huge pages n float32 take.
func hugePages(n int) int { return (n + hugeFloats - 1) / hugeFloats }

// huge returns n zeros that start on a huge page's boundary, in memory for
// which the kernel is asked for huge pages: a product that strides through
// megabytes misses fewer translations. If the kernel has none, ordinary pages
// serve.
func huge(n int) []float32 {
	pages := hugePages(n)
	raw := make([]float32, (pages+1)*hugeFloats)
	skip := 0
	if off := uintptr(unsafe.Pointer(unsafe.SliceData(raw))) % hugeBytes; off != 0 {
		skip = int(hugeBytes-off) / 4
	}
	const madvHugepage = 14
	syscall.Syscall(syscall.SYS_MADVISE, uintptr(unsafe.Pointer(&raw[skip])), uintptr(pages)*hugeBytes, madvHugepage)
	return raw[skip : skip+n : skip+n]
}
