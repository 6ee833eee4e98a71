//go:build amd64 && !purego

package kernels

// tunedSets returns the sets written in assembly, lowest ISA first, whether
// or not this machine can run them.
func tunedSets() []*Set { return nil }
