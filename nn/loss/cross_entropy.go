package loss

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// crossEntropy is the loss that CrossEntropy returns.
type crossEntropy struct {
	kernels *kernels.Set
	options *crossEntropyOptions // nil: none
}

// crossEntropyOptions are the options of CrossEntropy.
type crossEntropyOptions struct {
	weights []float64 // of the classes; nil: 1 each
	name    string    // the spelling: a step, whose errors have it, does not make one
	err     error     // of options that cannot be
}

// CrossEntropyOption is an option of CrossEntropy.
type CrossEntropyOption interface{ applyCrossEntropy(*crossEntropyOptions) }

type classWeightsOption []float64

func (o classWeightsOption) applyCrossEntropy(c *crossEntropyOptions) { c.weights = o }

// ClassWeights gives each class a weight, in the order of the outputs, by which its rows
// count: for classes that are rare, or expensive to miss. It is PyTorch's weight. A batch's
// loss is Σ w[k]·l / Σ w[k], k being the classes of its rows; with weights of samples these
// multiply. A weight is at least 0 and finite in float32, and one is above 0; there are as many
// as outputs. Check reports others as a *fault.HyperparameterError. A batch all of whose
// rows weigh 0 is an error of its step, as with weights of samples.
func ClassWeights(weights ...float64) CrossEntropyOption {
	return classWeightsOption(slices.Clone(weights))
}

// CrossEntropy is the cross-entropy between class indices and the
// probabilities softmax(z) of the outputs z, which are logits: the network
// ends without a softmax. It is the mean over the rows, PyTorch's
// CrossEntropyLoss; for a row of the class k,
//
//	L = ln Σⱼ e^zⱼ - zₖ        ∂L/∂zⱼ = (softmax(z)ⱼ - [j=k])/rows
//
// with the largest z taken out of the exponents, so that nothing overflows. With
// ClassWeights rows count by their class. A sample is right if its label's logit is the
// largest one; of equal ones the first counts.
func CrossEntropy(opts ...CrossEntropyOption) Loss {
	if len(opts) == 0 {
		return crossEntropy{}
	}
	o := &crossEntropyOptions{}
	for i, opt := range opts {
		if opt == nil {
			o.err = fault.Option("cross_entropy", i)
			continue
		}
		opt.applyCrossEntropy(o)
	}
	if o.err == nil {
		o.err = checkClassWeights(o.weights)
	}
	o.name = crossEntropyPart().Spell().Floats("weights", o.weights...).String()
	return crossEntropy{options: o}
}

// checkClassWeights reports weights that cannot be, whatever the number of outputs.
func checkClassWeights(weights []float64) error {
	top := 0.0
	for k, w := range weights {
		if w != 0 && !isPositive(w) {
			return fault.Value("cross_entropy", fmt.Sprintf("weight of class %d", k), w, "at least 0 and finite in float32")
		}
		top = max(top, w)
	}
	if top == 0 {
		return fault.Value("cross_entropy", "largest weight of a class", top, "one above 0")
	}
	return nil
}

func crossEntropyPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "cross_entropy", Help: "of logits, for one of several classes",
		Params: []catalog.Param{{
			Name: "weights", Kind: catalog.Numbers, Optional: true, Range: catalog.AtLeast(0), Help: "of the classes, one for each output",
		}},
		Formula: "ln Σ e^yⱼ - yₖ", Torch: "torch.nn.CrossEntropyLoss", Example: "cross_entropy(weights=[1, 2.5])",
		Formerly: map[string]string{"ce": "cross_entropy", "softmax_cross_entropy": "cross_entropy"},
		New: func(a catalog.Args) (Loss, error) {
			if !a.Has("weights") {
				return CrossEntropy(), nil
			}
			l := CrossEntropy(ClassWeights(a.Floats("weights")...)).(crossEntropy)
			return l, l.options.err
		},
	}
}

