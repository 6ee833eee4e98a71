package figure

// Tiles cuts a rectangle into rows and columns of equal ones, row by row, with gaps
// between them: for axes of which there are several. Less than one row or column is one.
func Tiles(r Rect, rows, cols int) []Rect {
	const gap = 12.0
	rows, cols = max(1, rows), max(1, cols)
	width := (r.width() - float64(gap*float64(cols-1))) / float64(cols)
	height := (r.height() - float64(gap*float64(rows-1))) / float64(rows)
	var all []Rect
	for row := range rows {
		for col := range cols {
			at := Point{r.Min.X + float64(float64(col)*(width+gap)), r.Min.Y + float64(float64(row)*(height+gap))}
			all = append(all, Rect{at, Point{at.X + width, at.Y + height}})
		}
	}
	return all
}
