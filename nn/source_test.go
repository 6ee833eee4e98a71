package nn_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// sequence yields a set's rows as they are, in batches whose sizes go round.
func sequence(set data.Set, sizes ...int) func(int) iter.Seq2[data.Batch, error] {
	return func(int) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			for i, lo := 0, 0; lo < set.X.Rows; i++ {
				hi := min(lo+sizes[i%len(sizes)], set.X.Rows)
				if !yield(data.Batch{X: tensor.Rows(set.X, lo, hi), Target: set.Target.Rows(lo, hi)}, nil) {
					return
				}
				lo = hi
			}
		}
	}
}

// unknown is what batches of a set look like, from who does not know how many there are.
func unknown(set data.Set) data.Info {
	info := set.Info()
	info.Rows = data.Unknown
	return info
}

// inOrder are all sources of a set's rows as they are.
func inOrder(set data.Set) map[string]data.Source {
	return map[string]data.Source{
		"sequence":                          data.FromSeq(set.Info(), sequence(set, 7, 1, 30)),
		"sequence of unknown length":        data.FromSeq(unknown(set), sequence(set, 100)),
		"sequence of unknown length, ahead": data.Prefetch(data.FromSeq(unknown(set), sequence(set, 1)), 3),
	}
}

// watched counts what is open of a source.
type watched struct {
	data.Source
	opened, open atomic.Int64
}

func (w *watched) Open(epoch, rank, ranks int) (data.Stream, error) {
	s, err := w.Source.Open(epoch, rank, ranks)
	if err != nil || s == nil {
		return nil, err
	}
	w.opened.Add(1)
	w.open.Add(1)
	return &watchedStream{Stream: s, of: w}, nil
}

type watchedStream struct {
	data.Stream
	of *watched
}

func (s *watchedStream) Close() error {
	s.of.open.Add(-1)
	return s.Stream.Close()
}

