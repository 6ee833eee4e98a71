package main

import (
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// region is what a network makes of a rectangle of the plane: the classes'
// probabilities at the centres of a grid of cells. Row 0 is the top.
type region struct {
	cols, rows int
	classes    int
	p          []float64 // [rows][cols][classes]

	left, right, bottom, top float64 // edges of the rectangle
}

// drawnClasses is how many classes a drawing tells apart at most: each has a probability in every cell, of as many colours as there
// are not.
const drawnClasses = 100

// isDrawn tells whether what was learnt can be drawn: classes in a plane.
func (t *training) isDrawn() bool {
	n := len(t.task.Classes())
	return t.unscaled != nil && n > 0 && n <= drawnClasses
}

// margin is how far the rectangle goes beyond the points, as a fraction of
// their extent.
const margin = 0.08

// newRegion looks at the rectangle around points, in the units of the data.
func newRegion(net *nn.Network, task *model.Task, points *model.Examples, cols, rows int) (*region, error) {
	r := &region{cols: cols, rows: rows, classes: len(task.Classes())}
	r.left, r.right = extent(points.X, 0)
	r.bottom, r.top = extent(points.X, 1)
	grid := dense(rows*cols, 2, make([]float32, 0, 2*rows*cols))
	for row := range rows {
		for col := range cols {
			x, y := r.centre(row, col)
			grid.Data = append(grid.Data, float32(x), float32(y))
		}
	}
	task.Scale(grid)
	outputs, err := net.Predict(grid)
	if err != nil {
		return nil, err
	}
	r.p = make([]float64, grid.Rows*r.classes)
	for i := range grid.Rows {
		task.Targets()[0].Probabilities(r.p[i*r.classes:(i+1)*r.classes], tensor.Row(outputs, i))
	}
	return r, nil
}

// extent is the range of a feature, with a margin.
func extent(points tensor.Matrix, feature int) (low, high float64) {
	low = float64(tensor.Row(points, 0)[feature])
	high = low
	for i := range points.Rows {
		v := float64(tensor.Row(points, i)[feature])
		low, high = min(low, v), max(high, v)
	}
	m := margin * (high - low)
	if m == 0 {
		m = 1
	}
	return low - m, high + m
}

// centre is the middle of a cell.
func (r *region) centre(row, col int) (x, y float64) {
	x = r.left + (r.right-r.left)*(float64(col)+0.5)/float64(r.cols)
	y = r.top - (r.top-r.bottom)*(float64(row)+0.5)/float64(r.rows)
	return x, y
}

// cell is where a point falls.
func (r *region) cell(x, y float64) (row, col int) {
	col = int(float64(r.cols) * (x - r.left) / (r.right - r.left))
	row = int(float64(r.rows) * (r.top - y) / (r.top - r.bottom))
	return min(max(row, 0), r.rows-1), min(max(col, 0), r.cols-1)
}

// at returns the probabilities of a cell.
func (r *region) at(row, col int) []float64 {
	i := (row*r.cols + col) * r.classes
	return r.p[i : i+r.classes]
}

// colour mixes the classes' colours: pale where the network is in doubt, full
// where it is sure.
func (r *region) colour(row, col int) rgb {
	p := r.at(row, col)
	best := likeliest(p)
	// From 1/classes, which is no opinion, to 1.
	doubt := 1 / float64(len(p))
	sure := (p[best] - doubt) / (1 - doubt)
	return paper.mix(classColour(best), 0.12+0.88*sure)
}

// likeliest is the index of the largest probability.
func likeliest(p []float64) int {
	best := 0
	for j, v := range p {
		if v > p[best] {
			best = j
		}
	}
	return best
}
