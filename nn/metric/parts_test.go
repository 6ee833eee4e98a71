package metric_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestArea compares with all pairs, one by one.
func TestArea(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	for range 20 {
		for _, b := range random(rng, 80) {
			name := b.name
			if b.y.Cols != 1 || b.link != loss.Sigmoid {
				continue
			}
			sum, all := 0.0, 0.0
			for i := range b.y.Rows {
				for j := range b.y.Rows {
					if tensor.Row(b.t.Values, i)[0] != 1 || tensor.Row(b.t.Values, j)[0] != 0 {
						continue
					}
					w := 1.0
					if b.t.Weights != nil {
						w = float64(b.t.Weights[i]) * float64(b.t.Weights[j])
					}
					all += w
					switch yi, yj := tensor.Row(b.y, i)[0], tensor.Row(b.y, j)[0]; {
					case yi > yj:
						sum += w
					case yi == yj:
						sum += w / 2
					}
				}
			}
			tol := 0.0
			if b.t.Weights != nil {
				tol = 2 * 0x1p-53 * 80 * 80 // of the pairs' sums
			}
			if got := b.value(t, metric.ROCAUC()); !(math.Abs(got-sum/all) <= tol) {
				t.Errorf("%s: area is %v, want %v", name, got, sum/all)
			}
		}
	}
}

// TestScoresAreOutputs: probabilities that round to 1 are not ties.
func TestScoresAreOutputs(t *testing.T) {
	y := filled(4, 1, func(i, _ int) float32 { return float32(100 + i) })
	b := linked(loss.Sigmoid, y, data.Values(filled(4, 1, func(i, _ int) float32 { return float32(i / 2) })))
	two := linked(loss.Softmax, filled(4, 2, func(i, j int) float32 { return float32(j * (100 + i)) }), data.Labels([]int{0, 0, 1, 1}))
	for _, b := range []batch{b, two} {
		if got := b.value(t, metric.ROCAUC()); got != 1 {
			t.Errorf("area is %v, want 1", got)
		}
	}
}

// TestAreaOrder: no bit depends on the order of rows, whatever they weigh.
func TestAreaOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	for _, b := range random(rng, 200) {
		if !suits(metric.ROCAUC(), b) {
			continue
		}
		b.t.Weights = make([]float32, 200)
		for i := range b.t.Weights {
			b.t.Weights[i] = float32(math.Exp(10 * rng.NormFloat64()))
		}
		want := b.value(t, metric.ROCAUC())
		for range 20 {
			if got := b.pick(rng.Perm(200)).value(t, metric.ROCAUC()); got != want {
				t.Errorf("%s: %v in another order, was %v", b.name, got, want)
			}
		}
	}
}

// TestFarTargets: targets around 10⁷ whose variance is known exactly.
func TestFarTargets(t *testing.T) {
	const n = 3000
	want := filled(n, 1, func(i, _ int) float32 { return 1e7 + float32(i%3-1) })
	y := filled(n, 1, func(i, _ int) float32 { return 1e7 + float32(i%2) })
	errs := 0.0
	for i := range n {
		d := float64(i%2 - (i%3 - 1))
		errs += d * d
	}
	b := batch{"far", loss.Identity, y, y, data.Values(want)}
	// √(1+mean²/variance) is 1.2e7; a sum of squares, less n times the mean's, would be
	// wrong by its square, which is more than 1.
	r2 := 1 - errs/(2*n/3)
	if got := b.value(t, metric.R2()); !(math.Abs(got-r2) <= 2*n*0x1p-53*1.3e7*(1-r2)) {
		t.Errorf("R² is %v, want %v", got, r2)
	}
	s := metric.R2().Start()
	for lo := 0; lo < n; lo += 100 {
		part := metric.R2().Start()
		if err := part.Add(tensor.Rows(y, lo, lo+100), tensor.Rows(y, lo, lo+100), b.t.Rows(lo, lo+100)); err != nil {
			t.Fatal(err)
		}
		if err := s.Merge(part); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Value(); !(math.Abs(got-r2) <= 2*n*0x1p-53*1.3e7*(1-r2)) {
		t.Errorf("R² of parts is %v, want %v", got, r2)
	}
}

// TestConstantTargets: 0 or 1 by definition, but not for NaN.
func TestConstantTargets(t *testing.T) {
	want := filled(3, 1, func(int, int) float32 { return 0.1 })
	for _, test := range []struct{ y, r2 float32 }{{0.1, 1}, {0.2, 0}, {float32(math.NaN()), float32(math.NaN())}} {
		y := filled(3, 1, func(int, int) float32 { return test.y })
		b := batch{"constant", loss.Identity, y, y, data.Values(want)}
		if got := float32(b.value(t, metric.R2())); got != test.r2 && (got == got || test.r2 == test.r2) {
			t.Errorf("R² of outputs %v is %v, want %v", test.y, got, test.r2)
		}
	}
}

// TestOneRowCutShort: a single row whose elements are not there.
func TestOneRowCutShort(t *testing.T) {
	y := tensor.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: make([]float32, 2)}
	var mismatch *metric.MismatchError
	for _, m := range all() {
		if err := m.Start().Add(y, y, data.Values(y)); !errors.As(err, &mismatch) {
			t.Errorf("%s: error is %v", m, err)
		}
	}
}

