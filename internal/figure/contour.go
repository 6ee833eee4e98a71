package figure

import "math"

// contours are the lines on which a field has a level, by marching squares:
// where a side of a square has the level between its ends the line crosses it,
// in a place interpolated between them. values are (cols+1) x (rows+1) samples
// row by row; the lines are in units of squares. A square with a corner that is
// no number has no line.
func contours(values []float64, cols, rows int, level float64) [][]Point {
	wide := cols + 1
	// A side is its sample of smaller index, doubled, plus one if it goes down.
	right := func(col, row int) int { return 2 * (row*wide + col) }
	down := func(col, row int) int { return 2*(row*wide+col) + 1 }

	next := map[int][]int{} // sides joined by a piece of a line
	var order []int
	join := func(a, b int) {
		for _, pair := range [2][2]int{{a, b}, {b, a}} {
			if _, seen := next[pair[0]]; !seen {
				order = append(order, pair[0])
			}
			next[pair[0]] = append(next[pair[0]], pair[1])
		}
	}
	for row := range rows {
		for col := range cols {
			at := row*wide + col
			a, b, c, d := values[at], values[at+1], values[at+wide+1], values[at+wide] // clockwise from the top left
			mean := (a + b + c + d) / 4
			if math.IsNaN(mean) || math.IsInf(mean, 0) {
				continue
			}
			top, bottom, left, east := right(col, row), right(col, row+1), down(col, row), down(col+1, row)
			corners := 0
			for bit, v := range [4]float64{a, b, c, d} {
				if v >= level {
					corners |= 1 << bit
				}
			}
			switch corners {
			case 1, 14:
				join(left, top)
			case 2, 13:
				join(top, east)
			case 4, 11:
				join(east, bottom)
			case 8, 7:
				join(bottom, left)
			case 3, 12:
				join(left, east)
			case 6, 9:
				join(top, bottom)
			case 5, 10: // a saddle: the middle says which corners are connected
				if (corners == 5) == (mean >= level) {
					join(top, east)
					join(bottom, left)
				} else {
					join(left, top)
					join(east, bottom)
				}
			}
		}
	}
	place := func(side int) Point {
		at, other := side/2, side/2+1
		if side%2 == 1 {
			other = at + wide
		}
		t := (level - values[at]) / (values[other] - values[at])
		p := Point{float64(at % wide), float64(at / wide)}
		if side%2 == 1 {
			p.Y += t
		} else {
			p.X += t
		}
		return p
	}
	return chains(order, next, place)
}

// chains follows joined sides: first the lines that have ends, then the closed
// ones.
func chains(order []int, next map[int][]int, place func(int) Point) [][]Point {
	var lines [][]Point
	used := map[int]bool{}
	follow := func(start int) {
		line, at := []Point{place(start)}, start
		used[start] = true
		for {
			step := -1
			for _, n := range next[at] {
				if !used[n] {
					step = n
					break
				}
			}
			if step < 0 {
				break
			}
			used[step] = true
			line, at = append(line, place(step)), step
		}
		if len(next[start]) == 2 && len(line) > 2 {
			line = append(line, line[0])
		}
		lines = append(lines, line)
	}
	for _, ends := range []bool{true, false} {
		for _, side := range order {
			if !used[side] && (len(next[side]) == 1) == ends {
				follow(side)
			}
		}
	}
	return lines
}
