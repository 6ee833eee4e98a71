// Package amxemu runs programs that use Intel's AMX tiles on processors that
// have none, so that kernels written with them can be tested anywhere. It is
// test support: an instruction costs microseconds.
//
// Without AMX a tile instruction raises SIGILL. Run traces a program, and
// whenever one of its threads (or its children's) stops for that reason it
// does what the instruction would have done, on tiles that it keeps for each
// thread, and lets the thread go on behind it. Uses that the processor would
// refuse end as they would on the processor: a wrong shape or a tile without
// a configuration in SIGILL, an invalid configuration and an address that is
// not mapped in SIGSEGV.
//
// Only palette 1 and the instructions of Op exist, in their plain encodings
// (no segment or address-size prefixes), and code must not change once it has
// run. A fault is always reported as SEGV_MAPERR, also where a page is mapped
// but protected.
package amxemu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Op is an instruction that can be emulated.
type Op uint8

// The zero Op is no instruction of AMX.
const (
	LDTILECFG Op = iota + 1
	TILERELEASE
	TILEZERO
	TILELOADD
	TILELOADDT1
	TILESTORED
	TDPBF16PS
	numOps
)

var opNames = [numOps]string{"none", "LDTILECFG", "TILERELEASE", "TILEZERO", "TILELOADD", "TILELOADDT1", "TILESTORED", "TDPBF16PS"}

func (op Op) String() string { return opNames[op] }

// Stats says what a run emulated.
type Stats struct {
	Count [numOps]int // instructions by Op
	Stops int         // stops of a thread; one serves all tile instructions that follow each other directly
	// Unreleased counts the threads that had tiles configured when they ended. The
	// operating system had to save those with every switch and signal.
	Unreleased int
}

// Total is the number of instructions emulated.
func (s Stats) Total() int {
	total := 0
	for _, n := range s.Count {
		total += n
	}
	return total
}

func (s Stats) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d tile instructions emulated in %d stops", s.Total(), s.Stops)
	for op := LDTILECFG; op < numOps; op++ {
		fmt.Fprintf(&b, ", %d %s", s.Count[op], op)
	}
	return b.String()
}

// ExitError says that the program ended, but not with success.
type ExitError struct {
	Code   int       // exit code; 128 plus the signal's number if one ended the program
	Signal os.Signal // nil if the program exited
}

func (e *ExitError) Error() string {
	if e.Signal != nil {
		return "signal: " + e.Signal.String()
	}
	return fmt.Sprintf("exit status %d", e.Code)
}

// Run runs program args[0], which is looked for as os/exec does, with the
// remaining args in directory dir (empty: this one) until it ends or ctx does.
// It has no standard input; its output goes to stdout and stderr, which are
// written to at the same time, so they must not be one writer that cannot
// take that. Processes that the program leaves behind are killed.
//
// An *ExitError says that the program failed, any other error that it could
// not be run or emulated to its end.
//
// The environment has NEURONA_AMX_EMULATED=1, which makes internal/cpu report
// AMX; on a processor that has AMX it has not, and the program runs on the
// processor's own tiles.
func Run(ctx context.Context, stdout, stderr io.Writer, dir string, args ...string) (Stats, error) {
	if len(args) == 0 {
		return Stats{}, errors.New("amxemu: no program to run")
	}
	if err := ctx.Err(); err != nil {
		return Stats{}, err
	}
	return run(ctx, stdout, stderr, dir, args)
}
