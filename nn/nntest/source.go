package nntest

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// CheckSource checks what data.Source and data.Stream promise, see there, on epochs 1 and 2, which it reads a hundred times: give
// it a source of a few dozen rows. What comes in batches of 7, in order, is taken for right.
//
//   - Info can be, stays, and says what comes. A Fingerprint is always the same.
//   - An epoch opened again has the same rows in the same order, in batches of any size, which are full
//     but for the last one; then comes io.EOF, and stays.
//   - Ranks, up to three and the last of very many, get their shares of each batch, as data.Share says.
//   - What follows a Skip is as if the rows had been read; beyond the end it is io.EOF.
//   - A batch holds what it holds while others are filled, by the same stream and by others, which may be
//     read at the same time from other goroutines.
//   - Close can be called twice, before the end too; Next and Skip are errors then, but not io.EOF.
//   - Epochs, ranks, batches and rows that cannot be are errors, after which the stream goes on.
func CheckSource(s data.Source, opts ...Option) (err error) {
	defer recovered(&err)
	if _, err := newConfig("source check", opts); err != nil {
		return err
	}
	if s == nil {
		return fault.Nil("source check", "source", "one such as data.FromMemory returns")
	}
	info := s.Info()
	if err := info.Check(); err != nil {
		return fmt.Errorf("source check: %w", err)
	}
	var epochs [2]sourceCheck
	for i := range epochs {
		epochs[i] = sourceCheck{source: s, info: info, epoch: i + 1}
		if err := epochs[i].run(); err != nil {
			return fmt.Errorf("source check: epoch %d: %w", i+1, err)
		}
	}
	if err := together(epochs[:]); err != nil {
		return fmt.Errorf("source check: %w", err)
	}
	return arguments(s)
}

// together reads epochs at the same time.
func together(epochs []sourceCheck) error {
	errs := make(chan error)
	for _, k := range append(epochs, epochs...) {
		go func() (err error) {
			defer func() { errs <- err }()
			defer recovered(&err)
			return k.read(5, 0, 1)
		}()
	}
	var all error
	for range 2 * len(epochs) {
		all = errors.Join(all, <-errs)
	}
	if all != nil {
		return fmt.Errorf("read at the same time: %w", all)
	}
	return nil
}

// arguments opens what cannot be.
func arguments(s data.Source) error {
	for _, a := range [][3]int{{-1, 0, 1}, {1, 0, 0}, {1, 0, -1}, {1, -1, 2}, {1, 2, 2}, {1, math.MaxInt, 3}} {
		stream, err := s.Open(a[0], a[1], a[2])
		if err == nil {
			return errors.Join(fmt.Errorf("source check: Open(%d, %d, %d) is no error", a[0], a[1], a[2]), stream.Close())
		}
	}
	return nil
}

// sourceRow is what a source has of a sample.
type sourceRow struct {
	x, values []float32
	label     int
	weight    float32
}

func (r *sourceRow) same(o *sourceRow) bool {
	_, x := unlikeRow(r.x, o.x)
	_, values := unlikeRow(r.values, o.values)
	_, weight := unlikeRow([]float32{r.weight}, []float32{o.weight})
	return !x && !values && !weight && r.label == o.label
}

// sourceCheck is a check of one epoch.
type sourceCheck struct {
	source data.Source
	info   data.Info
	epoch  int
	rows   []sourceRow // all of them, in order
}

func (k *sourceCheck) open(rank, ranks int) (data.Stream, error) {
	stream, err := k.source.Open(k.epoch, rank, ranks)
	if err == nil && stream == nil {
		err = errors.New("its Open returns neither a stream nor an error")
	}
	return stream, err
}

// with opens an epoch for f and closes it.
func (k *sourceCheck) with(rank, ranks int, f func(s data.Stream) error) error {
	s, err := k.open(rank, ranks)
	if err != nil {
		return err
	}
	return errors.Join(f(s), k.close(s))
}

