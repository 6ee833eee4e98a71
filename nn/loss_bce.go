package nn

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
)

// bce is the loss that BinaryCrossEntropyWithLogits returns.
type bce struct{}

// BinaryCrossEntropyWithLogits is the cross-entropy between targets t in
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
// A sample is right if each of its probabilities is above ½, that is z > 0,
// exactly where the target is at least ½.
func BinaryCrossEntropyWithLogits() Loss { return bce{} }

func (bce) Name() string { return "binary_cross_entropy_with_logits" }

func (l bce) Check(t Target, rows, cols int) error {
	return checkValues(l.Name(), t, rows, cols, isProbability, "a probability, from 0 to 1")
}

// isProbability reports whether x is in [0, 1].
func isProbability(x float32) bool { return x >= 0 && x <= 1 }

func (bce) Eval(k *kernels.Set, y Matrix, t Target, grad Matrix, scale float32) float64 {
	n := float64(y.Rows) * float64(y.Cols)
	c := float32(float64(scale) / n)
	sum, logs := 0.0, logSum{product: 1}
	for i := range y.Rows {
		z, want := rowOf(y, i), rowOf(t.Values, i)
		switch {
		case grad.Data == nil:
			sum += bceRow(z, want)
		case len(z) <= narrow:
			sum += bceNarrow(rowOf(grad, i), z, want, c, &logs)
		default:
			sum += bceWide(k, rowOf(grad, i), z, want, c)
		}
	}
	return (sum + logs.total()) / n
}

// bceRow returns the sum of the elements' losses.
func bceRow(z, t []float32) float64 {
	sum := 0.0
	for j, v := range z {
		sum += bceLinear(v, t[j]) + math.Log1p(math.Exp(-math.Abs(float64(v))))
	}
	return sum
}

// bceLinear is max(z, 0) - z·t without cancellation.
func bceLinear(z, t float32) float64 {
	if z < 0 {
		return -float64(z) * float64(t)
	}
	return float64(z) * (1 - float64(t))
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

// bceNarrow does the work of bceWide for rows too short for a kernel. The
// logarithms are added to logs instead of to the result.
func bceNarrow(dz, z, t []float32, c float32, logs *logSum) float64 {
	sum := 0.0
	for j, v := range z {
		sum += bceLinear(v, t[j])
		e := math.Exp(-math.Abs(float64(v)))
		logs.add(1 + e)
		sigma := 1 / (1 + e)
		if v < 0 {
			sigma = e / (1 + e)
		}
		dz[j] = c * (float32(sigma) - t[j])
	}
	return sum
}

// bceWide returns the sum of the losses of a row and writes its gradient,
// c·(σ(z)-t), to dz, which may be z. It works in chunks of as many elements as
// a register holds signs.
func bceWide(k *kernels.Set, dz, z, t []float32, c float32) float64 {
	sum := 0.0
	for len(z) > 0 {
		m := min(len(z), 64)
		sum += bceChunk(k, dz[:m], z[:m], t[:m], c)
		dz, z, t = dz[m:], z[m:], t[m:]
	}
	return sum
}

// bceChunk is bceWide for at most 64 elements.
//
// With s = σ(-|z|), which is small and exact to its last bits where σ(|z|)
// would round to 1, ln(1+e^-|z|) is -ln(1-s). Each 1-s is in [½, 1], so the
// product of all of them is at least 2^-64 and needs one logarithm. s takes
// the place of z in dz, so z's sign waits in a register.
func bceChunk(k *kernels.Set, dz, z, t []float32, c float32) float64 {
	sum, negative := 0.0, uint64(0)
	for j, v := range z {
		sum += bceLinear(v, t[j])
		if v < 0 {
			negative |= 1 << j
			dz[j] = v
		} else {
			dz[j] = -v
		}
	}
	k.Activate[kernels.Sigmoid](dz, dz)
	product := 1.0
	for j, s := range dz {
		product *= 1 - float64(s)
		if negative>>j&1 == 0 {
			s = 1 - s
		}
		dz[j] = c * (s - t[j])
	}
	return sum - math.Log(product)
}

func (bce) Correct(y Matrix, t Target) int { return sameSide(y, t.Values, 0) }
