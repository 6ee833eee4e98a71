package metric_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// tolerance is how far two orders of adding may lie apart. Counts of whole numbers, and what is
// sorted first, are exact. A sum of n numbers that are not negative is right to n·u, and a
// metric takes a few such sums on each side, of numbers that are not much larger than it or 1; R² and what is
// like it divides by sums that are wrong by n·u·√(1+mean²/variance), of which the test's data has at most 300
// (Chan, Golub, LeVeque), and correlations by as much of the whole.
func tolerance(m metric.Metric, b batch, value float64) float64 {
	const u = 0x1p-53
	n, name := float64(b.y.Rows), m.String()
	switch {
	case strings.HasPrefix(name, "median"), strings.HasPrefix(name, "max_error"), strings.HasPrefix(name, "roc_auc"), strings.HasPrefix(name, "average_precision"):
		return 0
	case counting(m) && b.t.Weights == nil:
		return 0
	case metric.OfNumbers(m) && m.Higher():
		return 2 * n * u * (2 + 300) * (1 + math.Abs(1-value)) * 3 // columns are a mean of three
	}
	return 30 * n * u * max(1, math.Abs(value))
}

// TestMerge: states of the parts of any partition, in any order, give what one of all
// rows gives.
func TestMerge(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	for range 20 {
		for _, b := range random(rng, 100) {
			name := b.name
			for _, m := range all() {
				if !suits(m, b) {
					continue
				}
				want := b.value(t, m)
				if want != want {
					t.Fatalf("%s, %s is NaN", name, m)
				}
				rows := rng.Perm(b.y.Rows)
				states := []metric.State{m.Start(), m.Start()} // one that stays empty
				for len(rows) > 0 {
					n := rng.IntN(len(rows) + 1)
					if rng.IntN(2) == 0 {
						states = append(states, m.Start())
					}
					b.pick(rows[:n]).addTo(t, states[len(states)-1])
					rows = rows[n:]
				}
				for len(states) > 1 {
					rng.Shuffle(len(states), func(i, j int) { states[i], states[j] = states[j], states[i] })
					last := states[len(states)-1]
					before := last.Value()
					if err := states[0].Merge(last); err != nil {
						t.Fatal(err)
					}
					if after := last.Value(); math.Float64bits(after) != math.Float64bits(before) {
						t.Errorf("%s, %s: a state that was merged turned from %v to %v", name, m, before, after)
					}
					states = states[:len(states)-1]
				}
				if got := states[0].Value(); !(math.Abs(got-want) <= tolerance(m, b, want)) {
					t.Errorf("%s, %s: parts give %v, want %v within %v", name, m, got, want, tolerance(m, b, want))
				}
			}
		}
	}
}

// weighedTolerance is for sums of products in place of sums, and of means of what is sorted.
func weighedTolerance(m metric.Metric, b batch, value float64) float64 {
	return max(tolerance(m, b, value), 1e-12*max(1, math.Abs(value)))
}

// TestWeights: a weight of 2 is two samples, one of 0 none, and weights of 1 are none.
func TestWeights(t *testing.T) {
	for _, b := range random(rand.New(rand.NewPCG(5, 5)), 60) {
		name := b.name
		if b.t.Weights == nil {
			continue
		}
		var rows, ones []int
		for i := range b.t.Weights {
			b.t.Weights[i] = float32(i % 4)
			for range i % 4 {
				rows = append(rows, i)
			}
			if i%4 == 0 { // not looked at, whatever it is
				tensor.Row(b.y, i)[0], tensor.Row(b.mean, i)[0] = float32(math.NaN()), float32(math.NaN())
			} else {
				ones = append(ones, i)
			}
		}
		repeated := b.pick(rows)
		repeated.t.Weights = nil
		plain := b.pick(ones)
		plain.t.Weights = nil
		one := b.pick(ones)
		for i := range one.t.Weights {
			one.t.Weights[i] = 1
		}
		for _, m := range all() {
			if !suits(m, b) {
				continue
			}
			want := repeated.value(t, m)
			if got := b.value(t, m); !(math.Abs(got-want) <= weighedTolerance(m, repeated, want)) {
				t.Errorf("%s: %s is %v, with rows repeated %v", name, m, got, want)
			}
			if got, want := one.value(t, m), plain.value(t, m); got != want {
				t.Errorf("%s: %s is %v with weights of 1, %v without", name, m, got, want)
			}
		}
	}
}

