//go:build !amd64 || purego

package kernels

// tunedPairs returns the units of processors.
func tunedPairs() []*Pairs { return nil }

// pairsFail says what is wrong with a unit that the processor has.
func pairsFail(string) string { return "" }
