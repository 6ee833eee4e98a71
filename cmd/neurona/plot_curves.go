package main

import (
	"fmt"
	"math"
	"strconv"

	"github.com/neurona-ml/neurona/nn"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curve is a number that each epoch has, if it was measured.
type curve struct {
	name  string
	class int // whose colour it has
	value func(e *epoch) (float64, bool)
}

// plotCurves plots the loss over the epochs and, below, the accuracy if there
// is one.
func (t *training) plotCurves() ([][]*plot.Plot, error) {
	loss := newPlot(t.opts.name(), "", "loss")
	err := t.addCurves(loss, []curve{
		{"training", 0, func(e *epoch) (float64, bool) { return e.Loss, true }},
		{"validation", 1, func(e *epoch) (float64, bool) { return lossOf(e.Validation) }},
		{"test", 2, func(e *epoch) (float64, bool) { return lossOf(e.test) }},
	})
	if err != nil {
		return nil, err
	}
	loss.Y.Min = 0
	if t.task.Classes() == nil {
		loss.X.Label.Text = "epoch"
		return [][]*plot.Plot{{loss}}, nil
	}
	accuracy := newPlot("", "epoch", "accuracy, %")
	err = t.addCurves(accuracy, []curve{
		{"training", 0, func(e *epoch) (float64, bool) { return 100 * e.Accuracy, true }},
		{"validation", 1, func(e *epoch) (float64, bool) { return accuracyOf(e.Validation) }},
		{"test", 2, func(e *epoch) (float64, bool) { return accuracyOf(e.test) }},
	})
	if err != nil {
		return nil, err
	}
	accuracy.Legend.Top = false
	return [][]*plot.Plot{{loss}, {accuracy}}, nil
}

// addCurves draws each curve that has points, and the value at the end: what
// the test part gave when training was over.
func (t *training) addCurves(p *plot.Plot, curves []curve) error {
	p.Add(plotter.NewGrid())
	for _, c := range curves {
		var points plotter.XYs
		for i := range t.epochs {
			v, ok := c.value(&t.epochs[i])
			if ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
				points = append(points, plotter.XY{X: float64(t.epochs[i].Epoch), Y: v})
			}
		}
		if points == nil && c.name == "test" && t.test != nil && len(t.epochs) > 0 {
			last := epoch{test: &nn.Metrics{Loss: t.tested.Loss, Accuracy: t.tested.Targets[0].Accuracy}}
			if v, ok := c.value(&last); ok {
				points = plotter.XYs{{X: float64(len(t.epochs)), Y: v}}
			}
		}
		if points == nil {
			continue
		}
		if err := addCurve(p, c, points); err != nil {
			return err
		}
	}
	p.X.Min = 1
	p.X.Max = float64(max(2, len(t.epochs)))
	p.X.Tick.Marker = wholeTicks{}
	return nil
}

// addCurve draws one curve: a line, and points where few make them readable.
func addCurve(p *plot.Plot, c curve, points plotter.XYs) error {
	line, marks, err := plotter.NewLinePoints(points)
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	colour := classColour(c.class).rgba()
	line.LineStyle = draw.LineStyle{Color: colour, Width: vg.Points(1.5)}
	marks.GlyphStyle = draw.GlyphStyle{Color: colour, Radius: vg.Points(2.5), Shape: draw.CircleGlyph{}}
	p.Add(line)
	if len(points) <= 30 {
		p.Add(marks)
		p.Legend.Add(c.name, line, marks)
		return nil
	}
	p.Legend.Add(c.name, line)
	return nil
}

// wholeTicks marks whole epochs: steps of 1, 2 or 5 times a power of ten, at
// most ten of them.
type wholeTicks struct{}

func (wholeTicks) Ticks(low, high float64) []plot.Tick {
	step := 1.0
	for factors := []float64{2, 2.5, 2}; (high-low)/step > 10; factors = append(factors[1:], factors[0]) {
		step *= factors[0]
	}
	var ticks []plot.Tick
	for v := step * math.Ceil(low/step); v <= high; v += step {
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'f', -1, 64)})
	}
	return ticks
}

func lossOf(m *nn.Metrics) (float64, bool) {
	if m == nil {
		return 0, false
	}
	return m.Loss, true
}

func accuracyOf(m *nn.Metrics) (float64, bool) {
	if m == nil {
		return 0, false
	}
	return 100 * m.Accuracy, true
}
