package figure

// Tiles cuts a figure into rows and columns of equal rectangles, row by row,
// for axes of which there are several: small multiples.
func (f *Figure) Tiles(rows, cols int) []Rect {
	if rows < 1 || cols < 1 || rows*cols > 100 {
		f.fail("there are %d x %d tiles, want at least one each way and at most 100", rows, cols)
		rows, cols = max(1, min(rows, 10)), max(1, min(cols, 10)) // so that who draws on them can go on
	}
	const gap = 12.0
	width := (f.Width - float64(gap*float64(cols-1))) / float64(cols)
	height := (f.Height - float64(gap*float64(rows-1))) / float64(rows)
	all := make([]Rect, 0, rows*cols)
	for row := range rows {
		for col := range cols {
			at := Point{float64(float64(col) * (width + gap)), float64(float64(row) * (height + gap))}
			all = append(all, Rect{at, Point{at.X + width, at.Y + height}})
		}
	}
	return all
}
