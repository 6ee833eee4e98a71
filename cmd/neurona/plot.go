package main

import (
	"image/color"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	// The formats of draw.NewFormattedCanvas.
	_ "gonum.org/v1/plot/vg/vgimg"
	_ "gonum.org/v1/plot/vg/vgpdf"
	_ "gonum.org/v1/plot/vg/vgsvg"
)

// plotFormats are the formats that plots can have.
func plotFormats() []string { return []string{"png", "svg", "pdf"} }

// plotFormat is the format that a file's name asks for.
func plotFormat(path string) string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
}

// writePlot plots what the network has learnt of the plane, or else how it
// learnt.
func (t *training) writePlot() error {
	if t.isDrawn() {
		p, err := t.plotRegion()
		if err != nil {
			return err
		}
		return t.writePlots([][]*plot.Plot{{p}}, 15*vg.Centimeter, 15*vg.Centimeter+p.Title.Padding)
	}
	plots, err := t.plotCurves()
	if err != nil {
		return err
	}
	return t.writePlots(plots, 18*vg.Centimeter, 9*vg.Centimeter*vg.Length(len(plots)))
}

// writePlots writes a table of plots.
func (t *training) writePlots(plots [][]*plot.Plot, width, height vg.Length) error {
	canvas, err := draw.NewFormattedCanvas(width, height, plotFormat(t.opts.plot))
	if err != nil {
		return err
	}
	dc := draw.New(canvas)
	tiles := draw.Tiles{
		Rows: len(plots), Cols: len(plots[0]),
		PadTop: 3 * vg.Millimeter, PadBottom: 3 * vg.Millimeter,
		PadLeft: 3 * vg.Millimeter, PadRight: 5 * vg.Millimeter, PadY: 6 * vg.Millimeter,
	}
	for i, row := range plot.Align(plots, tiles, dc) {
		for j := range row {
			plots[i][j].Draw(row[j])
		}
	}
	return t.plot.write(t.app, func(w io.Writer) error {
		_, err := canvas.WriteTo(w)
		return err
	})
}

// newPlot is an empty plot in the style of all of ours.
func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.Title.Padding = 3 * vg.Millimeter
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.BackgroundColor = color.White
	p.Legend.Top = true
	p.Legend.Padding = vg.Millimeter
	return p
}

// outline is the colour that a class's points are drawn in: darker than its
// region.
func outline(class int) color.Color { return classColour(class).mix(rgb{}, 0.45).rgba() }

// classesOf lists the classes that occur, in order.
func classesOf(labels []int) []int { return slices.Compact(slices.Sorted(slices.Values(labels))) }
