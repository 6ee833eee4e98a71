package nn_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// failing is a source whose epochs' Next, the second of all and later ones, are another function.
type failing struct {
	data.Source
	from  int // the epoch
	open  func() (data.Stream, error)
	next  func(s data.Stream, call int, b *data.Batch, rows int) error
	close func() error
}

func (s *failing) Open(epoch, rank, ranks int) (data.Stream, error) {
	if epoch >= s.from && s.open != nil {
		return s.open()
	}
	inner, err := s.Source.Open(epoch, rank, ranks)
	if err != nil || epoch < s.from {
		return inner, err
	}
	return &failingStream{Stream: inner, of: s}, nil
}

type failingStream struct {
	data.Stream
	of   *failing
	call int
}

func (s *failingStream) Next(b *data.Batch, rows int) error {
	if s.call++; s.of.next == nil {
		return s.Stream.Next(b, rows)
	}
	return s.of.next(s.Stream, s.call, b, rows)
}

func (s *failingStream) Close() error {
	err := s.Stream.Close()
	if s.of.close != nil {
		err = errors.Join(err, s.of.close())
	}
	return err
}

// TestSourceFails: an error in the middle names epoch and row, whatever it is, ends Fit
// with the network of the steps before, and closes what is open. So does an end by a callback or
// a context.
func TestSourceFails(t *testing.T) {
	known := classes(1, 100, 6, 3)
	boom := errors.New("boom")
	// second changes the second batch, rows 30 to 59.
	second := func(f func(b *data.Batch) error) func(data.Stream, int, *data.Batch, int) error {
		return func(s data.Stream, call int, b *data.Batch, rows int) error {
			err := s.Next(b, rows)
			if call == 2 && err == nil {
				return f(b)
			}
			return err
		}
	}
	changed := func(f func(b *data.Batch)) func(data.Stream, int, *data.Batch, int) error {
		return second(func(b *data.Batch) error {
			var own data.Batch // nobody writes what a stream gives a view of
			if err := own.Reserve(known.Info(), b.X.Rows); err != nil {
				return err
			}
			for i := range b.X.Rows {
				copy(tensor.Row(own.X, i), tensor.Row(b.X, i))
			}
			copy(own.Target.Labels, b.Target.Labels)
			f(&own)
			*b = own
			return nil
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, c := range []struct {
		name  string
		s     failing
		opts  []nn.FitOption
		steps int
		want  []string
		is    any // an error, or where to put one; nil for none
	}{
		{"an error of Next", failing{next: second(func(*data.Batch) error { return boom })}, nil, 5, []string{"epoch 2", "row 30", "boom"}, boom},
		{"an error of Open", failing{open: func() (data.Stream, error) { return nil, boom }}, nil, 4, []string{"epoch 2", "boom"}, boom},
		{"no stream", failing{open: func() (data.Stream, error) { return nil, nil }}, nil, 4, []string{"epoch 2", "stream"}, new(*nn.NilError)},
		{"an error of Close", failing{close: func() error { return boom }}, nil, 8, []string{"epoch 2", "boom"}, boom},
		{"both", failing{next: second(func(*data.Batch) error { return io.ErrNoProgress }), close: func() error { return boom }}, nil, 5, []string{"row 30", "multiple Read"}, boom},
		{"an error of Close after ErrStop", failing{close: func() error { return boom }}, []nn.FitOption{stopAfter(6)}, 6, []string{"epoch 2", "boom"}, boom},
		{"a panic in Next", failing{next: second(func(*data.Batch) error { panic(boom) })}, nil, 5, []string{"boom"}, new(*nn.PanicError)},
		{"a panic in Open", failing{open: func() (data.Stream, error) { panic(boom) }}, nil, 4, []string{"boom"}, new(*nn.PanicError)},
		{"a panic in Close", failing{close: func() error { panic(boom) }}, nil, 8, []string{"boom"}, new(*nn.PanicError)},
		{"NaN", failing{next: changed(func(b *data.Batch) { tensor.Row(b.X, 7)[3] = float32(math.NaN()) })}, nil, 5, []string{"epoch 2", "row 37", "column 3"}, new(*nn.DataError)},
		{"a label", failing{next: changed(func(b *data.Batch) { b.Target.Labels[9] = 3 })}, nil, 5, []string{"epoch 2", "row 39", "label 3"}, new(*loss.TargetError)},
		{"few labels", failing{next: changed(func(b *data.Batch) { b.Target.Labels = b.Target.Labels[:9] })}, nil, 5, []string{"epoch 2", "row 30", "9 labels"}, new(*loss.TargetError)},
		{"no labels", failing{next: changed(func(b *data.Batch) { b.Target = data.Target{} })}, nil, 5, []string{"epoch 2", "row 30", "labels"}, new(*data.MismatchError)},
		{"values", failing{next: changed(func(b *data.Batch) { b.Target.Values = b.X })}, nil, 5, []string{"epoch 2", "row 30", "6 columns of values"}, new(*data.MismatchError)},
		{"weights", failing{next: changed(func(b *data.Batch) { b.Target.Weights = make([]float32, 30) })}, nil, 5, []string{"epoch 2", "row 30", "30 weights"}, new(*data.MismatchError)},
		{"other columns", failing{next: changed(func(b *data.Batch) { b.X.Cols = 5 })}, nil, 5, []string{"epoch 2", "row 30", "30×5"}, new(*nn.ShapeError)},
		{"little memory", failing{next: changed(func(b *data.Batch) { b.X.Data = b.X.Data[:20] })}, nil, 5, []string{"epoch 2", "row 30", "20 elements"}, new(*nn.ShapeError)},
		{"a short batch that is not the last", failing{next: changed(func(b *data.Batch) { b.X.Rows, b.Target.Labels = 29, b.Target.Labels[:29] })}, nil, 6, []string{"epoch 2", "row 59", "short"}, new(*data.MismatchError)},
		{"no rows", failing{next: changed(func(b *data.Batch) { b.X.Rows, b.Target.Labels = 0, b.Target.Labels[:0] })}, nil, 5, []string{"epoch 2", "row 30", "0 rows"}, new(*data.MismatchError)},
		{"more rows than asked for", failing{next: func(s data.Stream, _ int, b *data.Batch, _ int) error { return s.Next(b, 31) }}, nil, 4, []string{"epoch 2", "row 0", "31 rows"}, new(*data.MismatchError)},
		{"an early end", failing{next: second(func(*data.Batch) error { return io.EOF })}, nil, 5, []string{"epoch 2", "row 30", "100 rows"}, new(*data.MismatchError)},
		{"a late end", failing{next: func(s data.Stream, call int, b *data.Batch, rows int) error {
			if call == 4 {
				b.X, b.Target = known.X, known.Target
				b.X.Rows, b.Target.Labels = 30, b.Target.Labels[:30]
				return nil
			}
			return s.Next(b, rows)
		}}, nil, 7, []string{"epoch 2", "row 90", "100 rows in all"}, new(*data.MismatchError)},
		{"ErrStop", failing{}, []nn.FitOption{stopAfter(6)}, 6, nil, nil},
		{"a context", failing{}, []nn.FitOption{onStep(func(s *nn.StepInfo) error {
			if s.Step == 6 {
				cancel()
			}
			return nil
		})}, 6, []string{"epoch 2", "2 of its batches"}, context.Canceled},
		{"a callback", failing{}, []nn.FitOption{onStep(func(s *nn.StepInfo) error {
			if s.Step == 6 {
				return boom
			}
			return nil
		})}, 6, []string{"step 6", "boom"}, boom},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := newTrainer(t)
			fit(t, want, known, nn.Batch(30), nn.Epochs(2), nn.NoShuffle(), stopAfter(c.steps))
			c.s.from = 2
			c.s.Source = data.FromSeq(known.Info(), sequence(known, 11))
			if c.s.next == nil { // a batch that is not as promised is none of Prefetch's business
				c.s.Source = data.Prefetch(c.s.Source, 2)
			}
			w := &watched{Source: &c.s}
			tr := newTrainer(t)
			ended := 0
			opts := append(c.opts, nn.Batch(30), nn.Epochs(2), nn.NoShuffle(), nn.Callback{End: func(*nn.Run, error) error { ended++; return nil }})
			h, err := tr.Fit(ctxOr(c.is, ctx), w, opts...)
			if h == nil || h.Steps != c.steps || ended != 1 {
				t.Errorf("history %+v, End was called %d times; want %d steps, once", h, ended, c.steps)
			}
			switch is := c.is.(type) {
			case nil:
				if err != nil {
					t.Error(err)
				}
			case error:
				if !errors.Is(err, is) {
					t.Errorf("error %v, want %v", err, is)
				}
			default:
				if !errors.As(err, is) {
					t.Errorf("error %v, want a %T", err, is)
				}
			}
			for _, part := range c.want {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("error %v, want one that says %q", err, part)
				}
			}
			if !strings.HasPrefix(c.name, "a short batch") { // with which a step was taken
				sameBits(t, "weights", allWeights(t, tr.Network()), allWeights(t, want.Network()))
			}
			w.allClosed(t)
		})
	}
}

