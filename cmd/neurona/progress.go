package main

import (
	"fmt"
	"math"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/neurona-ml/neurona/nn"
)

// progress shows how training goes, on a terminal: a bar with loss, accuracy
// and samples per second.
type progress struct {
	bar      *progressbar.ProgressBar
	epochs   int
	drawn    time.Time
	losses   float64 // sum over the samples since then
	samples  int     // since then
	accuracy float64 // after the last epoch; NaN before
}

// redraw is how often the bar is drawn: smooth to the eye and, at some
// microseconds a time, free.
const redraw = 60 * time.Millisecond

// newProgress returns the progress bar of a training, or nil where none is to
// be seen: it is for people at a terminal.
func (t *training) newProgress() *progress {
	if t.opts.quiet || !t.err.interactive {
		return nil
	}
	theme := progressbar.Theme{Saucer: "=", SaucerHead: ">", SaucerPadding: " ", BarStart: "[", BarEnd: "]"}
	if t.err.unicode {
		theme = progressbar.Theme{Saucer: "━", SaucerHead: "╸", SaucerPadding: " ", BarStart: "▕", BarEnd: "▏"}
	}
	// What stands beside the bar takes up to 85 columns.
	bar := progressbar.NewOptions(t.batches()*t.opts.epochs,
		progressbar.OptionSetWriter(t.stderr),
		progressbar.OptionSetWidth(min(max(t.err.width-85, 8), 40)),
		progressbar.OptionSetTheme(theme),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionUseANSICodes(t.err.colours != noColour),
	)
	return &progress{bar: bar, epochs: t.opts.epochs, drawn: time.Now(), accuracy: math.NaN()}
}

// step is told of each batch.
func (p *progress) step(s nn.StepInfo) error {
	p.losses += s.Loss * float64(s.Samples)
	p.samples += s.Samples
	elapsed := time.Since(p.drawn)
	if elapsed < redraw {
		return nil
	}
	text := fmt.Sprintf("epoch %d/%d  loss %.4f", s.Epoch, p.epochs, p.losses/float64(p.samples))
	if !math.IsNaN(p.accuracy) {
		text += "  accuracy " + percent(p.accuracy)
	}
	text += fmt.Sprintf("  %s samples/s", count(float64(p.samples)/elapsed.Seconds()))
	p.drawn, p.losses, p.samples = time.Now(), 0, 0
	// A terminal that cannot be written to is no reason to stop training.
	p.bar.Describe(text)
	_ = p.bar.Set(s.Step)
	return nil
}

// epoch is told of each epoch. The best estimate of the accuracy that there is
// will be shown.
func (p *progress) epoch(e *epoch) {
	switch {
	case e.test != nil:
		p.accuracy = e.test.Accuracy
	case e.Validation != nil:
		p.accuracy = e.Validation.Accuracy
	default:
		p.accuracy = e.Accuracy
	}
}

// clear takes the bar away, to make room for the summary.
func (p *progress) clear() { _ = p.bar.Clear() }