func (k *sourceCheck) run() error {
	if err := k.reference(); err != nil {
		return err
	}
	for _, check := range []func() error{k.infoStays, k.sizes, k.otherSizes, k.skips, k.batchesStay, k.closedEarly, k.wrongArguments} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// take returns the rows of a batch, in new memory, if they are what info says.
func (k *sourceCheck) take(b *data.Batch) ([]sourceRow, error) {
	rows, t := b.X.Rows, &b.Target
	if rows > 0 && b.X.Cols != k.info.Features {
		return nil, fmt.Errorf("x has %d columns, want the %d of Info", b.X.Cols, k.info.Features)
	}
	labels, values, weights := 0, 0, 0
	switch k.info.Target {
	case data.LabelTarget:
		labels = rows
	case data.ValueTarget:
		values = rows
	}
	if k.info.Weights {
		weights = rows
	}
	if len(t.Labels) != labels || (rows > 0 || t.Values.Rows != 0) && (t.Values.Rows != values || values > 0 && t.Values.Cols != k.info.Values) || len(t.Weights) != weights {
		return nil, fmt.Errorf("%d rows come with %d labels, %d×%d values and %d weights, want %v as Info says, with weights: %t",
			rows, len(t.Labels), t.Values.Rows, t.Values.Cols, len(t.Weights), k.info.Target, k.info.Weights)
	}
	list := make([]sourceRow, rows)
	for i := range list {
		list[i].x = append(list[i].x, tensor.Row(b.X, i)...)
		if labels > 0 {
			list[i].label = t.Labels[i]
		}
		if values > 0 {
			list[i].values = append(list[i].values, tensor.Row(t.Values, i)...)
		}
		if weights > 0 {
			list[i].weight = t.Weights[i]
		}
	}
	return list, nil
}

// reference reads the epoch.
func (k *sourceCheck) reference() error {
	return k.with(0, 1, func(s data.Stream) error {
		var b data.Batch
		for {
			err := s.Next(&b, 7)
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
			rows, err := k.take(&b)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				return errors.New("a batch for the only rank has no rows: after the last one comes io.EOF")
			}
			k.rows = append(k.rows, rows...)
		}
		if want := k.info.Rows; len(k.rows) == 0 || want != data.Unknown && int64(len(k.rows)) != want {
			return fmt.Errorf("it has %d rows, Info says %d", len(k.rows), want)
		}
		return nil
	})
}

func (k *sourceCheck) infoStays() error {
	again := k.source.Info()
	if a, b := again.Fingerprint, k.info.Fingerprint; (a == nil) != (b == nil) || a != nil && a() != b() {
		return errors.New("its fingerprint is not always the same")
	}
	was := k.info
	again.Fingerprint, was.Fingerprint = nil, nil
	if again.Features != was.Features || again.Target != was.Target || again.Values != was.Values || again.Weights != was.Weights || again.Rows != was.Rows {
		return fmt.Errorf("its Info was %+v and is %+v", was, again)
	}
	return nil
}

// expect compares a batch with rows lo to hi-1.
func (k *sourceCheck) expect(b *data.Batch, lo, hi int) error {
	rows, err := k.take(b)
	if err != nil {
		return err
	}
	if len(rows) != hi-lo {
		return fmt.Errorf("a batch has %d rows, want %d, those from row %d on", len(rows), hi-lo, lo)
	}
	for i := range rows {
		if !rows[i].same(&k.rows[lo+i]) {
			return fmt.Errorf("row %d is %+v, and was %+v", lo+i, rows[i], k.rows[lo+i])
		}
	}
	return nil
}

// read reads the epoch in batches of that size.
func (k *sourceCheck) read(size, rank, ranks int) error {
	return k.with(rank, ranks, func(s data.Stream) error { return k.rest(s, 0, size, rank, ranks) })
}

