package tensor

import "math"

// Shape is the dimensions of a row, outermost first: Shape{784},
// Shape{28, 28, 1}.
type Shape []int

// Size returns how many features a row of the shape has. It is 0 if s is no
// shape, because it has no dimensions or one below 1, and if an int cannot hold it.
func (s Shape) Size() int {
	if len(s) == 0 {
		return 0
	}
	size := 1
	for _, d := range s {
		if d < 1 || size > math.MaxInt/d {
			return 0
		}
		size *= d
	}
	return size
}
