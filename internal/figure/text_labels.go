package figure

import "slices"

// How far a text moves to where it hides nothing, in cells.
const (
	farRows = 3
	farCols = 10
)

// What it costs a text to move by a row, and to hide what is in a cell.
const (
	rowCost   = 6
	dotCost   = 2
	glyphCost = 3
	ruleCost  = 8 // so that labels of ticks go below their axis
	// What is beside a text reads as a part of it.
	besideCost = 3
)

// placeTexts writes all texts: first those that must be there.
func (s *screen) placeTexts() {
	slices.SortStableFunc(s.texts, func(a, b Text) int {
		switch {
		case a.Optional == b.Optional:
			return 0
		case b.Optional:
			return -1
		}
		return 1
	})
	for _, t := range s.texts {
		s.placeText(t)
	}
}

// placeText writes a text where it costs least, near its place. One that finds
// no room is left out if it may be, and otherwise lies on others.
func (s *screen) placeText(t Text) {
	letters := s.written(t.Text)
	if len(letters) > s.cols {
		letters = letters[:s.cols]
	}
	n := len(letters)
	col := floor(float64(t.At.X*s.perX) + 0.5)
	switch t.Anchor {
	case Middle:
		col = floor(float64(t.At.X*s.perX) - float64(n)/2 + 0.5)
	case End:
		col -= n
	}
	row := floor((t.At.Y - float64(0.35*t.size())) * s.perY)
	col, row = min(max(col, 0), s.cols-n), min(max(row, 0), s.rows-1)

	up, down, cols := farRows, farRows, farCols
	if t.Optional { // a tick's label says nothing elsewhere
		up, down, cols = 0, 1, 1
	}
	best, bestCol, bestRow := -1, col, row
	for dr := -up; dr <= down; dr++ {
		for dc := -cols; dc <= cols; dc++ {
			at, ok := s.cost(col+dc, row+dr, n)
			if !ok {
				continue
			}
			if cost := at + rowCost*max(dr, -dr) + max(dc, -dc); best < 0 || cost < best {
				best, bestCol, bestRow = cost, col+dc, row+dr
			}
		}
	}
	if best < 0 && t.Optional {
		return
	}
	for i, r := range letters {
		c := s.cell(bestCol+i, bestRow)
		c.text, c.textRole, c.bold = r, t.Role, t.Bold
	}
}

// cost is what a text of n letters hides at a place; it cannot be there if it
// would leave the screen, or touch other text.
func (s *screen) cost(col, row, n int) (int, bool) {
	if row < 0 || row >= s.rows || col < 0 || col+n > s.cols {
		return 0, false
	}
	total := 0
	for i := col - 1; i <= col+n; i++ {
		c := s.cell(i, row)
		switch {
		case c == nil:
		case c.text != 0:
			return 0, false
		case i < col || i == col+n: // beside it
			if c.dots != 0 || c.glyph != 0 {
				total += besideCost
			}
		case c.glyph != 0:
			total += glyphCost
		case c.dots != 0:
			total += dotCost
		case c.rule != 0:
			total += ruleCost
		}
	}
	return total, true
}