// TestNaNMerges: a state with NaN spoils those that it is merged into.
func TestNaNMerges(t *testing.T) {
	y := filled(2, 1, func(i, _ int) float32 { return float32(i) })
	bad := filled(2, 1, func(int, int) float32 { return float32(math.NaN()) })
	for _, m := range []metric.Metric{metric.ROCAUC(), metric.RMSE(), metric.R2()} {
		s, o := m.Start(), m.Start()
		batch{y: y, mean: y, t: data.Values(y)}.addTo(t, s)
		batch{y: bad, mean: bad, t: data.Values(y)}.addTo(t, o)
		if err := s.Merge(o); err != nil || s.Value() == s.Value() {
			t.Errorf("%s is %v, %v, want NaN", m, s.Value(), err)
		}
	}
}

// TestAllocations: a batch allocates nothing, but where scores or errors are kept.
func TestAllocations(t *testing.T) {
	for _, b := range random(rand.New(rand.NewPCG(13, 13)), 50) {
		for _, m := range all() {
			if !suits(m, b) || tolerance(m, b, 1) == 0 && !counting(m) {
				continue
			}
			s := m.Start()
			b.addTo(t, s)
			limit := 0.0
			if name := m.String(); strings.HasPrefix(name, "d2") || strings.HasPrefix(name, "roc") || strings.HasPrefix(name, "average_p") {
				limit = 1 // of what grows by doubling
			}
			if n := testing.AllocsPerRun(100, func() { b.addTo(t, s) }); n > limit {
				t.Errorf("%s: %s allocates %v times a batch", b.name, m, n)
			}
		}
	}
}

// TestSureAndWrong: the loss of a probability that float32 rounds to 1 is that of its logit.
func TestSureAndWrong(t *testing.T) {
	for _, logit := range []float32{-20, -1, 0.5, 3, 16, 18, 30} {
		y := filled(1, 1, func(int, int) float32 { return logit })
		want := math.Log1p(math.Exp(float64(logit)))
		got := linked(loss.Sigmoid, y, data.Values(filled(1, 1, func(int, int) float32 { return 0 }))).value(t, metric.LogLoss())
		if !(math.Abs(got-want) <= 0x1p-23*max(1, math.Abs(want))) {
			t.Errorf("log loss of no by a logit of %v is %v, want %v", logit, got, want)
		}
	}
}

