package figure

import "math"

// cell is a character's place, and all that lies in it.
type cell struct {
	painted bool
	ground  Paint
	level   float64 // how dark the ground is without colours

	rule     int // sides that rules leave it by
	ruleRole Role

	dots    uint8 // of braille, or any where there is none
	dotRole Role

	glyph     rune
	glyphRole Role

	text     rune
	textRole Role
	bold     bool
}

// screen is the canvas of characters.
type screen struct {
	o          TextOptions
	cols, rows int
	perX, perY float64 // cells in a unit
	dotsX      int     // in a cell, each way
	dotsY      int
	grid       []cell // row by row
	texts      []Text
}

func newScreen(f *Figure, cols, rows int, o TextOptions) *screen {
	s := &screen{
		o: o, cols: cols, rows: rows,
		perX: float64(cols) / f.Width, perY: float64(rows) / f.Height,
		dotsX: 1, dotsY: 1,
		grid: make([]cell, cols*rows),
	}
	if o.Unicode {
		s.dotsX, s.dotsY = 2, 4
	}
	return s
}

// cell is the one at a column and a row, nil beyond the edges.
func (s *screen) cell(col, row int) *cell {
	if col < 0 || row < 0 || col >= s.cols || row >= s.rows {
		return nil
	}
	return &s.grid[row*s.cols+col]
}

// locate is the column and row of a place; the right and the lower edge belong
// to the last ones.
func (s *screen) locate(p Point) (col, row int) {
	col, row = floor(p.X*s.perX), floor(p.Y*s.perY)
	if col == s.cols && rounded(p.X*s.perX, 1e-3) == float64(col) {
		col--
	}
	if row == s.rows && rounded(p.Y*s.perY, 1e-3) == float64(row) {
		row--
	}
	return col, row
}

// floor is the integer below v, or v itself if it is one but for the last bits.
func floor(v float64) int { return int(math.Floor(float64(rounded(v, 1e-6)) + 1e-9)) }

// dot sets the dot at a place, counted in dots.
func (s *screen) dot(x, y int, r Role) {
	if x < 0 || y < 0 {
		return
	}
	c := s.cell(x/s.dotsX, y/s.dotsY)
	if c == nil {
		return
	}
	bit := uint8(1)
	if s.o.Unicode {
		bit = [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}[y%4][x%2]
	}
	c.dots |= bit
	c.dotRole, c.glyph = r, 0
}

// dashDots is how many dots of a line are set, and how many are not, in turn.
func dashDots(d Dash) []int {
	switch d {
	case Dashed:
		return []int{5, 3}
	case Dotted:
		return []int{1, 2}
	case DashDot:
		return []int{6, 2, 1, 2}
	}
	return nil
}

// trace sets the dots of a line.
func (s *screen) trace(points []Point, k Stroke) {
	if k.Role == Paper || k.Role == Grid {
		return
	}
	var dash []int
	if s.o.Unicode { // where there are several characters for lines they need no dashes
		dash = dashDots(k.Dash)
	}
	part, left := 0, 0
	if dash != nil {
		left = dash[0]
	}
	lastX, lastY := math.MinInt, math.MinInt
	set := func(x, y int) {
		if x == lastX && y == lastY {
			return
		}
		lastX, lastY = x, y
		if part%2 == 0 {
			s.dot(x, y, k.Role)
		}
		if dash == nil {
			return
		}
		if left--; left == 0 {
			part = (part + 1) % len(dash)
			left = dash[part]
		}
	}
	scaleX, scaleY := float64(s.perX*float64(s.dotsX)), float64(s.perY*float64(s.dotsY))
	bounds := Rect{Point{-1, -1}, Point{float64(s.cols*s.dotsX) + 1, float64(s.rows*s.dotsY) + 1}}
	for i := 0; i+1 < len(points); i++ {
		p, q, ok := clipSegment(Point{points[i].X * scaleX, points[i].Y * scaleY}, Point{points[i+1].X * scaleX, points[i+1].Y * scaleY}, bounds)
		if !ok {
			continue
		}
		steps := max(1, int(math.Ceil(max(math.Abs(q.X-p.X), math.Abs(q.Y-p.Y)))))
		for n := range steps + 1 {
			t := float64(n) / float64(steps)
			set(floor(p.X+float64(t*(q.X-p.X))), floor(p.Y+float64(t*(q.Y-p.Y))))
		}
	}
}

func (s *screen) polyline(m Polyline) {
	if m.Rule {
		if m.Stroke.Role != Grid {
			s.rule(m)
		}
		return
	}
	for _, run := range runs(m.Points) {
		s.trace(run, m.Stroke)
	}
}

// rule draws a vertical or horizontal line with the characters for it.
func (s *screen) rule(m Polyline) {
	for _, run := range runs(m.Points) {
		for i := 0; i+1 < len(run); i++ {
			col, row := s.locate(run[i])
			endCol, endRow := s.locate(run[i+1])
			if col != endCol && row != endRow {
				s.trace(run[i:i+2], m.Stroke)
				continue
			}
			for c := min(col, endCol); c < max(col, endCol); c++ {
				s.leave(c, row, ruleRight, m.Stroke.Role)
				s.leave(c+1, row, ruleLeft, m.Stroke.Role)
			}
			for r := min(row, endRow); r < max(row, endRow); r++ {
				s.leave(col, r, ruleDown, m.Stroke.Role)
				s.leave(col, r+1, ruleUp, m.Stroke.Role)
			}
		}
	}
}

