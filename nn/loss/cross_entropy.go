package loss

import (
	"fmt"
	"math"

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
	weights   []float64 // of the classes; nil: 1 each
	smoothing float64
	ignores   bool
	ignore    int
	name      string // the spelling: a step, whose errors have it, does not make one
	err       error  // of options that cannot be
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
	return classWeightsOption(append([]float64{}, weights...)) // none is not nil
}

type smoothingOption float64

func (o smoothingOption) applyCrossEntropy(c *crossEntropyOptions) {
	if c.smoothing = float64(o); !(c.smoothing >= 0 && c.smoothing < 1) {
		c.err = fault.Value("cross_entropy", "smoothing", c.smoothing, "at least 0 and below 1")
	}
}

// Smoothing takes that share of each target, from 0 to below 1, and gives it to all classes alike (Szegedy and others,
// 2016, Rethinking the Inception Architecture): PyTorch's label_smoothing. With C classes and e = share the target of a
// row of the class k is [j=k]·(1-e) + e/C. With ClassWeights each class's part of the loss has its own weight, and the sum is
// divided by those of the rows' classes as without smoothing.
func Smoothing(share float64) CrossEntropyOption { return smoothingOption(share) }

type ignoreOption int

func (o ignoreOption) applyCrossEntropy(c *crossEntropyOptions) { c.ignores, c.ignore = true, int(o) }

// Ignore leaves rows with that label out, as if they were not there: PyTorch's ignore_index, whose -100 is
// not ignored here unless it is asked for. It may be any number, that of a class too. A batch all of whose rows are left out
// is an error of its step. What is counted as right is counted of the other rows.
func Ignore(label int) CrossEntropyOption { return ignoreOption(label) }

// CrossEntropy is the cross-entropy between class indices, or distributions over the classes, and the
// probabilities softmax(z) of the outputs z, which are logits: the network
// ends without a softmax. It is the mean over the rows, PyTorch's
// CrossEntropyLoss; for a row of the class k,
//
//	L = ln Σⱼ e^zⱼ - zₖ        ∂L/∂zⱼ = (softmax(z)ⱼ - [j=k])/rows
//
// with the largest z taken out of the exponents, so that nothing overflows. Of a distribution t, values with a column for each
// output and rows that add up to 1 but for 0.011 of rounding, it is
//
//	L = Σⱼ tⱼ·(ln Σ e^z - zⱼ)  ∂L/∂zⱼ = (softmax(z)ⱼ - tⱼ)/rows
//
// With ClassWeights rows count by their class, or in distributions each class's part by its weight, divided by the number of
// rows; Smoothing and Ignore are the other options. Those that cannot be are a *fault.HyperparameterError of Check.
// A sample is right if its label's logit, or that of its most probable class, is the
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
	if o.err == nil && o.weights == nil && o.smoothing == 0 && !o.ignores {
		return crossEntropy{} // as its spelling is
	}
	spell := crossEntropyPart().Spell()
	if o.weights != nil {
		spell = spell.Floats("weights", o.weights...)
		if o.err == nil {
			o.err = checkFactors("cross_entropy", "weight", o.weights)
		}
	}
	if o.smoothing != 0 {
		spell = spell.Float("smoothing", o.smoothing)
	}
	if o.ignores {
		spell = spell.Int("ignore", o.ignore)
	}
	o.name = spell.String()
	return crossEntropy{options: o}
}

func crossEntropyPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "cross_entropy", Help: "of logits, for one of several classes or a distribution over them",
		Params: []catalog.Param{
			{Name: "weights", Kind: catalog.Numbers, Optional: true, Range: catalog.AtLeast(0), Help: "of the classes, one for each output", Formerly: []string{"weight", "class_weights"}},
			{Name: "smoothing", Kind: catalog.Number, Default: "0", Range: catalog.Fraction(), Help: "share of each target that all classes get alike", Formerly: []string{"label_smoothing"}},
			{Name: "ignore", Kind: catalog.Integer, Optional: true, Help: "label whose rows do not count", Formerly: []string{"ignore_index"}},
		},
		Formula: "ln Σ e^yⱼ - yₖ", Torch: "torch.nn.CrossEntropyLoss", Example: "cross_entropy(weights=[1, 2.5], smoothing=0.1)",
		Formerly: map[string]string{"ce": "cross_entropy", "cross_entropy_loss": "cross_entropy", "softmax_cross_entropy": "cross_entropy"},
		New: func(a catalog.Args) (Loss, error) {
			var opts []CrossEntropyOption
			if a.Has("weights") {
				opts = append(opts, ClassWeights(a.Floats("weights")...))
			}
			if smoothing := a.Float("smoothing"); smoothing != 0 {
				opts = append(opts, Smoothing(smoothing))
			}
			if a.Has("ignore") {
				opts = append(opts, Ignore(a.Int("ignore")))
			}
			l := CrossEntropy(opts...).(crossEntropy)
			return l, l.optionError()
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

// Chain says no with options, which chains do not have.
func (l crossEntropy) Chain() (kernels.ChainLoss, bool) {
	return kernels.ChainCrossEntropy, l.options == nil
}

func (l crossEntropy) Check(t data.Target, rows, cols int) error {
	if err := l.checkOptions(cols); err != nil {
		return err
	}
	if t.Labels == nil && t.Values.Rows != 0 {
		return checkDistributions(l.String(), &t, rows, cols)
	}
	if err := checkNumberOfLabels(l.String(), &t, rows); err != nil {
		return err
	}
	for i, label := range t.Labels {
		if (label < 0 || label >= cols) && !l.leaves(label) {
			return wrongLabel(l.String(), i, label, cols)
		}
	}
	return nil
}

// optionError is what is wrong with the options, whatever the number of outputs.
func (l crossEntropy) optionError() error {
	if l.options == nil {
		return nil
	}
	return l.options.err
}

// checkOptions reports options that cannot be, or not with so many outputs.
func (l crossEntropy) checkOptions(cols int) error {
	if err := l.optionError(); err != nil || l.options == nil {
		return err
	}
	if n := len(l.options.weights); l.options.weights != nil && n != cols {
		return fault.Value("cross_entropy", "number of class weights", float64(n), fmt.Sprintf("%d, one for each output", cols))
	}
	return nil
}

// leaves reports whether rows with that label do not count.
func (l crossEntropy) leaves(label int) bool {
	return l.options != nil && l.options.ignores && label == l.options.ignore
}

// weight is how much rows with that label count.
func (l crossEntropy) weight(label int) float64 {
	switch {
	case l.leaves(label):
		return 0
	case l.options == nil || l.options.weights == nil:
		return 1
	}
	return l.options.weights[label]
}

func (l crossEntropy) Weight(t data.Target, rows, _ int) float64 {
	if l.options == nil || t.Labels == nil {
		return t.Weight(rows)
	}
	sum := 0.0
	for i, label := range t.Labels {
		w := l.weight(label)
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
	if t.Labels == nil || l.options != nil && (l.options.smoothing != 0 || l.options.ignores) {
		return l.sumOfMixtures(y, &t, dy, scale)
	}
	k, sum := orBest(l.kernels), 0.0
	for i := range y.Rows {
		z, label := tensor.Row(y, i), t.Labels[i]
		w := 1.0
		if l.options != nil {
			w = l.options.weights[label]
		}
		zk := float64(z[label]) // before dy, which may be y, is written
		var largest, logs float64
		if dy.Data == nil {
			largest, logs = logSumExp(k, z)
		} else {
			c := float32(scale * w)
			dz := tensor.Row(dy, i)
			top, exps := k.Softmax(dz, z, c)
			dz[label] -= c
			largest, logs = float64(top), math.Log(float64(exps))
		}
		// Differences first: see mixture.
		sum += float64(w * (logs + (largest - zk)))
	}
	return sum
}

// sumOfMixtures is Sum of distributions, and of labels that are smoothed or ignored.
func (l crossEntropy) sumOfMixtures(y tensor.Matrix, t *data.Target, dy tensor.Matrix, scale float64) float64 {
	k, sum := orBest(l.kernels), 0.0
	for i := range y.Rows {
		z, dz := tensor.Row(y, i), gradientRow(dy, i)
		m := mixture{label: -1, keep: 1}
		if t.Labels == nil {
			m.want = tensor.Row(t.Values, i)
		} else if m.label = t.Labels[i]; l.leaves(m.label) {
			if top := largestOf(z); top != top { // as it does with a weight of 0
				sum += top
			}
			clear(dz)
			continue
		}
		if o := l.options; o != nil {
			m.weights, m.keep, m.even = o.weights, 1-o.smoothing, o.smoothing/float64(len(z))
		}
		sum += m.sum(k, dz, z, scale)
	}
	return sum
}

func (l crossEntropy) Correct(y tensor.Matrix, t data.Target) int {
	return correctClasses(y, &t, l.leaves)
}

// Counted counts the rows whose labels are not ignored.
func (l crossEntropy) Counted(t data.Target, rows int) int {
	if l.options == nil || !l.options.ignores || t.Labels == nil {
		return rows
	}
	counted := 0
	for _, label := range t.Labels {
		if !l.leaves(label) {
			counted++
		}
	}
	return counted
}
