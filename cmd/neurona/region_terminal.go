package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A drawing in the terminal is at most this large, in characters. They are
// about twice as high as they are wide, so it is a square.
const (
	drawingCols = 48
	drawingRows = 24
)

// points are the test points that a drawing shows, by cell.
type points map[[2]int]point

// point is what to draw in a cell.
type point struct {
	class int
	wrong bool // the network says another class
}

// shownPoints is how many points are drawn, beside those that the network gets
// wrong, which all are: more would hide the region.
const shownPoints = 120

// locate puts the points of examples into the cells of a grid of characters. got
// is the class that the network says for each.
func locate(r *region, shown *model.Examples, got []int) points {
	cells := points{}
	for i := range shown.X.Rows {
		wrong := got[i] != shown.Truth[0].Classes[i]
		// Multiples of the golden ratio modulo 1 are spread evenly and, unlike
		// every n-th row, do not fall in step with classes that take turns.
		_, place := math.Modf(float64(i) * math.Phi)
		if !wrong && place*float64(shown.X.Rows) > shownPoints {
			continue
		}
		row, col := r.cell(float64(tensor.Row(shown.X, i)[0]), float64(tensor.Row(shown.X, i)[1]))
		if key := [2]int{row, col}; !cells[key].wrong {
			cells[key] = point{shown.Truth[0].Classes[i], wrong}
		}
	}
	return cells
}

// draw draws a region with its points for a terminal: in colours if it has
// them, in shades otherwise.
func (r *region) draw(t terminal, cells points, classes []string) string {
	var b strings.Builder
	glyphs := t.pick("•×", "ox")
	dot, cross := string([]rune(glyphs)[0]), string([]rune(glyphs)[1])
	for row := range r.rows {
		b.WriteString("  ")
		for col := range r.cols {
			p, marked := cells[[2]int{row, col}]
			glyph := ""
			switch {
			case marked && p.wrong:
				glyph = cross
			case marked:
				glyph = dot
			}
			if t.colours == noColour {
				b.WriteString(r.plainCell(t, row, col, glyph))
			} else {
				b.WriteString(r.colouredCell(t, row, col, glyph, p.class))
			}
		}
		if t.colours != noColour {
			b.WriteString("\x1b[0m")
		}
		b.WriteByte('\n')
	}
	b.WriteString(r.legend(t, classes, dot, cross))
	return b.String()
}

// colouredCell paints a cell; a point has a darker shade of its class.
func (r *region) colouredCell(t terminal, row, col int, glyph string, class int) string {
	ground := r.colour(row, col).escape(background, t.colours)
	if glyph == "" {
		return ground + " "
	}
	return ground + classColour(class).mix(rgb{}, 0.55).escape(foreground, t.colours) + glyph
}

// plainCell shades a cell by its class; where no colour tells the classes of
// points apart, only the wrong ones are drawn.
func (r *region) plainCell(t terminal, row, col int, glyph string) string {
	if glyph == t.pick("×", "x") {
		return glyph
	}
	return shade(t, likeliest(r.at(row, col)), r.classes)
}

// shade is the character that stands for a class where there are no colours.
func shade(t terminal, class, classes int) string {
	shades := []rune(t.pick("·░▒▓█", ".:+%#"))
	if classes == 2 {
		return string(shades[[...]int{0, 3}[class]])
	}
	return string(shades[class%len(shades)])
}

// namedClasses is how many classes a legend names: colours come again much sooner.
const namedClasses = 20

// legend says which class is which.
func (r *region) legend(t terminal, classes []string, dot, cross string) string {
	var parts []string
	for class, name := range classes[:min(len(classes), namedClasses)] {
		name = t.name(name)
		if t.colours == noColour {
			parts = append(parts, strings.Repeat(shade(t, class, r.classes), 2)+" "+name)
			continue
		}
		parts = append(parts, classColour(class).escape(background, t.colours)+"  \x1b[0m "+name)
	}
	if n := len(classes) - namedClasses; n > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", n))
	}
	if t.colours != noColour {
		parts = append(parts, dot+" test point")
	}
	return fmt.Sprintf("\n  %s   %s wrong\n", strings.Join(parts, "   "), cross)
}
