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

// binaryFocal is the loss that BinaryFocal returns.
type binaryFocal struct {
	meanOfElements
	kernels *kernels.Set
	gamma   float64
	alpha   float64 // 0: none
	name    string
	err     error
}

// BinaryFocalOption is an option of BinaryFocal, FocalOption one of Focal.
type (
	BinaryFocalOption interface{ applyBinaryFocal(*binaryFocal) }
	FocalOption       interface{ applyFocal(*focalOptions) }
)

// AlphaOption is what Alpha returns.
type AlphaOption []float64

func (o AlphaOption) applyBinaryFocal(f *binaryFocal) {
	if len(o) != 1 {
		f.err = fault.Value("binary_focal", "number of alphas", float64(len(o)), "1, of the label 1")
		return
	}
	if f.alpha = o[0]; !(f.alpha > 0 && f.alpha < 1) {
		f.err = fault.Value("binary_focal", "alpha", f.alpha, "a number between 0 and 1")
	}
}

func (o AlphaOption) applyFocal(f *focalOptions) { f.alpha = o }

// Alpha are factors of classes. To BinaryFocal it is one number between 0 and 1: that of targets of 1, and 1-alpha
// of 0, as in torchvision, whose default is 0.25. To Focal it is a number for each class, at least 0 and one
// above 0. Means are not divided by them.
func Alpha(alpha ...float64) AlphaOption { return append([]float64{}, alpha...) } // none is not nil

// BinaryFocal is BinaryCrossEntropy of which each element counts less the nearer the answer is to being right
// (Lin and others, 2017, Focal Loss for Dense Object Detection): torchvision's sigmoid_focal_loss, the
// mean over all N = rows·outputs elements. Targets are 0 or 1, outputs logits, and p is σ(z) where the target is 1
// and 1-σ(z) where it is 0:
//
//	L = -Σ a·(1-p)^gamma·ln p /N
//	∂L/∂z = ∓a·(1-p)^gamma·(gamma·p·(-ln p) + 1-p) /N
//
// with a = 1, or that of Alpha. A gamma of 0 is BinaryCrossEntropy, of 2 what the paper recommends; it is at least 0 and
// finite in float32. It is finite whatever the logits, and classifies as BinaryCrossEntropy
// does. Options that cannot be are a *fault.HyperparameterError of Check.
func BinaryFocal(gamma float64, opts ...BinaryFocalOption) Loss {
	f := binaryFocal{gamma: gamma, err: checkGamma("binary_focal", gamma)}
	for i, opt := range opts {
		if opt == nil {
			f.err = fault.Option("binary_focal", i)
			continue
		}
		opt.applyBinaryFocal(&f)
	}
	spell := binaryFocalPart().Spell().Float("gamma", gamma)
	if f.alpha != 0 {
		spell = spell.Float("alpha", f.alpha)
	}
	f.name = spell.String()
	return f
}

// checkGamma reports an exponent that cannot be.
func checkGamma(of string, gamma float64) error {
	if gamma == 0 || isPositive(gamma) {
		return nil
	}
	return fault.Value(of, "gamma", gamma, "at least 0 and finite in float32")
}

// gammaParam is the parameter of both.
func gammaParam() catalog.Param {
	return catalog.Param{Name: "gamma", Kind: catalog.Number, Default: "2", Range: catalog.AtLeast(0), Help: "how little what is nearly right counts; 0: as much as all else"}
}

func binaryFocalPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "binary_focal", Help: "binary cross-entropy in which what is nearly right counts less",
		Params: []catalog.Param{
			gammaParam(),
			{Name: "alpha", Kind: catalog.Number, Optional: true, Range: catalog.Inside(0, 1), Help: "factor of the label 1, and 1-alpha of 0; 1 for both if left out"},
		},
		Formula: "-(1-p)^gamma·ln p, p = σ(y) or 1-σ(y)", Torch: "torchvision.ops.sigmoid_focal_loss", Example: "binary_focal(alpha=0.25)",
		Formerly: map[string]string{"sigmoid_focal": "binary_focal", "sigmoid_focal_loss": "binary_focal"},
		New: func(a catalog.Args) (Loss, error) {
			var opts []BinaryFocalOption
			if a.Has("alpha") {
				opts = append(opts, Alpha(a.Float("alpha")))
			}
			f := BinaryFocal(a.Float("gamma"), opts...).(binaryFocal)
			return f, f.err
		},
	}
}

func (l binaryFocal) String() string { return l.name }

func (binaryFocal) Link() Link { return Sigmoid }

func (l binaryFocal) Bind(k *kernels.Set) Loss {
	l.kernels = k
	return l
}

func (l binaryFocal) Check(t data.Target, rows, cols int) error {
	if l.err != nil {
		return l.err
	}
	return checkAmong(l.name, &t, rows, cols, "0 or 1", func(v float32) bool { return v == 0 || v == 1 })
}

// at is made of z = y or -y, of whose side of 0 the target is, and ln(1+e^-|z|).
func (l binaryFocal) at(_ int, y, t float64) (value, dl float64) {
	z, factor := -y, 1-l.alpha
	if t > 0.5 {
		z, factor = y, l.alpha
	}
	if l.alpha == 0 {
		factor = 1
	}
	e := math.Exp(-math.Abs(z))
	log := math.Log1p(e)
	right, wrong := log, log // -ln p and -ln(1-p)
	p, q := 1/(1+e), e/(1+e)
	if z < 0 {
		right -= z
		p, q = q, p
	} else {
		wrong += z
	}
	if l.gamma != 0 {
		factor *= math.Exp(-l.gamma * wrong)
	}
	slope := factor * (l.gamma*p*right + q)
	if t > 0.5 {
		slope = -slope
	}
	return factor * right, slope
}

func (l binaryFocal) vectors() vectors {
	v := vectors{kernels: orBest(l.kernels), of: kernels.FocalLoss, a: float32(l.gamma), b: float32(l.alpha), times: 1, mostY: mostOfKernels}
	if l.alpha == 0 {
		v.b, v.times = 0.5, 2
	}
	if l.gamma != 0 && !inKernels(l.gamma) || !inKernels(float64(v.b)) || v.b == 1 {
		return vectors{}
	}
	return v
}

func (l binaryFocal) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}

func (binaryFocal) Correct(y tensor.Matrix, t data.Target) int { return sameSide(y, t.Values, 0) }

func (binaryFocal) CorrectLabels(y tensor.Matrix, t data.Target) int {
	return labelsOnSide(y, t.Values, 0)
}

// checkFactors reports numbers for classes that cannot be factors of them, whatever the number of outputs.
func checkFactors(of, what string, list []float64) error {
	top := 0.0
	for k, w := range list {
		if w != 0 && !isPositive(w) {
			return fault.Value(of, fmt.Sprintf("%s of class %d", what, k), w, "at least 0 and finite in float32")
		}
		top = max(top, w)
	}
	if top == 0 {
		return fault.Value(of, fmt.Sprintf("largest %s of a class", what), top, "one above 0")
	}
	return nil
}
