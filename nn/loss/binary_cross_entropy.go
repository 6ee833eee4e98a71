package loss

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// binaryCrossEntropy is the loss that BinaryCrossEntropy returns.
type binaryCrossEntropy struct{ kernels *kernels.Set }

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
// With several outputs each is a label of its own. A label is right if its
// probability is above ½, that is z > 0, exactly where the target is at least ½,
// and a sample if all of its labels are: see Multilabel.
func BinaryCrossEntropy() Loss { return binaryCrossEntropy{} }

func binaryCrossEntropyPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "binary_cross_entropy", Help: "of logits, for one or several labels of yes or no",
		Formula: "-t·ln σ(y) - (1-t)·ln(1-σ(y))", Torch: "torch.nn.BCEWithLogitsLoss",
		Formerly: map[string]string{
			"bce":                              "binary_cross_entropy",
			"binary_cross_entropy_with_logits": "binary_cross_entropy",
		},
		New: func(catalog.Args) (Loss, error) { return BinaryCrossEntropy(), nil },
	}
}

func (binaryCrossEntropy) String() string { return "binary_cross_entropy" }

func (binaryCrossEntropy) Link() Link { return Sigmoid }

func (binaryCrossEntropy) Outputs(targets int) int { return targets }

func (binaryCrossEntropy) Bind(k *kernels.Set) Loss { return binaryCrossEntropy{k} }

func (binaryCrossEntropy) Chain() (kernels.ChainLoss, bool) { return kernels.ChainLogistic, true }

func (l binaryCrossEntropy) Check(t data.Target, rows, cols int) error {
	return checkValues(l.String(), &t, rows, cols, interval{0, 1, "a probability, from 0 to 1"})
}

func (binaryCrossEntropy) Weight(t data.Target, rows, cols int) float64 {
	return elements(&t, rows, cols)
}

func (l binaryCrossEntropy) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	k, c := orBest(l.kernels), float32(scale)
	sum, logs := 0.0, logSum{product: 1}
	for i := range y.Rows {
		z, want := tensor.Row(y, i), tensor.Row(t.Values, i)
		switch {
		case dy.Data == nil:
			sum += logisticRow(z, want)
		case len(z) <= narrow:
			sum += logisticNarrow(tensor.Row(dy, i), z, want, c, &logs)
		default:
			sum += logisticWide(k, tensor.Row(dy, i), z, want, c)
		}
	}
	return sum + logs.total()
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

// logisticNarrow does the work of logisticWide for rows too short for a kernel. The
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

// logisticWide returns the sum of the losses of a row and writes its gradient,
// c·(σ(z)-t), to dz, which may be z. It works in chunks of as many elements as
// a register holds signs.
func logisticWide(k *kernels.Set, dz, z, t []float32, c float32) float64 {
	sum := 0.0
	for len(z) > 0 {
		m := min(len(z), 64)
		sum += logisticChunk(k, dz[:m], z[:m], t[:m], c)
		dz, z, t = dz[m:], z[m:], t[m:]
	}
	return sum
}

// logisticChunk is logisticWide for at most 64 elements.
//
// ln(1+e^-a) is -ln(1-s). Each 1-s is in [½, 1], so the product of all of them
// is at least 2^-64 and needs one logarithm. In dz stand, one after the other,
// -a, s and the gradient; z may be gone by then, so its signs wait in a register
// and d is computed again.
func logisticChunk(k *kernels.Set, dz, z, t []float32, c float32) float64 {
	dz, t = dz[:len(z)], t[:len(z)]
	sum, signs := 0.0, uint64(0)
	for j, v := range z {
		a, d, sign := fold(v, t[j])
		sum += float64(a) * float64(d)
		signs |= uint64(sign) << j
		dz[j] = -a
	}
	k.Activate[kernels.Sigmoid](dz, dz)
	product := 1.0
	for j, s := range dz {
		sign := uint32(signs >> j & 1)
		_, d, _ := fold(math.Float32frombits(sign<<31), t[j])
		product *= 1 - float64(s)
		dz[j] = c * unfold(d-s, sign)
	}
	return sum - math.Log(product)
}

func (binaryCrossEntropy) Correct(y tensor.Matrix, t data.Target) int {
	return sameSide(y, t.Values, 0)
}

func (binaryCrossEntropy) CorrectLabels(y tensor.Matrix, t data.Target) int {
	return labelsOnSide(y, t.Values, 0)
}
