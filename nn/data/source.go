package data

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/fault"
)

// Source is where samples come from, epoch by epoch. The package comment has what an
// implementation promises.
type Source interface {
	// Info says what batches look like. It is always the same.
	Info() Info

	// Open starts an epoch: its part for one of the ranks, which are counted from 0. A
	// program that trains alone is rank 0 of 1. Epochs of training are counted from 1; 0 is
	// one like any other.
	Open(epoch, rank, ranks int) (Stream, error)
}

// Stream is an epoch under way. It is used by one goroutine at a time and has to be
// closed. Rows are counted over all ranks.
type Stream interface {
	// Next makes b the rank's share of the next batch of so many rows. The last batch has
	// what is left; after it comes io.EOF. What b holds is to be read only, and is valid until the
	// next Next with the same b, or Close. With an error it holds nothing of use.
	//
	// All ranks have to ask for the same rows.
	Next(b *Batch, rows int) error

	// Skip goes on as if the next so many rows had been read. If fewer are left, it skips
	// these and returns io.EOF.
	Skip(rows int64) error

	// Close ends the stream; batches that it has filled are not valid any more. A second
	// Close does nothing.
	Close() error
}

// Unknown is the number of rows of a source that cannot tell.
const Unknown = -1

// Kind is what targets are.
type Kind uint8

// The kinds of targets.
const (
	NoTarget    Kind = iota // none: a loss compares outputs with something else
	LabelTarget             // Target.Labels: class indices
	ValueTarget             // Target.Values: a row of values
)

var kinds = [...]string{"no target", "labels", "values"}

// String returns the kind in words: "labels".
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Info is what every batch of a source has.
type Info struct {
	Features int  // columns of X, at least 1
	Target   Kind // what targets are
	Values   int  // columns of Target.Values: at least 1 with ValueTarget, 0 otherwise
	Weights  bool // whether samples have weights

	// Rows is how many an epoch has, over all ranks: at least 1, or Unknown.
	Rows int64

	// Fingerprint returns text that is the same for the same samples and another for others,
	// on any machine, by which a run that is resumed knows its data. It may take as long as
	// reading all of them, the first time. It does not say in which order they come. nil if there
	// is no way to tell.
	Fingerprint func() string
}

// maxColumns bounds the columns of a matrix, so that a slip is an error and no number of bytes
// overflows: 1 GiB of float32 in a row.
const maxColumns = 1 << 28

// Check reports an Info that no batch can have, as a *fault.HyperparameterError.
func (i Info) Check() error {
	const of = "source"
	if i.Features < 1 || i.Features > maxColumns {
		return wrongColumns("features", i.Features)
	}
	switch {
	case int(i.Target) >= len(kinds):
		return fault.Value(of, "kind of target", float64(i.Target), "one that the package has")
	case i.Target == ValueTarget && (i.Values < 1 || i.Values > maxColumns):
		return wrongColumns("columns of values", i.Values)
	case i.Target != ValueTarget && i.Values != 0:
		return fault.Value(of, "columns of values", float64(i.Values), fmt.Sprintf("0: the target is %v", i.Target))
	case i.Rows < 1 && i.Rows != Unknown:
		return fault.Value(of, "rows", float64(i.Rows), "at least 1, or -1 if it is not known")
	}
	return nil
}

func wrongColumns(what string, columns int) error {
	return fault.Value("source", what, float64(columns), fmt.Sprintf("at least 1 and at most %d", maxColumns))
}

// Share returns which rows of a batch, lo to hi-1, are a rank's: as many as any other's,
// or one more for the first ranks, if they do not come out even.
func Share(rows, rank, ranks int) (lo, hi int) {
	each, more := rows/ranks, rows%ranks
	lo = each*rank + min(rank, more)
	hi = lo + each
	if rank < more {
		hi++
	}
	return lo, hi
}

// part is which part of an epoch a stream is for.
type part struct{ epoch, rank, ranks int }

func (p part) check() error {
	switch {
	case p.epoch < 0:
		return fault.Value("open", "epoch", float64(p.epoch), "at least 0")
	case p.ranks < 1:
		return fault.Value("open", "ranks", float64(p.ranks), "at least 1")
	case p.rank < 0 || p.rank >= p.ranks:
		return fault.Value("open", "rank", float64(p.rank), fmt.Sprintf("at least 0 and below %d, the ranks", p.ranks))
	}
	return nil
}

// share is Share for the part's rank.
func (p part) share(rows int) (lo, hi int) { return Share(rows, p.rank, p.ranks) }

// checkNext reports what Next cannot work with.
func checkNext(b *Batch, rows int) error {
	if b == nil {
		return fault.Nil("next", "batch", "one to fill")
	}
	if rows < 1 {
		return fault.Value("next", "rows", float64(rows), "at least 1")
	}
	return nil
}

// checkSkip reports what Skip cannot work with.
func checkSkip(rows int64) error {
	if rows < 0 {
		return fault.Value("skip", "rows", float64(rows), "at least 0")
	}
	return nil
}

// after returns the position so many rows further on, or the last that there is.
func after(at, rows int64) int64 {
	if rows > math.MaxInt64-at {
		return math.MaxInt64
	}
	return at + rows
}
