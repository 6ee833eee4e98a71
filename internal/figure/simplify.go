package figure

// spot is a place in tenths of units.
type spot struct{ x, y int }

func spots(points []Point) []spot {
	all := make([]spot, 0, len(points))
	for _, p := range points {
		s := spot{tenths(p.X), tenths(p.Y)}
		if len(all) == 0 || all[len(all)-1] != s {
			all = append(all, s)
		}
	}
	return all
}

// simplified leaves out the points of a line that are at most a tenth of a unit
// from it without them, by Douglas and Peucker's algorithm. It counts in whole
// tenths, so that what it leaves out is the same everywhere.
func simplified(line []spot) []spot {
	if len(line) < 3 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	open := [][2]int{{0, len(line) - 1}}
	for len(open) > 0 {
		from, to := open[len(open)-1][0], open[len(open)-1][1]
		open = open[:len(open)-1]
		a, b := line[from], line[to]
		dx, dy := int64(b.x-a.x), int64(b.y-a.y)
		far, at := int64(0), -1
		for i := from + 1; i < to; i++ {
			ex, ey := int64(line[i].x-a.x), int64(line[i].y-a.y)
			off := dx*ey - dy*ex
			if dx == 0 && dy == 0 || ex*dx+ey*dy < 0 || ex*dx+ey*dy > dx*dx+dy*dy {
				off = ex*ex + ey*ey // beyond the ends: not what the line is about, so it stays
			}
			if off < 0 {
				off = -off
			}
			if off > far {
				far, at = off, i
			}
		}
		// The distance is off / |d|, and is compared without a root.
		if at > 0 && far*far > dx*dx+dy*dy {
			keep[at] = true
			open = append(open, [2]int{from, at}, [2]int{at, to})
		}
	}
	var left []spot
	for i, k := range keep {
		if k {
			left = append(left, line[i])
		}
	}
	return left
}
