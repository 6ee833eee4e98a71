package initial

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type truncatedNormal struct{ mean, deviation, low, high float64 }

// TruncatedNormal draws weights from the normal distribution of a mean and a standard deviation, cut off below low and above high, which
// are numbers and not multiples of the deviation (PyTorch's trunc_normal_). Biases are 0. It is
// for settings that are known; GlorotTruncatedNormal and its like go by the layer's size. If the deviation is not above 0, or low above high, all weights are NaN,
// which a network does not take.
func TruncatedNormal(mean, deviation, low, high float64) Initialiser {
	return truncatedNormal{mean, deviation, low, high}
}

func truncatedNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "truncated_normal", Help: "of any layer's size the same", Formula: "w: N(mean, std²) cut off at low and high",
		Params: []catalog.Param{
			{Name: "mean", Kind: catalog.Number, Default: "0", Help: "of the normal distribution"},
			{Name: "std", Kind: catalog.Number, Default: "1", Range: catalog.Above(0), Help: "standard deviation before it is cut off"},
			{Name: "low", Kind: catalog.Number, Default: "-2", Help: "least weight"},
			{Name: "high", Kind: catalog.Number, Default: "2", Help: "largest weight"},
		},
		Torch:    "torch.nn.init.trunc_normal_",
		Example:  "truncated_normal(std=0.02)",
		Formerly: map[string]string{"trunc_normal": "truncated_normal"},
		New: func(a catalog.Args) (Initialiser, error) {
			i := truncatedNormal{a.Float("mean"), a.Float("std"), a.Float("low"), a.Float("high")}
			if !i.valid() {
				return nil, fmt.Errorf("truncated_normal: low is %v, want less than high, which is %v", i.low, i.high)
			}
			return i, nil
		},
	}
}

func (i truncatedNormal) String() string {
	return truncatedNormalPart().Spell().Float("mean", i.mean).Float("std", i.deviation).Float("low", i.low).Float("high", i.high).String()
}

func (i truncatedNormal) valid() bool {
	return i.deviation > 0 && i.low <= i.high && i.mean-i.mean == 0
}

func (i truncatedNormal) Fill(rng *rand.Rand, _, _ int, w, b []float32) {
	low, high := (i.low-i.mean)/i.deviation, (i.high-i.mean)/i.deviation
	for k := range w {
		v := math.NaN()
		if i.valid() {
			v = float64(cut(rng, low, high)*i.deviation) + i.mean
		}
		w[k] = float32(min(max(v, i.low), i.high)) // for what rounding moves out
	}
	clear(b)
}

// cut draws from N(0, 1) between low and high: a normal number if they are far enough apart around 0,
// and otherwise, so that it does not take for ever, by rejection from a uniform or, in a tail,
// an exponential distribution (Robert, "Simulation of truncated normal variables", 1995).
func cut(rng *rand.Rand, low, high float64) float64 {
	if high < 0 {
		return -cut(rng, -high, -low)
	}
	switch {
	case low > 1e7: // what lies beyond is less than 1e-7 away, and float64 cannot hold d² below
		return min(low, math.MaxFloat64)
	case low <= 0 && high-low >= 2.5, low > 0 && low < 0.5 && high > 3:
		for {
			if x := rng.NormFloat64(); low <= x && x <= high {
				return x
			}
		}
	case low > 0 && (high-low)*(low+1) > 2:
		rate := (low + math.Sqrt(float64(low*low)+4)) / 2
		for {
			x := low + rng.ExpFloat64()/rate
			d := x - rate
			if x <= high && rng.Float64() <= math.Exp(float64(-d*d)/2) {
				return x
			}
		}
	}
	least := max(low, 0)
	for {
		x := low + float64(rng.Float64()*(high-low))
		if rng.Float64() <= math.Exp((float64(least*least)-float64(x*x))/2) {
			return x
		}
	}
}
