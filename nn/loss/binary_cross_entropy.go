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

// binaryCrossEntropy is the loss that BinaryCrossEntropy returns.
type binaryCrossEntropy struct {
	meanOfElements
	kernels *kernels.Set
	options *binaryOptions // nil: none
}

// binaryOptions are the options of BinaryCrossEntropy.
type binaryOptions struct {
	weights   []float64 // of targets of 1, of each column
	weights32 []float32
	name      string // the spelling: a step, whose errors have it, does not make one
	err       error  // of options that cannot be
}

// BinaryCrossEntropyOption is an option of BinaryCrossEntropy.
type BinaryCrossEntropyOption interface{ applyBinary(*binaryOptions) }

type positiveWeightsOption []float64

func (o positiveWeightsOption) applyBinary(b *binaryOptions) { b.weights = o }

// PositiveWeights gives the part of targets that is 1 a weight, one for each output: for labels that are
// rare, the number of samples without over that of those with. It is PyTorch's pos_weight, and as there the mean is over
// all elements, whatever their weights. A weight is at least 0 and finite in float32, and one is above 0.
func PositiveWeights(weights ...float64) BinaryCrossEntropyOption {
	return positiveWeightsOption(slices.Clone(weights))
}

// BinaryCrossEntropy is the cross-entropy between targets t in
// [0, 1] and the probabilities σ(z) = 1/(1+e^-z) of the outputs z, which are
// logits: the network ends without a sigmoid. It is the mean over all N =
// rows·outputs elements, PyTorch's BCEWithLogitsLoss:
//
//	L = -Σ (t·ln σ(z) + (1-t)·ln(1-σ(z)))/N        ∂L/∂z = (σ(z)-t)/N
//
// computed in a form that neither overflows nor cancels, whatever z:
//
//	-(t·ln σ(z) + (1-t)·ln(1-σ(z))) = max(z, 0) - z·t + ln(1+e^-|z|)
//
// and with PositiveWeights p -p·t·ln σ(z) in place of -t·ln σ(z). Options that cannot be are a
// *fault.HyperparameterError of Check.
//
// With several outputs each is a label of its own. A label is right if its
// probability is above ½, that is z > 0, exactly where the target is at least ½,
// and a sample if all of its labels are: see Multilabel.
func BinaryCrossEntropy(opts ...BinaryCrossEntropyOption) Loss {
	if len(opts) == 0 {
		return binaryCrossEntropy{}
	}
	o := &binaryOptions{}
	for i, opt := range opts {
		if opt == nil {
			o.err = fault.Option("binary_cross_entropy", i)
			continue
		}
		opt.applyBinary(o)
	}
	if o.err == nil {
		o.err = checkFactors("binary_cross_entropy", "positive weight", o.weights)
	}
	for _, w := range o.weights {
		o.weights32 = append(o.weights32, float32(w))
	}
	o.name = binaryCrossEntropyPart().Spell().Floats("positive_weights", o.weights...).String()
	return binaryCrossEntropy{options: o}
}

func binaryCrossEntropyPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "binary_cross_entropy", Help: "of logits, for one or several labels of yes or no",
		Params: []catalog.Param{{
			Name: "positive_weights", Kind: catalog.Numbers, Optional: true, Range: catalog.AtLeast(0), Help: "of targets of 1, one for each output", Formerly: []string{"pos_weight"},
		}},
		Formula: "-t·ln σ(y) - (1-t)·ln(1-σ(y))", Torch: "torch.nn.BCEWithLogitsLoss", Example: "binary_cross_entropy(positive_weights=[1, 2.5])",
		Formerly: map[string]string{
			"bce":                              "binary_cross_entropy",
			"bce_with_logits":                  "binary_cross_entropy",
			"bce_with_logits_loss":             "binary_cross_entropy",
			"binary_cross_entropy_with_logits": "binary_cross_entropy",
		},
		New: func(a catalog.Args) (Loss, error) {
			if !a.Has("positive_weights") {
				return BinaryCrossEntropy(), nil
			}
			l := BinaryCrossEntropy(PositiveWeights(a.Floats("positive_weights")...)).(binaryCrossEntropy)
			return l, l.options.err
		},
	}
}

func (l binaryCrossEntropy) String() string {
	if l.options == nil {
		return "binary_cross_entropy"
	}
	return l.options.name
}

func (binaryCrossEntropy) Link() Link { return Sigmoid }

func (l binaryCrossEntropy) Bind(k *kernels.Set) Loss {
	l.kernels = k
	return l
}

// Chain says no with weights, which chains do not have.
func (l binaryCrossEntropy) Chain() (kernels.ChainLoss, bool) {
	return kernels.ChainLogistic, l.options == nil
}