// TestDetails: what states say by class or column has the value as its mean, or its sum.
func TestDetails(t *testing.T) {
	for _, b := range random(rand.New(rand.NewPCG(14, 14)), 60) {
		for _, test := range []struct {
			m    metric.Metric
			rows int
		}{{metric.Recall(metric.Macro), 1}, {metric.Jaccard(metric.Macro), 1}, {metric.ROCAUC(), 1}, {metric.AveragePrecision(metric.Macro), 1}, {metric.MAE(), 1}, {metric.R2(), 1}, {metric.ConfusionMatrix(), max(2, b.y.Cols)}} {
			if !suits(test.m, b) {
				continue
			}
			s := test.m.Start().(metric.Detailed)
			if s.Details() != nil {
				t.Errorf("%s has details of nothing", test.m)
			}
			b.addTo(t, s)
			rows := s.Details()
			if rows == nil && b.y.Cols <= 2 {
				continue // there is one number
			}
			if test.rows > 1 && len(rows) != test.rows || test.rows == 1 && len(rows) != 1 {
				t.Fatalf("%s: %s has %d rows", b.name, test.m, len(rows))
			}
			sum, diagonal, n := 0.0, 0.0, 0
			for i, row := range rows {
				for j, v := range row {
					sum += v
					n++
					if i == j {
						diagonal += v
					}
				}
			}
			got := sum / float64(n)
			if test.rows > 1 {
				got = diagonal / sum
			}
			if want := s.Value(); !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))) {
				t.Errorf("%s: %s is %v, its details say %v", b.name, test.m, want, got)
			}
		}
	}
}

// TestOneAnswer: correlations are 0 where all answers are of a class, however weights are rounded.
func TestOneAnswer(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 15))
	for range 50 {
		b := linked(loss.Softmax, filled(40, 3, func(_, j int) float32 { return float32(j) }), data.Labels(make([]int, 40)))
		b.t.Weights = make([]float32, 40)
		for i := range 40 {
			b.t.Labels[i], b.t.Weights[i] = rng.IntN(3), rng.Float32()
		}
		if got := b.value(t, metric.MCC()); got != 0 {
			t.Errorf("correlation is %v", got)
		}
		for _, weights := range []metric.KappaWeights{metric.Unweighted, metric.Linear, metric.Quadratic} {
			if got := b.value(t, metric.CohenKappa(weights)); !(math.Abs(got) <= 1e-14) {
				t.Errorf("%v kappa is %v", weights, got)
			}
		}
	}
}

// TestRows: rows of float64 give what a batch of them does, to the bit, and their errors leave a state as it was.
func TestRows(t *testing.T) {
	wide := func(row []float32) (list []float64) {
		for _, v := range row {
			list = append(list, float64(v))
		}
		return list
	}
	for _, b := range random(rand.New(rand.NewPCG(16, 16)), 30) {
		for _, m := range all() {
			if !suits(m, b) {
				continue
			}
			s := m.Start().(metric.RowState)
			for i := range b.y.Rows {
				r := metric.Row{Output: wide(tensor.Row(b.y, i)), Mean: wide(tensor.Row(b.mean, i)), Weight: 1}
				if b.t.Labels != nil {
					r.Label = b.t.Labels[i]
				} else {
					r.Values = wide(tensor.Row(b.t.Values, i))
				}
				if b.t.Weights != nil {
					r.Weight = float64(b.t.Weights[i])
				}
				if err := s.AddRow(r); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := s.Value(), b.value(t, m); got != want {
				t.Errorf("%s: %s of rows is %v, of a batch %v", b.name, m, got, want)
			}
			want := s.Value()
			one := []float64{0.5}
			for i, bad := range []metric.Row{{}, {Mean: one, Output: []float64{}}, {Mean: one, Values: one, Weight: -1}, {Mean: one, Values: []float64{}}, {Mean: one, Values: []float64{math.NaN()}},
				{Mean: one, Label: 1}, {Mean: make([]float64, 7), Values: make([]float64, 7)}, {Mean: one, Values: one, Weight: math.Inf(1)}} {
				var target *loss.TargetError
				var mismatch *metric.MismatchError
				if err := s.AddRow(bad); !errors.As(err, &target) && !errors.As(err, &mismatch) {
					t.Errorf("%s, bad row %d: error is %v", m, i, err)
				}
			}
			if s.Value() != want {
				t.Errorf("%s: errors changed it", m)
			}
		}
	}
}
