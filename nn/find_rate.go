package nn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/optim"
)

// RateSearch is which learning rates FindRate tries: from one to another, each the same multiple of the one
// before. What is 0 is as it says.
type RateSearch struct {
	From, To float64 // 1e-7 and 10, for the rule whose rate is that of all
	Steps    int     // of the optimizer: 100
}

// RateFinding is what FindRate has seen.
type RateFinding struct {
	Rates  []float64 // of each step
	Losses []float64 // of its batch, before the step
	// Smoothed is the losses, each averaged with its neighbours: a twentieth of the search on either side.
	Smoothed []float64

	// Suggestion is the rate at which the smoothed loss falls fastest, for equal multiples of the rate, before it is
	// lowest. It is 0 if the loss falls nowhere.
	Suggestion float64
	// Lowest is the rate at which the smoothed loss is lowest: a schedule's largest rate is usually somewhat below.
	Lowest float64
	// Diverged says that the search ended before its last rate: the loss was far above where it had been, or a step
	// would have left something that is not finite.
	Diverged bool
}

// FindRate tries learning rates on a copy of the network, in a short training by the trainer's loss, rule,
// accumulation and clipping in which the rate rises at each step (Smith, "Cyclical learning rates for training
// neural networks", 2017: the learning rate range test). Network and optimizer stay as they are; the copy begins
// with the network's parameters, and its optimizer with no state. Options are those of Fit; the search says for
// itself how many epochs it needs. It ends early when the average of the last losses is above the lowest that it
// was by three times as much as that, or as it had fallen.
//
// A rule of several rates has them all raised alike. Layers of one's own must make their parameters anew whenever
// they are built. With an error, ctx's for example, comes what has been seen so far.
func (t *Trainer) FindRate(ctx context.Context, source data.Source, search RateSearch, opts ...FitOption) (f *RateFinding, err error) {
	defer recovered(&err)
	f = &RateFinding{}
	if t == nil || t.net.made() != nil {
		return f, ErrNoNetwork
	}
	sweep, err := newRateSweep(search, t.opt.rule.Rate())
	if err != nil {
		return f, err
	}
	other, err := t.other(sweep)
	if err != nil {
		return f, err
	}
	defer other.net.Close()
	s := rateSearcher{finding: f, steps: sweep.steps}
	opts = append(slices.Clone(opts), Epochs(math.MaxInt), Callback{Step: func(_ *Run, info *StepInfo) error {
		return s.seen(info.Loss, other.opt.steps, other.opt.rate)
	}})
	_, err = other.Fit(ctx, source, opts...)
	if bad := new(NonFiniteError); errors.As(err, &bad) && len(f.Rates) > 1 {
		f.Diverged, err = true, nil
	}
	f.suggest(sweep.steps)
	return f, err
}

// other is a trainer of a copy of the network, whose rates are those of a schedule.
func (t *Trainer) other(s optim.Schedule) (*Trainer, error) {
	net, err := t.net.Clone(Backend(t.net.backend))
	if err != nil {
		return nil, fmt.Errorf("find rate: %w", err)
	}
	other, err := NewTrainer(net, t.loss.Loss, t.opt.rule, func(o *Optimizer) {
		o.clips, o.accumulate, o.check, o.schedule = t.opt.clips, t.opt.accumulate, t.opt.check, s
	})
	if err != nil {
		net.Close()
	}
	return other, err
}

// rateSweep is a schedule whose rates rise geometrically.
type rateSweep struct {
	from, to float64
	steps    int
	base     float64 // of the rule
}

func newRateSweep(s RateSearch, base float64) (rateSweep, error) {
	r := rateSweep{s.From, s.To, s.Steps, base}
	if r.from == 0 {
		r.from = 1e-7
	}
	if r.to == 0 {
		r.to = 10
	}
	if r.steps == 0 {
		r.steps = 100
	}
	switch {
	case !(r.from > 0 && r.from <= math.MaxFloat32):
		return r, fault.Value("find rate", "lowest rate", r.from, "a finite number, more than 0")
	case !(r.to > r.from && r.to <= math.MaxFloat32):
		return r, fault.Value("find rate", "highest rate", r.to, fmt.Sprintf("a finite number, more than the lowest rate of %v", r.from))
	case r.steps < 10:
		return r, fault.Value("find rate", "steps", float64(r.steps), "at least 10")
	}
	return r, nil
}

func (s rateSweep) String() string                { return fmt.Sprintf("rates from %v to %v", s.from, s.to) }
func (rateSweep) Validate(p optim.Progress) error { return nil }

func (s rateSweep) Rate(base float64, p optim.Progress) float64 {
	done := float64(min(max(p.Step-1, 0), s.steps-1)) / float64(s.steps-1)
	rate := s.from * math.Pow(s.to/s.from, done)
	if s.base > 0 { // others of the rule keep their ratio to it
		rate *= base / s.base
	}
	return rate
}

// rateSearcher is told of each batch of a search.
type rateSearcher struct {
	finding *RateFinding
	steps   int // of the search

	sum           float64 // of losses since the last step
	passes        int
	average, seed float64 // of the last losses; what is missing of its weights
	first, lowest float64 // of the averages
}

// seen notes the loss of a batch, after which so many steps have been taken, the last one at that rate, and ends
// the search when it is over.
func (s *rateSearcher) seen(loss float64, steps int, rate float64) error {
	f := s.finding
	s.sum += loss
	s.passes++
	if steps <= len(f.Rates) {
		return nil // more batches make the step
	}
	mean := s.sum / float64(s.passes)
	s.sum, s.passes = 0, 0
	f.Rates, f.Losses = append(f.Rates, rate), append(f.Losses, mean)
	if len(f.Rates) == s.steps {
		return ErrStop
	}
	const forget = 0.9
	if len(f.Rates) == 1 {
		s.seed = 1
	}
	s.seed *= forget
	s.average = forget*s.average + (1-forget)*mean
	average := s.average / (1 - s.seed)
	if len(f.Rates) == 1 {
		s.first, s.lowest = average, average
	}
	s.lowest = min(s.lowest, average)
	if average > s.lowest+3*max(math.Abs(s.lowest), s.first-s.lowest) {
		f.Diverged = true
		return ErrStop
	}
	return nil
}

// suggest smooths the losses and finds the rates to suggest.
func (f *RateFinding) suggest(steps int) {
	reach := max(steps/20, 1)
	for i := range f.Losses {
		near := f.Losses[max(i-reach, 0):min(i+reach+1, len(f.Losses))]
		sum := 0.0
		for _, v := range near {
			sum += v
		}
		f.Smoothed = append(f.Smoothed, sum/float64(len(near)))
	}
	if len(f.Smoothed) == 0 {
		return
	}
	lowest := slices.Index(f.Smoothed, slices.Min(f.Smoothed))
	f.Lowest = f.Rates[lowest]
	steepest := 0.0
	for i := 1; i < min(lowest+1, len(f.Smoothed)-1); i++ {
		slope := (f.Smoothed[i+1] - f.Smoothed[i-1]) / math.Log(f.Rates[i+1]/f.Rates[i-1])
		if slope < steepest {
			steepest, f.Suggestion = slope, f.Rates[i]
		}
	}
}
