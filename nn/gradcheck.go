package nn

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// The gradient check compares each derivative that Backward gives with a
// central difference of the loss,
//
//	D(h) = (L(w+h) - L(w-h)) / ((w+h) - (w-h))
//
// where w+h and w-h are the float32 numbers that are really set. Forward is
// computed in float32, the loss is summed in float64.
//
// D(h) is off by a truncation error, L‴·h²/6, and by the rounding of the
// outputs, about ε·A/h, with ε = 2^-23 the spacing of float32 and A = Σ|∂L/∂y|·
// max|y|, summed over the outputs that changed, plus their share of |L|. For
// functions whose third derivative is about as large as they are the sum is
// least at h = ∛ε, so
//
//	step       h = ∛ε·max(1, |w|), about 0.005, and its half
//	tolerance  |D(h)-D(h/2)| + 8·ε·A/h + 8·ε·G
//
// for D(h/2): the difference of both is three times the truncation error
// that is left, and the factor 8 is room for the longer chains of roundings of
// a network. G is the largest of all gradients, whose rounding is all that there is of one
// that is zero, as that of a bias before a batch normalisation. At a kink, such as ReLU's, the difference of both can be small and
// both wrong. Where the comparison fails, one-sided differences at h/16 decide:
// if they disagree with D(h/2) by more than the tolerance there is a kink, and
// the derivative may be anything between them.
const (
	checkEpsilon = 0x1p-23 // ε
	checkNoise   = 8
	kinkFraction = 16
)

// GradientReport says what a gradient check has compared.
type GradientReport struct {
	Checked int                // derivatives compared
	Kinks   int                // of these, so close to a kink that only a range was wanted
	Failed  int                // of these, outside the tolerance
	Worst   GradientDifference // the one furthest from what was wanted, in terms of its tolerance
}

// GradientDifference is one derivative in a gradient check.
type GradientDifference struct {
	Layer     string // its layer's place: "3", or "3.1" within a container; empty for the network's input
	Parameter string // "weight", "bias", a custom parameter's name, or "input"
	Row, Col  int    // where in the parameter; Dense weights are [in][out]
	Got       float64
	Want      float64
	Tolerance float64
}

func (d *GradientDifference) String() string {
	where := "input"
	if d.Layer != "" {
		where = fmt.Sprintf("layer %s, %s", d.Layer, d.Parameter)
	}
	return fmt.Sprintf("%s [%d][%d]: Backward gives %.6g, differences of the loss %.6g ± %.2g", where, d.Row, d.Col, d.Got, d.Want, d.Tolerance)
}

// ratio is the difference in units of the tolerance.
func (d *GradientDifference) ratio() float64 { return math.Abs(d.Got-d.Want) / d.Tolerance }

// GradientError reports a gradient check that failed.
type GradientError struct{ Report GradientReport }

func (e *GradientError) Error() string {
	return fmt.Sprintf("gradient check: %d of %d derivatives are wrong, the worst is %v", e.Report.Failed, e.Report.Checked, &e.Report.Worst)
}

// ErrNotAdded reports a stage whose Backward overwrites the gradients of its
// parameters. It must add to them.
var ErrNotAdded = errors.New("a second Backward does not add the same gradients to the first one's: Backward must add")

// CheckGradients checks the gradients of all parameters of net, and of its
// input if it was made InputGradient, for a loss on a batch. A
// *GradientError names the worst of the derivatives that differ, ErrNotAdded a
// stage that overwrites gradients.
//
// Each derivative is compared with a central difference at the step ∛ε·max(1,
// |w|), about 0.005, with ε = 2^-23; inputs of about 1 suit it best. The
// tolerance is made for each of the truncation error, which half the step
// shows, and of what rounding the outputs to float32 can do, usually less
// than a thousandth of the derivative at an output: a network whose products
// round operands to fewer bits, as blas.BF16 does, fails. Close to a kink, as
// ReLU has one, any value between the slopes on both sides is right.
//
// It is a training pass, during which predictions wait, so that neither the loss nor a layer may
// predict with the network. The parameters are
// afterwards what they were, gradients gathered before are dropped.
func CheckGradients(net *Network, l loss.Loss, x tensor.Matrix, target data.Target, opts ...CheckOption) (report GradientReport, err error) {
	c, err := newCheckConfig(opts)
	if err != nil {
		return GradientReport{}, err
	}
	if l == nil {
		return GradientReport{}, fault.Nil("gradient check", "loss", "one such as loss.MSE or loss.CrossEntropy")
	}
	if err := net.begin(); err != nil {
		return GradientReport{}, err
	}
	defer net.ended(&err)
	o, err := newObjective("gradient check", net, l)
	if err != nil {
		return GradientReport{}, err
	}
	k := gradientCheck{config: c, net: net, loss: o, target: target, pass: net.passes}
	err = k.run(x)
	net.passes = k.pass
	net.dropGradients()
	if err == nil && k.report.Failed > 0 {
		err = &GradientError{k.report}
	}
	return k.report, err
}