// TestAsLosses: accuracy is what losses count as right, ties, small logits and NaN
// among the outputs.
func TestAsLosses(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	awkward := []float32{0, float32(math.Copysign(0, -1)), 1e-9, -1e-9, 0.5, 0.50000006, 0.49999997, 1, -1, 1e30, -1e30, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}
	for _, l := range []loss.Classifier{loss.MSE().(loss.Classifier), loss.BinaryCrossEntropy().(loss.Classifier), loss.CrossEntropy().(loss.Classifier)} {
		for range 300 {
			cols := 1 + rng.IntN(3)
			y := filled(7, cols, func(int, int) float32 { return awkward[rng.IntN(len(awkward))] })
			target := data.Values(filled(7, cols, func(int, int) float32 { return float32(rng.IntN(2)) }))
			if l.Link() == loss.Softmax {
				target = data.Labels([]int{0, cols - 1, 0, cols / 2, 0, cols - 1, cols / 2})
			}
			if got, want := linked(l.Link(), y, target).value(t, metric.Accuracy()), float64(l.Correct(y, target))/7; got != want {
				t.Fatalf("%s: accuracy of %v for %v is %v, want %v", l, y, target, got, want)
			}
		}
	}
}

// TestNaN: an output that is NaN in place of one that is right.
func TestNaN(t *testing.T) {
	const sure = 1000 // whose probability is 0 or 1
	bits := filled(8, 1, func(i, _ int) float32 { return float32(i % 2) })
	for name, perfect := range map[string]batch{
		"binary":     linked(loss.Sigmoid, filled(8, 1, func(i, _ int) float32 { return sure * float32(i%2*2-1) }), data.Values(bits)),
		"multilabel": linked(loss.Sigmoid, filled(8, 2, func(i, j int) float32 { return sure * float32((i+j)%2*2-1) }), data.Values(filled(8, 2, func(i, j int) float32 { return float32((i + j) % 2) }))),
		"softmax 2":  linked(loss.Softmax, filled(8, 2, func(i, j int) float32 { return sure * float32((i+j+1)%2) }), data.Labels([]int{0, 1, 0, 1, 0, 1, 0, 1})),
		"softmax 4":  linked(loss.Softmax, filled(8, 4, func(i, j int) float32 { return sure * float32((i+4-j)%4/3) }), data.Labels([]int{1, 2, 3, 0, 1, 2, 3, 0})),
		"regression": linked(loss.Identity, bits, data.Values(bits)),
	} {
		for _, m := range all() {
			if !suits(m, perfect) {
				continue
			}
			best := 1.0
			if !m.Higher() {
				best = 0
			}
			if got := perfect.value(t, m); !(math.Abs(got-best) <= 0x1p-50) { // log_loss takes no probability of 1
				t.Errorf("%s: %s of what is right is %v, want %v", name, m, got, best)
			}
			worse := false
			for i := range 8 {
				b := perfect.pick([]int{0, 1, 2, 3, 4, 5, 6, 7})
				tensor.Row(b.y, i)[0] = float32(math.NaN())
				b.link.Apply(b.mean, b.y)
				got := b.value(t, m)
				if answers(m) {
					worse = worse || math.Abs(got-best) > 0.01
					if better := m.Higher() && !(got <= best) || !m.Higher() && !(got >= best); better {
						t.Errorf("%s: %s with NaN in row %d is %v", name, m, i, got)
					}
				} else if got == got {
					t.Errorf("%s: %s with NaN in row %d is %v, want NaN", name, m, i, got)
				}
			}
			if answers(m) && !worse {
				t.Errorf("%s: %s does not see NaN", name, m)
			}
		}
	}
}

