package arena

import (
	"testing"
	"unsafe"
)

func TestFloat32IsAligned(t *testing.T) {
	for _, n := range append(sizes(300), hugeBytes/8-1, hugeBytes/8, hugeBytes/4+1, hugeBytes) {
		if n > 1<<24 {
			continue // no huge pages on this system
		}
		x := Float32(n)
		if len(x) != n || cap(x) != n {
			t.Fatalf("n=%d: len %d cap %d", n, len(x), cap(x))
		}
		if n > 0 && uintptr(unsafe.Pointer(&x[0]))%LineBytes != 0 {
			t.Errorf("n=%d: starts at %p", n, &x[0])
		}
	}
}

func TestStride(t *testing.T) {
	for cols := 1; cols < 5000; cols++ {
		ld := Stride(cols)
		if ld < cols || ld%LineFloats != 0 || ld*4%1024 == 0 || ld > cols+2*LineFloats {
			t.Fatalf("Stride(%d) = %d", cols, ld)
		}
	}
}

func TestGuardedIsUsable(t *testing.T) {
	for _, n := range []int{0, 1, 1023, 1024, 1025} {
		for _, atEnd := range []bool{false, true} {
			x, free, err := Guarded(n, atEnd)
			if err != nil {
				t.Fatal(err)
			}
			if len(x) != n {
				t.Errorf("n=%d: len %d", n, len(x))
			}
			for i := range x {
				x[i] = float32(i)
			}
			free()
		}
	}
}

// sizes returns 0 to n-1.
func sizes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
