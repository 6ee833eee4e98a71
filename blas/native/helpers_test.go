package native

import (
	"math"
	"testing"
)

// openFor returns a backend that is closed at the end of the test.
func openFor(t *testing.T, options Options) *Backend {
	t.Helper()
	b, err := Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// sameNumber reports whether x and y have the same bits, or are both NaN.
func sameNumber(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}