// rest reads what there is from row at on, and what comes after.
func (k *sourceCheck) rest(s data.Stream, at, size, rank, ranks int) error {
	var b data.Batch
	for at < len(k.rows) {
		whole := min(size, len(k.rows)-at)
		if err := s.Next(&b, size); err != nil {
			return fmt.Errorf("%d rows before the end: %w", len(k.rows)-at, err)
		}
		lo, hi := data.Share(whole, rank, ranks)
		if err := k.expect(&b, at+lo, at+hi); err != nil {
			return err
		}
		at += whole
	}
	for range 2 {
		if err := s.Next(&b, size); err != io.EOF {
			return fmt.Errorf("after the last row: error %v, want io.EOF", err)
		}
	}
	if err := s.Skip(0); err != nil {
		return fmt.Errorf("no rows skipped at the end: %w", err)
	}
	if err := s.Skip(1); err != io.EOF {
		return fmt.Errorf("a row skipped at the end: error %v, want io.EOF", err)
	}
	return nil
}

// sizes reads in batches of many sizes, for one rank and several.
func (k *sourceCheck) sizes() error {
	n := len(k.rows)
	for _, size := range []int{1, 2, 5, n - 1, n, n + 1, math.MaxInt} {
		for ranks := 1; ranks <= 3; ranks++ {
			for rank := range ranks {
				if err := k.read(max(size, 1), rank, ranks); err != nil {
					return fmt.Errorf("batches of %d, rank %d of %d: %w", max(size, 1), rank, ranks, err)
				}
			}
		}
	}
	if err := k.read(2, math.MaxInt-1, math.MaxInt); err != nil {
		return fmt.Errorf("the last of very many ranks: %w", err)
	}
	return nil
}

// otherSizes reads batches of another size each time.
func (k *sourceCheck) otherSizes() error {
	for ranks := 1; ranks <= 3; ranks++ {
		rank := ranks - 1
		err := k.with(rank, ranks, func(s data.Stream) error {
			var b data.Batch
			at := 0
			for _, size := range []int{5, 5, 1, 9, 2, 2} {
				whole := min(size, len(k.rows)-at)
				if whole == 0 {
					break
				}
				if err := s.Next(&b, size); err != nil {
					return err
				}
				lo, hi := data.Share(whole, rank, ranks)
				if err := k.expect(&b, at+lo, at+hi); err != nil {
					return err
				}
				at += whole
			}
			return k.rest(s, at, 100, rank, ranks)
		})
		if err != nil {
			return fmt.Errorf("batches of 5, 5, 1, 9, 2 and 2, rank %d of %d: %w", rank, ranks, err)
		}
	}
	return nil
}

// skips skips rows after some that were read, twice.
func (k *sourceCheck) skips() error {
	const size = 4
	n := len(k.rows)
	for read := 0; read <= n; read += size {
		for _, skipped := range []int{0, 1, size - 1, size, size + 1, 2*size + 3, n - read - 1, n - read} {
			if skipped < 0 || read+skipped > n {
				continue
			}
			for ranks := 1; ranks <= 2; ranks++ {
				err := k.with(ranks-1, ranks, func(s data.Stream) error {
					if err := k.after(s, read/size, size); err != nil {
						return err
					}
					for _, rows := range []int{skipped / 2, skipped - skipped/2} {
						if err := s.Skip(int64(rows)); err != nil {
							return err
						}
					}
					return k.rest(s, read+skipped, size, ranks-1, ranks)
				})
				if err != nil {
					return fmt.Errorf("%d rows read and %d skipped, rank %d of %d: %w", read, skipped, ranks-1, ranks, err)
				}
			}
		}
	}
	err := k.with(0, 1, func(s data.Stream) error { // from a row on all there are, and no number overflows
		return errors.Join(s.Skip(1), k.rest(s, 1, math.MaxInt, 0, 1))
	})
	if err != nil {
		return fmt.Errorf("all rows after one that is skipped: %w", err)
	}
	for _, beyond := range []int64{int64(n) + 1, math.MaxInt64} {
		for _, batches := range []int{0, 1} {
			err := k.with(0, 1, func(s data.Stream) error {
				if err := k.after(s, min(batches, n/size), size); err != nil {
					return err
				}
				if err := s.Skip(beyond); err != io.EOF {
					return fmt.Errorf("error %v, want io.EOF", err)
				}
				return k.rest(s, n, size, 0, 1)
			})
			if err != nil {
				return fmt.Errorf("%d of %d rows skipped: %w", beyond, n, err)
			}
		}
	}
	return nil
}

