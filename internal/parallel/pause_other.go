//go:build !amd64 || purego

package parallel

// pause is a call that does nothing: a look at the epoch then takes a
// nanosecond or two, and an idle helper parks sooner.
//
//go:noinline
func pause() {}
