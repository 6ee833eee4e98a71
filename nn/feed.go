package nn

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
)

// feed takes a source's batches, one after the other, and holds it to what it promises. It
// is used for one epoch at a time.
type feed struct {
	trainer *Trainer
	source  data.Source
	size    int  // rows of a batch, but for the last of an epoch
	checked bool // all samples have been looked at

	batch data.Batch // the present one, in memory that is used again
	rows  int        // that it has

	info   data.Info
	stream data.Stream
	at     int64 // rows of the epoch before the present batch
	read   int64 // and with it
}

func newFeed(t *Trainer, source data.Source, size int) feed {
	_, checked := source.(data.InMemory)
	return feed{trainer: t, source: source, size: size, checked: checked, info: source.Info()}
}

// open starts an epoch.
func (f *feed) open(epoch int) error {
	f.at, f.read, f.rows = 0, 0, f.size
	stream, err := f.source.Open(epoch, 0, 1)
	if err != nil {
		return err
	}
	if stream == nil {
		return fault.Nil("source", "stream", "what Open of a source returns")
	}
	f.stream = stream
	return nil
}

// skip goes on as if the next so many rows had been read.
func (f *feed) skip(rows int64) error {
	if rows == 0 {
		return nil
	}
	f.at, f.read = rows, rows
	err := f.stream.Skip(rows)
	if err == io.EOF {
		return fault.Value("data", "rows to start after", float64(rows), "at most those of the epoch")
	}
	return err
}

// each calls do for the batches of an epoch, behind rows that are skipped, and closes the stream whatever
// happens.
func (f *feed) each(epoch int, skip int64, do func() error) (err error) {
	if err := f.open(epoch); err != nil {
		return err
	}
	defer func() {
		closing := f.close()
		switch {
		case closing == nil:
		case err == nil || errors.Is(err, ErrStop): // which is none
			err = closing
		default:
			err = errors.Join(err, closing)
		}
	}()
	if err := f.skip(skip); err != nil {
		return err
	}
	for {
		err := f.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := do(); err == errEnough {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// errEnough is what an each's function returns that wants no further batch.
var errEnough = errors.New("enough")

// first calls do for the first batch of an epoch.
func (f *feed) first(epoch int, do func() error) error {
	return f.each(epoch, 0, func() error {
		if err := do(); err != nil {
			return err
		}
		return errEnough
	})
}

// close ends the epoch.
func (f *feed) close() error {
	stream := f.stream
	f.stream = nil
	return stream.Close()
}

// next makes the next batch the present one. After the last it returns io.EOF.
func (f *feed) next() error {
	last := f.short()
	f.at = f.read
	err := f.stream.Next(&f.batch, f.size)
	if err == io.EOF {
		return f.ended()
	}
	if err != nil {
		return f.wrap(err)
	}
	rows := f.batch.X.Rows
	switch {
	case last:
		return f.mismatch("a batch after a short one", "the end")
	case rows < 1 || rows > f.size:
		return f.mismatch(fmt.Sprintf("%d rows", rows), fmt.Sprintf("%d, or less in the last batch", f.size))
	case f.info.Rows != data.Unknown && int64(rows) > f.info.Rows-f.at:
		return f.mismatch(fmt.Sprintf("%d rows more", rows), fmt.Sprintf("%d rows in all", f.info.Rows))
	}
	f.rows = rows
	f.read += int64(rows)
	if f.checked {
		return nil
	}
	return f.check()
}

// short reports whether the present batch has to be the last, as it is not whole.
func (f *feed) short() bool { return f.rows < f.size }

// ended is io.EOF, or what is wrong with an end here.
func (f *feed) ended() error {
	switch {
	case f.info.Rows != data.Unknown && f.read != f.info.Rows:
		return f.mismatch("its end", fmt.Sprintf("%d rows", f.info.Rows))
	case f.read == 0:
		return data.ErrEmpty
	}
	return io.EOF
}

func (f *feed) mismatch(got, want string) error {
	return &data.MismatchError{What: "stream", Row: f.at, Got: got, Want: want}
}

// check reports a batch that the network cannot be trained or judged on, with rows counted
// in the epoch.
func (f *feed) check() error {
	if err := f.fits(); err != nil {
		return err
	}
	target := f.batch.Target
	if slices.IndexFunc(target.Weights, func(w float32) bool { return w != 0 }) < 0 {
		target.Weights = nil // rows that do not count are there, and others may follow
	}
	switch err := f.trainer.checkSamples(f.batch.X, target).(type) {
	case nil:
		return nil
	case *DataError:
		wrong := *err
		wrong.Row += int(f.at)
		return &wrong
	case *loss.TargetError:
		if err.Row < 0 {
			return f.wrap(err)
		}
		wrong := *err
		wrong.Row += int(f.at)
		return &wrong
	default:
		return f.wrap(err)
	}
}

// fits reports a batch whose target is not what Info says.
func (f *feed) fits() error {
	t, info := &f.batch.Target, &f.info
	if (t.Labels != nil) != (info.Target == data.LabelTarget) || t.Values.Cols != info.Values {
		return f.mismatch(fmt.Sprintf("%d labels and %d columns of values", len(t.Labels), t.Values.Cols), fmt.Sprintf("%s in %d columns of values", info.Target, info.Values))
	}
	weights := 0
	if info.Weights {
		weights = f.batch.X.Rows
	}
	if len(t.Weights) != weights {
		return f.mismatch(fmt.Sprintf("%d weights", len(t.Weights)), fmt.Sprint(weights))
	}
	return nil
}

// wrap says at which rows an error has come.
func (f *feed) wrap(err error) error { return fmt.Errorf("batch from row %d on: %w", f.at, err) }
