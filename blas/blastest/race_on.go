//go:build race

package blastest

// raceEnabled: the race detector slows Go code tenfold and allocates.
const raceEnabled = true
