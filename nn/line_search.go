package nn

import "math"

// searched is a point along a line: how far, and the loss, its slope along the line, and its gradient there.
type searched struct {
	t     float64
	loss  float64 // +Inf where the loss or its gradient is not finite
	slope float64
	grad  []float32
}

// lineSearch looks for a point that the strong conditions of Wolfe hold at, as PyTorch's strong_wolfe does
// (Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 and 3.6, with cubic interpolation):
//
//	loss(t) ≤ loss(0) + 1e-4·t·slope(0),  |slope(t)| ≤ 0.9·|slope(0)|
//
// It begins at t and goes on from start, where t is 0, for 25 points at most. Where the loss is not finite it
// counts as higher than any other. at computes a point, with a gradient that is valid until the point is released.
// length is the largest magnitude of the line's direction, and change the least that is worth a point.
func lineSearch(start searched, t, length, change float64, at func(t float64) (searched, error), release func(searched)) (searched, error) {
	const (
		armijo, curvature = 1e-4, 0.9
		most              = 25
	)
	sufficient := func(p searched) bool { return !(p.loss > start.loss+armijo*p.t*start.slope) }
	flat := func(p searched) bool { return math.Abs(p.slope) <= -curvature*start.slope }
	p, err := at(t)
	if err != nil {
		return p, err
	}
	// Points farther and farther away, until there is one such between two of them.
	before, points := start, 0
	drop := func(q searched) {
		if q.t != start.t {
			release(q)
		}
	}
	for ; points < most && sufficient(p) && !(points > 1 && p.loss >= before.loss); points++ {
		if flat(p) {
			drop(before)
			return p, nil
		}
		if p.slope >= 0 {
			break
		}
		least, far := p.t+0.01*(p.t-before.t), 10*p.t
		t := cubic(before, p, least, far)
		drop(before)
		before = p
		if p, err = at(t); err != nil {
			return p, err
		}
	}
	if points == most {
		drop(before)
		before = start
	}
	// Between low, the lower of both, and high.
	low, high := before, p
	if high.loss < low.loss {
		low, high = high, low
	}
	stuck := false
	for ; points < most && math.Abs(high.t-low.t)*length >= change; points++ {
		from, to := min(low.t, high.t), max(low.t, high.t)
		t := cubic(low, high, from, to)
		if near := 0.1 * (to - from); min(to-t, t-from) < near {
			if stuck || t >= to || t <= from {
				if math.Abs(t-to) < math.Abs(t-from) {
					t = to - near
				} else {
					t = from + near
				}
				stuck = false
			} else {
				stuck = true
			}
		} else {
			stuck = false
		}
		if p, err = at(t); err != nil {
			return p, err
		}
		if !sufficient(p) || p.loss >= low.loss {
			drop(high)
			if high = p; high.loss < low.loss {
				low, high = high, low
			}
			continue
		}
		if flat(p) {
			drop(low)
			drop(high)
			return p, nil
		}
		if p.slope*(high.t-low.t) >= 0 {
			drop(high)
			high = low
		} else {
			drop(low)
		}
		low = p
	}
	drop(high)
	return low, nil
}

// cubic is where the cubic through two points, with their slopes, is lowest between two bounds; the middle of them
// if it is nowhere.
func cubic(p, q searched, low, high float64) float64 {
	d1 := p.slope + q.slope - 3*(p.loss-q.loss)/(p.t-q.t)
	if square := d1*d1 - p.slope*q.slope; square >= 0 {
		d2 := math.Sqrt(square)
		if p.t > q.t {
			p, q = q, p
		}
		if t := q.t - (q.t-p.t)*((q.slope+d2-d1)/(q.slope-p.slope+2*d2)); !math.IsNaN(t) {
			return min(max(t, low), high)
		}
	}
	return (low + high) / 2
}
