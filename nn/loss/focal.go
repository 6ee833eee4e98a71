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

// focal is the loss that Focal returns.
type focal struct {
	ofClasses
	kernels *kernels.Set
	*focalOptions
}

// focalOptions are the options of Focal.
type focalOptions struct {
	gamma float64
	alpha []float64 // of the classes; nil: 1 each
	name  string
	err   error
}

// Focal is CrossEntropy of which each row counts less the nearer the answer is to being right (Lin and
// others, 2017, Focal Loss for Dense Object Detection), for class indices: the mean over the rows. PyTorch has none.
// Outputs z are logits; with p the softmax of the row's class k,
//
//	L = -a[k]·(1-p)^gamma·ln p
//	∂L/∂zⱼ = a[k]·((1-p)^gamma + gamma·(1-p)^(gamma-1)·p·(-ln p))·(softmax(z)ⱼ - [j=k])
//
// with a = 1, or those of Alpha. A gamma of 0 is CrossEntropy, of 2 what the paper recommends; it is at least 0 and
// finite in float32. It is finite whatever the logits, and classifies as CrossEntropy does.
// Options that cannot be are a *fault.HyperparameterError of Check.
func Focal(gamma float64, opts ...FocalOption) Loss {
	o := &focalOptions{gamma: gamma, err: checkGamma("focal", gamma)}
	for i, opt := range opts {
		if opt == nil {
			o.err = fault.Option("focal", i)
			continue
		}
		opt.applyFocal(o)
	}
	spell := focalPart().Spell().Float("gamma", gamma)
	if o.alpha != nil {
		spell = spell.Floats("alpha", o.alpha...)
		if err := checkFactors("focal", "alpha", o.alpha); o.err == nil {
			o.err = err
		}
	}
	o.name = spell.String()
	return focal{focalOptions: o}
}

func focalPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "focal", Help: "cross-entropy in which what is nearly right counts less, for one of several classes",
		Params: []catalog.Param{
			gammaParam(),
			{Name: "alpha", Kind: catalog.Numbers, Optional: true, Range: catalog.AtLeast(0), Help: "factors of the classes, one for each output"},
		},
		Formula: "-(1-p)^gamma·ln p, p = softmax(y)ₖ", Example: "focal(alpha=[1, 0.25])",
		Formerly: map[string]string{"focal_loss": "focal", "softmax_focal": "focal"},
		New: func(a catalog.Args) (Loss, error) {
			var opts []FocalOption
			if a.Has("alpha") {
				opts = append(opts, Alpha(a.Floats("alpha")...))
			}
			f := Focal(a.Float("gamma"), opts...).(focal)
			return f, f.err
		},
	}
}

func (l focal) String() string { return l.name }

func (focal) Link() Link { return Softmax }

func (l focal) Bind(k *kernels.Set) Loss {
	l.kernels = k
	return l
}

func (l focal) Check(t data.Target, rows, cols int) error {
	switch {
	case l.err != nil:
		return l.err
	case l.alpha != nil && len(l.alpha) != cols:
		return fault.Value("focal", "number of alphas", float64(len(l.alpha)), fmt.Sprintf("%d, one for each output", cols))
	}
	return checkLabels(l.name, &t, rows, cols)
}

func (l focal) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	k, sum := orBest(l.kernels), 0.0
	for i := range y.Rows {
		z, label, factor := tensor.Row(y, i), t.Labels[i], 1.0
		if l.alpha != nil {
			factor = l.alpha[label]
		}
		zk := float64(z[label]) // before dy, which may be y, is written
		dz := gradientRow(dy, i)
		largest, logs := normalise(k, dz, z, 1)
		right := logs + (largest - zk) // -ln p
		value, slope := l.of(right)
		sum += float64(factor * value)
		if dz != nil {
			c := scale * factor * slope
			k.Scale(float32(c), dz)
			dz[label] = float32(c * math.Expm1(-right))
		}
	}
	return sum
}

// of is the loss of a row whose cross-entropy is x = -ln p, and its derivative by x.
func (l focal) of(x float64) (value, slope float64) {
	q := -math.Expm1(-x)
	if q <= 0 { // where x/q is 1
		if l.gamma == 0 {
			return x, 1
		}
		return 0, 0
	}
	power := math.Pow(q, l.gamma)
	value, slope = power*x, power
	if p := 1 - q; p > 0 {
		slope += l.gamma * power / q * p * x
	}
	return value, slope
}
