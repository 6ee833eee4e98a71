package datasets

import (
	"math"
	"math/rand/v2"
)

// How far the drawn digits vary. Lengths are pixels unless said otherwise; the
// digit is 2*digitUnit pixels high before it is stretched.
const (
	digitUnit    = 9.5
	pointJitter  = 0.06 // standard deviation of a stroke's points, in digit units
	maxRotation  = 0.25 // radians, either way
	maxShear     = 0.35 // x += shear*y, either way
	minStretch   = 0.68 // of width and height, each on its own
	maxStretch   = 1.08
	maxShift     = 2.5 // either way, in x and y
	minPen       = 0.7 // half the width of the line
	maxPen       = 1.5
	marks        = 2    // stray marks: at most
	maxMark      = 7.0  // length of a mark
	pixelNoise   = 0.07 // standard deviation
	curvePieces  = 5    // straight pieces between two points of a curve
	farAway      = 1e9  // squared distance of a pixel that no stroke comes near
	maxPenMargin = maxPen + 1
)

// digitPainter draws one digit after another; its buffers serve each in turn.
type digitPainter struct {
	forms    *[10][]digitForm
	rng      *rand.Rand
	path     []point              // the current stroke, in pixels, as straight pieces
	jittered []point              // the current stroke's points, in pixels
	ink      [digitPixels]float32 // squared distance to the nearest stroke of the digit
	stray    [digitPixels]float32 // squared distance to the nearest stray mark
}

// uniform returns a random number in [low, high).
func (p *digitPainter) uniform(low, high float64) float64 {
	return low + (high-low)*p.rng.Float64()
}

// paint draws the digit into image, 28x28 pixels, row-major.
func (p *digitPainter) paint(image []float32, digit int) {
	for i := range p.ink {
		p.ink[i], p.stray[i] = farAway, farAway
	}
	form := p.forms[digit][p.rng.IntN(len(p.forms[digit]))]
	place := p.placement()
	pen := p.uniform(minPen, maxPen)
	for _, s := range form {
		p.trace(s, place)
		p.draw(&p.ink)
	}
	for range p.rng.IntN(marks + 1) {
		p.mark()
		p.draw(&p.stray)
	}
	inkLevel, strayLevel := p.uniform(0.75, 1), p.uniform(0.3, 0.7)
	for i := range image {
		v := inkLevel * coverage(p.ink[i], pen)
		v = max(v, strayLevel*coverage(p.stray[i], minPen))
		v += pixelNoise * p.rng.NormFloat64()
		image[i] = float32(min(max(v, 0), 1))
	}
}

// placement draws a random affine map from digit units to pixels: stretch,
// shear, rotate, shift.
func (p *digitPainter) placement() func(point) point {
	sx := digitUnit * p.uniform(minStretch, maxStretch)
	sy := digitUnit * p.uniform(minStretch, maxStretch)
	shear := p.uniform(-maxShear, maxShear)
	sin, cos := math.Sincos(p.uniform(-maxRotation, maxRotation))
	const centre = (digitSide - 1) / 2.0
	dx, dy := centre+p.uniform(-maxShift, maxShift), centre+p.uniform(-maxShift, maxShift)
	return func(q point) point {
		y := sy * q.y
		x := sx*q.x + shear*y
		return point{cos*x - sin*y + dx, sin*x + cos*y + dy}
	}
}

// trace turns a stroke into p.path, its points bent a little.
func (p *digitPainter) trace(s stroke, place func(point) point) {
	p.jittered = p.jittered[:0]
	for _, q := range s.points {
		q.x += pointJitter * p.rng.NormFloat64()
		q.y += pointJitter * p.rng.NormFloat64()
		p.jittered = append(p.jittered, place(q))
	}
	if !s.smooth {
		p.path = append(p.path[:0], p.jittered...)
		return
	}
	// A Catmull-Rom spline: through its points, with the direction at each
	// given by its neighbours; the ends stand in for the neighbours they lack.
	q := p.jittered
	p.path = append(p.path[:0], q[0])
	for i := range len(q) - 1 {
		a, b, c, d := q[max(i-1, 0)], q[i], q[i+1], q[min(i+2, len(q)-1)]
		for k := 1; k <= curvePieces; k++ {
			t := float64(k) / curvePieces
			p.path = append(p.path, point{catmullRom(a.x, b.x, c.x, d.x, t), catmullRom(a.y, b.y, c.y, d.y, t)})
		}
	}
}

// catmullRom interpolates between b (t = 0) and c (t = 1).
func catmullRom(a, b, c, d, t float64) float64 {
	return b + t/2*(c-a+t*(2*a-5*b+4*c-d+t*(3*(b-c)+d-a)))
}

// mark puts a short straight line somewhere into p.path.
func (p *digitPainter) mark() {
	x, y := p.uniform(0, digitSide), p.uniform(0, digitSide)
	sin, cos := math.Sincos(p.uniform(0, 2*math.Pi))
	length := p.uniform(1, maxMark)
	p.path = append(p.path[:0], point{x, y}, point{x + length*cos, y + length*sin})
}

// draw lowers the squared distances of the pixels near p.path.
func (p *digitPainter) draw(field *[digitPixels]float32) {
	for i := range len(p.path) - 1 {
		a, b := p.path[i], p.path[i+1]
		dx, dy := b.x-a.x, b.y-a.y
		inverse := 0.0 // of the squared length; a piece without length is its point a
		if l := dx*dx + dy*dy; l > 0 {
			inverse = 1 / l
		}
		left, right := pixelRange(a.x, b.x)
		top, bottom := pixelRange(a.y, b.y)
		for y := top; y <= bottom; y++ {
			for x := left; x <= right; x++ {
				px, py := float64(x)-a.x, float64(y)-a.y
				t := min(max((px*dx+py*dy)*inverse, 0), 1)
				ex, ey := px-t*dx, py-t*dy
				at := y*digitSide + x
				field[at] = min(field[at], float32(ex*ex+ey*ey))
			}
		}
	}
}

// pixelRange returns the first and last pixel that a line between two
// coordinates can touch; the first is beyond the last if it touches none.
func pixelRange(a, b float64) (first, last int) {
	return max(int(math.Ceil(min(a, b)-maxPenMargin)), 0), min(int(max(a, b)+maxPenMargin), digitSide-1)
}

// coverage is how much of a pixel a pen covers: 1 well inside the line, 0 well
// outside, and a ramp one pixel wide along its edge.
func coverage(squared float32, pen float64) float64 {
	return min(max(pen+0.5-math.Sqrt(float64(squared)), 0), 1)
}
