package main

import (
	"fmt"
	"image"
	"image/color"

	"github.com/neurona-ml/neurona/nn/tensor"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// plotCells is how fine the grid of a plotted region is, each way.
const plotCells = 300

// plotRegion plots what the network makes of the plane, with the test points:
// a disc for each, a cross over those that it gets wrong.
func (t *training) plotRegion() (*plot.Plot, error) {
	r, err := newRegion(t.net, t.task, t.unscaled, plotCells, plotCells)
	if err != nil {
		return nil, err
	}
	got, features := t.predictedClasses(), t.task.Encoder().Features()
	p := newPlot(fmt.Sprintf("%s, %s right", t.opts.name(), percent(t.tested.Targets[0].Accuracy)), cut(features[0], nameWidth), cut(features[1], nameWidth))
	p.Add(plotter.NewImage(r.image(), r.left, r.bottom, r.right, r.top))
	for n, class := range classesOf(t.unscaled.Truth[0].Classes) {
		points, err := t.scatter(func(i int) bool { return t.unscaled.Truth[0].Classes[i] == class })
		if err != nil {
			return nil, err
		}
		points.GlyphStyle = draw.GlyphStyle{Color: outline(class), Radius: 0.6 * vg.Millimeter, Shape: draw.CircleGlyph{}}
		if p.Add(points); n < namedClasses {
			p.Legend.Add(cut(t.task.Classes()[class], nameWidth), points)
		}
	}
	wrong, err := t.scatter(func(i int) bool { return got[i] != t.unscaled.Truth[0].Classes[i] })
	if err != nil {
		return nil, err
	}
	wrong.GlyphStyle = draw.GlyphStyle{Color: color.Black, Radius: 1.5 * vg.Millimeter, Shape: draw.CrossGlyph{}}
	p.Add(wrong)
	p.Legend.Add("wrong", wrong)
	// The legend stands above the region, where the title makes room for it.
	height := p.Legend.TextStyle.FontExtents().Height * vg.Length(min(len(t.task.Classes()), namedClasses)+2)
	p.Title.Padding = height
	p.Legend.YOffs = height
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = r.left, r.right, r.bottom, r.top
	return p, nil
}

// image paints the region, a pixel for each cell.
func (r *region) image() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, r.cols, r.rows))
	for row := range r.rows {
		for col := range r.cols {
			img.SetRGBA(col, row, r.colour(row, col).mix(paper, 0.35).rgba())
		}
	}
	return img
}

// scatter plots the test points that keep picks.
func (t *training) scatter(keep func(i int) bool) (*plotter.Scatter, error) {
	var points plotter.XYs
	for i := range t.unscaled.X.Rows {
		if keep(i) {
			row := tensor.Row(t.unscaled.X, i)
			points = append(points, plotter.XY{X: float64(row[0]), Y: float64(row[1])})
		}
	}
	if points == nil { // which NewScatter does not take
		return &plotter.Scatter{}, nil
	}
	return plotter.NewScatter(points)
}
