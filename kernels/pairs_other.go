//go:build !amd64 || purego

package kernels

// tunedPairs returns the units of processors.
func tunedPairs() []*Pairs { return nil }