// TestUndefined: nothing, rows that do not count, one class.
func TestUndefined(t *testing.T) {
	undefined := func(what string, m metric.Metric, s metric.State) {
		t.Helper()
		if v := s.Value(); v == v {
			t.Errorf("%s of %s is %v, want NaN", m, what, v)
		}
		if why := s.(metric.Detailed).Undefined(); why == "" {
			t.Errorf("%s of %s does not say why it is NaN", m, what)
		}
	}
	for _, b := range random(rand.New(rand.NewPCG(8, 8)), 10) {
		for _, m := range all() {
			if !suits(m, b) {
				continue
			}
			s := m.Start()
			undefined("nothing", m, s)
			b.pick(nil).addTo(t, s)
			undefined("no rows", m, s)
			none := b
			none.t.Weights = make([]float32, 10)
			none.addTo(t, s)
			undefined("rows of weight 0", m, s)
			one := b.pick([]int{0, 0, 0})
			one.t.Weights = nil
			one.addTo(t, s)
			if v := s.Value(); v != v && !strings.HasPrefix(m.String(), "roc_auc") && !strings.HasPrefix(m.String(), "cohen_kappa") {
				t.Errorf("%s of three rows is NaN", m)
			}
			if strings.HasPrefix(m.String(), "roc_auc") {
				undefined("one class", m, s)
			}
		}
	}
	s := metric.R2().Start()
	y := filled(1, 1, func(int, int) float32 { return 1 })
	if err := s.Add(y, y, data.Values(y)); err != nil {
		t.Fatal(err)
	}
	undefined("one row", metric.R2(), s)
}

