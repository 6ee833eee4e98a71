package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type cosineRestarts struct {
	first  int
	longer int
	floor  float64
	err    error
}

// CosineRestartsOption is an option of CosineRestarts.
type CosineRestartsOption interface{ applyCosineRestarts(*cosineRestarts) }

type longerOption int

func (o longerOption) applyCosineRestarts(s *cosineRestarts) { s.longer = int(o) }

// Longer makes each cycle of CosineRestarts so many times as long as the one before, at least 1, which is the
// default.
func Longer(times int) CosineRestartsOption { return longerOption(times) }

// CosineRestarts lets the rate fall along half a cosine, from the whole of it to a fraction, Floor, and starts
// again, the first time after first steps, at least 1 (Loshchilov and Hutter, "SGDR: stochastic gradient descent
// with warm restarts", 2017). c steps after the start of a cycle of n
//
//	rate = base·(floor + (1-floor)·(1+cos(π·c/n))/2)
//
// This is PyTorch's CosineAnnealingWarmRestarts with T_0 = first, T_mult by Longer and eta_min = floor·base.
func CosineRestarts(first int, opts ...CosineRestartsOption) Schedule {
	s := cosineRestarts{first: first, longer: 1}
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("cosine_restarts", i)
			continue
		}
		o.applyCosineRestarts(&s)
	}
	return s
}

func cosineRestartsPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "cosine_restarts",
		Params: []catalog.Param{
			{Name: "first", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "steps of the first cycle", Formerly: []string{"t_0"}},
			{Name: "longer", Kind: catalog.Integer, Default: "1", Range: catalog.AtLeast(1), Help: "how many times as long each cycle is as the one before", Formerly: []string{"t_mult"}},
			floorParam("0"),
		},
		Help: "falls along half a cosine, again and again", Formula: "lr·(floor + (1-floor)·(1+cos(π·t))/2), t of each cycle", Torch: "CosineAnnealingWarmRestarts",
		Example: "cosine_restarts(3, longer=2)",
		New: func(a catalog.Args) (Schedule, error) {
			s := cosineRestarts{first: a.Int("first"), longer: a.Int("longer"), floor: a.Float("floor")}
			return s, Check(s)
		},
	}
}

func (s cosineRestarts) String() string {
	return cosineRestartsPart().Spell().Int("first", s.first).Int("longer", s.longer).Float("floor", s.floor).String()
}

func (s cosineRestarts) Validate(Progress) error {
	switch {
	case s.err != nil:
		return s.err
	case s.first < 1:
		return fault.Value("cosine_restarts", "first", float64(s.first), "at least 1 step")
	case s.longer < 1:
		return fault.Value("cosine_restarts", "longer", float64(s.longer), "at least 1")
	}
	return checkFloor("cosine_restarts", s.floor)
}

func (s cosineRestarts) Rate(base float64, p Progress) float64 {
	since, cycle := float64(max(p.Step-1, 0)), float64(s.first) // lengths of cycles may exceed an int
	if s.longer == 1 {
		since = math.Mod(since, cycle)
	}
	for since >= cycle {
		since -= cycle
		cycle *= float64(s.longer)
	}
	return base * (s.floor + (1-s.floor)*(1+math.Cos(math.Pi*since/cycle))/2)
}