// after reads some batches.
func (k *sourceCheck) after(s data.Stream, batches, size int) error {
	var b data.Batch
	for range batches {
		if err := s.Next(&b, size); err != nil {
			return err
		}
	}
	return nil
}

// batchesStay keeps all batches of two streams that are read in turn.
func (k *sourceCheck) batchesStay() error {
	const size = 6
	one, err := k.open(0, 1)
	if err != nil {
		return err
	}
	two, err := k.open(0, 1)
	if err != nil {
		return errors.Join(err, one.Close())
	}
	read := func() error {
		var kept [2][]*data.Batch
		for range (len(k.rows) + size - 1) / size {
			for i, s := range []data.Stream{one, two} {
				b := new(data.Batch)
				kept[i] = append(kept[i], b)
				if err := s.Next(b, size); err != nil {
					return err
				}
			}
		}
		for i := range kept {
			for n, b := range kept[i] {
				if err := k.expect(b, n*size, min(n*size+size, len(k.rows))); err != nil {
					return fmt.Errorf("batch %d, once others have been filled: %w", n, err)
				}
			}
		}
		return nil
	}
	return errors.Join(read(), k.close(one), k.close(two))
}

// close closes a stream and expects it to be.
func (k *sourceCheck) close(s data.Stream) error {
	for range 2 {
		if err := s.Close(); err != nil {
			return fmt.Errorf("its Close: %w", err)
		}
	}
	if err := s.Next(new(data.Batch), 1); err == nil || errors.Is(err, io.EOF) {
		return fmt.Errorf("its Next after Close: error %v, want data.ErrClosed", err)
	}
	if err := s.Skip(1); err == nil || errors.Is(err, io.EOF) {
		return fmt.Errorf("its Skip after Close: error %v, want data.ErrClosed", err)
	}
	return nil
}

// closedEarly closes streams that nobody has read, or not to the end.
func (k *sourceCheck) closedEarly() error {
	for batches := range 3 {
		err := k.with(0, 1, func(s data.Stream) error { return k.after(s, min(batches, len(k.rows)/2), 2) })
		if err != nil {
			return fmt.Errorf("closed after %d batches: %w", batches, err)
		}
	}
	return k.with(0, 1, func(s data.Stream) error { return s.Skip(1) })
}

// wrongArguments calls methods with what cannot be, and then goes on.
func (k *sourceCheck) wrongArguments() error {
	return k.with(0, 1, func(s data.Stream) error {
		var b data.Batch
		for range 2 {
			for _, refused := range []struct {
				what string
				err  error
			}{
				{"Next without a batch", s.Next(nil, 1)},
				{"Next of no rows", s.Next(&b, 0)},
				{"Next of less than no rows", s.Next(&b, -1)},
				{"Next of the fewest rows", s.Next(&b, math.MinInt)},
				{"Skip of less than no rows", s.Skip(-1)},
				{"Skip of the fewest rows", s.Skip(math.MinInt64)},
			} {
				if refused.err == nil || refused.err == io.EOF {
					return fmt.Errorf("%s: error %v, want another", refused.what, refused.err)
				}
			}
		}
		return k.rest(s, 0, 2, 0, 1)
	})
}
