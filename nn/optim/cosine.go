package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type cosine struct {
	floor float64
	over  int  // steps
	own   bool // over counts; otherwise Fit says how many
	err   error
}

// CosineOption is an option of Cosine.
type CosineOption interface{ applyCosine(*cosine) }

type over int

// Over lets Cosine fall over so many steps, at least 1, in place of those of Fit.
func Over(steps int) CosineOption { return over(steps) }

func (o over) applyCosine(s *cosine) { s.over, s.own = int(o), true }

// Cosine lets the rate fall along half a cosine, from the whole of it at step
// 1 to a fraction, Floor, after the last step, and stays there:
//
//	rate = base·(floor + (1-floor)·(1+cos(π·min(step-1, steps)/steps))/2)
//
// This is PyTorch's CosineAnnealingLR with T_max = steps and eta_min =
// floor·base, and SGDR without restarts (Loshchilov and Hutter, 2017).
//
// The steps are those to the end of Fit: a second Fit bends the curve. With Over they are a
// number of one's own; steps outside of Fit need it, and are an error without.
func Cosine(opts ...CosineOption) Schedule {
	var s cosine
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("cosine", i)
			continue
		}
		o.applyCosine(&s)
	}
	return s
}

func cosinePart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "cosine",
		Params: []catalog.Param{
			{Name: "floor", Kind: catalog.Number, Default: "0", Range: catalog.Between(0, 1), Help: "the fraction of the rate that stays"},
			{Name: "over", Kind: catalog.Integer, Optional: true, Range: catalog.AtLeast(1), Help: "steps; those of the training if it is left out"},
		},
		Help: "falls along half a cosine", Formula: "lr·(floor + (1-floor)·(1+cos(π·t))/2)", Torch: "CosineAnnealingLR",
		Example: "cosine(floor=0.1, over=1000)",
		New: func(a catalog.Args) (Schedule, error) {
			s := cosine{floor: a.Float("floor"), over: a.Int("over"), own: a.Has("over")}
			return s, Check(s)
		},
	}
}

func (s cosine) String() string {
	spelling := cosinePart().Spell().Float("floor", s.floor)
	if s.own {
		spelling = spelling.Int("over", s.over)
	}
	return spelling.String()
}

func (s cosine) Rate(base float64, p Progress) float64 {
	steps := p.Steps
	if s.own {
		steps = s.over
	}
	done := min(max(p.Step-1, 0), steps)
	fall := (1 + math.Cos(math.Pi*float64(done)/float64(steps))) / 2
	return base * (s.floor + (1-s.floor)*fall)
}

func (s cosine) Validate(p Progress) error {
	if s.err != nil {
		return s.err
	}
	if err := checkFloor("cosine", s.floor); err != nil {
		return err
	}
	if s.own && s.over < 1 {
		return fault.Value("cosine", "over", float64(s.over), "at least 1 step")
	}
	if !s.own && p.Steps < 1 {
		return fault.Value("cosine", "number of steps to fall over", float64(p.Steps), "those of Fit, or others by Over")
	}
	return nil
}
