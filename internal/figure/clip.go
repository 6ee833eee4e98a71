package figure

// clipLine cuts a line to a rectangle; what remains may be several lines. A
// point that is no place interrupts it.
func clipLine(points []Point, to Rect) [][]Point {
	var all [][]Point
	var line []Point
	flush := func() {
		if len(line) > 1 {
			all = append(all, line)
		}
		line = nil
	}
	for i := 0; i+1 < len(points); i++ {
		p, q, ok := clipSegment(points[i], points[i+1], to)
		if !ok {
			flush()
			continue
		}
		if line == nil || line[len(line)-1] != p {
			flush()
			line = []Point{p}
		}
		line = append(line, q)
	}
	flush()
	return all
}

// clipSegment cuts a straight line to a rectangle, by Liang and Barsky's
// algorithm. It reports false if nothing remains.
func clipSegment(p, q Point, to Rect) (Point, Point, bool) {
	dx, dy := q.X-p.X, q.Y-p.Y
	low, high := 0.0, 1.0
	for _, side := range [4][2]float64{
		{-dx, p.X - to.Min.X}, {dx, to.Max.X - p.X},
		{-dy, p.Y - to.Min.Y}, {dy, to.Max.Y - p.Y},
	} {
		t := side[1] / side[0]
		switch {
		case side[0] < 0:
			low = max(low, t)
		case side[0] > 0:
			high = min(high, t)
		case !(side[1] >= 0): // parallel and outside, or no number
			return p, q, false
		}
	}
	if !(low <= high) || dx != dx || dy != dy {
		return p, q, false
	}
	// What sums of very different numbers lose is not more than to the edge.
	within := func(t float64) Point {
		return Point{
			min(max(p.X+float64(t*dx), to.Min.X), to.Max.X),
			min(max(p.Y+float64(t*dy), to.Min.Y), to.Max.Y),
		}
	}
	from, end := p, q
	if low > 0 {
		from = within(low)
	}
	if high < 1 {
		end = within(high)
	}
	return from, end, finite(from.X, from.Y, end.X, end.Y)
}

// holds reports whether a point lies in a rectangle, or as good as.
func (r Rect) holds(p Point) bool {
	const room = 1e-6
	return p.X >= r.Min.X-room && p.X <= r.Max.X+room && p.Y >= r.Min.Y-room && p.Y <= r.Max.Y+room
}
