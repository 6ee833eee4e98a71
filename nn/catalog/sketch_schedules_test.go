package catalog_test

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type schedule interface{ String() string }

type constant struct{}

func (constant) String() string { return "constant" }

type cosine struct {
	floor float64
	over  int // 0: the whole training
}

func cosinePart() catalog.Part[schedule] {
	return catalog.Part[schedule]{
		Name: "cosine",
		Params: []catalog.Param{
			{Name: "floor", Kind: catalog.Number, Default: "0", Range: catalog.Between(0, 1), Help: "the fraction of the rate that stays"},
			{Name: "over", Kind: catalog.Integer, Optional: true, Range: catalog.AtLeast(1), Help: "steps; otherwise the whole training"},
		},
		Help: "falls along half a cosine", Formula: "floor + (1-floor)·(1+cos(π·t))/2", Torch: "CosineAnnealingLR",
		New: func(a catalog.Args) (schedule, error) {
			if a.Has("over") && a.Int("over") == 13 {
				return nil, fmt.Errorf("cosine: over is 13, want another number")
			}
			return cosine{a.Float("floor"), a.Int("over")}, nil
		},
	}
}

func (s cosine) String() string {
	spelling := cosinePart().Spell().Float("floor", s.floor)
	if s.over > 0 {
		spelling = spelling.Int("over", s.over)
	}
	return spelling.String()
}

type warmup struct {
	steps int
	then  schedule
}

func warmupPart() catalog.Part[schedule] {
	return catalog.Part[schedule]{
		Name: "warmup",
		Params: []catalog.Param{
			{Name: "steps", Kind: catalog.Integer, Range: catalog.AtLeast(0), Help: "steps until the rate is whole"},
			{Name: "then", Kind: catalog.OnePart, Help: "what follows"},
		},
		Help: "rises linearly, then follows another schedule", Example: "warmup(500, cosine)",
		New: func(a catalog.Args) (schedule, error) {
			return warmup{a.Int("steps"), catalog.One[schedule](a, "then")}, nil
		},
	}
}

func (s warmup) String() string {
	return warmupPart().Spell().Int("steps", s.steps).Part("then", s.then.String()).String()
}

func schedules() catalog.Catalog[schedule] {
	return catalog.New[schedule]("schedule").With(
		catalog.Part[schedule]{
			Name: "constant", Help: "leaves the rate as it is",
			New: func(catalog.Args) (schedule, error) { return constant{}, nil },
		},
		cosinePart(), warmupPart(),
	)
}
