package kernels

import (
	"math"
	"testing"
)

// function is one that kernels approximate, with its bound.
type function struct {
	kernel func(s *Set) func(dst, x []float32)
	exact  func(x float64) float64
	ulps   float64
	odd    bool
	around []float64 // where something happens: saturation, overflow, underflow
}

func TestExp(t *testing.T) {
	testAccuracy(t, function{
		kernel: func(s *Set) func(dst, x []float32) { return s.Exp },
		exact:  math.Exp,
		ulps:   expUlps,
		around: []float64{
			0, 127 * math.Ln2, 128 * math.Ln2, expMax, // the last is +Inf already
			-126 * math.Ln2, -149 * math.Ln2, -150 * math.Ln2, expMin, // denormal, smallest, 0
			0.5 * math.Ln2, -0.5 * math.Ln2, 1.5 * math.Ln2, // where n changes
		},
	})
}

func TestSigmoid(t *testing.T) {
	testAccuracy(t, function{
		kernel: func(s *Set) func(dst, x []float32) { return s.Activate[Sigmoid] },
		exact:  sigmoid64,
		ulps:   sigmoidUlps,
		around: []float64{0, 16.6, 17.3, 88.7, 104, -126 * math.Ln2, expMinNormal, -150 * math.Ln2, -0.5 * math.Ln2},
	})
}

func TestTanh(t *testing.T) {
	testAccuracy(t, function{
		kernel: func(s *Set) func(dst, x []float32) { return s.Activate[Tanh] },
		exact:  math.Tanh,
		ulps:   tanhUlps,
		odd:    true,
		around: []float64{0, 0.25 * math.Ln2, 0.75 * math.Ln2, 9.01, -tanhMin / 2, 88.7},
	})
}

// testAccuracy looks at numbers all over the line, and at all near those
// where something happens.
func testAccuracy(t *testing.T, f function) {
	stride := uint64(997) // a prime: all patterns of low bits turn up
	if testing.Short() {
		stride = 99991
	}
	eachSet(t, func(t *testing.T, s *Set) {
		c := accuracy{t: t, f: f, kernel: f.kernel(s)}
		for bits := uint64(0); bits < 1<<32; bits += stride {
			c.add(math.Float32frombits(uint32(bits)))
		}
		for _, centre := range f.around {
			bits := math.Float32bits(float32(centre))
			for d := uint32(0); d < 1000; d++ {
				c.add(math.Float32frombits(bits + d)) // wraps from 0 into NaNs, which is fine
				c.add(math.Float32frombits(bits - d))
			}
		}
		c.flush()
		t.Logf("largest error %.3f ulp, at %g; the bound is %g", c.worst, c.at, f.ulps)
	})
}

// accuracy runs a kernel on blocks of numbers and keeps the largest error.
type accuracy struct {
	t      *testing.T
	f      function
	kernel func(dst, x []float32)
	x      [1021]float32
	n      int
	worst  float64 // in ulp
	at     float32
}

func (c *accuracy) add(x float32) {
	c.x[c.n] = x
	if c.n++; c.n == len(c.x) {
		c.flush()
	}
}

func (c *accuracy) flush() {
	x := c.x[:c.n]
	c.n = 0
	var got, mirrored, minus [len(c.x)]float32
	c.kernel(got[:len(x)], x)
	if c.f.odd {
		for i, v := range x {
			minus[i] = -v
		}
		c.kernel(mirrored[:len(x)], minus[:len(x)])
	}
	for i, v := range x {
		want := c.f.exact(float64(v))
		if !agree(got[i], want, c.f.ulps*ulp(want)) {
			c.t.Fatalf("f(%g) = %g, want %g: more than %g ulp off", v, got[i], want, c.f.ulps)
		}
		if e := math.Abs(float64(got[i])-want) / ulp(want); e > c.worst && e <= c.f.ulps {
			c.worst, c.at = e, v
		}
		if c.f.odd && v == v && math.Float32bits(mirrored[i]) != math.Float32bits(-got[i]) {
			c.t.Fatalf("f(%g) = %g, but f of its opposite is %g", v, got[i], mirrored[i])
		}
	}
}
