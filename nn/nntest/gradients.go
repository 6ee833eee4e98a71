package nntest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
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
// that is left, the factor 8 is room for the longer chains of roundings of
// a network, and G is the largest derivative of all, of which Backward may leave roundings where
// the right one is 0, as in a bias before a BatchNorm. At a kink, such as ReLU's, the difference of both can be small and
// both wrong. Where the comparison fails, one-sided differences at h/16 decide:
// if they disagree with D(h/2) by more than the tolerance there is a kink, and
// the derivative may be anything between them.
const (
	epsilon      = 0x1p-23
	checkNoise   = 8
	kinkFraction = 16
	// sameSum is what two orders of adding the same numbers may differ by, as a
	// fraction of the largest.
	sameSum = 1e-4
)

var (
	// ErrNotAdded reports a stage whose Backward overwrites the gradients of its
	// parameters. It must add to them.
	ErrNotAdded = errors.New("a second Backward does not add the same gradients to the first one's: Backward must add")
	// ErrNotRepeated reports a pass that gives other outputs the second time: what is random must be a
	// function of the layer's seed and the number of the pass.
	ErrNotRepeated = errors.New("the same pass gives other outputs the second time: what is random must follow from Env.Seed and Pass.Step")
	// ErrShared reports networks made of the same layer that have memory in common.
	ErrShared = errors.New("another network made of the same layer has changed with it: each Build makes memory of its own")
	// ErrFirst reports gradients of parameters that depend on whether the gradient at the input is asked for.
	ErrFirst = errors.New("the gradient is another one where none at the input is asked for, as in the first layer of a network")
)

// CheckGradients checks the gradients of all parameters of net, and of its
// input, for a loss on a batch. A *GradientError names the worst of the derivatives that
// differ.
//
// Each derivative is compared with a central difference at the step ∛ε·max(1,
// |w|), about 0.005, with ε = 2^-23; inputs of about 1 suit it best. The
// tolerance is made for each of the truncation error, which half the step
// shows, and of what rounding the outputs to float32 can do, usually less
// than a thousandth of the derivative at an output, and a millionth of the largest derivative: a network whose products
// round operands to fewer bits, as blas.BF16 does, fails. Close to a kink, as
// ReLU has one, any value between the slopes on both sides is right.
//
// It also looks at what every stage does, in training and predicting: that it writes all of
// its outputs and gradients (ErrNotWritten) and nothing else (ErrChanged), adds to the gradients of its
// parameters (ErrNotAdded) and gives the same ones where Backward is not asked for a gradient at the
// input (ErrFirst), that a pass can be repeated (ErrNotRepeated) and that networks made of a layer
// have nothing in common (ErrShared).
//
// All of it runs on networks made of the layers of net with what its tensors hold: net itself, its gradients,
// buffers and number of passes stay as they are, and it may be in use meanwhile. What runs is the first
// training pass, each time.
func CheckGradients(net *nn.Network, l loss.Loss, x tensor.Matrix, target data.Target, opts ...Option) (report Report, err error) {
	defer recovered(&err)
	c, err := newConfig("gradient check", opts)
	if err != nil {
		return Report{}, err
	}
	if l == nil {
		return Report{}, fault.Nil("gradient check", "loss", "one such as loss.MSE or loss.CrossEntropy")
	}
	tensors, err := net.Tensors()
	if err != nil {
		return Report{}, err
	}
	if err := blas.CheckShape("gradient check", "x", x, -1, net.Inputs()); err != nil {
		return Report{}, err
	}
	if x.Rows == 0 {
		return Report{}, &nn.ShapeError{Op: "gradient check", Detail: fmt.Sprintf("x is 0×%d, want at least one row", x.Cols)}
	}
	if err := l.Check(target, x.Rows, net.Outputs()); err != nil {
		return Report{}, err
	}
	k := gradientCheck{config: c, of: net, tensors: tensors, target: target, x: clone(x)}
	if k.loss = loss.Bind(l, net.Backend().Kernels()); k.loss == nil {
		return Report{}, fault.Nil("gradient check", "loss that Bind has returned", "one for the kernels")
	}
	if k.net, err = k.double(nn.InputGradient()); err != nil {
		return Report{}, err
	}
	defer k.net.Close()
	if err := k.run(); err != nil {
		return k.report, err
	}
	return k.report, k.report.err()
}

// gradientCheck is a check under way.
type gradientCheck struct {
	config  config
	of      *nn.Network
	tensors []tensor.Tensor // of it
	loss    loss.Loss
	target  data.Target
	net     *nn.Network   // made of the same layers, with what tensors hold
	x       tensor.Matrix // a copy that may be perturbed

	y, dy tensor.Matrix // at the tensors as they are
	value float64       // of the loss there
	yMax  float64

	rounding float64 // what a derivative may be off by for its own rounding

	report Report
}

// variable is what derivatives are taken by: a tensor or the input.
type variable struct {
	name  string
	cols  int
	value func(i int) *float32 // element i, of which there are as many as gradients
	grad  []float32
	set   func() error // makes a change of value take effect
}

