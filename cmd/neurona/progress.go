package main

import (
	"fmt"
	"math"
	"time"

	"github.com/neurona-ml/neurona/nn"
	"github.com/schollz/progressbar/v3"
)

// progress shows how training goes, on a terminal: a bar with loss, accuracy
// and samples per second.
type progress struct {
	bar      *progressbar.ProgressBar
	epochs   int
	room     int // columns for text
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
	width := t.err.width - percentWidth - textWidth
	times := width >= timesWidth+minBar
	if times {
		width -= timesWidth
	}
	bar := progressbar.NewOptions(t.batches()*t.opts.epochs,
		progressbar.OptionSetWriter(t.stderr.raw()),
		progressbar.OptionSetWidth(min(max(width, minBar), maxBar)),
		progressbar.OptionSetTheme(theme),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionSetElapsedTime(times),
		progressbar.OptionSetPredictTime(times),
		progressbar.OptionUseANSICodes(t.err.colours != noColour),
	)
	room := t.err.width - percentWidth - minBar
	return &progress{bar: bar, epochs: t.opts.epochs, room: room, drawn: time.Now(), accuracy: math.NaN()}
}

// Columns of the line with the bar.
const (
	percentWidth = 13 // " 100% " and what surrounds the bar
	textWidth    = 58 // "epoch 999/999  loss 0.1234  acc 99.99 %  123k samples/s"
	timesWidth   = 20 // "[12m34s:56m78s] ", where there is room
	minBar       = 8
	maxBar       = 40
)

// callback is what tells p of each batch.
func (p *progress) callback() nn.Callback {
	return nn.Callback{
		Name: "progress",
		Step: func(_ *nn.Run, s *nn.StepInfo) error { return p.step(*s) },
		End:  func(*nn.Run, error) error { p.clear(); return nil },
	}
}

// step is told of each batch.
func (p *progress) step(s nn.StepInfo) error {
	p.losses += s.Loss * float64(s.Samples)
	p.samples += s.Samples
	elapsed := time.Since(p.drawn)
	if elapsed < redraw {
		return nil
	}
	parts := []string{
		fmt.Sprintf("epoch %d/%d", s.Epoch, p.epochs),
		fmt.Sprintf("  loss %.4f", p.losses/float64(p.samples)),
	}
	if !math.IsNaN(p.accuracy) {
		parts = append(parts, "  acc "+percent(p.accuracy))
	}
	parts = append(parts, fmt.Sprintf("  %s samples/s", count(float64(p.samples)/elapsed.Seconds())))
	text := ""
	for _, part := range parts {
		if len(text)+len(part) <= p.room { // a line that wraps would be a mess
			text += part
		}
	}
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
