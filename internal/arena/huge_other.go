//go:build !linux

package arena

import "math"

// hugeBytes is more than Float32 can be asked for: huge pages are asked for on
// Linux only.
const hugeBytes = math.MaxInt

func huge(n int) []float32 { return make([]float32, n) }