// double makes a network of the same layers, watched, with the same values.
func (k *gradientCheck) double(opts ...nn.Option) (*nn.Network, error) {
	opts = append(opts, nn.Seed(k.of.Seed()), nn.Backend(k.of.Backend()), nn.Precision(k.of.AskedPrecision()), nn.MaxBatch(k.x.Rows))
	net, err := nn.New(k.of.Shape(), watched{k.of.Layer()}, opts...)
	if err != nil {
		return nil, err
	}
	if err := net.SetTensors(k.tensors); err != nil {
		net.Close()
		return nil, err
	}
	return net, nil
}

func (k *gradientCheck) run() error {
	if err := k.separate(); err != nil {
		return err
	}
	if _, err := k.net.Predict(k.x); err != nil {
		return err
	}
	if err := k.center(); err != nil {
		return err
	}
	variables, err := k.variables()
	if err != nil {
		return err
	}
	for _, v := range variables {
		k.rounding = max(k.rounding, checkNoise*epsilon*largest(v.grad))
	}
	if err := k.addsUp(variables[1:]); err != nil {
		return err
	}
	if err := k.asFirst(variables[1:]); err != nil {
		return err
	}
	rng := random.New(k.config.seed, streamCheck)
	for _, v := range variables {
		for _, i := range chosen(rng, len(v.grad), k.config.elements) {
			if v.name == "input" && layer.Categories(k.of.Layer(), i%v.cols) > 0 {
				continue // there is no category beside it
			}
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

// separate changes all tensors and expects those of the network that is checked to stay.
func (k *gradientCheck) separate() error {
	other := slices.Clone(k.tensors)
	for i, t := range other {
		other[i].Value = slices.Clone(t.Value)
		for j := range t.Value {
			other[i].Value[j]++
		}
	}
	before, err := k.of.Tensors()
	if err != nil {
		return err
	}
	if err := k.net.SetTensors(other); err != nil {
		return err
	}
	after, err := k.of.Tensors()
	if err := errors.Join(err, k.net.SetTensors(k.tensors)); err != nil {
		return err
	}
	for i, t := range after {
		if at, found := unlikeRow(t.Value, before[i].Value); found && t.Value[at] == other[i].Value[at] {
			return fmt.Errorf("gradient check: element %d of %s: %w", at, t.Name, ErrShared)
		}
	}
	return nil
}

// mean is the loss of outputs y. It writes the gradient to dy unless its Data is nil.
func (k *gradientCheck) mean(y, dy tensor.Matrix) float64 {
	w := k.loss.Weight(k.target, y.Rows, y.Cols)
	return k.loss.Sum(y, k.target, dy, 1/w) / w
}

// center runs the pass whose derivatives are checked.
func (k *gradientCheck) center() error {
	y, err := k.net.Forward(k.x)
	if err != nil {
		return err
	}
	k.y, k.dy = clone(y), zeros(y.Rows, y.Cols)
	for i := range y.Rows {
		k.yMax = max(k.yMax, largest(tensor.Row(y, i)))
	}
	k.mean(k.y, k.dy)
	k.value = k.mean(k.y, tensor.Matrix{}) // the same way as the values beside it
	if !finite(k.value) {
		return fmt.Errorf("gradient check: the loss is %v, want a finite number", k.value)
	}
	if y, err = k.net.Forward(k.x); err != nil {
		return err
	}
	for i := range y.Rows {
		for j, v := range tensor.Row(y, i) {
			if was := tensor.Row(k.y, i)[j]; !near(float64(v), float64(was), sameSum*k.yMax) {
				return fmt.Errorf("gradient check: output [%d][%d] is %v and then %v: %w", i, j, was, v, ErrNotRepeated)
			}
		}
	}
	return k.net.Backward(k.dy)
}

// variables lists what derivatives are taken by, with the gradients that
// Backward has given: the input, and then the tensors.
func (k *gradientCheck) variables() ([]variable, error) {
	dx := k.net.InputGradient()
	input := variable{
		name: "input", cols: k.x.Cols,
		value: func(i int) *float32 { return &tensor.Row(k.x, i/k.x.Cols)[i%k.x.Cols] },
		set:   func() error { return nil },
	}
	for i := range dx.Rows {
		input.grad = append(input.grad, tensor.Row(dx, i)...)
	}
	gradients, err := k.net.GradientTensors()
	if err != nil {
		return nil, err
	}
	list := []variable{input}
	for _, g := range gradients {
		t := k.tensors[slices.IndexFunc(k.tensors, func(t tensor.Tensor) bool { return t.Name == g.Name })]
		list = append(list, variable{
			name: g.Name, cols: g.Dims[len(g.Dims)-1],
			value: func(i int) *float32 { return &t.Value[i] },
			grad:  g.Grad,
			set:   func() error { return k.net.SetTensors(k.tensors) },
		})
	}
	return list, nil
}

// sameGradients is what the gradients of a tensor may differ by if they are added up in another
// order.
func (k *gradientCheck) sameGradients(v variable) float64 {
	return sameSum*largest(v.grad) + k.rounding
}

// addsUp does a second Backward and expects all gradients doubled, within the
// few roundings that another order of additions may bring.
func (k *gradientCheck) addsUp(once []variable) error {
	if err := k.net.Backward(k.dy); err != nil {
		return err
	}
	twice, err := k.net.GradientTensors()
	if err != nil {
		return err
	}
	for n, v := range once {
		tol := k.sameGradients(v)
		for i, g := range v.grad {
			if got := twice[n].Grad[i]; !near(float64(got), 2*float64(g), tol) {
				return fmt.Errorf("gradient check: %s [%d][%d] has a gradient of %v after one Backward and %v after two: %w",
					v.name, i/v.cols, i%v.cols, g, got, ErrNotAdded)
			}
		}
	}
	return k.net.SetTensors(k.tensors) // no buffer is to follow from the pass
}

// asFirst lets the layers be the first of a network, where nobody asks for a gradient at the input.
func (k *gradientCheck) asFirst(with []variable) error {
	net, err := k.double()
	if err != nil {
		return err
	}
	defer net.Close()
	if _, err := net.Forward(k.x); err != nil {
		return err
	}
	if err := net.Backward(k.dy); err != nil {
		return err
	}
	without, err := net.GradientTensors()
	if err != nil {
		return err
	}
	for n, v := range with {
		tol := k.sameGradients(v)
		for i, g := range v.grad {
			if got := without[n].Grad[i]; !near(float64(got), float64(g), tol) {
				return fmt.Errorf("gradient check: %s [%d][%d] has a gradient of %v, and of %v: %w", v.name, i/v.cols, i%v.cols, g, got, ErrFirst)
			}
		}
	}
	return nil
}

// point is the loss beside the center.
type point struct {
	w     float64 // what was set
	loss  float64
	noise float64 // A: how large the numbers are whose rounding can be seen in loss
}

// at evaluates the loss with element i of v at w.
func (k *gradientCheck) at(v variable, i int, w float32) (point, error) {
	old := *v.value(i)
	*v.value(i) = w
	defer func() { *v.value(i) = old }()
	if err := v.set(); err != nil {
		return point{}, err
	}
	y, err := k.net.Forward(k.x)
	if err != nil {
		return point{}, err
	}
	p := point{w: float64(w)}
	changed := 0
	for i := range y.Rows {
		dy, before := tensor.Row(k.dy, i), tensor.Row(k.y, i)
		for j, v := range tensor.Row(y, i) {
			if v != before[j] {
				p.noise += math.Abs(float64(dy[j])) * k.yMax
				changed++
			}
		}
	}
	p.noise += math.Abs(k.value) * float64(changed) / float64(y.Rows*y.Cols)
	p.loss = k.mean(y, tensor.Matrix{})
	return p, nil
}

// around evaluates the loss at h on both sides of element i of v.
func (k *gradientCheck) around(v variable, i int, h float64) (below, above point, err error) {
	w := float64(*v.value(i))
	if below, err = k.at(v, i, float32(w-h)); err == nil {
		above, err = k.at(v, i, float32(w+h))
	}
	return below, above, err
}

// slope is the difference quotient of two points.
func slope(a, b point) float64 { return (b.loss - a.loss) / (b.w - a.w) }

// compare checks the derivative by element i of v.
func (k *gradientCheck) compare(v variable, i int) error {
	w := float64(*v.value(i))
	h := math.Cbrt(epsilon) * max(1, math.Abs(w))
	below, above, err := k.around(v, i, h)
	if err != nil {
		return err
	}
	halfBelow, halfAbove, err := k.around(v, i, h/2)
	if err != nil {
		return err
	}
	noise := checkNoise * epsilon * max(below.noise, above.noise)
	d := Difference{
		Of: v.name, Row: i / v.cols, Col: i % v.cols,
		Got:  float64(v.grad[i]),
		Want: slope(halfBelow, halfAbove),
	}
	d.Tolerance = math.Abs(slope(below, above)-d.Want) + noise/h + k.rounding + math.SmallestNonzeroFloat32
	kink := false
	if !(d.ratio() <= 1) {
		if below, above, err = k.around(v, i, h/kinkFraction); err != nil {
			return err
		}
		kink = d.atKink(below, point{w: w, loss: k.value}, above, noise/(h/kinkFraction)+k.rounding)
	}
	k.report.add(d, kink)
	return nil
}

// atKink looks at the one-sided differences around center, which are certain
// to noise. If they show a kink, what was wanted becomes what is closest to what
// Backward gave in the range between them.
func (d *Difference) atKink(below, center, above point, noise float64) bool {
	left, right := slope(below, center), slope(center, above)
	if math.Abs(left-d.Want) <= d.Tolerance && math.Abs(right-d.Want) <= d.Tolerance {
		return false
	}
	d.Want = min(max(d.Got, min(left, right)), max(left, right))
	d.Tolerance = noise + math.SmallestNonzeroFloat32
	return true
}