// ctxOr returns ctx where it is what ends Fit, and one that ends nothing otherwise.
func ctxOr(is any, ctx context.Context) context.Context {
	if is == context.Canceled {
		return ctx
	}
	return context.Background()
}

// stopAfter ends Fit after that batch.
func stopAfter(step int) nn.FitOption {
	return onStep(func(s *nn.StepInfo) error {
		if s.Step == step {
			return nn.ErrStop
		}
		return nil
	})
}

// TestSourcesThatDoNotFit: what Info says is looked at before the first step.
func TestSourcesThatDoNotFit(t *testing.T) {
	set := classes(1, 20, 6, 3)
	values := data.Set{X: set.X, Target: data.Values(tensor.Matrix{Rows: 20, Cols: 2, Stride: 6, Data: set.X.Data})}
	seq := func(set data.Set, change func(*data.Info)) data.Source {
		info := set.Info()
		change(&info)
		return data.FromSeq(info, sequence(set, 4))
	}
	same := func(*data.Info) {}
	endless := func(i *data.Info) { i.Rows = data.Unknown }
	empty := data.FromSeq(unknown(set), func(int) iter.Seq2[data.Batch, error] { return func(func(data.Batch, error) bool) {} })
	cosine := nn.Schedule(optim.Cosine())
	for _, c := range []struct {
		name   string
		source data.Source
		opts   []nn.FitOption
		opt    []nn.OptimizerOption
		want   string
		is     any
	}{
		{"columns", seq(classes(1, 20, 7, 3), same), nil, nil, "training data: layer 0 (dense 6→12 + relu): data: x of the source has 7 columns, want 6", new(*nn.ShapeError)},
		{"an Info that none can have", seq(set, func(i *data.Info) { i.Rows = 0 }), nil, nil, "rows is 0", new(*nn.HyperparameterError)},
		{"values", seq(values, same), nil, nil, "a sample of the source has values: cross_entropy: target", new(*loss.TargetError)},
		{"no target", seq(data.Set{X: set.X}, same), nil, nil, "a sample of the source has no target", new(*loss.TargetError)},
		{"a cosine of unknown length", seq(set, endless), nil, []nn.OptimizerOption{cosine}, "does not know how many rows", new(*nn.HyperparameterError)},
		{"whole batches of too few rows", seq(set, same), []nn.FitOption{nn.DropLast(), nn.Batch(21)}, nil, "DropLast", new(*nn.HyperparameterError)},
		{"whole batches of an unknown number", seq(set, endless), []nn.FitOption{nn.DropLast(), nn.Batch(21)}, nil, "epoch 1: training data: fit: number of samples is 20, want a whole batch", new(*nn.HyperparameterError)},
		{"an empty epoch", empty, nil, nil, "epoch 1", data.ErrEmpty},
		{"a huge batch", seq(set, endless), []nn.FitOption{nn.Batch(math.MaxInt32)}, nil, "MiB", new(*nn.ShapeError)},
		{"a start after the end", seq(set, endless), []nn.FitOption{nn.StartAt(1, 21)}, nil, "epoch 1: training data: data: rows to start after is 21", new(*nn.HyperparameterError)},
		{"validation on other columns", set, []nn.FitOption{nn.Validate(seq(classes(1, 20, 7, 3), same))}, nil, "validation data: layer 0", new(*nn.ShapeError)},
		{"validation on nothing", set, []nn.FitOption{nn.Validate(empty)}, nil, "validation data", data.ErrEmpty},
		{"validation on a label that is none", set, []nn.FitOption{nn.Validate(seq(classes(1, 20, 6, 9), same))}, nil, "validation data: cross_entropy: target in row", new(*loss.TargetError)},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := newTrainer(t, c.opt...)
			h, err := tr.Fit(context.Background(), c.source, c.opts...)
			if err == nil || !strings.Contains(err.Error(), c.want) || h.Steps != 0 {
				t.Errorf("error %v after %d steps, want one that says %q, after none", err, h.Steps, c.want)
			}
			if is, ok := c.is.(error); ok && !errors.Is(err, is) || !ok && !errors.As(err, c.is) {
				t.Errorf("error %v, want %T", err, c.is)
			}
		})
	}
	// What needs no end has none.
	tr := newTrainer(t, nn.Schedule(optim.Cosine(optim.Over(10))))
	fit(t, tr, seq(set, endless), nn.Batch(8), nn.Epochs(4), nn.Callback{Step: func(r *nn.Run, s *nn.StepInfo) error {
		if want := (optim.Progress{Step: s.Step + 1, Epoch: s.Epoch, Epochs: 4}); r.Progress() != want {
			t.Errorf("progress %+v, want %+v", r.Progress(), want)
		}
		return nil
	}})
}