func (l binaryCrossEntropy) Check(t data.Target, rows, cols int) error {
	if o := l.options; o != nil {
		if o.err != nil {
			return o.err
		}
		if n := len(o.weights); n != cols {
			return fault.Value("binary_cross_entropy", "number of positive weights", float64(n), fmt.Sprintf("%d, one for each output", cols))
		}
	}
	return checkValues(l.String(), &t, rows, cols, interval{0, 1, "a probability, from 0 to 1"})
}

func (l binaryCrossEntropy) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if l.options != nil || y.Cols > narrow {
		return sumOfElements(l, y, t, dy, scale)
	}
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	c := float32(scale)
	sum, logs := 0.0, logSum{product: 1}
	for i := range y.Rows {
		z, want := tensor.Row(y, i), tensor.Row(t.Values, i)
		if dy.Data == nil {
			sum += logisticRow(z, want)
		} else {
			sum += logisticNarrow(tensor.Row(dy, i), z, want, c, &logs)
		}
	}
	return sum + logs.total()
}

// at is p·t·ln(1+e^-y) + (1-t)·ln(1+e^y), in which nothing overflows or cancels.
func (l binaryCrossEntropy) at(j int, y, t float64) (value, dl float64) {
	p := 1.0
	if l.options != nil {
		p = l.options.weights[j]
	}
	a := math.Abs(y)
	e := math.Exp(-a)
	near, far := p*t, 1-t // the parts of the answer that y's sign gives, and of the other
	if y < 0 {
		near, far = far, near
	}
	value = float64((near+far)*math.Log1p(e)) + float64(far*a)
	dl = (far - near*e) / (1 + e)
	if y < 0 {
		dl = -dl
	}
	return value, dl
}

func (l binaryCrossEntropy) vectors() vectors {
	v := vectors{kernels: orBest(l.kernels), of: kernels.LogisticLoss, times: 1, mostY: math.MaxFloat32}
	if o := l.options; o != nil {
		v.of, v.w, v.mostY = kernels.WeightedLogisticLoss, o.weights32, mostOfKernels
		for _, w := range o.weights {
			if w != 0 && !inKernels(w) {
				return vectors{}
			}
		}
	}
	return v
}

// An element's loss and gradient are written in terms of a = |z| and d, how far
// the target is from the answer that z's sign gives: 1 - t if z ≥ 0, t if z < 0.
// With s = σ(-a), which stays exact to its last bits where σ(a) would round to
// 1,
//
//	loss = a·d + ln(1+e^-a)        gradient = d - s if z ≥ 0, s - d if z < 0
//
// Nothing branches on z's sign, which nobody could predict: fold returns a, d
// and the sign as a bit.
func fold(z, t float32) (a, d float32, sign uint32) {
	const magnitude = 1<<31 - 1
	bits := math.Float32bits(z)
	sign = bits >> 31
	a = math.Float32frombits(bits & magnitude)
	d = math.Float32frombits(math.Float32bits(float32(1-int32(sign))-t) & magnitude)
	return a, d, sign
}

// unfold gives d - s its sign.
func unfold(g float32, sign uint32) float32 {
	return math.Float32frombits(math.Float32bits(g) ^ sign<<31)
}

// logisticRow returns the sum of the elements' losses.
func logisticRow(z, t []float32) float64 {
	sum := 0.0
	for j, v := range z {
		a, d, _ := fold(v, t[j])
		sum += float64(a)*float64(d) + math.Log1p(math.Exp(-float64(a)))
	}
	return sum
}

// logSum sums logarithms of numbers from 1 to 2: it multiplies them and takes
// the logarithm of the product before that could overflow.
type logSum struct {
	product float64
	factors int
	sum     float64
}

func (l *logSum) add(x float64) {
	l.product *= x
	if l.factors++; l.factors == 64 {
		l.sum, l.product, l.factors = l.total(), 1, 0
	}
}

func (l *logSum) total() float64 { return l.sum + math.Log(l.product) }

// logisticNarrow is the sum of a row too short for a kernel, with its gradient. The
// logarithms are added to logs instead of to the result.
func logisticNarrow(dz, z, t []float32, c float32, logs *logSum) float64 {
	sum := 0.0
	for j, v := range z {
		a, d, sign := fold(v, t[j])
		e := math.Exp(-float64(a))
		sum += float64(a) * float64(d)
		logs.add(1 + e)
		dz[j] = c * unfold(d-float32(e/(1+e)), sign)
	}
	return sum
}

func (binaryCrossEntropy) Correct(y tensor.Matrix, t data.Target) int {
	return sameSide(y, t.Values, 0)
}

func (binaryCrossEntropy) CorrectLabels(y tensor.Matrix, t data.Target) int {
	return labelsOnSide(y, t.Values, 0)
}
