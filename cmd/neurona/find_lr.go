package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/nn"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// rateEvent is what --find-lr has found, as JSON. Numbers that are none are null.
type rateEvent struct {
	Event      string   `json:"event"` // "rates"
	Rates      []number `json:"rates"`
	Losses     []number `json:"losses"`   // of each step's batch
	Smoothed   []number `json:"smoothed"` // the same, averaged with their neighbours
	Suggestion number   `json:"suggestion"`
	Lowest     number   `json:"lowest"` // the rate at which the smoothed loss is lowest
	Diverged   bool     `json:"diverged"`
}

// findRate tries learning rates on a copy of the network, and draws how the loss goes with them.
func (t *training) findRate(ctx context.Context) error {
	found, err := t.trainer.FindRate(ctx, t.train.Set, nn.RateSearch{}, t.batching()...)
	if errors.Is(err, context.Canceled) {
		return &interruptedError{When: "after " + plural(len(found.Rates), "step")}
	}
	if err != nil {
		return blameUsage(err)
	}
	if t.plot.given() {
		p, err := t.plotRates(found)
		if err != nil {
			return err
		}
		if err := t.writePlots([][]*plot.Plot{{p}}, 18*vg.Centimeter, 10*vg.Centimeter); err != nil {
			return err
		}
	}
	switch {
	case t.opts.json:
		return writeJSON(t.stdout, rateEvent{
			Event: "rates", Rates: asNumbers(found.Rates), Losses: asNumbers(found.Losses), Smoothed: asNumbers(found.Smoothed),
			Suggestion: number(found.Suggestion), Lowest: number(found.Lowest), Diverged: found.Diverged,
		})
	case t.opts.quiet:
		return nil
	}
	return t.reportRates(t.stdout, found)
}

func asNumbers(list []float64) []number {
	all := make([]number, len(list))
	for i, v := range list {
		all[i] = number(v)
	}
	return all
}

const (
	ratesShown = 20 // lines of the curve
	rateWidth  = 40 // places of the longest bar, but for one
)

// reportRates draws the curve: a line for every few rates, with a bar as long as the smoothed loss is high.
func (t *training) reportRates(w io.Writer, f *nn.RateFinding) error {
	var b strings.Builder
	low := slices.Min(f.Smoothed)
	high := slices.Max(f.Smoothed[:slices.Index(f.Smoothed, low)+1]) // what runs away then would hide the rest
	if !(high > low) {                                               // NaN, where the first loss was none
		high = low + max(math.Abs(low), 1e-30)
	}
	fmt.Fprintf(&b, "\n%12s %12s\n", "rate", "loss")
	step := max(1, len(f.Rates)/ratesShown)
	for i := 0; i < len(f.Rates); i += step {
		bar := 1 + int(math.Round(rateWidth*min(max((f.Smoothed[i]-low)/(high-low), 0), 1)))
		mark := ""
		switch {
		case near(f.Rates, i, step, f.Suggestion):
			mark = "  falls fastest"
		case near(f.Rates, i, step, f.Lowest):
			mark = "  lowest"
		}
		fmt.Fprintf(&b, "%12.3g %12.5g %s%s\n", f.Rates[i], f.Smoothed[i], strings.Repeat(t.out.pick("█", "#"), bar), mark)
	}
	b.WriteString("\n")
	if f.Suggestion > 0 {
		line(&b, "rate", fmt.Sprintf("%.3g, where the loss falls fastest: --lr %.2g", f.Suggestion, f.Suggestion))
	} else {
		line(&b, "rate", "none: the loss falls at no rate")
	}
	if f.Diverged {
		line(&b, "diverged", fmt.Sprintf("at %.3g", f.Rates[len(f.Rates)-1]))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// near reports whether a rate is among the step rates from i on.
func near(rates []float64, i, step int, rate float64) bool {
	return rate > 0 && slices.Contains(rates[i:min(i+step, len(rates))], rate)
}

// plotRates draws the losses over the rates, as they are and smoothed.
func (t *training) plotRates(f *nn.RateFinding) (*plot.Plot, error) {
	p := newPlot(t.opts.name(), "learning rate", "loss")
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, decades{}
	p.Add(plotter.NewGrid())
	for i, c := range []struct {
		name   string
		losses []float64
	}{{"of each step", f.Losses}, {"smoothed", f.Smoothed}} {
		var points plotter.XYs
		for j, v := range c.losses {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				points = append(points, plotter.XY{X: f.Rates[j], Y: v})
			}
		}
		if points == nil {
			continue
		}
		if err := addCurve(p, curve{name: c.name, class: 1 - i}, points); err != nil {
			return nil, err
		}
	}
	p.Legend.Left = true
	low, first := slices.Min(f.Smoothed), f.Smoothed[0]
	if room := max(first-low, first/4); room > 0 { // what runs away leaves the page
		p.Y.Min, p.Y.Max = low-room, first+2*room
	}
	return p, nil
}

// decades marks powers of ten.
type decades struct{}

func (decades) Ticks(low, high float64) (ticks []plot.Tick) {
	for exponent := math.Ceil(math.Log10(low)); exponent <= math.Log10(high); exponent++ {
		v := math.Pow(10, exponent)
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 3, 64)})
	}
	return ticks
}
