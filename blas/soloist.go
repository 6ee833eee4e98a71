package blas

// Soloist is a Backend whose workers can be kept out of what is called on it: for programs that
// have something to do for each core themselves, as many trainings at a time have. Results are the
// same bits.
type Soloist interface {
	Backend
	// Solo makes whatever is called on the backend from now on run on the goroutine that calls
	// it, until end is called; of several Solos, each has an end. Both may be called from any
	// goroutine.
	Solo() (end func())
}