// TestCheck: what a metric has nothing to say about is known beforehand.
func TestCheck(t *testing.T) {
	const id, sig, soft, pairs, several = "identity", "sigmoid", "softmax", "mean_variance", "quantiles"
	for _, test := range []struct {
		m    metric.Metric
		fits map[string][]int // outputs of 0, 1, 2, 3, 9
	}{
		{metric.Accuracy(), map[string][]int{id: {1, 2, 3, 9}, sig: {1, 2, 3, 9}, soft: {1, 2, 3, 9}}},
		{metric.BalancedAccuracy(), map[string][]int{id: {1, 2, 3, 9}, sig: {1}, soft: {2, 3, 9}}},
		{metric.TopKAccuracy(2), map[string][]int{id: {3, 9}, soft: {3, 9}}},
		{metric.TopKAccuracy(0), nil},
		{metric.F1(metric.Micro), map[string][]int{id: {1, 2, 3, 9}, sig: {1, 2, 3, 9}, soft: {1, 2, 3, 9}}},
		{metric.F1(metric.Binary), map[string][]int{id: {1, 2}, sig: {1}, soft: {2}}},
		{metric.Recall(metric.Samples), map[string][]int{id: {2, 3, 9}, sig: {2, 3, 9}}},
		{metric.F1(metric.Samples + 1), nil},
		{metric.FBeta(0, metric.Macro), nil},
		{metric.FBeta(math.NaN(), metric.Macro), nil},
		{metric.CohenKappa(metric.Quadratic + 1), nil},
		{metric.ConfusionMatrix(), map[string][]int{id: {1, 2, 3, 9}, sig: {1}, soft: {2, 3, 9}}},
		{metric.ROCAUC(), map[string][]int{sig: {1, 2, 3, 9}, soft: {2, 3, 9}}},
		{metric.ROCAUC(metric.OneVsOne()), map[string][]int{sig: {1}, soft: {2, 3, 9}}},
		{metric.ROCAUC(metric.OneVsOne(), metric.Averaged(metric.Micro)), nil},
		{metric.ROCAUC(metric.Averaged(metric.Binary)), nil},
		{metric.AveragePrecision(metric.Weighted), map[string][]int{sig: {1, 2, 3, 9}, soft: {2, 3, 9}}},
		{metric.LogLoss(), map[string][]int{sig: {1}, soft: {2, 3, 9}}},
		{metric.Brier(metric.BrierSum + 1), nil},
		{metric.ECE(0), nil},
		{metric.ECE(1 << 20), nil},
		{metric.RMSE(), map[string][]int{id: {1, 2, 3, 9}, sig: {1, 2, 3, 9}, pairs: {2}}},
		{metric.R2(), map[string][]int{id: {1, 2, 3, 9}, sig: {1, 2, 3, 9}, pairs: {2}}},
		{metric.Pinball(1.5), nil},
		{metric.Pinball(0.1, 0.5, 0.9), map[string][]int{several: {3, 9}}},
		{metric.Pinball(0.1, 1), nil},
		{metric.Pinball(math.NaN(), 0.5), nil},
		{metric.Coverage(), map[string][]int{id: {1, 2, 3, 9}, sig: {1, 2, 3, 9}, pairs: {2}}},
		{metric.Coverage(0.5), map[string][]int{id: {1, 2, 3, 9}, sig: {1, 2, 3, 9}, pairs: {2}}},
		{metric.Coverage(0.1, 0.9), map[string][]int{several: {2}}},
		{metric.Coverage(0.1, 0), nil},
		{metric.D2Pinball(math.NaN()), nil},
	} {
		for _, link := range []loss.Link{loss.Identity, loss.Sigmoid, loss.Softmax, loss.MeanVariance, loss.Quantiles, loss.Mixed, 77} {
			for _, outputs := range []int{-1, 0, 1, 2, 3, 9} {
				want := false
				for _, n := range test.fits[link.String()] {
					want = want || n == outputs
				}
				err := test.m.Check(link, outputs)
				var mismatch *metric.MismatchError
				if (err == nil) != want || err != nil && (!errors.As(err, &mismatch) || mismatch.Metric != test.m.String()) {
					t.Errorf("%s of %d outputs of %s: %v", test.m, outputs, link, err)
				}
			}
		}
	}
}

