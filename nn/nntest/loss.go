package nntest

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// CheckLoss checks what loss.Loss promises, on random outputs and targets of one to twelve outputs that the loss takes, with
// weights of samples and without:
//
//   - Check refuses targets of other rows, and weights that are negative, NaN, or too few. Outputs says how many there are.
//   - Weight is a number above 0, the same each time.
//   - Sum is the same with and without a gradient, does not write y, or writes all of the gradient
//     there if dy is y: the same one.
//   - The gradient is that of central differences of Sum, times scale: see below.
//   - Sum and Weight over some rows are those of each row alone, times its weight. Of a loss.Composite this is
//     expected of rows of weight 0 alone, which count for nothing in any loss.
//
// A derivative is compared with central differences at 2⁻⁸·max(1, |y|) and half of it, and may be off by twice what
// these differ by, and 2⁻¹⁴ of the row's loss or of 1, which is what losses of elements rounded to float32 can do;
// close to a kink it may be anything between the slopes on both sides. A *GradientError names the worst.
func CheckLoss(l loss.Loss, opts ...Option) (err error) {
	defer recovered(&err)
	c, err := newConfig("loss check", opts)
	if err != nil {
		return err
	}
	if l == nil {
		return fault.Nil("loss check", "loss", "one such as loss.MSE")
	}
	rng := random.New(c.seed, streamCheck)
	rows := max(c.rows, 2) // one of which may count for nothing
	var refused error
	samples := c.samples(rng, rows, func(s sample) bool {
		refused = l.Check(s.target, rows, s.outputs)
		return refused == nil
	})
	if len(samples) == 0 {
		return fmt.Errorf("loss check: %s takes none of the targets tried, of %d outputs at most (see Targets): %w", l, tried[len(tried)-1], refused)
	}
	for _, s := range samples {
		for _, weights := range [][]float32{nil, weights(rng, rows)} {
			s.target.Weights = weights
			k := lossCheck{Loss: l, config: c, t: s.target}
			k.y = newMatrix(rows, s.outputs, func() float32 { return float32(rng.NormFloat64()) })
			if err := k.run(); err != nil {
				with := "without weights"
				if weights != nil {
					with = "with weights"
				}
				return fmt.Errorf("loss check: %s, %d outputs, %s: %w", l, s.outputs, with, err)
			}
		}
	}
	return nil
}

// lossCheck is a check of one batch.
type lossCheck struct {
	loss.Loss
	config config
	y      tensor.Matrix
	t      data.Target
	size   float64 // magnitudes of all rows' losses
}