func (l crossEntropy) String() string {
	if l.options == nil {
		return "cross_entropy"
	}
	return l.options.name
}

func (crossEntropy) Link() Link { return Softmax }

func (crossEntropy) Outputs(int) int { return 0 }

func (l crossEntropy) Bind(k *kernels.Set) Loss { return crossEntropy{k, l.options} }

// Chain says no with class weights, which chains do not have.
func (l crossEntropy) Chain() (kernels.ChainLoss, bool) {
	return kernels.ChainCrossEntropy, l.options == nil
}

func (l crossEntropy) Check(t data.Target, rows, cols int) error {
	if err := l.checkOptions(cols); err != nil {
		return err
	}
	if t.Values.Rows != 0 || len(t.Labels) != rows {
		got := fmt.Sprintf("%d labels", len(t.Labels))
		if t.Values.Rows != 0 {
			got = fmt.Sprintf("a %d×%d matrix of values", t.Values.Rows, t.Values.Cols)
		}
		return &TargetError{l.String(), -1, -1, got, fmt.Sprintf("%d labels", rows)}
	}
	if err := checkWeights(l.String(), &t, rows); err != nil {
		return err
	}
	for i, label := range t.Labels {
		if label < 0 || label >= cols {
			return &TargetError{l.String(), i, -1, fmt.Sprintf("label %d", label), fmt.Sprintf("a label from 0 to %d, one for each output", cols-1)}
		}
	}
	return nil
}

// checkOptions reports options that cannot be, or not with so many outputs.
func (l crossEntropy) checkOptions(cols int) error {
	switch o := l.options; {
	case o == nil:
		return nil
	case o.err != nil:
		return o.err
	case len(o.weights) != cols:
		return fault.Value("cross_entropy", "number of class weights", float64(len(o.weights)), fmt.Sprintf("%d, one for each output", cols))
	}
	return nil
}

func (l crossEntropy) Weight(t data.Target, rows, _ int) float64 {
	if l.options == nil {
		return t.Weight(rows)
	}
	sum := 0.0
	for i, label := range t.Labels {
		w := l.options.weights[label]
		if t.Weights != nil {
			w *= float64(t.Weights[i])
		}
		sum += w
	}
	return sum
}

func (l crossEntropy) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	k := orBest(l.kernels)
	sum := 0.0
	for i := range y.Rows {
		z, label := tensor.Row(y, i), t.Labels[i]
		w := 1.0
		if l.options != nil {
			w = l.options.weights[label]
		}
		zk := float64(z[label]) // before dy, which may be y, is written
		var largest, logs float64
		if dy.Data == nil {
			largest, logs = logSumExp(z)
		} else {
			c := float32(scale * w)
			dz := tensor.Row(dy, i)
			top, exps := k.Softmax(dz, z, c)
			dz[label] -= c
			largest, logs = float64(top), math.Log(float64(exps))
		}
		// Differences first: beside a largest of 1e17 the logarithm, which is
		// at most that of the outputs' number, would be lost.
		sum += float64(w * (logs + (largest - zk)))
	}
	return sum
}

// logSumExp returns the largest z[j] and how far ln Σ e^z[j] lies above it.
func logSumExp(z []float32) (largest, above float64) {
	largest = math.Inf(-1)
	for _, v := range z {
		largest = max(largest, float64(v)) // NaN if any is
	}
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(float64(v) - largest)
	}
	return largest, math.Log(sum)
}

func (crossEntropy) Correct(y tensor.Matrix, t data.Target) int {
	right := 0
	for i := range y.Rows {
		if argmax(tensor.Row(y, i)) == t.Labels[i] {
			right++
		}
	}
	return right
}

// argmax returns the index of the largest element, the first of equal ones,
// or -1 if any is NaN.
func argmax(z []float32) int {
	best := 0
	for j, v := range z {
		if v != v {
			return -1
		}
		if v > z[best] {
			best = j
		}
	}
	return best
}