// streamCheck is the stream of a seed that a gradient check draws from.
const streamCheck = 1 << 33

// gradientCheck is a check under way.
type gradientCheck struct {
	config checkConfig
	net    *Network
	loss   objective
	target data.Target
	pass   uint64        // all forward passes are this one, so that dropout drops the same
	x      tensor.Matrix // a copy that may be perturbed

	y, dy tensor.Matrix // at the parameters as they are
	value float64       // of the loss there
	top   float64       // of the gradients, the largest
	yMax  float64

	report GradientReport
}

// variable is what derivatives are taken by: a parameter or the input.
type variable struct {
	layer string
	name  string
	cols  int
	value []float32 // [rows][cols]
	grad  []float32
	set   func() error // makes a change of value take effect
}

func (k *gradientCheck) run(x tensor.Matrix) error {
	if err := k.net.checkInput("gradient check", x); err != nil {
		return err
	}
	k.x = tensor.Matrix{Rows: x.Rows, Cols: x.Cols, Stride: x.Cols, Data: make([]float32, x.Rows*x.Cols)}
	copyRows(k.x, x)
	if err := k.loss.Check(k.target, x.Rows, k.net.outputs); err != nil {
		return err
	}
	if err := k.center(); err != nil {
		return err
	}
	k.net.weights.Lock()
	defer k.net.weights.Unlock()
	variables, err := k.variables()
	if err != nil {
		return err
	}
	for _, v := range variables {
		k.top = max(k.top, largestOf(v.grad))
	}
	if err := k.addsUp(variables); err != nil {
		return err
	}
	rng := random.New(k.config.seed, streamCheck)
	for _, v := range variables {
		for _, i := range chosen(rng, len(v.value), k.config.elements) {
			if err := k.compare(v, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// chosen returns the numbers below n, or count of them at random if there are
// more.
func chosen(rng *rand.Rand, n, count int) []int {
	p := rng.Perm(n)
	return p[:min(n, count)]
}

// center runs the pass whose derivatives are checked.
func (k *gradientCheck) center() error {
	k.net.dropGradients()
	y, err := k.forward()
	if err != nil {
		return err
	}
	k.y, k.dy = newMatrix(y.Rows, y.Cols), newMatrix(y.Rows, y.Cols)
	copyRows(k.y, y)
	for i := range y.Rows {
		for _, v := range rowOf(y, i) {
			k.yMax = max(k.yMax, math.Abs(float64(v)))
		}
	}
	k.loss.mean(k.y, k.target, k.dy)
	k.value = k.loss.mean(k.y, k.target, tensor.Matrix{}) // the same way as the values beside it
	if math.IsNaN(k.value) || math.IsInf(k.value, 0) {
		return fmt.Errorf("gradient check: the loss is %v, want a finite number", k.value)
	}
	return k.gather()
}

func (k *gradientCheck) forward() (tensor.Matrix, error) {
	k.net.passes = k.pass
	return k.net.forward(k.x)
}

// variables lists what derivatives are taken by, with the gradients that
// Backward has given.
func (k *gradientCheck) variables() ([]variable, error) {
	if err := k.net.intact(); err != nil {
		return nil, err
	}
	var list []variable
	if k.net.inputGradient {
		g := tensor.Matrix{Rows: k.x.Rows, Cols: k.x.Cols, Stride: k.x.Cols, Data: make([]float32, len(k.x.Data))}
		copyRows(g, k.net.work.inputGradient)
		list = append(list, variable{"", "input", k.x.Cols, k.x.Data, g.Data, func() error { return nil }})
	}
	for _, n := range k.net.nodes {
		switch o := n.op.(type) {
		case *staged:
			for _, t := range o.params {
				cols := t.Dims[len(t.Dims)-1]
				list = append(list, variable{n.name, t.Name, cols, t.Value, slices.Clone(t.Grad), func() error { return nil }})
			}
		case *block:
			w, b, err := o.unpack(o.plan.Parameters())
			if err != nil {
				return nil, err
			}
			dw, db, err := o.unpack(o.plan.Gradients())
			if err != nil {
				return nil, err
			}
			set := func() error { return n.wrap(blas.SetWeights(o.plan, w, b)) }
			list = append(list,
				variable{n.name, "weight", o.out, w.Data, dw.Data, set},
				variable{n.name, "bias", o.out, b, db, set})
		}
	}
	return list, nil
}

// gather computes the gradients of the pass, which no buffer is to follow from.
func (k *gradientCheck) gather() error {
	err := k.net.gather(k.dy)
	k.net.uncommitted = false
	return err
}

// addsUp does a second Backward and expects all gradients doubled, within the
// few roundings that another order of additions may bring.
func (k *gradientCheck) addsUp(first []variable) error {
	if err := k.gather(); err != nil {
		return err
	}
	second, err := k.variables()
	if err != nil {
		return err
	}
	for n, v := range first {
		if v.layer == "" {
			continue
		}
		tolerance := 1e-4*largestOf(v.grad) + k.rounding()
		for i, g := range v.grad {
			twice := 2 * float64(g)
			if got := float64(second[n].grad[i]); !(math.Abs(got-twice) <= tolerance) {
				return fmt.Errorf("gradient check: layer %s, %s [%d][%d] has a gradient of %v after one Backward and %v after two: %w",
					v.layer, v.name, i/v.cols, i%v.cols, g, got, ErrNotAdded)
			}
		}
	}
	return nil
}

// rounding is how far a gradient may be off that is the sum of others.
func (k *gradientCheck) rounding() float64 { return checkNoise * checkEpsilon * k.top }

// largestOf is the largest magnitude.
func largestOf(values []float32) (largest float64) {
	for _, v := range values {
		largest = max(largest, math.Abs(float64(v)))
	}
	return largest
}

// point is the loss beside the center.
type point struct {
	w     float64 // what was set
	loss  float64
	noise float64 // A: how large the numbers are whose rounding can be seen in loss
}

// at evaluates the loss with element i of v at w.
func (k *gradientCheck) at(v variable, i int, w float32) (point, error) {
	old := v.value[i]
	v.value[i] = w
	defer func() { v.value[i] = old }()
	if err := v.set(); err != nil {
		return point{}, err
	}
	y, err := k.forward()
	if err != nil {
		return point{}, err
	}
	p := point{w: float64(w)}
	changed := 0
	for i := range y.Rows {
		dy, before := rowOf(k.dy, i), rowOf(k.y, i)
		for j, v := range rowOf(y, i) {
			if v != before[j] {
				p.noise += math.Abs(float64(dy[j])) * k.yMax
				changed++
			}
		}
	}
	p.noise += math.Abs(k.value) * float64(changed) / float64(y.Rows*y.Cols)
	p.loss = k.loss.mean(y, k.target, tensor.Matrix{})
	return p, nil
}

// around evaluates the loss at h on both sides of element i of v.
func (k *gradientCheck) around(v variable, i int, h float64) (below, above point, err error) {
	w := float64(v.value[i])
	if below, err = k.at(v, i, float32(w-h)); err == nil {
		above, err = k.at(v, i, float32(w+h))
	}
	return below, above, err
}

// slope is the difference quotient of two points.
func slope(a, b point) float64 { return (b.loss - a.loss) / (b.w - a.w) }

// compare checks the derivative by element i of v.
func (k *gradientCheck) compare(v variable, i int) (err error) {
	defer func() { // put the element back
		if e := v.set(); err == nil {
			err = e
		}
	}()
	w := float64(v.value[i])
	h := math.Cbrt(checkEpsilon) * max(1, math.Abs(w))
	below, above, err := k.around(v, i, h)
	if err != nil {
		return err
	}
	halfBelow, halfAbove, err := k.around(v, i, h/2)
	if err != nil {
		return err
	}
	noise := checkNoise * checkEpsilon * max(below.noise, above.noise)
	d := GradientDifference{
		Layer: v.layer, Parameter: v.name, Row: i / v.cols, Col: i % v.cols,
		Got:  float64(v.grad[i]),
		Want: slope(halfBelow, halfAbove),
	}
	d.Tolerance = math.Abs(slope(below, above)-d.Want) + noise/h + k.rounding() + math.SmallestNonzeroFloat32
	kink := false
	if !(d.ratio() <= 1) {
		if below, above, err = k.around(v, i, h/kinkFraction); err != nil {
			return err
		}
		kink = d.atKink(below, point{w: w, loss: k.value}, above, noise/(h/kinkFraction)+k.rounding()+math.SmallestNonzeroFloat32)
	}
	k.add(d, kink)
	return nil
}

// atKink looks at the one-sided differences around center, which are certain
// to noise. If they show a kink, what was wanted becomes what is closest to what
// Backward gave in the range between them.
func (d *GradientDifference) atKink(below, center, above point, noise float64) bool {
	left, right := slope(below, center), slope(center, above)
	if math.Abs(left-d.Want) <= d.Tolerance && math.Abs(right-d.Want) <= d.Tolerance {
		return false
	}
	d.Want = min(max(d.Got, min(left, right)), max(left, right))
	d.Tolerance = noise
	return true
}

// add counts a comparison.
func (k *gradientCheck) add(d GradientDifference, kink bool) {
	r := &k.report
	r.Checked++
	if kink {
		r.Kinks++
	}
	if !(d.ratio() <= 1) {
		r.Failed++
	}
	if r.Checked == 1 || !(d.ratio() <= r.Worst.ratio()) {
		r.Worst = d
	}
}
