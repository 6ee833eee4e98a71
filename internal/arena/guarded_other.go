//go:build !unix || js

package arena

// Guarded returns plain memory: this system has no unmapped guard pages.
func Guarded(n int, atEnd bool) (mem []float32, free func(), err error) {
	return make([]float32, n), func() {}, nil
}