// allClosed reports streams that are open, or of which none ever was, and goroutines of streams that
// are left. Those that are about to end get time for it.
func (w *watched) allClosed(t *testing.T) {
	t.Helper()
	if opened, open := w.opened.Load(), w.open.Load(); opened == 0 || open != 0 {
		t.Errorf("of %d streams %d are open, want some and none", opened, open)
	}
	stacks := make([]byte, 1<<20)
	var all string
	for range 1000 {
		if all = string(stacks[:runtime.Stack(stacks, true)]); !strings.Contains(all, "neurona/nn/data.") {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("goroutines are left:\n%s", all)
}

// timeless is a history without what a clock says.
func timeless(h *nn.History) nn.History {
	var c nn.History = *h
	c.Epochs, c.Validations = nil, nil
	for _, e := range h.Epochs {
		e.TrainTime, e.EvalTime, e.SamplesPerSecond = 0, 0, 0
		c.Epochs = append(c.Epochs, e)
	}
	for _, v := range h.Validations {
		v.Time = 0
		c.Validations = append(c.Validations, v)
	}
	return c
}

// TestSourcesTrainAsMemoryDoes: the same rows give the same bits and the same history,
// wherever they come from.
func TestSourcesTrainAsMemoryDoes(t *testing.T) {
	known, validation := classes(1, 103, 6, 3), classes(2, 30, 6, 3)
	weighted := known
	weighted.Target.Weights = make([]float32, known.X.Rows)
	for i := range weighted.Target.Weights {
		weighted.Target.Weights[i] = float32(i%4) / 2
	}
	fromMemory, err := data.FromMemory(known.X, known.Target)
	if err != nil {
		t.Fatal(err)
	}
	own, err := data.FromMemory(known.X, known.Target, data.Shuffled(7)) // newTrainer's seed
	if err != nil {
		t.Fatal(err)
	}
	shuffled := map[string]data.Source{
		"the address of a set": &known, "memory": fromMemory, "shuffled memory": own,
		"a set ahead": data.Prefetch(known, 2), "memory ahead of ahead": data.Prefetch(data.Prefetch(fromMemory, 1), 3), "shuffled memory ahead": data.Prefetch(own, 1),
	}
	for _, c := range []struct {
		name   string
		set    data.Set
		like   map[string]data.Source
		opts   []nn.FitOption
		opt    []nn.OptimizerOption
		passes int // of three epochs
	}{
		{"plain", known, inOrder(known), []nn.FitOption{nn.NoShuffle()}, nil, 12},
		{"weights", weighted, inOrder(weighted), []nn.FitOption{nn.NoShuffle()}, nil, 12},
		{"DropLast", known, inOrder(known), []nn.FitOption{nn.NoShuffle(), nn.DropLast()}, nil, 9},
		{"accumulation", known, inOrder(known), []nn.FitOption{nn.NoShuffle()}, []nn.OptimizerOption{nn.Accumulate(3), nn.ClipNorm(1)}, 12},
		{"validations", known, inOrder(known), []nn.FitOption{nn.NoShuffle(), nn.Validate(validation, metric.Accuracy()), nn.ValidateEvery(2)}, nil, 12},
		{"no validation after a batch that is left out", known, inOrder(known), []nn.FitOption{nn.NoShuffle(), nn.DropLast(), nn.Validate(validation), nn.ValidateEvery(3)}, nil, 9},
		{"shuffled", known, shuffled, nil, nil, 12},
		{"not shuffled", known, map[string]data.Source{"memory": fromMemory, "a set ahead": data.Prefetch(known, 2)}, []nn.FitOption{nn.NoShuffle()}, nil, 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			opts := append(c.opts, nn.Batch(30), nn.Epochs(3))
			want := newTrainer(t, c.opt...)
			wantHistory := fit(t, want, c.set, opts...)
			if wantHistory.Steps != c.passes {
				t.Fatalf("%d batches, want %d", wantHistory.Steps, c.passes)
			}
			for name, source := range c.like {
				got, w := newTrainer(t, c.opt...), &watched{Source: source}
				h := fit(t, got, source, opts...)
				sameBits(t, name, allWeights(t, got.Network()), allWeights(t, want.Network()))
				if !reflect.DeepEqual(timeless(h), timeless(wantHistory)) {
					t.Errorf("%s: the history is %+v, want %+v", name, timeless(h), timeless(wantHistory))
				}
				if _, err := newTrainer(t).Fit(context.Background(), w, append(opts, nn.NoShuffle())...); err != nil {
					t.Error(err)
				}
				w.allClosed(t)
			}
		})
	}
}

// TestShufflersOrder: what a source of one's own makes of a seed is what Fit trains on.
func TestShufflersOrder(t *testing.T) {
	known := classes(1, 40, 6, 3)
	want, got := newTrainer(t), newTrainer(t)
	fit(t, want, known, nn.Batch(16), nn.Epochs(2), nn.NoShuffle())
	s := &stubborn{Source: data.FromSeq(known.Info(), sequence(known, 9))}
	fit(t, got, s, nn.Batch(16), nn.Epochs(2))
	sameBits(t, "weights", allWeights(t, got.Network()), allWeights(t, want.Network()))
	if s.seed != 7 || s.run == nil {
		t.Errorf("it was shuffled by seed %d, on workers: %v; want 7, true", s.seed, s.run != nil)
	}
	s.err = errors.New("not today")
	if _, err := got.Fit(context.Background(), s); !errors.Is(err, s.err) {
		t.Errorf("Fit returned %v, want what Shuffled has", err)
	}
}

// stubborn is a data.Shuffler that does not shuffle.
type stubborn struct {
	data.Source
	seed uint64
	run  func(blas.Job, int) error
	err  error
}

func (s *stubborn) Shuffled(seed uint64, run func(blas.Job, int) error) (data.Source, error) {
	s.seed, s.run = seed, run
	return s.Source, s.err
}

// TestStartAt ends Fit after each of its batches and goes on from there: the weights, and the
// rates of a cosine, are those of one call.
func TestStartAt(t *testing.T) {
	known := classes(1, 70, 6, 3)
	const epochs, batches = 3, 7 // of 10 rows
	for name, source := range map[string]data.Source{
		"a set": known, "a set ahead": data.Prefetch(known, 2), "a sequence": data.FromSeq(known.Info(), sequence(known, 13)),
	} {
		for accumulate := 1; accumulate <= 3; accumulate++ {
			t.Run(fmt.Sprint(name, ", accumulation ", accumulate), func(t *testing.T) {
				trainer := func() *nn.Trainer {
					return plain(t, nn.Accumulate(accumulate), nn.Schedule(optim.Cosine()))
				}
				want := trainer()
				fit(t, want, source, nn.Batch(10), nn.Epochs(epochs))
				for at := 1; at <= epochs*batches; at++ {
					tr := trainer()
					var epoch int
					var rows int64
					fit(t, tr, source, nn.Batch(10), nn.Epochs(epochs), nn.Callback{Step: func(r *nn.Run, s *nn.StepInfo) error {
						if s.Step != at {
							return nil
						}
						epoch, rows = r.Trainer.Position()
						return nn.ErrStop
					}})
					done := (at-1)%batches + 1
					if wantRows := int64(done / accumulate * accumulate * 10); epoch != (at-1)/batches+1 || rows != wantRows {
						t.Fatalf("after batch %d: epoch %d, row %d, want %d, %d", at, epoch, rows, (at-1)/batches+1, wantRows)
					}
					if e, r := tr.Position(); e != epoch || r != rows {
						t.Errorf("after Fit the position is %d, %d, want %d, %d", e, r, epoch, rows)
					}
					h := fit(t, tr, source, nn.Batch(10), nn.StartAt(tr.Position()), nn.Epochs(epochs-epoch+1))
					if last := h.Epochs[0]; last.Epoch != epoch || int64(last.Samples) != 70-rows || (last.Samples == 0) != math.IsNaN(last.Loss) {
						t.Errorf("the rest is %+v, want %d samples", last, 70-rows)
					}
					if a, b := tr.Optimizer(), want.Optimizer(); a.Steps() != b.Steps() || a.Rate() != b.Rate() {
						t.Errorf("%d steps, the last at rate %v, want %d, %v", a.Steps(), a.Rate(), b.Steps(), b.Rate())
					}
					sameBits(t, fmt.Sprint("after batch ", at), allWeights(t, tr.Network()), allWeights(t, want.Network()))
					if e, r := tr.Position(); e != epochs+1 || r != 0 {
						t.Errorf("in the end the position is %d, %d", e, r)
					}
				}
			})
		}
	}
}

// TestEvaluateSources compares evaluation of what is streamed with that of what is in memory, in parts
// that differ.
func TestEvaluateSources(t *testing.T) {
	known := classes(4, 700, 6, 3)
	weighted := known
	weighted.Target.Weights = make([]float32, 700)
	for i := range weighted.Target.Weights {
		if i >= 300 { // the first batch does not count at all
			weighted.Target.Weights[i] = float32(i % 3)
		}
	}
	columns := func(cols int) data.Target {
		return data.Values(tensor.Matrix{Rows: 700, Cols: cols, Stride: 6, Data: known.X.Data})
	}
	labelled := data.Values(tensor.Matrix{Rows: 700, Cols: 2, Stride: 2, Data: make([]float32, 1400)})
	for i, l := range known.Target.Labels {
		labelled.Values.Data[2*i], labelled.Values.Data[2*i+1] = known.X.Data[6*i], float32(l)
	}
	labelled.Weights = weighted.Target.Weights
	for _, c := range []struct {
		name    string
		l       loss.Loss
		outputs int
		set     data.Set
		metrics []metric.Metric
	}{
		{"labels", loss.CrossEntropy(), 3, known, []metric.Metric{metric.Accuracy(), metric.F1(metric.Macro)}},
		{"weights", loss.CrossEntropy(), 3, weighted, []metric.Metric{metric.Accuracy()}},
		{"values", loss.MSE(), 2, data.Set{X: known.X, Target: columns(2)}, []metric.Metric{metric.RMSE(), metric.R2()}},
		{"a split", loss.Split(loss.Part{Columns: 1, Loss: loss.MSE(), Factor: 1}, loss.Part{Columns: 3, Loss: loss.CrossEntropy(loss.ClassWeights(1, 5, 0.5)), Factor: 2}), 4, data.Set{X: known.X, Target: labelled}, nil},
	} {
		net := newNetwork(t, 6, []layer.Layer{layer.Dense(c.outputs)})
		tr, err := nn.NewTrainer(net, c.l, optim.SGD(0.1))
		if err != nil {
			t.Fatal(err)
		}
		want, err := tr.Evaluate(c.set, c.metrics...)
		if err != nil {
			t.Fatal(err)
		}
		for name, source := range inOrder(c.set) {
			w := &watched{Source: source}
			got, err := tr.Evaluate(w, c.metrics...)
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, name, err)
				continue
			}
			// Sums of a few hundred float64 in another order.
			near := func(a, b float64) bool {
				return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*math.Abs(b)
			}
			if !near(got.Loss, want.Loss) || !near(got.Accuracy, want.Accuracy) || !near(got.LabelAccuracy, want.LabelAccuracy) || got.Samples != 700 || len(got.Values) != len(c.metrics) {
				t.Errorf("%s, %s: %+v, want %+v", c.name, name, got, want)
			}
			for i, v := range got.Values {
				if v.Name != want.Values[i].Name || !near(v.Value, want.Values[i].Value) {
					t.Errorf("%s, %s: %+v, want %+v", c.name, name, v, want.Values[i])
				}
			}
			h := fit(t, tr, c.set, nn.Epochs(1), nn.Validate(w, c.metrics...), nn.ValidateEvery(3), stopAfter(tr.Optimizer().Steps()+4))
			if len(h.Validations) != 1 || h.Validations[0].Samples != 700 {
				t.Errorf("%s, %s: validations %+v, want one of 700 samples", c.name, name, h.Validations)
			}
			w.allClosed(t)
			if want, err = tr.Evaluate(c.set, c.metrics...); err != nil {
				t.Fatal(err)
			}
		}
	}
	// A batch that fails is one of epoch 0.
	broken := classes(4, 700, 6, 3)
	broken.X.Data[6*600] = float32(math.Inf(1))
	var wrong *nn.DataError
	if _, err := newTrainer(t).Evaluate(data.FromSeq(broken.Info(), sequence(broken, 100))); !errors.As(err, &wrong) || wrong.Row != 600 {
		t.Errorf("Evaluate returned %v, want an error about row 600", err)
	}
	nothing := classes(4, 20, 6, 3)
	nothing.Target.Weights = make([]float32, 20)
	var target *loss.TargetError
	if _, err := newTrainer(t).Evaluate(data.FromSeq(nothing.Info(), sequence(nothing, 3))); !errors.As(err, &target) {
		t.Errorf("Evaluate of rows that do not count returned %v", err)
	}
}
