package data

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Set is samples in memory, and a Source of them: rows of X with what Target says of each.
// Neither is changed, nor may they be while streams are open.
//
// Parts that do not fit together are an error of Open, a *MismatchError; no samples are
// ErrEmpty. FromMemory has options.
type Set struct {
	X      tensor.Matrix // [samples][features]
	Target Target        // one label or row of values, and one weight if there are any, for each sample
}

// InMemory is a Source of samples that are all in memory. Who trains on it looks at all of them
// before the first step, and not at each batch again.
type InMemory interface {
	Source
	// Samples returns them all. Streams have these rows, in any order.
	Samples() Set
}

// Shuffler is a Source whose samples can come in another order in every epoch. Trainers make
// use of it, unless they are told not to.
type Shuffler interface {
	Source
	// Shuffled returns the source with an order that depends on nothing but the seed, the
	// epoch's number and how many rows there are. One that has an order of its own already
	// keeps it. run, unless it is nil, shares out what is worth it, as a blas.Backend does,
	// on the goroutine that calls Next.
	Shuffled(seed uint64, run func(job blas.Job, tasks int) error) (Source, error)
}

// Info implements Source. Without samples its Rows are 0, and Check reports it.
func (s Set) Info() Info {
	info := s.describe()
	if s.check() == nil {
		info.Fingerprint = s.fingerprint
	}
	return info
}

// Open implements Source.
func (s Set) Open(epoch, rank, ranks int) (Stream, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return (&memorySource{info: s.describe(), set: s}).Open(epoch, rank, ranks)
}

// Samples implements InMemory.
func (s Set) Samples() Set { return s }

// Shuffled implements Shuffler. It is FromMemory with options.
func (s Set) Shuffled(seed uint64, run func(job blas.Job, tasks int) error) (Source, error) {
	source, err := FromMemory(s.X, s.Target)
	if err != nil {
		return nil, err
	}
	return source.(*memorySource).Shuffled(seed, run)
}

// describe is Info without the fingerprint.
func (s Set) describe() Info {
	info := Info{Features: s.X.Cols, Weights: s.Target.Weights != nil, Rows: int64(s.X.Rows)}
	switch {
	case s.Target.Labels != nil:
		info.Target = LabelTarget
	case s.Target.Values.Cols != 0:
		info.Target, info.Values = ValueTarget, s.Target.Values.Cols
	}
	return info
}

// check reports a set that is no source.
func (s Set) check() error {
	if s.X.Rows == 0 {
		return ErrEmpty
	}
	info := s.describe()
	if err := info.Check(); err != nil {
		return err
	}
	return checkSamples(&info, s.X, &s.Target, -1)
}
