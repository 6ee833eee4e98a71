package optim

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type smoothed struct{ rate, beta float64 }

// Smoothed goes along a mean of the gradients: m = beta·m + (1-beta)·g, p -= lr·m.
func Smoothed(rate, beta float64) Rule { return smoothed{rate, beta} }

func smoothedPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "smoothed",
		Params: []catalog.Param{
			rateParam("0.01"),
			{Name: "beta", Kind: catalog.Number, Default: "0.9", Range: catalog.Fraction(), Help: "how slowly the mean forgets"},
		},
		Help: "along a mean of gradients", Formula: "p -= lr·m, m = beta·m + (1-beta)·g",
		New: func(a catalog.Args) (Rule, error) { return valid(smoothed{a.Float("lr"), a.Float("beta")}) },
	}
}

func (r smoothed) String() string {
	return smoothedPart().Spell().Float("lr", r.rate).Float("beta", r.beta).String()
}

func (r smoothed) Rate() float64 { return r.rate }

func (r smoothed) Validate() error {
	if err := fault.NonNegative("smoothed", "lr", r.rate); err != nil {
		return err
	}
	return fault.Fraction("smoothed", "beta", r.beta)
}

func (smoothed) Slots() []Slot { return []Slot{{Name: "mean"}} }

func (r smoothed) Stepper() Stepper { return &smoothedStepper{beta: float32(r.beta)} }

type smoothedStepper struct{ rate, beta float32 }

func (s *smoothedStepper) Begin(_ int, rate float64) { s.rate = float32(rate) }

func (s *smoothedStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	mean := slots[0]
	for i, g := range grad {
		mean[i] = float32(s.beta*mean[i]) + float32((1-s.beta)*g)
		p[i] -= float32(s.rate * mean[i])
	}
}
