//go:build !purego

package parallel

// pause waits eight PAUSE instructions, about 85 ns, and tells the processor
// that this is a spin loop.
//
//go:noescape
func pause()