func (k *lossCheck) run() error {
	for i := range k.y.Rows {
		k.size += math.Abs(k.rowSum(i))
	}
	for _, check := range []func() error{k.checks, k.weight, k.sums, k.rows, k.gradient} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// value is Sum without a gradient.
func (k *lossCheck) value(y tensor.Matrix, t data.Target) float64 {
	return k.Sum(y, t, tensor.Matrix{}, 1)
}

// row is a row alone, without its weight.
func (k *lossCheck) row(i int) (tensor.Matrix, data.Target) {
	t := k.t.Rows(i, i+1)
	t.Weights = nil
	return tensor.Rows(k.y, i, i+1), t
}

func (k *lossCheck) rowSum(i int) float64 { return k.value(k.row(i)) }

// rowWeight is how often row i counts.
func (k *lossCheck) rowWeight(i int) float64 {
	if k.t.Weights == nil {
		return 1
	}
	return float64(k.t.Weights[i])
}

func (k *lossCheck) checks() error {
	rows, cols := k.y.Rows, k.y.Cols
	if want := k.t.Values.Cols; k.t.Labels == nil && k.Outputs(want) != cols || k.t.Labels != nil && k.Outputs(1) != 0 {
		return fmt.Errorf("Outputs(%d) is %d, but Check takes these targets for %d outputs (for labels it is 0)", want, k.Outputs(max(want, 1)), cols)
	}
	if k.Check(k.t, rows+1, cols) == nil {
		return fmt.Errorf("Check takes %d targets for %d rows", rows, rows+1)
	}
	for _, w := range []float32{-1, nan} {
		t := k.t
		t.Weights = make([]float32, rows)
		fillRow(t.Weights, 1)
		t.Weights[rows-1] = w
		if k.Check(t, rows, cols) == nil {
			return fmt.Errorf("Check takes a weight of %v", w)
		}
	}
	t := k.t
	if t.Weights = make([]float32, rows-1); k.Check(t, rows, cols) == nil {
		return fmt.Errorf("Check takes %d weights for %d rows", rows-1, rows)
	}
	return nil
}

func (k *lossCheck) weight() error {
	w := k.Weight(k.t, k.y.Rows, k.y.Cols)
	if !(w > 0 && finite(w)) {
		return fmt.Errorf("Weight is %v, want a number above 0", w)
	}
	if again := k.Weight(k.t, k.y.Rows, k.y.Cols); again != w {
		return fmt.Errorf("Weight is %v and then %v", w, again)
	}
	return nil
}

// sums compares the ways to call Sum.
func (k *lossCheck) sums() error {
	const scale = 0.75
	tol := 0x1p-20 * k.size
	alone := k.value(k.y, k.t)
	if !finite(alone) {
		return fmt.Errorf("Sum is %v", alone)
	}
	y, dy := clone(k.y), zeros(k.y.Rows, k.y.Cols)
	fill(dy, nan)
	if sum := k.Sum(y, k.t, dy, scale); !near(sum, alone, tol) {
		return fmt.Errorf("Sum is %v with a gradient and %v without", sum, alone)
	}
	if i, j, found := unlike(y, k.y); found {
		return fmt.Errorf("Sum has written y[%d][%d]", i, j)
	}
	if i, j, found := find(dy, isNaN); found {
		return fmt.Errorf("dy[%d][%d] is NaN, as it was before: Sum must write all of it", i, j)
	}
	if sum := k.Sum(y, k.t, y, scale); !near(sum, alone, tol) {
		return fmt.Errorf("Sum is %v if dy is y and %v without a gradient", sum, alone)
	}
	if i, j, found := unlike(y, dy); found {
		return fmt.Errorf("the gradient [%d][%d] is %v if dy is y, and %v apart", i, j, tensor.Row(y, i)[j], tensor.Row(dy, i)[j])
	}
	return nil
}

// rows compares Sum and Weight with those of each row.
func (k *lossCheck) rows() error {
	rows, cols := k.y.Rows, k.y.Cols
	count := counting(k.t, rows)
	y, t := pick(k.y, count), pickTarget(k.t, count)
	tol := 0x1p-20 * k.size
	if got, want := k.value(k.y, k.t), k.value(y, t); !near(got, want, tol) {
		return fmt.Errorf("Sum is %v, and %v without the rows of weight 0", got, want)
	}
	whole := k.Weight(k.t, rows, cols)
	if want := k.Weight(t, len(count), cols); !near(whole, want, 0x1p-20*want) {
		return fmt.Errorf("Weight is %v, and %v without the rows of weight 0", whole, want)
	}
	if _, composite := k.Loss.(loss.Composite); composite {
		return nil
	}
	sum, weight := 0.0, 0.0
	for i := range rows {
		_, t := k.row(i)
		sum += k.rowWeight(i) * k.rowSum(i)
		weight += k.rowWeight(i) * k.Weight(t, 1, cols)
	}
	if got := k.value(k.y, k.t); !near(got, sum, tol*max(1, largest(k.t.Weights))) {
		return fmt.Errorf("Sum is %v, want %v, the sum over rows times their weights", got, sum)
	}
	if !near(whole, weight, 0x1p-20*weight) {
		return fmt.Errorf("Weight is %v, want %v, the sum over rows times their weights", whole, weight)
	}
	return nil
}

// gradient compares the gradient with differences.
func (k *lossCheck) gradient() error {
	const scale = 0.75
	dy := zeros(k.y.Rows, k.y.Cols)
	k.Sum(k.y, k.t, dy, scale)
	rng := random.New(k.config.seed, streamCheck)
	var report Report
	for _, n := range chosen(rng, k.y.Rows*k.y.Cols, k.config.elements) {
		i, j := n/k.y.Cols, n%k.y.Cols
		y := &tensor.Row(k.y, i)[j]
		was := *y
		at := func(distance float64) point {
			*y = float32(float64(was) + distance)
			p := point{w: float64(*y), loss: scale * k.value(k.y, k.t)}
			*y = was
			return p
		}
		h := 0x1p-8 * max(1, math.Abs(float64(was)))
		d := Difference{Of: "gradient of " + k.String(), Row: i, Col: j, Got: float64(tensor.Row(dy, i)[j]), Want: slope(at(-h/2), at(h/2))}
		size := scale * k.rowWeight(i) * max(1, math.Abs(k.rowSum(i)))
		d.Tolerance = 2*math.Abs(slope(at(-h), at(h))-d.Want) + 0x1p-14*size + math.SmallestNonzeroFloat32
		kink := false
		if !(d.ratio() <= 1) {
			kink = d.atKink(at(-h/kinkFraction), at(0), at(h/kinkFraction), 0x1p-14*kinkFraction*size)
		}
		report.add(d, kink)
	}
	return report.err()
}