// TestBadBatches: errors say what is wrong and leave the state as it was.
func TestBadBatches(t *testing.T) {
	nan := float32(math.NaN())
	for _, good := range random(rand.New(rand.NewPCG(9, 9)), 12) {
		name := good.name
		rows := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
		spoilt := map[string]func(b *batch){
			"a row less":        func(b *batch) { b.y.Rows-- },
			"a mean less":       func(b *batch) { b.mean.Rows-- },
			"a column less":     func(b *batch) { b.mean.Cols-- },
			"no columns":        func(b *batch) { b.y.Cols, b.mean.Cols = 0, 0 },
			"cut short":         func(b *batch) { b.mean.Data = b.mean.Data[:5] },
			"a short stride":    func(b *batch) { b.y.Stride = b.y.Cols - 1; b.mean.Stride = b.y.Cols - 1 },
			"a negative weight": func(b *batch) { b.t.Weights = make([]float32, 12); b.t.Weights[11] = -1 },
			"a weight NaN":      func(b *batch) { b.t.Weights = make([]float32, 12); b.t.Weights[11] = nan },
			"a weight infinite": func(b *batch) { b.t.Weights = make([]float32, 12); b.t.Weights[11] = float32(math.Inf(1)) },
			"a weight less":     func(b *batch) { b.t.Weights = make([]float32, 11) },
			"no target":         func(b *batch) { b.t = data.Target{} },
			"both targets": func(b *batch) {
				b.t.Labels, b.t.Values = make([]int, 12), filled(12, b.y.Cols, func(_, _ int) float32 { return 0 })
			},
			"other columns": func(b *batch) {
				b.y, b.mean = matrix(12, 7), matrix(12, 7)
				if b.t.Labels == nil {
					b.t.Values = filled(12, 8, func(_, _ int) float32 { return 0 })
				} else {
					b.t.Labels[11] = 7
				}
			},
		}
		if good.t.Labels != nil {
			spoilt["a label too large"] = func(b *batch) { b.t.Labels[11] = b.y.Cols }
			spoilt["a label below 0"] = func(b *batch) { b.t.Labels[11] = -1 }
			spoilt["a label less"] = func(b *batch) { b.t.Labels = b.t.Labels[:11] }
		} else {
			spoilt["a target NaN"] = func(b *batch) { tensor.Row(b.t.Values, 11)[0] = nan }
			spoilt["a target infinite"] = func(b *batch) { tensor.Row(b.t.Values, 11)[0] = float32(math.Inf(-1)) }
			if good.link == loss.Sigmoid {
				spoilt["half a label"] = func(b *batch) { tensor.Row(b.t.Values, 11)[0] = 0.5 }
			} else {
				spoilt["labels"] = func(b *batch) { b.t = data.Labels(make([]int, 12)) }
			}
		}
		for _, m := range all() {
			if !suits(m, good) {
				continue
			}
			for fault, spoil := range spoilt {
				if fault == "a short stride" && good.y.Cols == 1 {
					continue
				}
				b := good.pick(rows)
				spoil(&b)
				if metric.OfNumbers(m) && fault == "a row less" {
					continue // they look at means alone
				}
				s := m.Start()
				for range 2 { // empty, and not
					before := s.Value()
					err := s.Add(b.y, b.mean, b.t)
					var target *loss.TargetError
					var mismatch *metric.MismatchError
					if !errors.As(err, &target) && !errors.As(err, &mismatch) || !strings.HasPrefix(err.Error(), m.String()+": ") {
						t.Errorf("%s, %s with %s: error is %v", name, m, fault, err)
					}
					if math.Float64bits(s.Value()) != math.Float64bits(before) {
						t.Errorf("%s, %s with %s: value was %v, is %v", name, m, fault, before, s.Value())
					}
					good.addTo(t, s)
				}
			}
		}
	}
}

// TestBadMerges: states of other metrics and of other outputs, and none.
func TestBadMerges(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 10))
	for _, m := range all() {
		var first metric.State
		columns := 0
		for _, b := range random(rng, 20) {
			name := b.name
			if !suits(m, b) {
				continue
			}
			s := m.Start()
			b.addTo(t, s)
			want := s.Value()
			refuse := func(what string, o metric.State) {
				t.Helper()
				var mismatch *metric.MismatchError
				if err := s.Merge(o); !errors.As(err, &mismatch) || mismatch.Metric != m.String() {
					t.Errorf("%s, %s with %s: error is %v", name, m, what, err)
				}
				if math.Float64bits(s.Value()) != math.Float64bits(want) {
					t.Errorf("%s, %s with %s: value was %v, is %v", name, m, what, want, s.Value())
				}
			}
			for _, o := range all() {
				if o != m {
					refuse(o.String(), o.Start())
				}
			}
			refuse("least_error", (&leastError{}).Start())
			var none *fault.NilError
			if err := s.Merge(nil); !errors.As(err, &none) {
				t.Errorf("%s: error of nil is %v", m, err)
			}
			if first != nil && b.y.Cols != columns {
				refuse("other outputs", first)
			}
			first, columns = s, b.y.Cols
		}
	}
}

