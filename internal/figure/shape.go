package figure

// outline is what a shape of some diameter looks like around a place: corners
// of a polygon, or none if it is a circle; and lines, for what is all lines.
func (s Shape) outline(at Point, size float64) (polygon []Point, lines [][2]Point) {
	r := size / 2
	corner := func(dx, dy float64) Point { return Point{at.X + float64(dx*r), at.Y + float64(dy*r)} }
	switch s {
	case Square:
		return []Point{corner(-0.9, -0.9), corner(0.9, -0.9), corner(0.9, 0.9), corner(-0.9, 0.9)}, nil
	case Triangle:
		return []Point{corner(0, -1.2), corner(1.1, 0.8), corner(-1.1, 0.8)}, nil
	case Cross:
		return nil, [][2]Point{{corner(-0.9, -0.9), corner(0.9, 0.9)}, {corner(-0.9, 0.9), corner(0.9, -0.9)}}
	default:
		return nil, nil
	}
}

// pointWidth is how wide lines of points are: those of crosses and rings, and
// the rim in the colour of the paper around others.
const (
	pointWidth = 2.2
	pointRim   = 1.2
)
