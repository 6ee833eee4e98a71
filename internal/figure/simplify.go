package figure

import "math/bits"

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
		c := newChord(line[from], line[to])
		far, at := c.limit(), -1
		for i := from + 1; i < to; i++ {
			if off := c.off(line[i]); far.less(off) {
				far, at = off, i
			}
		}
		if at > 0 {
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

// chord is the straight line from a to b.
type chord struct {
	a, b   spot
	dx, dy int64
	square uint64 // of its length; 1 if it has none
}

func newChord(a, b spot) chord {
	c := chord{a: a, b: b, dx: int64(b.x - a.x), dy: int64(b.y - a.y)}
	c.square = max(1, uint64(c.dx*c.dx+c.dy*c.dy))
	return c
}

// limit is the square of a tenth, as off counts.
func (c chord) limit() uint128 { return uint128{0, c.square} }

// off is the square of the distance from p to the nearest point of the chord, times
// the square of the chord's length: whole numbers, without a division or a root.
func (c chord) off(p spot) uint128 {
	ex, ey := int64(p.x-c.a.x), int64(p.y-c.a.y)
	switch along := ex*c.dx + ey*c.dy; {
	case along <= 0: // the nearest is a
		return product(uint64(ex*ex+ey*ey), c.square)
	case uint64(along) >= c.square: // the nearest is b
		ex, ey = int64(p.x-c.b.x), int64(p.y-c.b.y)
		return product(uint64(ex*ex+ey*ey), c.square)
	}
	across := c.dx*ey - c.dy*ex
	if across < 0 {
		across = -across
	}
	return product(uint64(across), uint64(across))
}

// uint128 is a whole number of 128 bits: places reach to ten million tenths, whose
// fourth powers are beyond 64.
type uint128 struct{ high, low uint64 }

func product(x, y uint64) uint128 {
	high, low := bits.Mul64(x, y)
	return uint128{high, low}
}

func (w uint128) less(v uint128) bool { return w.high < v.high || w.high == v.high && w.low < v.low }