// TestOtherOutputs: a state is of outputs of one number and kind.
func TestOtherOutputs(t *testing.T) {
	values := func(cols int) batch {
		y := filled(4, cols, func(i, j int) float32 { return float32((i + j) % 2) })
		return linked(loss.Sigmoid, y, data.Values(y))
	}
	labels := func(cols int) batch {
		return linked(loss.Softmax, filled(4, cols, func(i, j int) float32 { return float32(i * j) }), data.Labels([]int{0, 1, 0, 1}))
	}
	for _, test := range []struct {
		m           metric.Metric
		first, then batch
	}{
		{metric.F1(metric.Macro), values(2), values(3)},
		{metric.F1(metric.Macro), values(2), labels(2)},
		{metric.F1(metric.Binary), values(1), labels(2)},
		{metric.F1(metric.Binary), values(1), values(2)},
		{metric.F1(metric.Binary), labels(2), labels(3)},
		{metric.ROCAUC(), labels(2), labels(3)},
		{metric.ROCAUC(), values(1), values(2)},
		{metric.ROCAUC(), labels(2), labels(1)},
		{metric.RMSE(), values(2), values(3)},
		{metric.R2(), values(2), values(3)},
	} {
		s, other := test.m.Start(), test.m.Start()
		test.first.addTo(t, s)
		want := s.Value()
		var mismatch *metric.MismatchError
		var target *loss.TargetError
		err := s.Add(test.then.y, test.then.mean, test.then.t)
		if !errors.As(err, &mismatch) && !errors.As(err, &target) || s.Value() != want {
			t.Errorf("%s: %v, value %v, want %v", test.m, err, s.Value(), want)
		}
		if other.Add(test.then.y, test.then.mean, test.then.t) != nil {
			continue // of no metric's state
		}
		if err := s.Merge(other); !errors.As(err, &mismatch) || s.Value() != want {
			t.Errorf("%s: merge: %v, value %v, want %v", test.m, err, s.Value(), want)
		}
	}
}

// TestSpoiltAverage: an average that there is not is an error of all that can say so.
func TestSpoiltAverage(t *testing.T) {
	m := metric.F1(9)
	y := filled(2, 1, func(i, _ int) float32 { return float32(i) })
	var mismatch *metric.MismatchError
	if err := m.Start().Add(y, y, data.Values(y)); !errors.As(err, &mismatch) {
		t.Errorf("error is %v", err)
	}
	if _, err := metric.Catalog().Parse("f1(average=none)"); err == nil {
		t.Error("an average that there is not is read")
	}
}

// TestMeansAndVariances: metrics of numbers compare the means of a Gaussian network, by
// its link, and say so if they are given its variances too.
func TestMeansAndVariances(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	y := filled(30, 4, func(int, int) float32 { return float32(rng.NormFloat64()) })
	want := filled(30, 2, func(int, int) float32 { return float32(rng.NormFloat64()) })
	applied := matrix(30, 4)
	loss.MeanVariance.Apply(applied, y)
	means := filled(30, 2, func(i, j int) float32 { return tensor.Row(y, i)[j] })
	for _, m := range []metric.Metric{metric.RMSE(), metric.R2()} {
		if err := m.Check(loss.MeanVariance, 4); err != nil {
			t.Errorf("%s: %v", m, err)
		}
		b := batch{y: y, mean: loss.MeanVariance.Means(applied), t: data.Values(want)}
		if got, want := b.value(t, m), linked(loss.Identity, means, data.Values(want)).value(t, m); got != want {
			t.Errorf("%s of means and variances is %v, of the means %v", m, got, want)
		}
		var wrong *loss.TargetError
		if err := m.Start().Add(y, applied, data.Values(want)); !errors.As(err, &wrong) {
			t.Errorf("%s, given variances too: %v, want a *TargetError", m, err)
		}
	}
	var mismatch *metric.MismatchError
	for _, m := range []metric.Metric{metric.Accuracy(), metric.F1(metric.Macro)} {
		bits := data.Values(filled(30, 2, func(int, int) float32 { return float32(rng.IntN(2)) }))
		if err := m.Start().Add(y, loss.MeanVariance.Means(applied), bits); !errors.As(err, &mismatch) {
			t.Errorf("%s: %v, want a *MismatchError", m, err)
		}
	}
}