func (s *screen) leave(col, row, side int, r Role) {
	c := s.cell(col, row)
	if c == nil {
		return
	}
	if c.rule == 0 || r == Ink {
		c.ruleRole = r
	}
	c.rule |= side
}

// cover paints the cells whose middle is inside, and clears them.
func (s *screen) cover(bounds Rect, inside func(Point) bool, paint Paint, level float64) {
	colFrom, rowFrom := s.locate(bounds.Min)
	colTo, rowTo := s.locate(bounds.Max)
	for row := max(0, rowFrom); row <= min(rowTo, s.rows-1); row++ {
		for col := max(0, colFrom); col <= min(colTo, s.cols-1); col++ {
			if !inside(Point{(float64(col) + 0.5) / s.perX, (float64(row) + 0.5) / s.perY}) {
				continue
			}
			*s.cell(col, row) = cell{painted: paint.tint() > 0 && paint.Role != Paper && paint.Role != Grid, ground: paint, level: level}
		}
	}
}

// filled covers an area, and says whether its edge should be drawn too: the
// ground shows where areas end, except of those that are paper.
func (s *screen) filled(bounds Rect, inside func(Point) bool, paint Paint) bool {
	if paint.tint() == 0 {
		return true
	}
	// An area is seen even if it is light.
	s.cover(bounds, inside, paint, 0.25+float64(0.74*paint.Strength))
	return paint.Role == Paper || paint.Role == Grid
}

func (s *screen) area(m Area) {
	bounds := Rect{m.Points[0], m.Points[0]}
	for _, p := range m.Points {
		bounds.Min = Point{min(bounds.Min.X, p.X), min(bounds.Min.Y, p.Y)}
		bounds.Max = Point{max(bounds.Max.X, p.X), max(bounds.Max.Y, p.Y)}
	}
	edge := s.filled(bounds, func(p Point) bool { return surrounds(m.Points, p) }, m.Fill)
	if edge && m.Outline.Width > 0 {
		s.trace(append(m.Points[:len(m.Points):len(m.Points)], m.Points[0]), m.Outline)
	}
}

// surrounds reports whether a polygon goes around a point an odd number of
// times.
func surrounds(polygon []Point, p Point) bool {
	inside := false
	for i, a := range polygon {
		b := polygon[(i+1)%len(polygon)]
		if a.Y > p.Y != (b.Y > p.Y) && p.X < a.X+float64((p.Y-a.Y)/(b.Y-a.Y)*(b.X-a.X)) {
			inside = !inside
		}
	}
	return inside
}

func (s *screen) points(m Points) {
	for _, p := range m.At {
		if !finite(p.X, p.Y) {
			continue
		}
		if c := s.cell(s.locate(p)); c != nil {
			c.glyph, c.glyphRole = s.glyph(m.Style.Shape), m.Style.Role
		}
	}
}

func (s *screen) arrow(m Arrow) {
	s.trace([]Point{m.From, m.To}, m.Stroke)
	// In cells, which are about twice as high as wide.
	dx, dy := (m.To.X-m.From.X)*s.perX, (m.From.Y-m.To.Y)*s.perY*2
	if c := s.cell(s.locate(m.To)); c != nil {
		c.glyph, c.glyphRole = s.arrowhead(int(math.Round(math.Atan2(dy, dx)/(math.Pi/4)))), m.Stroke.Role
	}
}

func (s *screen) text(m Text) { s.texts = append(s.texts, m) }

func (s *screen) circle(m Circle) {
	c, r := m.Center, m.Radius
	bounds := Rect{Point{c.X - r, c.Y - r}, Point{c.X + r, c.Y + r}}
	edge := s.filled(bounds, func(p Point) bool { return math.Hypot(p.X-c.X, p.Y-c.Y) <= r }, m.Fill)
	if !edge || m.Outline.Width == 0 {
		return
	}
	if !s.o.Unicode {
		for x, glyph := range map[float64]rune{c.X - r: '(', c.X + r: ')'} {
			if at := s.cell(s.locate(Point{x, c.Y})); at != nil {
				at.glyph, at.glyphRole = glyph, m.Outline.Role
			}
		}
		return
	}
	const corners = 48
	var around []Point
	for i := range corners + 1 {
		angle := 2 * math.Pi * float64(i) / corners
		around = append(around, Point{c.X + float64(r*math.Cos(angle)), c.Y + float64(r*math.Sin(angle))})
	}
	s.trace(around, Stroke{Role: m.Outline.Role})
}

func (s *screen) box(m Box) {
	middle := (float64(floor((m.Min.Y+m.Max.Y)/2*s.perY)) + 0.5) / s.perY
	inside := func(p Point) bool { // in one row at least: what lies on it is written there
		return m.holds(Point{p.X, (m.Min.Y + m.Max.Y) / 2}) && (m.holds(p) || p.Y == middle)
	}
	if s.filled(m.Rect, inside, m.Fill) && m.Outline.Width > 0 {
		edge := append(corners(m.Rect), m.Min)
		s.rule(Polyline{Points: edge, Stroke: Stroke{Role: m.Outline.Role}})
	}
}

func (s *screen) cells(m Cells) {
	for row := range s.rows {
		for col := range s.cols {
			v := m.at(Point{(float64(col) + 0.5) / s.perX, (float64(row) + 0.5) / s.perY})
			if math.IsNaN(v) {
				continue
			}
			s.grid[row*s.cols+col] = cell{painted: true, ground: m.Scale.paint(v), level: m.Scale.place(v)}
		}
	}
}
