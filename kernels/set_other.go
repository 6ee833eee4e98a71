//go:build (!amd64 && !arm64) || purego

package kernels

// tunedSets returns nothing: the generic set is all there is.
func tunedSets() []*Set { return nil }
